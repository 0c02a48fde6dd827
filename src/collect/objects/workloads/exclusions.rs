//! What keeps the promise by which something needs no backup: the shipper that sends logs away, the
//! store that keeps metrics, the cache that keeps nothing.

use super::super::prometheus_rules::duration_s;
use super::super::{Context, Object, values};
use crate::snapshot::Subject;
use crate::source_text::Node;
use crate::standard::Promise;

/// The images of log shippers.
const SHIPPERS: [&str; 14] = [
    "fluent-bit",
    "fluentd",
    "fluentd-kubernetes-daemonset",
    "vector",
    "promtail",
    "alloy",
    "filebeat",
    "opentelemetry-collector",
    "opentelemetry-collector-contrib",
    "opentelemetry-collector-k8s",
    "splunk-otel-collector",
    "logstash",
    "cloudwatch-agent",
    "aws-for-fluent-bit",
];

/// The objects for which an operator runs a shipper on each node.
const SHIPPER_KINDS: [(&str, &str); 5] = [
    ("fluentbit.fluent.io", "FluentBit"),
    ("logging.banzaicloud.io", "FluentbitAgent"),
    ("logging.openshift.io", "ClusterLogForwarder"),
    ("observability.openshift.io", "ClusterLogForwarder"),
    ("vector.oss.kaasops.io", "Vector"),
];

/// The images of Redis and of what speaks its language.
const CACHES: [&str; 6] = ["redis", "valkey", "redis-stack", "redis-stack-server", "keydb", "dragonfly"];

/// The images of stores of metrics whose retention lies in a file that is not an object.
const OTHER_STORES: [&str; 4] = ["mimir", "cortex", "thanos", "victoria-metrics-agent"];

const DAY_S: i64 = 86_400;

/// What an object is to a subject.
#[derive(Debug)]
pub(in super::super) struct Role {
    /// The subject.
    pub(in super::super) subject: Subject,
    /// Why.
    pub(in super::super) because: String,
    /// What it does for the platform.
    pub(in super::super) purpose: Option<&'static str>,
    /// How long it keeps samples.
    pub(in super::super) keep_s: Option<i64>,
}

impl Role {
    /// A role without a purpose of its own.
    pub(super) fn plain(subject: Subject, because: String) -> Self {
        Self { subject, because, purpose: None, keep_s: None }
    }
}

/// The promises that an object keeps in its region.
pub(super) fn roles(object: &Object, context: &Context) -> Vec<Role> {
    let here = context.standard.excluded.iter().filter(|(subject, _)| subject.region() == context.region);
    let kept = here.filter_map(|(subject, excluded)| {
        let role = |because: String, purpose, keep_s| Role { subject: subject.clone(), because, purpose, keep_s };
        match excluded.promise {
            Promise::Shipped => shipper(object).map(|because| role(because, Some("log-shipper"), None)),
            Promise::Retained => metrics_store(object).map(|(because, keep_s)| role(because, Some("metrics-store"), keep_s)),
            Promise::Ephemeral => cache(object, subject.thing(), context).map(|because| role(because, None, None)),
        }
    });
    kept.collect()
}

fn containers(object: &Object) -> &[Node] {
    object.list("spec.template.spec.containers")
}

fn shipper(object: &Object) -> Option<String> {
    if SHIPPER_KINDS.contains(&(object.group.as_str(), object.kind.as_str())) {
        return Some(format!("its operator runs a log shipper for a {}", object.kind));
    }
    if !object.is("apps", "DaemonSet") {
        return None;
    }
    containers(object).iter().find_map(|container| {
        let image = values::text(container, "image")?;
        let name = values::image_name(image);
        // Datadog's agent ships logs only if it is told to.
        let datadog = name == "agent" && image.contains("datadog") && env(container, "DD_LOGS_ENABLED") == Some("true");
        (SHIPPERS.contains(&name) || datadog).then(|| format!("a DaemonSet with the image {name} ships logs"))
    })
}

/// The value of a switch among the environment. Asked only for names that hold no secret.
fn env<'o>(container: &'o Node, name: &str) -> Option<&'o str> {
    let variable = values::list(container, "env").iter().find(|variable| values::text(variable, "name") == Some(name))?;
    values::text(variable, "value")
}

