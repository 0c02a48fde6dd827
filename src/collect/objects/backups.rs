//! What the products' files say of a backup before it has a subject: the schedule, what is copied,
//! where to and for how long. `link` finds the subject and makes evidence of it.

use super::{Context, Object};
use crate::collect::cron;
use crate::collect::retention::Kept;
use crate::snapshot::{Noun, Place};
use crate::source_text::Node;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::collections::BTreeSet;

/// The zone that a controller's own clock is taken to have: the images of all three set none.
pub(super) const UTC: &str = "Etc/UTC";

/// One schedule of copies of one target.
#[derive(Debug, Clone)]
pub(super) struct Backup<'a> {
    /// The object that declares it.
    pub(super) object: &'a Object,
    /// Which of the object's schedules it is, where it can have several: `/repo1/full`.
    pub(super) part: String,
    /// What makes the copies.
    pub(super) tool: String,
    /// The kind of copy.
    pub(super) kind: &'static str,
    /// When.
    pub(super) timing: Timing,
    /// How its failures show.
    pub(super) conduct: Conduct,
    /// What is copied.
    pub(super) target: Target,
    /// Where the durable copy lies.
    pub(super) destination: Destination,
    /// How long it is kept; `None`: not known.
    pub(super) kept: Option<Kept>,
    /// Where the retention came from.
    pub(super) keep_source: Option<String>,
    /// After how long a segment is archived at the latest, where the log is archived on top.
    pub(super) log_timeout_s: Option<i64>,
}

impl Backup<'_> {
    /// The identity of its schedule.
    pub(super) fn id(&self, context: &Context) -> String {
        format!("{}{}", context.id(self.object), self.part)
    }
}

/// Whether evidence of `noun` from this region is asked for at all, and may stand there unlinked.
pub(super) fn asked_here(context: &Context, noun: Noun) -> bool {
    context.standard.subjects_of(noun).iter().any(|subject| subject.region() == context.region)
}

/// When a backup runs, as its controller reads it.
#[derive(Debug, Clone)]
pub(super) struct Timing {
    /// The place of the expression.
    pub(super) at: Place,
    /// The expression.
    pub(super) cron: String,
    /// The name of the zone.
    pub(super) time_zone: String,
    /// The zone.
    pub(super) zone: TimeZone,
    /// Whether it is switched off.
    pub(super) suspended: bool,
    /// The schedule; `None` where the controller refuses it.
    pub(super) schedule: Option<cron::Schedule>,
    /// Why the controller does not take the object.
    pub(super) refusal: Option<String>,
}

/// Whether a run that failed can look as if it had not.
#[derive(Debug, Clone, Default)]
pub(super) struct Conduct {
    /// Whether a failure can be hidden.
    pub(super) hides_failure: Option<bool>,
    /// How.
    pub(super) hiding: Vec<String>,
    /// Whether a program is missing.
    pub(super) lacks_program: Option<bool>,
    /// Which.
    pub(super) lacking: Vec<String>,
}

impl Conduct {
    /// A controller that runs no script: a failed run is a failed object.
    pub(super) fn of_a_controller() -> Self {
        Self { hides_failure: Some(false), lacks_program: Some(false), ..Self::default() }
    }
}

/// What is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A database cluster that the object names.
    Cluster {
        /// Its kind, as an inventory writes it.
        kind: &'static str,
        /// Its namespace.
        namespace: Option<String>,
        /// Its name.
        name: String,
    },
    /// A PostgreSQL server that a script connects to.
    Server(Server),
    /// Kubernetes objects.
    Objects(Box<Filter>),
    /// Nobody can tell from the object, and why.
    Unknown(String),
}

/// A server as a script names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// The host; `None`: not stated, or not known.
    pub(super) host: Option<String>,
    /// The namespace of the script.
    pub(super) namespace: Option<String>,
    /// The databases that are copied, as far as they are known.
    pub(super) databases: BTreeSet<String>,
    /// Whether the name of one of the databases is not known.
    pub(super) unnamed: bool,
    /// Whether the tool copies the whole server, whatever its databases are.
    pub(super) all: bool,
    /// Whether a run may end well without it.
    pub(super) sometimes: bool,
    /// What of the databases is left out, a phrase each.
    pub(super) left_out: Vec<String>,
}

