//! Records of the routed name, each with its zone and its health check.

use super::super::{Context, Found, Object, store, values};
use super::names::{self, Name};
use super::{GROUP, INVENTED, has_id, is_made, not_there};
use crate::snapshot::{Route, RouteHealthCheck, Subject, UNLINKED};
use crate::source_text::Node;

/// Records of these types lead traffic; a TXT record of the same name does not.
const LEADING: [&str; 3] = ["A", "AAAA", "CNAME"];

/// A record that is one of the routed name, or may be.
pub(super) struct Record<'o> {
    object: &'o Object,
    name: Name,
    zone: Zone<'o>,
    check: Check<'o>,
}

/// The zone of a record.
enum Zone<'o> {
    /// An object.
    Object(&'o Object),
    /// AWS's identifier of one. What is declared is only a name; whether it is there, a live read sees.
    Id,
    /// An object that is not among those read: in another tree, or nowhere.
    Elsewhere,
    /// No object, and there is no other tree.
    Missing,
    /// None is named.
    None,
}

/// The health check of a record.
enum Check<'o> {
    /// An object.
    Object(&'o Object),
    /// One that may be there: an identifier of AWS's, or an object that is not among those read.
    Open,
    /// None is named, or it is nowhere.
    None,
}

/// The records of the routed name among the objects.
pub(super) fn of_name<'o>(routed: &str, objects: &'o [Object], context: &Context) -> Vec<Record<'o>> {
    let records = objects.iter().filter(|object| object.is(GROUP, "RecordSet") || object.is(INVENTED, "RecordSet"));
    records.filter_map(|object| record(object, routed, objects, context)).collect()
}

fn record<'o>(object: &'o Object, routed: &str, objects: &'o [Object], context: &Context) -> Option<Record<'o>> {
    if object.group == INVENTED {
        let named = object.text("spec.name").is_some_and(|name| names::same(name, routed));
        return named.then_some(Record { object, name: Name::Routed, zone: Zone::None, check: Check::None });
    }
    if object.text("spec.recordType").is_some_and(|kind| !LEADING.contains(&kind)) {
        return None;
    }
    let zone = zone(object, objects, context);
    let domain = if let Zone::Object(zone) = zone { zone.text("spec.name") } else { None };
    let name = names::of_record(object.text("spec.name"), domain, routed);
    (name != Name::Other).then(|| Record { object, name, zone, check: check(object, objects, context) })
}

/// The object that a reference names. It is resolved in its own cluster, by namespace and name.
fn referenced<'o>(object: &Object, field: &str, kind: &str, objects: &'o [Object]) -> Option<Option<&'o Object>> {
    let from = object.at(&format!("spec.{field}.from"))?;
    let name = values::text(from, "name")?;
    let namespace = values::text(from, "namespace").or(object.namespace.as_deref());
    Some(objects.iter().find(|other| other.is(GROUP, kind) && other.name == name && other.namespace.as_deref() == namespace))
}

/// Whether what is not among the objects may be in another region's tree.
fn other_trees(context: &Context) -> bool {
    context.system.regions.len() > 1
}

fn zone<'o>(object: &Object, objects: &'o [Object], context: &Context) -> Zone<'o> {
    match referenced(object, "hostedZoneRef", "HostedZone", objects) {
        Some(Some(zone)) => Zone::Object(zone),
        Some(None) if other_trees(context) => Zone::Elsewhere,
        Some(None) => Zone::Missing,
        None if object.text("spec.hostedZoneID").is_some_and(|id| !id.is_empty()) => Zone::Id,
        None => Zone::None,
    }
}

fn check<'o>(object: &Object, objects: &'o [Object], context: &Context) -> Check<'o> {
    match referenced(object, "healthCheckRef", "HealthCheck", objects) {
        Some(Some(check)) => Check::Object(check),
        Some(None) if other_trees(context) => Check::Open,
        Some(None) => Check::None,
        None => match object.text("spec.healthCheckID").filter(|id| !id.is_empty()) {
            Some(id) => {
                let known = objects.iter().find(|check| check.is(GROUP, "HealthCheck") && has_id(check, id, context));
                known.map_or(Check::Open, Check::Object)
            }
            None => Check::None,
        },
    }
}