/// Whether an object keeps metrics, and for how long as far as it says so.
fn metrics_store(object: &Object) -> Option<(String, Option<i64>)> {
    let because = format!("a {} keeps metrics", object.kind);
    match (object.group.as_str(), object.kind.as_str()) {
        ("monitoring.coreos.com", "Prometheus") => {
            let limited = object.text("spec.retentionSize").is_some();
            let keep_s = match object.text("spec.retention") {
                Some(text) => duration_s(text),
                None if limited => None,
                None => Some(DAY_S),
            };
            Some((because, keep_s))
        }
        ("operator.victoriametrics.com", "VMSingle" | "VMCluster") => {
            let written = values::given(&object.body, "spec.retentionPeriod");
            Some((because, written.map_or(Some(31 * DAY_S), months_s)))
        }
        ("apps", "StatefulSet" | "Deployment") => containers(object).iter().find_map(store_image),
        _ => None,
    }
}

fn store_image(container: &Node) -> Option<(String, Option<i64>)> {
    let name = values::image_name(values::text(container, "image")?);
    let args: Vec<&str> = ["command", "args"].iter().flat_map(|field| values::list(container, field)).filter_map(Node::as_str).collect();
    let because = format!("the image {name} keeps metrics");
    match name {
        "prometheus" if args.iter().any(|arg| arg.trim_start_matches('-') == "agent" || arg.ends_with("feature=agent")) => None,
        "prometheus" => Some((because, prometheus_keep_s(&args))),
        "victoria-metrics" | "vmstorage" => {
            let keep_s = option(&args, "retentionPeriod").map_or(Some(31 * DAY_S), months_text_s);
            Some((because, keep_s))
        }
        "victoria-metrics-agent" => None,
        other if OTHER_STORES.contains(&other) && !args.contains(&"sidecar") => Some((because, None)),
        _ => None,
    }
}

/// How long a Prometheus server keeps samples: 15 days, unless it is told a time or only a size.
fn prometheus_keep_s(args: &[&str]) -> Option<i64> {
    let time = option(args, "storage.tsdb.retention.time").or_else(|| option(args, "storage.tsdb.retention"));
    match (time, option(args, "storage.tsdb.retention.size")) {
        (Some(time), _) => duration_s(time),
        (None, Some(_)) => None,
        (None, None) => Some(15 * DAY_S),
    }
}

/// The value of a flag, written as `--flag=value` or as two arguments.
fn option<'a>(args: &[&'a str], flag: &str) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(index, arg)| {
        let rest = arg.trim_start_matches('-').strip_prefix(flag)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => args.get(index + 1).copied(),
            None => None,
        }
    })
}

fn months_s(node: &Node) -> Option<i64> {
    node.as_i64().map_or_else(|| months_text_s(node.as_str()?), |months| months.checked_mul(31 * DAY_S))
}

/// VictoriaMetrics' periods: a bare number is months of 31 days.
fn months_text_s(text: &str) -> Option<i64> {
    text.parse::<i64>().map_or_else(|_| duration_s(text), |months| months.checked_mul(31 * DAY_S))
}

/// Whether an object is a cache that a person excluded and that no inventory describes.
fn cache(object: &Object, thing: &str, context: &Context) -> Option<String> {
    if context.system.inventory.contains_key(thing) || !values::in_scope(object, context) {
        return None;
    }
    let runs = object.is("apps", "Deployment") || object.is("apps", "StatefulSet");
    let operated = super::redis_operator::keeps_data(object);
    if (runs || operated) && object.name == thing {
        return Some(format!("it has the name of {thing}, which a person excluded"));
    }
    if thing != "redis" {
        return None;
    }
    let image = containers(object).iter().find_map(|container| {
        let name = values::image_name(values::text(container, "image")?);
        (runs && CACHES.contains(&name)).then_some(name)
    });
    match image {
        Some(name) => Some(format!("it runs the image {name}, and a person excluded redis")),
        None => operated.then(|| format!("it is a {}, and a person excluded redis", object.kind)),
    }
}
