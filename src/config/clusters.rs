//! `clusters:`, made valid: one cluster for each region, and no doubt about which one it is.

use super::raw::RawCluster;
use super::validate::Check;
use super::{ClusterAccess, ClusterSource, shown};
use crate::snapshot::System;
use crate::source_text::Spanned;

/// Whether it is known which namespaces are the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// They are named, or manifests show them.
    Known,
    /// They are not.
    Unknown,
}

impl Check<'_> {
    /// The clusters. Where a context leads to is a question for its kubeconfig, and no problem of this file.
    pub(super) fn clusters(&mut self, raw: &[Spanned<RawCluster>], scope: Scope, system: &System) -> Vec<ClusterSource> {
        let mut sources: Vec<ClusterSource> = Vec::new();
        if let (Some(first), true) = (raw.first(), scope == Scope::Unknown) {
            self.at(first, "nothing says which namespaces are this system's, and a cluster holds more than one system")
                .help("name them: `namespaces: [kubernaut-system]`");
        }
        for entry in raw {
            let access = self.access(entry);
            let Some(region) = self.region(entry.value.region.as_ref(), system) else {
                self.at(entry, "there are several regions: say which one this cluster is in");
                continue;
            };
            if sources.iter().any(|source| source.region == region) {
                self.at(entry, format!("a second cluster for region `{region}`"))
                    .help("a region has one cluster: give the other a region of its own");
            }
            let namespaces = self.texts(entry.value.namespaces.as_deref().unwrap_or_default(), "a namespace");
            let uid = entry.value.uid.as_ref().map(|uid| uid.value.clone());
            sources.extend(access.map(|access| ClusterSource { region, access, namespaces, uid }));
        }
        sources
    }

    /// How it is reached. The current context of a kubeconfig is whatever somebody last worked with, so it is
    /// never taken.
    fn access(&mut self, entry: &Spanned<RawCluster>) -> Option<ClusterAccess> {
        let inside = entry.value.in_cluster == Some(true);
        match (&entry.value.context, &entry.value.kubeconfig) {
            (Some(context), _) if inside => {
                self.at(context, "a cluster is reached through a context or from inside, not both");
                None
            }
            (None, Some(kubeconfig)) if inside => {
                self.at(kubeconfig, "from inside a cluster no kubeconfig is read");
                None
            }
            (None, None) if inside => Some(ClusterAccess::InCluster),
            (None, _) => {
                self.at(entry, "nothing says how this cluster is reached")
                    .help("name the context of a kubeconfig (`context: prod-us`), or write `in-cluster: true`");
                None
            }
            (Some(context), kubeconfig) => {
                let file = kubeconfig.as_ref().map(|path| (path, self.base.join(&path.value)));
                if let Some((path, file)) = file.as_ref().filter(|(_, file)| !file.is_file()) {
                    self.at(path, format!("there is no `{}`", shown(file))).help("paths are relative to this file");
                }
                Some(ClusterAccess::Context { context: context.value.clone(), kubeconfig: file.map(|(_, file)| file) })
            }
        }
    }
}
