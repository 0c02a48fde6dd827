//! The Route 53 controller of AWS Controllers for Kubernetes (`route53.services.k8s.aws`): health
//! checks and the records of the routed name.
//!
//! A group that looks like it and that no controller serves (`route53.aws.amazon.com`) is read too, so
//! that a person sees why its records lead nowhere.

mod names;
mod records;
#[cfg(test)]
mod tests;

use super::{Context, Found, Object, store, values};
use crate::snapshot::{Class, HealthCheck, Noun, Subject, UNLINKED};
use crate::source_text::Node;
use records::Record;

const GROUP: &str = "route53.services.k8s.aws";
/// Exists nowhere but in texts.
const INVENTED: &str = "route53.aws.amazon.com";

/// Reads records and health checks.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let ours = objects.iter().filter(|object| object.group == GROUP || object.group == INVENTED);
    for object in ours.filter(|object| matches!(object.kind.as_str(), "HealthCheck" | "RecordSet" | "HostedZone")) {
        found.understood.insert(object.reference());
    }
    let Some(routed) = context.system.routed_name.as_deref() else {
        return;
    };
    let subject = Subject::global(routed);
    if !context.asks(Noun::Route, &subject) {
        return;
    }
    let found_records = records::of_name(routed, objects, context);
    for record in &found_records {
        record.store(&subject, context, found);
    }
    for check in objects.iter().filter(|object| object.kind == "HealthCheck") {
        if check.group == GROUP {
            store_check(check, &found_records, routed, &subject, context, found);
        } else if check.group == INVENTED {
            found.unlinked(&check.reference(), format!("no controller serves {INVENTED}, so nobody runs this check"));
        }
    }
}

/// Stores a health check under the routed name if a record of it uses the check, or if the check asks
/// for the name itself. One that no record here uses may be used by a record elsewhere, or by one that
/// names its check by AWS's own identifier: then nobody knows whose it is.
fn store_check(check: &Object, records: &[Record], routed: &str, subject: &Subject, context: &Context, found: &mut Found) {
    let used = records.iter().any(|record| record.uses(check));
    let asks = check.text("spec.healthCheckConfig.fullyQualifiedDomainName").is_some_and(|name| names::within(name, routed));
    let open = records.is_empty() || records.iter().any(Record::check_is_open);
    if !is_made(check, context) {
        found.unlinked(&check.reference(), "its controller has made nothing of it, so nobody runs this check");
        return;
    }
    let Some(item) = health_check(check, context) else {
        if used || asks || open {
            let switches = format!("{}: whether it is disabled or inverted cannot be read", check.reference());
            found.partial(Noun::HealthCheck, switches);
        }
        return;
    };
    if used || asks {
        let because = if used { "a record of the name uses it" } else { "it asks for the name" };
        found.link(&check.reference(), subject, because);
        store(&mut found.evidence.health_check, subject.as_str(), item);
    } else if open {
        found.unlinked(&check.reference(), format!("no record of {routed} that was read uses it, and one that was not may"));
        store(&mut found.evidence.health_check, UNLINKED, item);
    }
}

/// A health check with AWS's defaults. `None` where its switches cannot be read.
fn health_check(check: &Object, context: &Context) -> Option<HealthCheck> {
    let config = check.at("spec.healthCheckConfig");
    let switch = |field: &str| config.map_or(Some(false), |config| values::flag_or(config, field, false));
    let text = |field: &str| config.and_then(|config| values::text(config, field)).map(str::to_owned);
    let whole = |field: &str, default: i64| config.and_then(|config| values::whole_or(config, field, default));
    let protocol = text("type");
    let http = protocol.as_deref().is_some_and(|protocol| protocol.starts_with("HTTP"));
    let port = config.and_then(|config| match (values::given(config, "port"), protocol.as_deref()) {
        (Some(port), _) => port.as_i64(),
        (None, Some(protocol)) if protocol.starts_with("HTTPS") => Some(443),
        (None, Some(protocol)) if protocol.starts_with("HTTP") => Some(80),
        (None, Some(_) | None) => None,
    });
    Some(HealthCheck {
        id: context.id(check),
        class: context.class,
        read: context.read(),
        at: check.place(config, None),
        name: check.name.clone(),
        // Without a path, the root is asked for.
        path: text("resourcePath").map(|path| public_path(&path)).or_else(|| http.then(|| "/".to_owned())),
        protocol,
        port: port.and_then(|port| u64::try_from(port).ok()),
        interval_s: whole("requestInterval", 30),
        threshold: whole("failureThreshold", 3).and_then(|count| u64::try_from(count).ok()),
        disabled: switch("disabled")?,
        inverted: switch("inverted")?,
        target: text("fullyQualifiedDomainName").or_else(|| text("ipAddress")),
        healthy: None,
    })
}

/// Why what a live object asks for is not there, by what its controller says.
fn not_there(object: &Object, context: &Context) -> Option<&'static str> {
    if context.class != Class::Observed || object.group != GROUP {
        return None;
    }
    let says = |kind: &str, status: &str| {
        let is = |condition: &Node, key: &str, value: &str| condition.get(key).and_then(Node::as_str) == Some(value);
        object.list("status.conditions").iter().any(|condition| is(condition, "type", kind) && is(condition, "status", status))
    };
    if says("ACK.Terminal", "True") {
        Some("its controller has given it up")
    } else if object.text("status.id").is_none_or(str::is_empty) {
        Some("its controller has made nothing of it")
    } else {
        says("ACK.ResourceSynced", "False").then_some("Route 53 does not have it as it is written here")
    }
}

/// Whether a live object has been made: what is only declared may be.
fn is_made(object: &Object, context: &Context) -> bool {
    context.class != Class::Observed || object.text("status.id").is_some_and(|id| !id.is_empty())
}

/// A path without its query, which may hold a key.
fn public_path(path: &str) -> String {
    path.split(['?', '#']).next().unwrap_or(path).to_owned()
}

/// Whether a check is the one that AWS knows by this identifier: only a live object says so.
fn has_id(check: &Object, id: &str, context: &Context) -> bool {
    context.class == Class::Observed && check.text("status.id") == Some(id)
}