/// Which Kubernetes objects are copied. Empty include lists mean all, as in Velero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// Namespaces; empty or `*`: all.
    pub(super) namespaces: BTreeSet<String>,
    /// Namespaces that are left out.
    pub(super) without_namespaces: BTreeSet<String>,
    /// Resources; empty or `*`: all.
    pub(super) resources: BTreeSet<String>,
    /// Resources that are left out.
    pub(super) without_resources: BTreeSet<String>,
    /// Whether a label selector leaves objects out.
    pub(super) selected: bool,
    /// Whether a policy that was not read may leave objects out.
    pub(super) policy_unknown: bool,
    /// Whether which namespace it is cannot be read.
    pub(super) namespace_unknown: bool,
}

/// Where the durable copy lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Destination {
    /// `s3://bucket/prefix`, `pvc/namespace/name`.
    pub(super) uri: Option<String>,
    /// Its region, where that is known to be a region.
    pub(super) region: Option<String>,
    /// Whether it lies in another region than the subject.
    pub(super) off_region: Option<bool>,
    /// Whether it lies outside the cluster.
    pub(super) off_cluster: Option<bool>,
}

impl Destination {
    /// In the cluster's own storage.
    pub(super) fn in_cluster(uri: Option<String>) -> Self {
        Self { uri, region: None, off_region: Some(false), off_cluster: Some(false) }
    }

    /// In an object store behind `endpoint`, or behind its provider's own where there is none.
    pub(super) fn store(uri: &str, endpoint: Option<&str>, declared_region: Option<&str>, context: &Context) -> Self {
        let place = endpoint.map_or(EndpointPlace::Outside, endpoint_place);
        let aws = endpoint.is_none_or(|endpoint| host(endpoint).ends_with("amazonaws.com"));
        // A region that a MinIO or R2 was told is a word for its clients and no place.
        let region = if aws { endpoint.and_then(aws_region).or_else(|| declared_region.map(str::to_owned)) } else { None };
        Self {
            uri: Some(without_user(uri)),
            off_region: match place {
                EndpointPlace::Cluster => Some(false),
                EndpointPlace::Outside | EndpointPlace::Unknown => region.as_deref().and_then(|region| off_region(context, region)),
            },
            region,
            off_cluster: match place {
                EndpointPlace::Cluster => Some(false),
                EndpointPlace::Outside => Some(true),
                EndpointPlace::Unknown => None,
            },
        }
    }
}

/// Where an endpoint is, as far as its name says.
enum EndpointPlace {
    Cluster,
    Outside,
    Unknown,
}

fn endpoint_place(endpoint: &str) -> EndpointPlace {
    let host = host(endpoint);
    let labels: Vec<&str> = host.split('.').collect();
    if labels.get(2).is_some_and(|label| *label == "svc") || host.ends_with(".cluster.local") {
        EndpointPlace::Cluster
    } else if labels.len() > 2 && !host.ends_with(".local") && !host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        EndpointPlace::Outside
    } else {
        // `minio.default` may be a service, `nas` a machine under the desk.
        EndpointPlace::Unknown
    }
}

/// The host of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

/// The region in an endpoint of S3: `https://s3.eu-west-1.amazonaws.com`.
fn aws_region(endpoint: &str) -> Option<String> {
    host(endpoint)
        .split('.')
        .flat_map(|label| [label, label.strip_prefix("s3-").unwrap_or(label)])
        .find(|label| is_cloud_region(label))
        .map(str::to_owned)
}

/// Whether the region of a copy is another than the one judged; `None` where the two names may be
/// in different vocabularies (`us-east` and `us-east-1`).
pub(super) fn off_region(context: &Context, region: &str) -> Option<bool> {
    if region == context.region {
        Some(false)
    } else if context.system.regions.contains_key(region) || (is_cloud_region(region) && is_cloud_region(context.region)) {
        Some(true)
    } else {
        None
    }
}

/// `us-east-1`, `ap-southeast-2`, `us-gov-west-1`.
fn is_cloud_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return false };
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    first.len() == 2
        && letters(first)
        && !middle.is_empty()
        && middle.iter().all(|part| letters(part))
        && !last.is_empty()
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

/// A URI without user information.
pub(super) fn without_user(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{authority}{path}")
}

