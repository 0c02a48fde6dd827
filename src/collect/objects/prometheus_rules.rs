//! The Prometheus operator's rules, as the required alerts that they are, and where alerts are sent.

mod duration;
mod expression;
#[cfg(test)]
mod tests;

pub(super) use duration::duration_s;

use super::{Context, Found, Object, store, values};
use crate::snapshot::{AlertRoute, AlertRule, Noun};
use crate::source_text::{Node, Value};
use std::collections::BTreeMap;

const GROUP: &str = "monitoring.coreos.com";

/// Reads alerting rules and receivers.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    for object in objects.iter().filter(|object| object.group == GROUP) {
        match object.kind.as_str() {
            "PrometheusRule" => read_rules(object, context, found),
            "AlertmanagerConfig" => read_receivers(object, context, found),
            "ServiceMonitor" | "PodMonitor" | "Probe" | "ScrapeConfig" | "Alertmanager" | "PrometheusAgent" | "ThanosRuler" => {}
            _ => continue,
        }
        found.understood.insert(object.reference());
    }
}

fn read_rules(object: &Object, context: &Context, found: &mut Found) {
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for group in object.list("spec.groups") {
        let group_name = values::text(group, "name").unwrap_or_default();
        for rule in values::list(group, "rules") {
            let Some(name) = values::text(rule, "alert") else {
                continue;
            };
            // One name often has a rule for each severity: each is an item of its own.
            let times = met.entry(format!("{group_name}/{name}")).or_default();
            *times += 1;
            let suffix = if *times > 1 { format!("/{times}") } else { String::new() };
            store_rule(object, rule, name, &format!("{group_name}/{name}{suffix}"), context, found);
        }
    }
}

/// Stores a rule under each required alert whose metrics it reads.
fn store_rule(object: &Object, rule: &Node, name: &str, path: &str, context: &Context, found: &mut Found) {
    let Some(expr) = rule.get("expr").filter(|expr| !expr.is_null()) else {
        return;
    };
    let text = words(expr);
    let read = expression::metrics(&text);
    for (subject, wanted) in &context.standard.alerts {
        let Some(metric) = read.iter().find(|metric| wanted.metrics.contains(*metric)) else {
            continue;
        };
        let (runbook, runbook_url) = runbook(rule);
        let item = AlertRule {
            id: format!("{}/{path}", context.id(object)),
            class: context.class,
            read: context.read(),
            at: object.place(Some(expr), Some(format!("reads {metric}"))),
            name: name.to_owned(),
            metric: metric.clone(),
            threshold_s: threshold_s(rule, &text, metric),
            runbook,
            runbook_url,
            healthy: None,
            has_series: None,
        };
        found.link(&format!("{} {name}", object.reference()), subject, format!("its expression reads {metric}"));
        store(&mut found.evidence.alert_rule, subject.as_str(), item);
    }
}

/// An expression as text: a bare number is one too.
fn words(expr: &Node) -> String {
    match &expr.value {
        Value::String(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Sequence(_) | Value::Mapping(_) => String::new(),
    }
}

/// How old something may get before the rule fires: what it compares with, and how long it waits.
fn threshold_s(rule: &Node, text: &str, metric: &str) -> Option<i64> {
    let wait = match values::given(rule, "for") {
        Some(wait) => duration_s(wait.as_str()?)?,
        None => 0,
    };
    expression::age_limit_s(text, metric)?.checked_add(wait)
}

/// Whether a rule names a runbook, and which, without what may be secret in its address.
fn runbook(rule: &Node) -> (bool, Option<String>) {
    let named = ["annotations.runbook_url", "annotations.runbook"].iter().find_map(|path| values::text(rule, path));
    (named.is_some_and(|url| !url.trim().is_empty()), named.map(|url| public_url(url.trim())).filter(|url| !url.is_empty()))
}

/// An address without user, password, query and fragment.
fn public_url(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = path.split_once("://") else {
        return path.to_owned();
    };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit('@').next().unwrap_or(host);
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

/// Stores the receivers of an AlertmanagerConfig: their names, and whether they send anything.
fn read_receivers(object: &Object, context: &Context, found: &mut Found) {
    for subject in context.standard.subjects_of(Noun::AlertRoute) {
        for receiver in object.list("spec.receivers") {
            let Some(name) = values::text(receiver, "name") else {
                continue;
            };
            let integrations = receiver.as_map().unwrap_or_default().iter().filter(|entry| entry.key.ends_with("Configs"));
            let sends = integrations.into_iter().any(|entry| entry.value.as_seq().is_some_and(|configs| !configs.is_empty()));
            let item = AlertRoute {
                id: format!("{}/{name}", context.id(object)),
                class: context.class,
                read: context.read(),
                at: object.place(receiver.get("name"), None),
                receiver: name.to_owned(),
                sends,
                delivered_s: None,
            };
            found.link(&object.reference(), &subject, "it says where alerts are sent");
            store(&mut found.evidence.alert_route, subject.as_str(), item);
        }
    }
}
