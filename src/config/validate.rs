//! From what is written to what is valid: every problem is noted, with its place and what to do.

use super::clusters::Scope;
use super::problem::{Problems, nearest};
use super::raw::{RawComponent, RawConfig, RawFailover};
use super::standard::{Loosened, Overrides};
use super::waivers;
use super::{Config, DEFAULT_REGION, ManifestSource, read, shown};
use crate::clock;
use crate::snapshot::{Exclusion, GLOBAL, InventoryItem, RegionRole, Stage, System};
use crate::source_text::{self, Limits, Node, SourceError, SourceErrorKind, Spanned};
use crate::standard::{ComponentIs, RecoversBy, Standard, StandardError, WaivedVerdict, Waiver};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is read.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) standard_text: &'a str,
}

/// The valid configuration, if nothing is wrong that would make it meaningless; the caller drops it
/// where there are problems.
pub(super) fn config(source: &Source<'_>, problems: &mut Problems) -> Option<Config> {
    let root = document(source, problems)?;
    let (raw, mistakes) = read::read::<RawConfig>(&root);
    for mistake in mistakes {
        let help = example(&root, &mistake);
        problems.source(source.file, mistake);
        help.into_iter().for_each(|help| problems.help(help));
    }
    let raw = raw?;
    let base = source.path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut check = Check { file: source.file, base: &base, problems };
    // A key whose value has the wrong type is there, and was told already.
    if raw.version.is_some() || root.get("version").is_none() {
        waivers::version(raw.version.as_ref(), source.file, check.problems);
    }
    check.unsupported(&raw);
    let (standard, overrides, loosened) = check.standard(source.standard_text, raw.standard.as_ref().and_then(|_| root.get("standard")))?;
    let system = check.system(&raw, &root, &standard, overrides);
    let scope = if system.namespaces.is_empty() && raw.manifests.is_empty() { Scope::Unknown } else { Scope::Known };
    let mut config = Config {
        file: Some(source.path.to_path_buf()),
        stage: raw.stage.unwrap_or(Stage::PreProduction),
        manifests: check.manifests(&raw, &system),
        clusters: check.clusters(&raw.clusters, scope, &system),
        databases: check.databases(&raw.databases, &raw.clusters, &system),
        recorded: check.recorded(&raw.recorded),
        at_s: check.instant(&raw),
        backed_up_by: check.backed_up_by(&raw.components),
        drills: raw.drills.as_ref().and_then(|drills| check.directory(&drills.ledger, "drills.ledger")),
        attestations: raw.attestations.as_ref().and_then(|path| check.directory(path, "attestations")),
        waivers: check.waivers(&loosened, &standard, &system),
        live_sections: live_sections(&raw),
        system,
        base: base.clone(),
    };
    if let Some(path) = &raw.waivers {
        let file = shown(&base.join(&path.value));
        if base.join(&path.value).exists() {
            config.waivers.extend(waivers::load(&base.join(&path.value), &file, problems));
        } else {
            problems.at(source.file, path, format!("there is no `{file}`")).help("paths are relative to this file");
        }
    }
    config.waivers.sort_by(|a, b| (&a.control, &a.subject, &a.source).cmp(&(&b.control, &b.subject, &b.source)));
    Some(config)
}

/// The sections whose evidence is live.
fn live_sections(raw: &RawConfig) -> Vec<&'static str> {
    let sections =
        [("clusters", !raw.clusters.is_empty()), ("databases", !raw.databases.is_empty()), ("recorded", !raw.recorded.is_empty())];
    sections.into_iter().filter(|(_, written)| *written).map(|(name, _)| name).collect()
}

fn document(source: &Source<'_>, problems: &mut Problems) -> Option<Node> {
    match source_text::parse(source.text.as_bytes(), &Limits::default()) {
        Ok(documents) => problems.only(source.file, &documents).cloned(),
        Err(error) => {
            problems.source(source.file, error);
            None
        }
    }
}

/// How the sections are written that people get wrong: a short form that other tools take, and ours does not.
const EXAMPLES: [(&str, &str); 9] = [
    ("regions", "us-east-1: {role: primary}"),
    ("inventory", "api: {kind: Deployment, ready: 3}"),
    ("excluded", "redis: {reason: \"a cache that is rebuilt\"}"),
    ("components", "orders: {is: postgresql}"),
    ("manifests", "- {path: deploy/us-east-1/, region: us-east-1}"),
    ("clusters", "- {region: us-east-1, context: prod-us}"),
    ("databases", "- {component: postgresql, url: \"postgres://user@host/db\", password: {env: PGPASSWORD}}"),
    ("drills", "drills: {ledger: drills/}"),
    ("failover", "failover: {name: api.example.org}"),
];

