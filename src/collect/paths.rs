//! Which region a path on the command line is in: that of the manifests of the configuration that it
//! lies in or that lie in it, else the only region, else the one that the person names.

use super::manifests::{File, Walk};
use super::{CollectError, PathArgument, Request};
use crate::config::Config;
use crate::snapshot::Unjudged;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files of one region.
#[derive(Debug, Default)]
pub(super) struct RegionFiles {
    pub(super) walk: Walk,
    pub(super) stdin: bool,
    /// The paths, as the person named them.
    pub(super) of: BTreeSet<String>,
}

/// The files of each region, and those that are in none.
#[derive(Debug, Default)]
pub(super) struct Regions {
    pub(super) files: BTreeMap<String, RegionFiles>,
    pub(super) unjudged: BTreeSet<Unjudged>,
}

/// Finds the files of a request.
pub(super) fn regions(request: &Request<'_>) -> Result<Regions, CollectError> {
    let config = request.config;
    let mut regions = Regions::default();
    if request.paths.is_empty() {
        for source in &config.manifests {
            let files = regions.files.entry(source.region.clone()).or_default();
            let shown = shown(&source.path);
            files.walk.add(&shown, &config.base.join(&source.path));
            files.of.insert(shown);
        }
        return Ok(regions);
    }
    let named = named_region(request)?;
    let entries = entries(config);
    for argument in request.paths {
        match argument {
            PathArgument::Stdin => {
                let region = named.clone().ok_or_else(|| CollectError::Region { path: "-".to_owned() })?;
                let files = regions.files.entry(region).or_default();
                files.stdin = true;
                files.of.insert(super::manifests::STDIN.to_owned());
            }
            PathArgument::Path(text) => {
                for path in expand(text)? {
                    regions.argument(&path, &entries, named.as_deref())?;
                }
            }
        }
    }
    Ok(regions)
}

/// Whether the paths are all that the configuration's manifests are: a question about a few of the files
/// proves no absence. A configuration without manifests leaves it to the paths to be everything.
pub(super) fn covers(request: &Request<'_>) -> bool {
    if request.paths.is_empty() {
        return true;
    }
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let named: Vec<PathBuf> = request
        .paths
        .iter()
        .filter_map(|argument| match argument {
            PathArgument::Stdin => None,
            PathArgument::Path(text) => expand(text).ok(),
        })
        .flatten()
        .map(|path| real(&path))
        .collect();
    entries(request.config).iter().all(|(entry, _)| named.iter().any(|path| real(entry).starts_with(path)))
}

impl Regions {
    /// Sorts the files of one path into regions.
    fn argument(&mut self, path: &Path, entries: &[(PathBuf, String)], named: Option<&str>) -> Result<(), CollectError> {
        let shown = shown(path);
        let mut walk = Walk::default();
        walk.add(&shown, path);
        let mut homeless = BTreeSet::new();
        let mut placed = false;
        let mut place = |file: &File, add: &mut dyn FnMut(&mut Walk)| {
            let found = regions_of(&file.path, entries);
            let found = if found.is_empty() { named.into_iter().collect() } else { found };
            if found.is_empty() {
                homeless.insert(file.shown.clone());
            }
            for region in found {
                placed = true;
                let files = self.files.entry(region.to_owned()).or_default();
                files.of.insert(shown.clone());
                add(&mut files.walk);
            }
        };
        for file in &walk.files {
            place(file, &mut |walk| walk.files.push(file.clone()));
        }
        for broken in &walk.broken {
            place(&broken.0, &mut |walk| walk.broken.push(broken.clone()));
        }
        if placed {
            self.unjudged.extend(homeless.into_iter().map(|what| {
                let because = "the configuration has it in no region".to_owned();
                Unjudged { what, line: None, because, in_doubt: false }
            }));
            return Ok(());
        }
        // Not one file: the region is asked all the same, so that nothing is not mistaken for ready.
        match (named, homeless.is_empty(), regions_of(path, entries).first().copied()) {
            (Some(region), _, _) | (None, true, Some(region)) => {
                self.files.entry(region.to_owned()).or_default().of.insert(shown);
                Ok(())
            }
            (None, _, _) => Err(CollectError::Region { path: shown }),
        }
    }
}

/// The region for what the configuration does not place: the one that the person names, or the only one.
fn named_region(request: &Request<'_>) -> Result<Option<String>, CollectError> {
    let known = &request.config.system.regions;
    match &request.region {
        Some(region) if request.config.file.is_some() && !known.contains_key(region) => {
            Err(CollectError::UnknownRegion { region: region.clone(), known: known.keys().cloned().collect::<Vec<_>>().join(", ") })
        }
        Some(region) => Ok(Some(region.clone())),
        None if known.len() == 1 => Ok(known.keys().next().cloned()),
        None => Ok(None),
    }
}

/// The real paths of the configuration's manifests, with their regions.
fn entries(config: &Config) -> Vec<(PathBuf, String)> {
    let real = |path: &Path| config.base.join(path).canonicalize().ok();
    config.manifests.iter().filter_map(|source| Some((real(&source.path)?, source.region.clone()))).collect()
}

/// The regions of the innermost manifests that a file lies in; several where they share it.
fn regions_of<'a>(path: &Path, entries: &'a [(PathBuf, String)]) -> Vec<&'a str> {
    let Ok(real) = path.canonicalize() else { return Vec::new() };
    let around = || entries.iter().filter(|(entry, _)| real.starts_with(entry));
    let innermost = around().map(|(entry, _)| entry.components().count()).max();
    let found: BTreeSet<&str> =
        around().filter(|(entry, _)| Some(entry.components().count()) == innermost).map(|(_, region)| region.as_str()).collect();
    found.into_iter().collect()
}

/// The paths that an argument stands for: itself, or what its pattern matches.
fn expand(text: &str) -> Result<Vec<PathBuf>, CollectError> {
    let missing = || CollectError::Path { path: text.to_owned() };
    if Path::new(text).symlink_metadata().is_ok() {
        return Ok(vec![PathBuf::from(text)]);
    }
    if !text.contains(['*', '?', '[']) {
        return Err(missing());
    }
    let mut paths: Vec<PathBuf> = glob::glob(text).map_err(|_| missing())?.filter_map(Result::ok).collect();
    paths.sort();
    if paths.is_empty() { Err(missing()) } else { Ok(paths) }
}

pub(super) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
