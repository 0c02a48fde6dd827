//! `databases:`, made valid: each server in one region, reached in one way, and no password written down.

use super::raw::{RawCluster, RawDatabase, RawPassword, RawPod, RawTool, RawToolReport};
use super::validate::Check;
use super::{DatabaseSource, PasswordSource, PodCommand, ReportSource, Tool, ToolReport, nearest};
use crate::snapshot::System;
use crate::source_text::Spanned;
use crate::units::Seconds;
use std::collections::BTreeSet;

/// How long lag is measured where nobody says.
const SAMPLE_FOR_S: i64 = 5;

impl Check<'_> {
    /// The servers.
    pub(super) fn databases(
        &mut self,
        raw: &[Spanned<RawDatabase>],
        clusters: &[Spanned<RawCluster>],
        system: &System,
    ) -> Vec<DatabaseSource> {
        let (mut sources, mut servers) = (Vec::new(), BTreeSet::new());
        for entry in raw {
            let raw = &entry.value;
            self.component(&raw.component, system);
            let Some(region) = self.region(raw.region.as_ref(), system) else {
                self.at(entry, "there are several regions: say which one this server is in");
                continue;
            };
            if raw.url.is_none() && raw.patroni.is_empty() && raw.backups.is_empty() && raw.sentinels.is_empty() {
                self.at(entry, "nothing says what is to be asked").help("give its `url`, or its `patroni`, `sentinels` or `backups`");
            }
            let addresses = |check: &mut Self, list: &[Spanned<String>], schemes: &[&str]| -> Vec<String> {
                list.iter().for_each(|address| check.address(address, schemes));
                list.iter().map(|address| address.value.clone()).collect()
            };
            if let Some(url) = &raw.url {
                self.address(url, &["postgres", "postgresql", "redis", "rediss"]);
                let server = server(&url.value);
                if !server.is_empty() && !servers.insert((region.clone(), server.to_owned())) {
                    self.at(url, "this server is named already").help("one entry says all about a server");
                }
            }
            let password = raw.password.as_ref().and_then(|password| self.password(password, clusters, &region));
            sources.push(DatabaseSource {
                component: raw.component.value.clone(),
                url: raw.url.as_ref().map(|url| self.rooted(&url.value)),
                password,
                standbys: self.texts(&raw.standbys, "a standby"),
                replicas: raw.replicas,
                sample_for_s: self.sample_for(raw.sample_for.as_ref()),
                heartbeat: raw.heartbeat.as_ref().map(|query| query.value.clone()),
                audit_trail: raw.audit_trail.iter().map(|(kind, query)| (kind.value.clone(), query.value.clone())).collect(),
                patroni: addresses(self, &raw.patroni, &["http", "https"]),
                etcd: addresses(self, &raw.etcd, &["http", "https"]),
                sentinels: addresses(self, &raw.sentinels, &["redis", "rediss"]),
                backups: raw.backups.iter().filter_map(|report| self.report(report, clusters, &region)).collect(),
                region,
            });
        }
        sources
    }

    fn component(&mut self, name: &Spanned<String>, system: &System) {
        let known = || system.components.keys().chain(system.inventory.keys()).map(String::as_str);
        if !known().any(|known| known == name.value) {
            let near = nearest(&name.value, known()).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
            self.at(name, format!("there is no component or thing of the inventory called `{}`{near}", name.value));
        }
    }

    /// An address of one of these schemes, without a password in it.
    fn address(&mut self, url: &Spanned<String>, schemes: &[&str]) {
        let Some((scheme, rest)) = url.value.split_once("://") else {
            self.at(url, "this is no address").help(format!("it begins with `{}://`", schemes.first().copied().unwrap_or_default()));
            return;
        };
        if !schemes.contains(&scheme) {
            self.at(url, format!("`{scheme}://` is not read here")).help(format!("one of {}", schemes.join(", ")));
        }
        // A slash in a password ends the authority for a strict reader, and not for the person who wrote it.
        let authority = rest.split('?').next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') || url.value.contains("password=") {
            self.at(url, "a password stands in this address")
                .help("take it out, change it, and name where it is: `password: {env: PGPASSWORD}`");
        }
    }

    /// An address whose file of roots is found from wherever the program runs: paths are relative to this file.
    fn rooted(&self, url: &str) -> String {
        let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
        let rooted = |pair: &str| match pair.strip_prefix("sslrootcert=") {
            Some(path) if !path.is_empty() && path != "system" => format!("sslrootcert={}", self.base.join(path).display()),
            _ => pair.to_owned(),
        };
        format!("{before}?{}", query.split('&').map(rooted).collect::<Vec<_>>().join("&"))
    }

    fn password(&mut self, raw: &Spanned<RawPassword>, clusters: &[Spanned<RawCluster>], region: &str) -> Option<PasswordSource> {
        match (&raw.value.env, &raw.value.file, &raw.value.secret) {
            (Some(name), None, None) => Some(PasswordSource::Env(name.value.clone())),
            (None, Some(path), None) => Some(PasswordSource::File(self.base.join(&path.value))),
            (None, None, Some(reference)) => {
                let parts: Vec<&str> = reference.value.split('/').collect();
                let [namespace, name, key] = parts.as_slice() else {
                    self.at(reference, "this names no key of a Secret")
                        .help("write its namespace, name and key: `kubernaut-system/postgresql/password`");
                    return None;
                };
                if !has_cluster(clusters, region) {
                    self.at(reference, format!("no cluster is configured for region `{region}` that this Secret could be in"));
                }
                let [namespace, name, key] = [namespace, name, key].map(|part| (*part).to_owned());
                Some(PasswordSource::Secret { namespace, name, key })
            }
            _ => {
                self.at(raw, "a password is in one place: `env`, `file` or `secret`");
                None
            }
        }
    }

    fn sample_for(&mut self, raw: Option<&Spanned<String>>) -> i64 {
        let Some(text) = raw else { return SAMPLE_FOR_S };
        match Seconds::parse(&text.value) {
            Ok(span) if (1..=600).contains(&span.0) => span.0,
            _ => {
                self.at(text, "lag is measured for 1s to 10m");
                SAMPLE_FOR_S
            }
        }
    }

    fn report(&mut self, raw: &Spanned<RawToolReport>, clusters: &[Spanned<RawCluster>], region: &str) -> Option<ToolReport> {
        let words = |words: &[Spanned<String>]| words.iter().map(|word| word.value.clone()).collect();
        let source = match (&raw.value.file, &raw.value.command, &raw.value.pod) {
            (Some(path), None, None) => ReportSource::File(self.base.join(&path.value)),
            (None, Some(command), None) if !command.is_empty() => ReportSource::Command(words(command)),
            (None, Some(command), Some(pod)) if !command.is_empty() => {
                ReportSource::Pod(self.pod(pod, words(command), has_cluster(clusters, region), region)?)
            }
            (None, _, Some(pod)) => {
                self.at(pod, "nothing says what this Pod is to print").help("give its `command`: `[pgbackrest, info, --output=json]`");
                return None;
            }
            _ => {
                self.at(raw, "a report is in a `file` or printed by a `command`");
                return None;
            }
        };
        let tool = match raw.value.tool {
            RawTool::Pgbackrest => Tool::PgBackRest,
            RawTool::WalG => Tool::WalG,
            RawTool::WalGVerify => Tool::WalGVerify,
            RawTool::Barman => Tool::Barman,
            RawTool::BarmanCheck => Tool::BarmanCheck,
        };
        Some(ToolReport { tool, name: raw.value.name.as_ref().map(|name| name.value.clone()), source })
    }

    fn pod(&mut self, raw: &Spanned<RawPod>, command: Vec<String>, has_cluster: bool, region: &str) -> Option<PodCommand> {
        let RawPod { namespace, name, container } = &raw.value;
        let parts = [Some(namespace), Some(name), container.as_ref()];
        let wrong: Vec<_> = parts.into_iter().flatten().filter(|part| !is_name(&part.value)).collect();
        wrong.iter().for_each(|part| self.at(part, "this is no name of an object").help("small letters, digits, `-` and `.`"));
        if !has_cluster {
            self.at(raw, format!("no cluster is configured for region `{region}` that this Pod could be in"))
                .help("name it under `clusters:`, or leave `pod` out to run the command here");
        }
        let text = |part: &Spanned<String>| part.value.clone();
        let found = PodCommand { namespace: text(namespace), name: text(name), container: container.as_ref().map(text), command };
        (has_cluster && wrong.is_empty()).then_some(found)
    }
}

/// Whether a cluster is configured for a region; one without a region is that of the only one.
fn has_cluster(clusters: &[Spanned<RawCluster>], region: &str) -> bool {
    clusters.iter().any(|cluster| cluster.value.region.as_ref().is_none_or(|named| named.value == region))
}

/// Whether this can be the name of an object: it becomes a part of an address.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = |byte: Option<u8>| byte.is_some_and(plain);
    ends(text.bytes().next()) && ends(text.bytes().last()) && text.bytes().all(|byte| plain(byte) || matches!(byte, b'-' | b'.'))
}

/// The host and port of an address.
fn server(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, server)| server)
}
