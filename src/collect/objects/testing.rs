//! Objects from YAML and the canned system that the tests of the products share.

use super::{Context, Found, Object, Origin, evidence};
use crate::snapshot::{Class, InventoryItem, RegionRole, System};
use crate::source_text::{self, Limits, Node};
use crate::standard::Standard;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The objects of a YAML text.
pub(crate) fn objects_from(yaml: &str, path: &str) -> Vec<Object> {
    let text: Arc<str> = Arc::from(yaml);
    let path: Arc<str> = Arc::from(path);
    source_text::parse(yaml.as_bytes(), &Limits::default())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|body| object(body, &path, &text))
        .collect()
}

fn object(body: Node, path: &Arc<str>, text: &Arc<str>) -> Option<Object> {
    let string = |path: &str| body.at_path(path).and_then(Node::as_str).map(str::to_owned);
    let api = string("apiVersion")?;
    let (group, version) =
        api.split_once('/').map_or((String::new(), api.clone()), |(group, version)| (group.to_owned(), version.to_owned()));
    Some(Object {
        group,
        version,
        kind: string("kind")?,
        namespace: string("metadata.namespace"),
        name: string("metadata.name").or_else(|| string("metadata.generateName"))?,
        body,
        origin: Origin::File { path: path.clone(), text: text.clone() },
    })
}

/// Kubernaut: two regions, one database.
pub(crate) fn system() -> System {
    let pair = |(name, general): (&str, &str)| (name.to_owned(), general.to_owned());
    let item = |kind: &str, ready| InventoryItem { kind: kind.to_owned(), name: None, namespace: None, ready };
    System {
        name: "kubernaut".to_owned(),
        regions: BTreeMap::from([("us-east-1".to_owned(), RegionRole::Primary), ("eu-west-1".to_owned(), RegionRole::Standby)]),
        namespaces: BTreeSet::from(["kubernaut-system".to_owned()]),
        inventory: BTreeMap::from([
            ("gateway".to_owned(), item("Deployment", 3)),
            ("postgresql".to_owned(), item("Cluster.postgresql.cnpg.io", 3)),
            ("redis".to_owned(), item("RedisCluster.redis.redis.opstreelabs.in", 6)),
        ]),
        components: [
            ("postgresql", "postgresql"),
            ("configmaps", "configmaps"),
            ("secrets", "secrets"),
            ("custom-resources", "custom-resources"),
        ]
        .into_iter()
        .map(pair)
        .collect(),
        ..System::default()
    }
}

/// What `yaml` gives in `region` of `system`, with a person's words.
pub(crate) fn found_for(yaml: &str, system: &System, region: &str, said: &BTreeMap<String, Vec<String>>) -> Found {
    let standard = Standard::embedded().map(|standard| standard.resolve(system));
    let Ok(standard) = standard else { return Found::default() };
    let context = Context { region, class: Class::Declared, source: "manifests", system, standard: &standard, at_s: 0, backed_up_by: said };
    evidence(&objects_from(yaml, "deploy/all.yaml"), &context)
}

/// What `yaml` gives in the primary region of Kubernaut.
pub(crate) fn found(yaml: &str) -> Found {
    found_for(yaml, &system(), "us-east-1", &BTreeMap::new())
}

/// The facts of `found` that a table can compare: a line for each item of the copies' nouns.
pub(crate) fn facts(found: &Found) -> Vec<String> {
    let evidence = &found.evidence;
    let mut lines = Vec::new();
    let yes = |flag: Option<bool>| flag.map_or("?", |flag| if flag { "yes" } else { "no" });
    let number = |number: Option<i64>| number.map_or("?".to_owned(), |number| number.to_string());
    for (subject, items) in &evidence.schedule {
        for item in items {
            let refusal = item.refusal.as_deref().map_or(String::new(), |refusal| format!(" refused: {refusal}"));
            let suspended = if item.suspended { " suspended" } else { "" };
            let label = item.at.label.as_deref().unwrap_or_default();
            lines.push(format!("schedule {subject} {} [{label}] hides={}{suspended}{refusal}", item.tool, yes(item.hides_failure)));
        }
    }
    for (subject, items) in &evidence.backup_plan {
        for item in items {
            let kept = match (item.kept_forever, item.keep_s, item.keep_copies) {
                (Some(true), _, _) => "forever".to_owned(),
                (_, Some(seconds), _) => seconds.to_string(),
                (_, _, Some(copies)) => format!("{copies} copies"),
                (_, None, None) => "?".to_owned(),
            };
            lines.push(format!(
                "plan {subject} {} {} gap={} exposure={} all={}{} to={} off-region={} off-cluster={} keep={kept}",
                item.tool,
                item.kind,
                number(item.max_gap_s),
                number(item.exposure_s),
                yes(item.holds_all),
                if item.not_held.is_empty() { String::new() } else { format!(" without {}", item.not_held.join("; ")) },
                item.destination.as_deref().unwrap_or("?"),
                yes(item.off_region),
                yes(item.off_cluster),
            ));
        }
    }
    lines
}