/// What to write instead of something of the wrong shape: an entry of the section that it stands in.
fn example(root: &Node, error: &SourceError) -> Option<String> {
    let at = error.at.filter(|_| error.kind == SourceErrorKind::Shape)?;
    let section = root.as_map()?.iter().filter(|entry| entry.key_at <= at).max_by_key(|entry| entry.key_at)?;
    let (_, written) = EXAMPLES.iter().find(|(name, _)| *name == section.key)?;
    Some(format!("write it as `{written}`; `seaworthy schema config` has every key"))
}

pub(super) struct Check<'a> {
    file: &'a str,
    pub(super) base: &'a Path,
    problems: &'a mut Problems,
}

impl Check<'_> {
    pub(super) fn at<T>(&mut self, value: &Spanned<T>, message: impl Into<String>) -> &mut Problems {
        self.problems.at(self.file, value, message)
    }

    /// Sections of the schema whose collectors do not exist yet: refused, because ignoring one would
    /// leave its evidence out in silence.
    fn unsupported(&mut self, raw: &RawConfig) {
        let live = [("clusters", !raw.clusters.is_empty()), ("databases", !raw.databases.is_empty())];
        for (name, _) in live.into_iter().filter(|(_, written)| *written) {
            if let Some(at) = &raw.at {
                self.at(at, format!("`at` turns the clock back, and `{name}` is live: only one of them can be true"));
            }
        }
        let sections = [
            ("repositories", raw.repositories.as_ref()),
            ("probes", raw.probes.as_ref()),
            ("prometheus", raw.prometheus.as_ref()),
            ("failover.route53", raw.failover.as_ref().and_then(|failover: &RawFailover| failover.route53.as_ref())),
        ];
        for (name, section) in sections {
            if let Some(section) = section {
                self.at(section, format!("`{name}` is not supported yet"))
                    .help("leave the section out: what it would show is then not judged");
                if let Some(at) = &raw.at {
                    self.at(at, format!("`at` turns the clock back, and `{name}` is live: only one of them can be true"));
                }
            }
        }
    }

    /// The standard with this system's overrides, the overrides, and what they loosen.
    fn standard(&mut self, text: &str, node: Option<&Node>) -> Option<(Standard, Option<serde_json::Value>, Vec<Loosened>)> {
        let standard = match Standard::parse(text) {
            Ok(standard) => standard,
            Err(error) => {
                self.problems.place("the standard", None, 1, error.to_string());
                return None;
            }
        };
        let Some(node) = node else { return Some((standard, None, Vec::new())) };
        let base: serde_json::Value = match source_text::from_str(text, &Limits::default()) {
            Ok(base) => base,
            Err(error) => {
                self.problems.source("the standard", error);
                return None;
            }
        };
        let mut overrides = Overrides { file: self.file, problems: self.problems, loosened: Vec::new() };
        let tree = overrides.tree(&[], node, &base);
        let loosened = overrides.loosened;
        let Some(tree) = tree else { return Some((standard, None, loosened)) };
        match Standard::with_overrides(text, &tree) {
            Ok(standard) => Some((standard, Some(tree), loosened)),
            Err(StandardError::Invalid(list)) => {
                for problem in list {
                    self.problems.place(self.file, Some(node.at), node.len, problem);
                }
                Some((standard, Some(tree), loosened))
            }
            Err(StandardError::Shape(error)) => {
                self.problems.place(self.file, Some(node.at), node.len, error.message);
                Some((standard, Some(tree), loosened))
            }
        }
    }

    fn system(&mut self, raw: &RawConfig, root: &Node, standard: &Standard, overrides: Option<serde_json::Value>) -> System {
        let excluded = self.excluded(raw, standard);
        let mut components: BTreeMap<String, String> = standard.components.keys().map(|name| (name.clone(), name.clone())).collect();
        self.components(&raw.components, standard, &mut components);
        components.retain(|name, _| !excluded.contains_key(name));
        System {
            name: self.name(raw, root),
            regions: self.regions(raw, root),
            namespaces: self.texts(raw.namespaces.as_deref().unwrap_or_default(), "a namespace"),
            inventory: self.inventory(raw),
            custom_resources: self.texts(&raw.custom_resources, "a kind"),
            excluded,
            routed_name: raw.failover.as_ref().and_then(|failover| self.routed_name(&failover.name)),
            components,
            overrides,
        }
    }

    fn name(&mut self, raw: &RawConfig, root: &Node) -> String {
        match &raw.system {
            Some(name) if name.value.trim().is_empty() => {
                self.at(name, "the system's name is empty");
            }
            Some(name) => return name.value.clone(),
            None if root.get("system").is_some() => {}
            None => self.problems.place(self.file, None, 1, "missing key `system`").help("write the system's name: `system: kubernaut`"),
        }
        String::new()
    }

    fn regions(&mut self, raw: &RawConfig, root: &Node) -> BTreeMap<String, RegionRole> {
        let only = || BTreeMap::from([(DEFAULT_REGION.to_owned(), RegionRole::Primary)]);
        let Some(regions) = &raw.regions else { return only() };
        if regions.is_empty() {
            // Those that are written and were refused are told already.
            if let Some(node) = root.get("regions").filter(|node| node.as_map().is_some_and(<[_]>::is_empty)) {
                let help = "name them (`us-east-1: {role: primary}`), or leave `regions` out where there is only one";
                self.problems.place(self.file, Some(node.at), node.len, "not one region is named").help(help);
            }
            return only();
        }
        for name in regions.keys().filter(|name| name.value.is_empty() || name.value == GLOBAL || name.value.contains('/')) {
            self.at(name, format!("`{}` cannot be a region's name", name.value));
        }
        let primaries: Vec<_> = regions.iter().filter(|(_, region)| region.role == RegionRole::Primary).map(|(name, _)| name).collect();
        match primaries.as_slice() {
            [_] => {}
            [] => {
                let at = regions.keys().map(|name| name.at).min();
                self.problems.place(self.file, at, 1, "no region is primary").help("one region takes the writes: `{role: primary}`");
            }
            [_, others @ ..] => {
                for other in others {
                    self.at(other, format!("`{}` is a second primary region", other.value)).help("exactly one region takes the writes");
                }
            }
        }
        regions.iter().map(|(name, region)| (name.value.clone(), region.role)).collect()
    }

    fn inventory(&mut self, raw: &RawConfig) -> BTreeMap<String, InventoryItem> {
        let mut inventory = BTreeMap::new();
        for (thing, item) in &raw.inventory {
            self.thing(thing);
            if item.kind.value.trim().is_empty() {
                self.at(&item.kind, "the kind is empty");
            }
            if item.ready.value == 0 {
                self.at(&item.ready, "nothing has to be ready: leave the thing out, or exclude it with a reason");
            }
            let text = |value: &Option<Spanned<String>>| value.as_ref().map(|text| text.value.clone());
            let entry = InventoryItem {
                kind: item.kind.value.clone(),
                name: text(&item.name),
                namespace: text(&item.namespace),
                ready: item.ready.value,
            };
            inventory.insert(thing.value.clone(), entry);
        }
        inventory
    }

    fn thing(&mut self, name: &Spanned<String>) {
        if name.value.trim().is_empty() || name.value.contains('/') {
            self.at(name, format!("`{}` cannot be a thing's name: it is empty or has a slash", name.value));
        }
    }

    fn excluded(&mut self, raw: &RawConfig, standard: &Standard) -> BTreeMap<String, Exclusion> {
        let mut known: BTreeSet<&str> = ["access", "alert-delivery", "cross-region"].into();
        known.extend(standard.excluded.keys().chain(standard.components.keys()).map(String::as_str));
        known.extend(standard.scenarios.keys().chain(standard.alerts.keys()).chain(standard.documents.keys()).map(String::as_str));
        known.extend(raw.inventory.keys().chain(raw.components.keys()).map(|name| name.value.as_str()));
        known.extend(raw.failover.as_ref().map(|failover| failover.name.value.as_str()));
        let mut excluded = BTreeMap::new();
        for (thing, exclusion) in &raw.excluded {
            if exclusion.reason.value.trim().is_empty() {
                self.at(&exclusion.reason, format!("`{}` is excluded without a reason", thing.value));
            }
            if !known.contains(thing.value.as_str()) {
                let near = nearest(&thing.value, known.iter().copied()).map(|near| format!(", did you mean `{near}`?"));
                self.at(thing, format!("there is nothing called `{}` to exclude{}", thing.value, near.unwrap_or_default()));
            }
            excluded.insert(thing.value.clone(), Exclusion { reason: exclusion.reason.value.clone() });
        }
        excluded
    }

    fn components(
        &mut self,
        raw: &BTreeMap<Spanned<String>, RawComponent>,
        standard: &Standard,
        components: &mut BTreeMap<String, String>,
    ) {
        let general: Vec<&str> = standard.components.keys().map(String::as_str).collect();
        let others: BTreeSet<&String> = standard.scenarios.keys().chain(standard.alerts.keys()).chain(standard.documents.keys()).collect();
        for (name, component) in raw {
            self.thing(name);
            if others.contains(&name.value) {
                self.at(name, format!("`{}` is the name of something else in the standard", name.value));
            }
            match &component.is {
                Some(is) if !standard.components.contains_key(&is.value) => {
                    let near = nearest(&is.value, general.iter().copied()).map(|near| format!(", did you mean `{near}`?"));
                    self.at(is, format!("the standard has no component `{}`{}", is.value, near.unwrap_or_default()));
                }
                Some(is) if standard.components.contains_key(&name.value) && is.value != name.value => {
                    self.at(is, format!("`{}` is a component of the standard and cannot be another one", name.value));
                }
                Some(is) => drop(components.insert(name.value.clone(), is.value.clone())),
                None if standard.components.contains_key(&name.value) => {}
                None => {
                    let near = nearest(&name.value, general.iter().copied()).map(|near| format!(", did you mean `{near}`?"));
                    self.at(name, format!("the standard has no component `{}`{}", name.value, near.unwrap_or_default()))
                        .help("a further component says whose requirements it has: `is: postgresql`");
                }
            }
        }
    }

    fn backed_up_by(&mut self, raw: &BTreeMap<Spanned<String>, RawComponent>) -> BTreeMap<String, Vec<String>> {
        let mut backed_up_by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, component) in raw.iter().filter(|(_, component)| !component.backed_up_by.is_empty()) {
            for reference in &component.backed_up_by {
                let parts: Vec<&str> = reference.value.split('/').collect();
                if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.is_empty()) {
                    self.at(reference, "this names no object")
                        .help("write its kind, namespace and name: `CronJob/kubernaut-system/postgresql-backup`");
                }
                backed_up_by.entry(name.value.clone()).or_default().push(reference.value.clone());
            }
        }
        backed_up_by
    }

    fn routed_name(&mut self, name: &Spanned<String>) -> Option<String> {
        let plain = name.value.trim_end_matches('.').to_ascii_lowercase();
        let host = plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '*'));
        if plain.is_empty() || !host {
            self.at(name, "this is no host name").help("write the name alone, without `https://`, port or path");
            return None;
        }
        Some(plain)
    }

    pub(super) fn texts(&mut self, list: &[Spanned<String>], what: &str) -> BTreeSet<String> {
        for text in list.iter().filter(|text| text.value.trim().is_empty()) {
            self.at(text, format!("{what} is empty"));
        }
        list.iter().map(|text| text.value.clone()).collect()
    }

    fn manifests(&mut self, raw: &RawConfig, system: &System) -> Vec<ManifestSource> {
        let mut sources = Vec::new();
        for entry in &raw.manifests {
            if !self.base.join(&entry.path.value).exists() {
                let message = format!("there is no `{}`", shown(&self.base.join(&entry.path.value)));
                self.at(&entry.path, message).help("paths are relative to this file");
            }
            match self.region(entry.region.as_ref(), system) {
                Some(region) => sources.push(ManifestSource { path: PathBuf::from(&entry.path.value), region }),
                None => drop(self.at(&entry.path, "there are several regions: say which one these manifests are for")),
            }
        }
        sources
    }

    /// The region that a source names, or the only one there is.
    pub(super) fn region(&mut self, named: Option<&Spanned<String>>, system: &System) -> Option<String> {
        let Some(region) = named else {
            let mut regions = system.regions.keys();
            return regions.next().filter(|_| regions.next().is_none()).cloned();
        };
        if !system.regions.contains_key(&region.value) {
            let near = nearest(&region.value, system.regions.keys().map(String::as_str));
            let near = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
            self.at(region, format!("there is no region `{}`{near}", region.value));
        }
        Some(region.value.clone())
    }

    fn recorded(&mut self, patterns: &[Spanned<String>]) -> Vec<String> {
        for pattern in patterns {
            if let Err(error) = glob::Pattern::new(&pattern.value) {
                self.at(pattern, format!("this is no file pattern: {}", error.msg));
            }
        }
        patterns.iter().map(|pattern| pattern.value.clone()).collect()
    }

    fn instant(&mut self, raw: &RawConfig) -> Option<i64> {
        let text = raw.at.as_ref()?;
        let at_s = clock::instant_s(&text.value);
        if at_s.is_none() {
            self.at(text, "this is no instant").help("write it as RFC 3339, such as 2026-11-22T14:00:00Z");
        }
        at_s
    }

    fn directory(&mut self, path: &Spanned<String>, name: &str) -> Option<PathBuf> {
        if path.value.starts_with("s3://") || path.value.starts_with("configmap/") {
            self.at(path, format!("this version reads files only; `{name}` has to be a directory"));
            return None;
        }
        if !self.base.join(&path.value).is_dir() {
            let message = format!("there is no directory `{}`", shown(&self.base.join(&path.value)));
            self.at(path, message).help("paths are relative to this file; an empty directory says that there are no records");
            return None;
        }
        Some(PathBuf::from(&path.value))
    }

    fn waivers(&mut self, loosened: &[Loosened], standard: &Standard, system: &System) -> Vec<Waiver> {
        loosened.iter().flat_map(|loosened| waivers_of(loosened, self.file, standard, system)).collect()
    }
}