/// Reads the expression at `path` of `object` as `dialect`.
pub(super) fn timing(object: &Object, path: &str, dialect: cron::Dialect, zone: Option<&str>, suspended: bool) -> Timing {
    let node = object.at(path);
    let text = node.and_then(Node::as_str).unwrap_or_default().to_owned();
    let named = match zone {
        None => Some(TimeZone::UTC),
        Some(name) => known_zone(name),
    };
    let parsed = cron::Schedule::parse(dialect, &text).map_err(|error| error.to_string());
    let parsed = match (&named, zone) {
        (None, Some(name)) => Err(format!("unknown time zone `{name}`")),
        (_, _) => parsed,
    };
    let time_zone = parsed.as_ref().ok().and_then(|schedule| schedule.zone()?.iana_name()).or(zone).unwrap_or(UTC).to_owned();
    let label = match &parsed {
        Ok(schedule) => label(schedule, &text, dialect, &time_zone),
        Err(problem) => format!("not accepted: {problem}"),
    };
    Timing {
        at: object.place(node.or_else(|| object.at("spec")), Some(label)),
        cron: text,
        time_zone,
        zone: named.unwrap_or(TimeZone::UTC),
        suspended,
        refusal: parsed.as_ref().err().cloned(),
        schedule: parsed.ok(),
    }
}

/// What the expression means to a person: `runs once a day, at 02:00 UTC`.
fn label(schedule: &cron::Schedule, text: &str, dialect: cron::Dialect, time_zone: &str) -> String {
    let phrase = schedule.describe();
    let zoned = phrase.contains(':') && !phrase.contains('`') && schedule.zone().is_none();
    let phrase = match (zoned, time_zone) {
        (true, UTC | "UTC") => format!("{phrase} UTC"),
        (true, zone) => format!("{phrase}, {zone} time"),
        (false, _) => phrase,
    };
    // Five fields look like a CronJob's and are not read like one.
    if dialect == cron::Dialect::CloudNativePg && text.split_whitespace().count() == 5 && !text.starts_with('@') {
        return format!("{phrase}: the first of five fields is seconds here");
    }
    phrase
}

/// A zone by its exact name. The API server opens a file of this name, so case matters.
fn known_zone(name: &str) -> Option<TimeZone> {
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// Where a value came from: `spec.template.ttl (deploy/velero.yaml:12)`.
pub(super) fn source(object: &Object, path: &str) -> String {
    let place = object.place(object.at(path), None);
    match (place.file, place.line) {
        (Some(file), Some(line)) => format!("{path} ({file}:{line})"),
        (_, _) => format!("{path} of {}", object.reference()),
    }
}

/// Whether two namespaces may be one: an object without one goes where it is applied to.
pub(super) fn same_namespace(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    }
}

/// The strings of a list.
pub(super) fn strings(nodes: &[Node]) -> BTreeSet<String> {
    nodes.iter().filter_map(Node::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_read_from_an_endpoint_of_aws_only() {
        for (endpoint, region) in [
            ("https://s3.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("https://s3.dualstack.us-east-2.amazonaws.com/", Some("us-east-2")),
            ("https://s3-ap-southeast-2.amazonaws.com", Some("ap-southeast-2")),
            ("https://bucket.s3.us-gov-west-1.amazonaws.com:443", Some("us-gov-west-1")),
            ("https://s3.amazonaws.com", None),
            ("http://minio:9000", None),
        ] {
            assert_eq!(aws_region(endpoint).as_deref(), region, "{endpoint}");
        }
    }

    #[test]
    fn an_address_says_where_it_is_or_nothing() {
        let word = |endpoint| match endpoint_place(endpoint) {
            EndpointPlace::Cluster => "cluster",
            EndpointPlace::Outside => "outside",
            EndpointPlace::Unknown => "unknown",
        };
        for (endpoint, place) in [
            ("http://minio.velero.svc:9000", "cluster"),
            ("http://minio.velero.svc.cluster.local", "cluster"),
            ("http://minio.default:9000", "unknown"),
            ("http://minio:9000", "unknown"),
            ("http://10.0.0.4:9000", "unknown"),
            ("https://x.r2.cloudflarestorage.com", "outside"),
        ] {
            assert_eq!(word(endpoint), place, "{endpoint}");
        }
    }

    #[test]
    fn a_destination_carries_no_user() {
        assert_eq!(without_user("https://u:p@host/x?sig=y"), "https://host/x");
        assert_eq!(without_user("s3://bucket/a/b"), "s3://bucket/a/b");
        assert_eq!(without_user("pvc/a/b"), "pvc/a/b");
    }
}
