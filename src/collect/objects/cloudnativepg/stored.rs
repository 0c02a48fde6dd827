//! The object store of a cluster, in tree or as an `ObjectStore` of the barman-cloud plugin.

use super::super::backups::{Destination, same_namespace, source};
use super::super::{Context, Object};
use super::STORES;
use crate::collect::retention::{self, Kept};
use crate::source_text::Node;

/// The plugin that stores what barman-cloud makes.
pub(super) const BARMAN: &str = "barman-cloud.cloudnative-pg.io";

/// A store and how long it keeps.
#[derive(Debug, Clone)]
pub(super) struct Store<'a> {
    /// The object that describes it.
    pub(super) object: &'a Object,
    /// The path in it.
    pub(super) node: &'a Node,
    /// Where it lies.
    pub(super) destination: Destination,
    /// How long, and who says so; or why the policy is refused.
    pub(super) kept: Result<(Kept, String), String>,
    /// Whether its copies are asked to be encrypted.
    pub(super) encrypted: bool,
}

/// The store in `spec.backup` of a cluster.
pub(super) fn in_tree<'a>(cluster: &'a Object, context: &Context) -> Option<Store<'a>> {
    read(
        cluster,
        "spec.backup.barmanObjectStore",
        "spec.backup.retentionPolicy",
        cluster.text("spec.backup.barmanObjectStore.serverName"),
        context,
    )
}

/// The `ObjectStore` that a cluster's plugin names.
pub(super) fn of_plugin<'a>(cluster: &Object, plugin: &Node, objects: &'a [Object], context: &Context) -> Option<Store<'a>> {
    let name = plugin.at_path("parameters.barmanObjectName")?.as_str()?;
    let server = plugin.at_path("parameters.serverName").and_then(Node::as_str);
    let here = |object: &&Object| {
        object.is(STORES, "ObjectStore") && object.name == name && same_namespace(object.namespace.as_deref(), cluster.namespace.as_deref())
    };
    let object = objects.iter().find(here)?;
    read(object, "spec.configuration", "spec.retentionPolicy", server, context)
}

fn read<'a>(object: &'a Object, path: &str, policy: &str, server: Option<&str>, context: &Context) -> Option<Store<'a>> {
    let configuration = object.at(path)?;
    let node = configuration.get("destinationPath")?;
    let root = node.as_str()?.trim_end_matches('/');
    // Two clusters in one path are told apart by their server's name.
    let uri = server.map_or_else(|| root.to_owned(), |server| format!("{root}/{server}"));
    let endpoint = configuration.get("endpointURL").and_then(Node::as_str).filter(|endpoint| !endpoint.is_empty());
    let encryption = configuration.at_path("data.encryption").and_then(Node::as_str).unwrap_or_default();
    Some(Store {
        object,
        node,
        destination: Destination::store(&uri, endpoint, None, context),
        kept: kept(object, policy),
        encrypted: !encryption.is_empty(),
    })
}

/// Without a policy nothing is ever deleted.
fn kept(object: &Object, path: &str) -> Result<(Kept, String), String> {
    match object.at(path).filter(|node| !node.is_null()) {
        None => Ok((Kept::Forever, format!("no {path} in {}: nothing is deleted", object.reference()))),
        Some(node) => {
            let text = node.as_str().unwrap_or_default();
            if text.is_empty() && node.as_str().is_some() {
                return Ok((Kept::Forever, format!("no {path} in {}: nothing is deleted", object.reference())));
            }
            let kept = retention::barman(text).map_err(|error| format!("{path}: {error}"))?;
            Ok((kept, source(object, path)))
        }
    }
}