impl Record<'_> {
    /// Whether this record's health check is `check`.
    pub(super) fn uses(&self, check: &Object) -> bool {
        matches!(&self.check, Check::Object(own) if own.reference() == check.reference())
    }

    /// Whether it is not known which health check this record has.
    pub(super) fn check_is_open(&self) -> bool {
        matches!(self.check, Check::Open)
    }

    /// Stores the record under its name, or unlinked where its zone would have to tell its name.
    pub(super) fn store(&self, subject: &Subject, context: &Context, found: &mut Found) {
        let item = self.route(subject.thing(), context);
        if self.name == Name::Open {
            let because = "its name is relative to a zone whose own name is not known";
            found.unlinked(&self.object.reference(), because);
            store(&mut found.evidence.route, UNLINKED, item);
            return;
        }
        found.link(&self.object.reference(), subject, "it is a record of that name");
        store(&mut found.evidence.route, subject.as_str(), item);
    }

    fn route(&self, routed: &str, context: &Context) -> Route {
        let object = self.object;
        let refusal = self.refusal(routed).or_else(|| not_there(object, context).map(str::to_owned));
        Route {
            id: context.id(object),
            class: context.class,
            read: context.read(),
            at: object.place(object.at("spec.name"), None),
            name: object.text("spec.setIdentifier").unwrap_or(&object.name).to_owned(),
            routing: routing(object).to_owned(),
            region: self.region(context),
            weight: object.int("spec.weight"),
            ttl_s: if alias(object).is_some() { Some(60) } else { object.int("spec.ttl") },
            zone: match self.zone {
                Zone::Object(zone) => Some(is_made(zone, context)),
                Zone::Id => Some(true),
                Zone::Elsewhere => None,
                Zone::Missing | Zone::None => Some(false),
            },
            accepted: refusal.is_none(),
            refusal,
            health_check: self.health_check(context),
        }
    }

    fn health_check(&self, context: &Context) -> Option<RouteHealthCheck> {
        match &self.check {
            Check::Object(check) if !is_made(check, context) => Some(RouteHealthCheck { exists: false, enabled: None, inverted: None }),
            Check::Object(check) => {
                let switch = |field: &str| values::flag_or(&check.body, &format!("spec.healthCheckConfig.{field}"), false);
                Some(RouteHealthCheck { exists: true, enabled: switch("disabled").map(|off| !off), inverted: switch("inverted") })
            }
            Check::Open => None,
            Check::None => Some(RouteHealthCheck { exists: false, enabled: None, inverted: None }),
        }
    }

    /// The region of ours that the record leads to, if all that says so agrees.
    fn region(&self, context: &Context) -> Option<String> {
        let mut texts: Vec<&str> = ["spec.setIdentifier", "spec.region"].iter().filter_map(|path| self.object.text(path)).collect();
        texts.extend(alias(self.object).and_then(|target| values::text(target, "dnsName")));
        texts.extend(self.object.list("spec.resourceRecords").iter().filter_map(|record| values::text(record, "value")));
        if let Check::Object(check) = &self.check {
            texts.extend(check.text("spec.healthCheckConfig.fullyQualifiedDomainName"));
        }
        let regions: Vec<&str> = context.system.regions.keys().map(String::as_str).collect();
        names::region(&texts, &regions).map(str::to_owned)
    }

    /// Why the controller, or Route 53 behind it, does not take the record.
    fn refusal(&self, routed: &str) -> Option<String> {
        let object = self.object;
        if object.group == INVENTED {
            return Some(format!("no controller serves {INVENTED}; the group is {GROUP}"));
        }
        if self.name == Name::Misread {
            return Some(format!("without a trailing dot the name is relative to its zone and does not become {routed}"));
        }
        let missing = |path: &str| object.text(path).is_none_or(str::is_empty);
        let simple = routing(object) == "simple";
        let values = !object.list("spec.resourceRecords").is_empty();
        let because = match alias(object) {
            _ if missing("spec.recordType") => "it has no recordType",
            _ if matches!(self.zone, Zone::None) => "it has no hosted zone",
            _ if !simple && missing("spec.setIdentifier") => "a record that is chosen among several needs a setIdentifier",
            Some(_) if values => "it has both an alias and values",
            Some(target) if values::text(target, "hostedZoneID").is_none() => "its alias has no hostedZoneID",
            None if !values => "it has neither an alias nor values",
            None if object.int("spec.ttl").is_none() => "it has values and no ttl",
            Some(_) | None => return None,
        };
        Some(because.to_owned())
    }
}

fn alias(object: &Object) -> Option<&Node> {
    values::given(&object.body, "spec.aliasTarget")
}

/// How Route 53 chooses among the records of one name.
fn routing(object: &Object) -> &'static str {
    let has = |field: &str| values::given(&object.body, &format!("spec.{field}")).is_some();
    match () {
        () if has("weight") => "weighted",
        () if has("failover") => "failover",
        () if has("region") => "latency",
        () if has("geoLocation") => "geolocation",
        () if object.flag("spec.multiValueAnswer") == Some(true) => "multivalue",
        () => "simple",
    }
}
