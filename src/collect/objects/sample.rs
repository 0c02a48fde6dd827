//! A system to read objects for, in tests.

use super::{Context, Found, Object, Origin};
use crate::snapshot::{Class, Exclusion, InventoryItem, RegionRole};
use crate::source_text::{Limits, Node, parse};
use crate::standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is read, and as what.
pub(super) struct System {
    pub(super) system: crate::snapshot::System,
    pub(super) class: Class,
}

/// Reads manifests of `us-east-1`.
pub(super) fn read(yaml: &str, reader: fn(&[Object], &Context, &mut Found)) -> Found {
    System::declared().read(yaml, reader)
}

impl System {
    /// Kubernaut, as Git declares it.
    pub(super) fn declared() -> Self {
        let item = |kind: &str, ready| InventoryItem { kind: kind.to_owned(), name: None, namespace: None, ready };
        let thing = |name: &str, item| (name.to_owned(), item);
        let exclusion = |name: &str| (name.to_owned(), Exclusion { reason: "a person said so".to_owned() });
        let system = crate::snapshot::System {
            name: "kubernaut".to_owned(),
            regions: [("us-east-1".to_owned(), RegionRole::Primary), ("eu-west-1".to_owned(), RegionRole::Standby)].into(),
            namespaces: ["kubernaut-system".to_owned()].into(),
            inventory: [
                thing("gateway", item("Deployment", 3)),
                thing("postgresql", item("Cluster.postgresql.cnpg.io", 3)),
                thing("redis", item("RedisCluster.redis.redis.opstreelabs.in", 6)),
            ]
            .into(),
            custom_resources: ["AIAnalysis".to_owned()].into(),
            excluded: [exclusion("redis"), exclusion("pod-logs"), exclusion("metrics")].into(),
            routed_name: Some("gateway.kubernaut.io".to_owned()),
            components: ["postgresql", "configmaps", "secrets", "custom-resources"].map(|name| (name.to_owned(), name.to_owned())).into(),
            overrides: None,
        };
        Self { system, class: Class::Declared }
    }

    /// Kubernaut, as its cluster says.
    pub(super) fn observed() -> Self {
        Self { class: Class::Observed, ..Self::declared() }
    }

    /// Reads the objects of a text.
    pub(super) fn read(&self, yaml: &str, reader: fn(&[Object], &Context, &mut Found)) -> Found {
        self.read_objects(&objects(yaml), reader)
    }

    /// Reads objects.
    pub(super) fn read_objects(&self, objects: &[Object], reader: fn(&[Object], &Context, &mut Found)) -> Found {
        let standard = Standard::embedded().expect("the embedded standard is valid").resolve(&self.system);
        let none = BTreeMap::new();
        let context = Context {
            region: "us-east-1",
            class: self.class,
            source: if self.class == Class::Declared { "manifests" } else { "clusters" },
            system: &self.system,
            standard: &standard,
            at_s: 0,
            backed_up_by: &none,
        };
        let mut found = Found::default();
        reader(objects, &context, &mut found);
        found
    }
}

/// The objects of a text, without much care.
pub(super) fn objects(yaml: &str) -> Vec<Object> {
    let text: Arc<str> = yaml.into();
    let documents = parse(yaml.as_bytes(), &Limits::default()).expect("valid YAML");
    documents.into_iter().filter_map(|body| object(body, &text)).collect()
}

fn object(body: Node, text: &Arc<str>) -> Option<Object> {
    let word = |path: &str| body.at_path(path).and_then(Node::as_str).map(str::to_owned);
    let api = word("apiVersion")?;
    let (group, version) = api.rsplit_once('/').unwrap_or(("", &api));
    Some(Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: word("kind")?,
        namespace: word("metadata.namespace"),
        name: word("metadata.name")?,
        origin: Origin::File { path: "deploy.yaml".into(), text: Arc::clone(text) },
        body,
    })
}
