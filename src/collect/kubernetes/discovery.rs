//! What a server serves: asked before anything else, since an account without rights gets the same 403 for
//! what it may not see and for what is not there.

use super::api::{Api, JSON, Question};
use crate::collect::fault::{Fault, Right};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the whole list is asked for in one answer; a server before 1.27 answers with its older form.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                          application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// One served kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Served {
    /// The version that the server prefers.
    pub(super) version: String,
    /// Its name in URLs.
    pub(super) resource: String,
    /// Whether its objects lie in namespaces.
    pub(super) namespaced: bool,
}

/// The served kinds by group and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Discovery {
    served: BTreeMap<(String, String), Served>,
    /// Groups whose list could not be had, with why.
    unknown: BTreeMap<String, Fault>,
}

impl Discovery {
    /// Where a kind is served; `Ok(None)`: it is not, for certain.
    pub(super) fn find(&self, group: &str, kind: &str) -> Result<Option<&Served>, Fault> {
        match (self.served.get(&(group.to_owned(), kind.to_owned())), self.unknown.get(group)) {
            (Some(served), _) => Ok(Some(served)),
            (None, Some(fault)) => Err(fault.clone()),
            (None, None) => Ok(None),
        }
    }

    /// The versions of each group of which something is served.
    pub(super) fn versions(&self) -> BTreeMap<&str, &str> {
        self.served.iter().map(|((group, _), served)| (group.as_str(), served.version.as_str())).collect()
    }

    /// Asks for all groups, `groups` only where the server answers in its older form.
    pub(super) async fn ask(api: &Api, groups: &[&str]) -> Result<Self, Fault> {
        let mut discovery = Self::default();
        for path in ["/api", "/apis"] {
            match read::<GroupList>(api, path, AGGREGATED).await? {
                List::Aggregated(list) => discovery.add(list),
                List::Older => discovery.older(api, path, groups).await?,
            }
        }
        Ok(discovery)
    }

    fn add(&mut self, list: GroupList) {
        for group in list.items {
            let name = group.metadata.name;
            // The first version is the preferred one.
            for version in group.versions {
                if version.freshness.as_deref().is_some_and(|freshness| freshness != "Current") {
                    self.unknown.insert(name.clone(), Fault::Strange("the server's list of this group is stale".to_owned()));
                    continue;
                }
                for resource in version.resources {
                    let Some(kind) = resource.response_kind.map(|kind| kind.kind).filter(|kind| !kind.is_empty()) else { continue };
                    let served = Served {
                        version: version.version.clone(),
                        resource: resource.resource,
                        namespaced: resource.scope == "Namespaced",
                    };
                    self.served.entry((name.clone(), kind)).or_insert(served);
                }
            }
        }
    }

    async fn older(&mut self, api: &Api, path: &str, groups: &[&str]) -> Result<(), Fault> {
        let versions: Vec<(String, String)> = if path == "/api" {
            vec![(String::new(), "v1".to_owned())]
        } else {
            let list: OlderGroups = parsed(api, "/apis", JSON).await?;
            let wanted = list.groups.into_iter().filter(|group| groups.contains(&group.name.as_str()));
            let mut found = Vec::new();
            for mut group in wanted {
                let preferred = group.preferred_version.map(|version| version.version).unwrap_or_default();
                group.versions.sort_by_key(|version| version.version != preferred);
                found.extend(group.versions.into_iter().map(|version| (group.name.clone(), version.version)));
            }
            found
        };
        for (group, version) in versions {
            let path = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
            match parsed::<OlderResources>(api, &path, JSON).await {
                Ok(list) => {
                    for resource in list.resources.into_iter().filter(|resource| !resource.name.contains('/')) {
                        let served = Served { version: version.clone(), resource: resource.name, namespaced: resource.namespaced };
                        self.served.entry((group.clone(), resource.kind)).or_insert(served);
                    }
                }
                Err(fault) => drop(self.unknown.insert(group, fault)),
            }
        }
        Ok(())
    }
}

/// An answer in one of the two forms.
enum List<T> {
    Aggregated(T),
    Older,
}

async fn read<T: for<'de> Deserialize<'de>>(api: &Api, path: &str, accept: &str) -> Result<List<T>, Fault> {
    let answer = api.get(&question(path, accept), api.read_until()).await?;
    if !answer.content_type.contains("APIGroupDiscoveryList") {
        return if answer.content_type.starts_with(JSON) { Ok(List::Older) } else { Err(strange(&answer.content_type)) };
    }
    serde_json::from_slice(&answer.body).map(List::Aggregated).map_err(|_| not_json())
}

async fn parsed<T: for<'de> Deserialize<'de>>(api: &Api, path: &str, accept: &str) -> Result<T, Fault> {
    let answer = api.get(&question(path, accept), api.read_until()).await?;
    if !answer.content_type.starts_with(JSON) {
        return Err(strange(&answer.content_type));
    }
    serde_json::from_slice(&answer.body).map_err(|_| not_json())
}

fn question<'a>(path: &'a str, accept: &'a str) -> Question<'a> {
    let right = Right { verb: "get", group: String::new(), resource: path.to_owned(), namespace: None };
    Question { path, accept, right }
}

pub(super) fn strange(content_type: &str) -> Fault {
    let shown: String = content_type.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
    Fault::Strange(format!("the answer is `{shown}`, not JSON"))
}

pub(super) fn not_json() -> Fault {
    Fault::Truncated("the answer is no whole JSON of the expected form".to_owned())
}

#[derive(Deserialize)]
struct GroupList {
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: GroupName,
    versions: Vec<Version>,
}

#[derive(Deserialize, Default)]
struct GroupName {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
    freshness: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: String,
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct ResponseKind {
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct OlderGroups {
    groups: Vec<OlderGroup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OlderGroup {
    name: String,
    versions: Vec<OlderVersion>,
    preferred_version: Option<OlderVersion>,
}

#[derive(Deserialize)]
struct OlderVersion {
    version: String,
}

#[derive(Deserialize)]
struct OlderResources {
    resources: Vec<OlderResource>,
}

#[derive(Deserialize)]
struct OlderResource {
    name: String,
    kind: String,
    namespaced: bool,
}
