//! Recognises commands that copy something to another store.

use super::expand::{Arg, UNKNOWN, public};
use super::options::Options;
use super::walk::{Fate, Walker};
use super::{Upload, Uploader};

const NAMES: [&str; 13] = ["aws", "gsutil", "gcloud", "az", "azcopy", "mc", "rclone", "s3cmd", "restic", "kopia", "curl", "scp", "rsync"];

pub(super) fn is_uploader(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Long options of these tools that take a word of their own.
const LONG: [&str; 52] = [
    "endpoint-url",
    "region",
    "profile",
    "storage-class",
    "sse",
    "sse-kms-key-id",
    "acl",
    "exclude",
    "include",
    "expected-size",
    "content-type",
    "metadata",
    "config",
    "transfers",
    "bwlimit",
    "min-age",
    "max-age",
    "log-level",
    "account-name",
    "account-key",
    "container-name",
    "name",
    "file",
    "source",
    "destination",
    "sas-token",
    "connection-string",
    "auth-mode",
    "bucket",
    "key",
    "body",
    "older-than",
    "newer-than",
    "access_key",
    "secret_key",
    "host",
    "host-bucket",
    "repo",
    "password-file",
    "tag",
    "keep-daily",
    "keep-weekly",
    "keep-monthly",
    "keep-last",
    "keep-within",
    "keep-hourly",
    "keep-yearly",
    "config-dir",
    "upload-file",
    "request",
    "user",
    "destination-path",
];

pub(super) fn options(args: &[Arg], short: &str) -> Options {
    Options::parse(args, short, &LONG)
}

fn remote(text: &str) -> bool {
    text.contains("://") || text.starts_with(UNKNOWN)
}

/// `host:path` or `remote:bucket`.
fn colon(text: &str) -> bool {
    text.split('/').next().is_some_and(|head| head.contains(':'))
}

impl Walker<'_> {
    pub(super) fn upload(&mut self, name: &str, args: &[Arg], line: u32, fate: &Fate) -> bool {
        let args: Vec<Arg> = args.iter().filter(|a| !a.text.starts_with('<')).cloned().collect();
        let o = match name {
            "curl" => options(&args, "TXuHodFAbcemrwxK"),
            "restic" => options(&args, "rpo"),
            "az" => options(&args, "cnfsdg"),
            "scp" => options(&args, "iPFoclS"),
            "rsync" => options(&args, "ef"),
            "gsutil" => options(&args, "oh"),
            "s3cmd" => options(&args, "c"),
            "azcopy" | "aws" | "gcloud" | "mc" | "rclone" | "kopia" => options(&args, ""),
            _ => return false,
        };
        let words: Vec<&str> = o.operands.iter().map(String::as_str).collect();
        let two = |from: &[&str]| match from {
            [.., source, destination] => Some((Some((*source).to_string()), (*destination).to_string())),
            _ => None,
        };
        let (tool, verb, found) = match (name, words.as_slice()) {
            ("aws", ["s3", verb @ ("cp" | "mv" | "sync"), rest @ ..]) => {
                (Uploader::Aws, format!("s3 {verb}"), two(rest).filter(|(_, d)| remote(d)))
            }
            ("aws", ["s3api", "put-object", ..]) => {
                let target = format!("s3://{}/{}", o.get(&["bucket"]).unwrap_or("*"), o.get(&["key"]).unwrap_or("*"));
                (Uploader::Aws, "s3api put-object".into(), Some((o.get(&["body"]).map(String::from), target)))
            }
            ("gsutil", [verb @ ("cp" | "mv" | "rsync"), rest @ ..]) => {
                (Uploader::Gsutil, (*verb).into(), two(rest).filter(|(_, d)| remote(d)))
            }
            ("gcloud", ["storage", verb @ ("cp" | "mv" | "rsync"), rest @ ..]) => {
                (Uploader::Gcloud, format!("storage {verb}"), two(rest).filter(|(_, d)| remote(d)))
            }
            ("az", ["storage", kind, verb @ ("upload" | "upload-batch" | "sync"), ..]) => {
                let account = o.get(&["account-name"]).unwrap_or("*");
                let container = o.get(&["c", "container-name", "d", "destination"]).unwrap_or("*");
                let source = o.get(&["f", "file", "s", "source"]).map(String::from);
                (Uploader::Az, format!("storage {kind} {verb}"), Some((source, format!("az://{account}/{container}"))))
            }
            ("azcopy", [verb @ ("copy" | "cp" | "sync"), rest @ ..]) => {
                (Uploader::Azcopy, (*verb).into(), two(rest).filter(|(_, d)| remote(d)))
            }
            ("mc", [verb @ ("cp" | "mirror" | "mv" | "put"), rest @ ..]) => {
                // `alias/bucket` against a local path: a path begins with `/` or `.`.
                let away = |d: &str| !d.starts_with(['/', '.']);
                (Uploader::Mc, (*verb).into(), two(rest).filter(|(_, d)| away(d)))
            }
            ("mc", ["pipe", target]) => (Uploader::Mc, "pipe".into(), Some((Some("-".into()), (*target).into()))),
            ("rclone", [verb @ ("copy" | "sync" | "copyto" | "move" | "moveto"), rest @ ..]) => {
                (Uploader::Rclone, (*verb).into(), two(rest).filter(|(_, d)| colon(d) || remote(d)))
            }
            ("rclone", ["rcat", target]) => (Uploader::Rclone, "rcat".into(), Some((Some("-".into()), (*target).into()))),
            ("s3cmd", [verb @ ("put" | "sync"), rest @ ..]) => (Uploader::S3cmd, (*verb).into(), two(rest).filter(|(_, d)| remote(d))),
            ("restic", ["backup", rest @ ..]) => {
                let stated = o.get(&["r", "repo"]).map(String::from);
                let repo = stated.or_else(|| self.state.vars.get("RESTIC_REPOSITORY").cloned());
                let source = rest.first().map(|s| (*s).to_string());
                (Uploader::Restic, "backup".into(), Some((source, repo.unwrap_or_else(|| UNKNOWN.into()))))
            }
            ("kopia", ["snapshot" | "snap", rest @ ..]) if rest.first() == Some(&"create") => {
                (Uploader::Kopia, "snapshot create".into(), Some((rest.get(1).map(|s| (*s).to_string()), UNKNOWN.into())))
            }
            ("curl", rest) => {
                let file = o.get(&["T", "upload-file"]).filter(|f| !f.is_empty());
                let url = rest.iter().find(|u| u.contains("://"));
                let found = file.zip(url).map(|(f, u)| (Some(f.to_string()), (*u).to_string()));
                if found.is_some() && !(o.has(&["f", "fail", "fail-with-body"])) {
                    self.doubt(line, "curl without --fail: an answer such as 403 counts as success");
                }
                (Uploader::Curl, "--upload-file".into(), found)
            }
            ("scp", rest) => (Uploader::Scp, String::new(), two(rest).filter(|(_, d)| colon(d))),
            ("rsync", rest) => (Uploader::Rsync, String::new(), two(rest).filter(|(_, d)| colon(d))),
            _ => return false,
        };
        let Some((source, destination)) = found else {
            return false;
        };
        let mut destination = public(&destination);
        // restic writes `s3:https://…`; credentials were removed with the URL's user.
        if destination.is_empty() {
            destination.push('*');
        }
        let label = format!("{name} {verb}");
        self.fails(line, label.trim_end(), fate);
        self.script.uploads.push(Upload { tool, destination, source: source.map(|s| public(&s)), line });
        true
    }
}