/// The waivers that a looser number stands for: its controls, its subjects, and the number as bound.
fn waivers_of(loosened: &Loosened, file: &str, standard: &Standard, system: &System) -> Vec<Waiver> {
    let [section, name, key] =
        [0, 1, loosened.path.len().saturating_sub(1)].map(|index| loosened.path.get(index).map_or("", String::as_str));
    let regions = || system.regions.keys().map(String::as_str);
    let primary = || system.regions.iter().filter(|(_, role)| **role == RegionRole::Primary).map(|(name, _)| name.as_str());
    let (controls, regions, things): (&[&str], Vec<&str>, Vec<&str>) = if section == "components" {
        let named = system.components.iter().filter(|(_, is)| *is == name).map(|(name, _)| name.as_str()).collect();
        let everywhere = standard.components.get(name).is_some_and(|component| component.is != ComponentIs::Postgresql);
        let control: &[&str] = if key == "keep" { &["backup.retention"] } else { &["backup.frequency"] };
        (control, if everywhere { regions().collect() } else { primary().collect() }, named)
    } else {
        let Some(scenario) = standard.scenarios.get(name) else { return Vec::new() };
        let (controls, regions): (&[&str], Vec<&str>) = match (key, scenario.recovers_by) {
            ("rto", RecoversBy::Restart) => (&["recovery.rto_measured", "recovery.rto_restart"], regions().collect()),
            ("rto", RecoversBy::Restore) => (&["recovery.rto_measured"], primary().collect()),
            ("rto", RecoversBy::Rebuild) => (&["recovery.rto_measured"], vec![GLOBAL]),
            ("rto", RecoversBy::Failover) => (&["recovery.rto_measured", "recovery.rto_failover"], vec![GLOBAL]),
            (_, RecoversBy::Restart) => (&["recovery.rpo_measured", "recovery.rpo_no_loss"], regions().collect()),
            (_, RecoversBy::Restore) => (&["recovery.rpo_measured", "recovery.rpo_restore"], primary().collect()),
            (_, RecoversBy::Rebuild) => (&["recovery.rpo_measured", "recovery.rpo_restore"], vec![GLOBAL]),
            (_, RecoversBy::Failover) => (&["recovery.rpo_measured", "recovery.rpo_failover"], vec![GLOBAL]),
        };
        (controls, regions, vec![name])
    };
    // RTO and RPO are strict, so the largest whole second that a limit allows is the one before it.
    let (at_most, at_least) = match (section, key) {
        ("components", "keep") => (None, Some(loosened.seconds)),
        ("components", _) => (Some(loosened.seconds), None),
        (_, _) => (Some(loosened.seconds.saturating_sub(1)), None),
    };
    let mut waivers = Vec::new();
    for control in controls {
        for (thing, region) in things.iter().flat_map(|thing| regions.iter().map(move |region| (thing, region))) {
            waivers.push(Waiver {
                control: (*control).to_owned(),
                subject: format!("{thing}/{region}"),
                verdict: WaivedVerdict::Fail,
                owner: loosened.owner.clone(),
                reason: loosened.reason.clone(),
                expires_s: loosened.expires_s,
                at_most,
                at_least,
                source: format!("{file}:{}", loosened.line),
            });
        }
    }
    waivers
}
