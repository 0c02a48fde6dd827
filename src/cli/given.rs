//! What a person gave: the standard, the config, the snapshot.

use super::failure::SNAPSHOT_HELP;
use super::{Failure, Io, Sources};
use crate::collect::cluster::Progress as Step;
use crate::collect::{self, PathArgument, Request};
use crate::config::Config;
use crate::files;
use crate::snapshot::Snapshot;
use crate::source_text;
use crate::standard::{EMBEDDED, Standard};
use std::path::{Path, PathBuf};

/// One line on standard error that says how far it is, if somebody watches.
struct Progress<'i, 'a> {
    io: &'i mut Io<'a>,
    shown: bool,
}

impl<'i, 'a> Progress<'i, 'a> {
    fn new(io: &'i mut Io<'a>) -> Self {
        Self { io, shown: false }
    }

    fn tell(&mut self, step: &Step) {
        if self.io.watched {
            self.shown = true;
            // What cannot be shown is no reason to stop.
            let _ = write!(self.io.stderr, "\r\x1b[2K{}: {} of {} kinds read ({})", step.region, step.done, step.of, step.kind);
            let _ = self.io.stderr.flush();
        }
    }

    fn clear(&mut self) {
        if self.shown {
            let _ = write!(self.io.stderr, "\r\x1b[2K");
        }
    }
}

/// How large a file of ours may be, in bytes: a snapshot grows with components, not with objects.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A standard's text, with the name of its file.
pub(super) struct StandardText {
    pub(super) name: String,
    pub(super) text: String,
}

impl StandardText {
    /// The file that `--standard` names, or the embedded one.
    pub(super) fn load(file: Option<&Path>) -> Result<Self, Failure> {
        match file {
            None => Ok(Self { name: "policies/standard.yaml".to_owned(), text: EMBEDDED.to_owned() }),
            Some(path) => {
                let text = Self { name: path.display().to_string(), text: read(path)? };
                // Its own mistakes are told as its own, before a config is laid over it.
                text.standard(None).map(|_| text)
            }
        }
    }

    /// The standard with a system's overrides.
    pub(super) fn standard(&self, overrides: Option<&serde_json::Value>) -> Result<Standard, Failure> {
        let standard = match overrides {
            None => Standard::parse(&self.text),
            Some(tree) => Standard::with_overrides(&self.text, tree),
        };
        standard.map_err(|error| Failure::standard(&self.name, &self.text, &error))
    }
}

/// Reads a file of ours.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let bytes = files::read(path, MAX_BYTES).map_err(|error| Failure::unreadable(path, &error))?;
    source_text::utf8(bytes).map_err(|error| Failure::unreadable(path, &std::io::Error::other(error)))
}

/// A stored snapshot; `-` is standard input.
pub(super) fn snapshot(path: &Path, io: &mut Io<'_>) -> Result<Snapshot, Failure> {
    let bytes = if path == Path::new("-") { files::stream(io.stdin, MAX_BYTES) } else { files::read(path, MAX_BYTES) };
    Snapshot::load(&bytes.map_err(|error| Failure::unreadable(path, &error))?)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display()), SNAPSHOT_HELP))
}

/// The config that is named or found, or none.
pub(super) fn config(sources: &Sources, standard: &StandardText) -> Result<Config, Failure> {
    if sources.no_config { Ok(Config::without_file()) } else { find(sources.config.as_ref(), standard) }
}

/// The config of a command that is about clusters, with those of `region` alone where one is named.
pub(super) fn clusters(config: Option<&PathBuf>, region: Option<&str>) -> Result<Config, Failure> {
    let mut config = find(config, &StandardText::load(None)?)?;
    let regions: Vec<String> = config.clusters.iter().map(|source| source.region.clone()).collect();
    config.clusters.retain(|source| region.is_none_or(|region| source.region == region));
    match region {
        _ if !config.clusters.is_empty() => {}
        Some(region) if !regions.is_empty() => {
            let message = format!("no cluster is configured for region {region}");
            return Err(Failure::usage(message, format!("`clusters:` in the config has {}", regions.join(", "))));
        }
        Some(_) | None => {
            let help = "write `clusters: [{region: us-east-1, context: prod-us}]` in seaworthy.yaml (`seaworthy schema config`)";
            return Err(Failure::usage("no cluster is configured", help));
        }
    }
    Ok(config)
}

fn find(named: Option<&PathBuf>, standard: &StandardText) -> Result<Config, Failure> {
    let here = std::path::absolute(".").map_err(|error| Failure::unreadable(Path::new("."), &error))?;
    // What lies here is shown by its name alone, as the person would name it.
    let found = || Config::discover(&here).map(|path| path.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(path));
    match named.cloned().or_else(found) {
        Some(path) => Ok(Config::load(&path, &standard.text)?),
        None => Ok(Config::without_file()),
    }
}

/// Collects from everything that was given.
pub(super) fn collect(sources: &Sources, config: &Config, standard: &StandardText, io: &mut Io<'_>) -> Result<Snapshot, Failure> {
    if sources.paths.is_empty() && config.file.is_none() {
        return Err(Failure::usage(
            "there is nothing to check: no path was given, and there is no seaworthy.yaml here or above",
            "name manifests, as in `seaworthy check deploy/`, or describe the system in a seaworthy.yaml (`seaworthy schema config`)",
        ));
    }
    let stdin = if sources.paths.iter().any(|path| path == "-") {
        let most = source_text::Limits::default().bytes as u64;
        Some(files::stream(io.stdin, most).map_err(|error| Failure::unreadable(Path::new("-"), &error))?)
    } else {
        None
    };
    let general = standard.standard(config.system.overrides.as_ref())?;
    let named = |path: &String| if path == "-" { PathArgument::Stdin } else { PathArgument::Path(path.clone()) };
    let paths: Vec<PathArgument> = sources.paths.iter().map(named).collect();
    let request = Request {
        config,
        standard: &general,
        paths: &paths,
        stdin,
        region: sources.region.clone(),
        now_s: io.now_s,
        require_live: sources.require_live,
        live: sources.live,
        stage: sources.stage.map(Into::into),
        allow: sources.reach.allow(),
        deadlines: sources.reach.deadlines(),
        environment: io.environment,
    };
    let mut progress = Progress::new(io);
    let snapshot = collect::collect(&request, &mut |step| progress.tell(&step));
    progress.clear();
    Ok(snapshot?)
}
