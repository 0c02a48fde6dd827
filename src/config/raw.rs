//! `seaworthy.yaml` and `waivers.yaml` as they are written: one struct for each mapping, unknown keys
//! refused. The JSON Schemas are made from these types.

use crate::snapshot::{RegionRole, Stage};
use crate::source_text::Spanned;
use crate::units::Seconds;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// A system, and where its evidence is.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawConfig {
    /// The version of this format: 1.
    pub(super) version: Option<Spanned<u32>>,
    /// The system's name.
    pub(super) system: Option<Spanned<String>>,
    /// Which checklist gates; pre-production unless said otherwise.
    pub(super) stage: Option<Stage>,
    /// The namespaces in scope; those of the workloads unless said otherwise.
    pub(super) namespaces: Option<Vec<Spanned<String>>>,
    /// The regions; exactly one is primary.
    pub(super) regions: Option<BTreeMap<Spanned<String>, RawRegion>>,
    /// What must run in each region, by thing.
    #[serde(default)]
    pub(super) inventory: BTreeMap<Spanned<String>, RawInventory>,
    /// The kinds of custom resource that are written to the database.
    #[serde(default)]
    pub(super) custom_resources: Vec<Spanned<String>>,
    /// What needs no backup, with the reason.
    #[serde(default)]
    pub(super) excluded: BTreeMap<Spanned<String>, RawExclusion>,
    /// Where this system differs from the standard, as a tree of the standard's own keys.
    pub(super) standard: Option<Spanned<Anything>>,
    /// Where linking evidence to components needs help, and further components.
    #[serde(default)]
    pub(super) components: BTreeMap<Spanned<String>, RawComponent>,
    /// What Git declares.
    #[serde(default)]
    pub(super) manifests: Vec<RawManifests>,
    /// Evidence taken elsewhere or earlier, in the snapshot's own types: file patterns.
    #[serde(default)]
    pub(super) recorded: Vec<Spanned<String>>,
    /// The clock, for fixtures and replays only: RFC 3339.
    pub(super) at: Option<Spanned<String>>,
    /// What Kubernetes says, one cluster for each region.
    #[serde(default)]
    pub(super) clusters: Vec<Spanned<RawCluster>>,
    /// What the database servers say, and the reports of their backup tools.
    #[serde(default)]
    pub(super) databases: Vec<Spanned<RawDatabase>>,
    /// Where the copies lie. Not in this version.
    pub(super) repositories: Option<Spanned<Anything>>,
    /// The name that traffic is routed by.
    pub(super) failover: Option<RawFailover>,
    /// What endpoints answer. Not in this version.
    pub(super) probes: Option<Spanned<Anything>>,
    /// What the monitoring says. Not in this version.
    pub(super) prometheus: Option<Spanned<Anything>>,
    /// The records of drills.
    pub(super) drills: Option<RawDrills>,
    /// The directory of what people have signed.
    pub(super) attestations: Option<Spanned<String>>,
    /// The file of waivers.
    pub(super) waivers: Option<Spanned<String>>,
}

/// A region.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegion {
    /// What it is for.
    pub(super) role: RegionRole,
}

/// Something that must run.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInventory {
    /// Its kind, with the group where it is not a built-in one: `Cluster.postgresql.cnpg.io`.
    pub(super) kind: Spanned<String>,
    /// Its name, where it is not the thing's own.
    pub(super) name: Option<Spanned<String>>,
    /// Its namespace; any in scope unless said otherwise.
    pub(super) namespace: Option<Spanned<String>>,
    /// How many replicas must be ready.
    pub(super) ready: Spanned<u64>,
}

/// A person's word.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExclusion {
    /// Why.
    pub(super) reason: Spanned<String>,
}

/// A component of this system.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawComponent {
    /// The objects that back it up: `CronJob/namespace/name`.
    #[serde(default)]
    pub(super) backed_up_by: Vec<Spanned<String>>,
    /// The component of the standard whose requirements it has, where that is not its own name.
    pub(super) is: Option<Spanned<String>>,
}

/// Manifests of one region.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawManifests {
    /// A file or a directory, relative to this file.
    pub(super) path: Spanned<String>,
    /// Their region; may be left out where there is only one.
    pub(super) region: Option<Spanned<String>>,
}

/// The cluster of one region.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawCluster {
    /// Its region; may be left out where there is only one.
    pub(super) region: Option<Spanned<String>>,
    /// The context of the kubeconfig that leads to it.
    pub(super) context: Option<Spanned<String>>,
    /// The kubeconfig, relative to this file; `KUBECONFIG` or `~/.kube/config` unless said otherwise.
    pub(super) kubeconfig: Option<Spanned<String>>,
    /// Whether this program runs in the cluster and reads it with its own service account.
    pub(super) in_cluster: Option<bool>,
    /// The namespaces to read; all of them unless said otherwise. Velero is read wherever it lies.
    pub(super) namespaces: Option<Vec<Spanned<String>>>,
    /// The uid of the cluster's namespace kube-system: a context that leads to another cluster is then not believed.
    pub(super) uid: Option<Spanned<String>>,
}

/// A database server and what stands around it.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDatabase {
    /// The component that it is, or the thing of the inventory.
    pub(super) component: Spanned<String>,
    /// Its region; may be left out where there is only one.
    pub(super) region: Option<Spanned<String>>,
    /// How it is reached: `postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=ca.pem`, or
    /// `redis://user@host:6379`, `rediss://` with TLS. Never with a password.
    pub(super) url: Option<Spanned<String>>,
    /// Where its password is.
    pub(super) password: Option<Spanned<RawPassword>>,
    /// PostgreSQL: the `application_name` of each standby that must stream from it.
    #[serde(default)]
    pub(super) standbys: Vec<Spanned<String>>,
    /// Redis: how many replicas must follow it.
    pub(super) replicas: Option<u64>,
    /// How long its lag is measured; 5 s unless said otherwise.
    pub(super) sample_for: Option<Spanned<String>>,
    /// A query that gives the milliseconds since the newest heartbeat that has arrived on this server.
    pub(super) heartbeat: Option<Spanned<String>>,
    /// For each kind of custom resource, a query that gives `samples`, `missing`, `written_within_s` and `keep_s`.
    #[serde(default)]
    pub(super) audit_trail: BTreeMap<Spanned<String>, Spanned<String>>,
    /// The REST addresses of its Patroni members: `http://10.0.0.5:8008`.
    #[serde(default)]
    pub(super) patroni: Vec<Spanned<String>>,
    /// The addresses of the members of Patroni's etcd: `http://10.0.0.5:2379`.
    #[serde(default)]
    pub(super) etcd: Vec<Spanned<String>>,
    /// The addresses of its Sentinels: `redis://10.0.0.5:26379`.
    #[serde(default)]
    pub(super) sentinels: Vec<Spanned<String>>,
    /// The reports of its backup tools.
    #[serde(default)]
    pub(super) backups: Vec<Spanned<RawToolReport>>,
}

/// Where a password is: exactly one of these.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPassword {
    /// In this variable of the environment.
    pub(super) env: Option<Spanned<String>>,
    /// In this file, relative to this one; a line end at its end is no part of it.
    pub(super) file: Option<Spanned<String>>,
    /// In a Secret of the region's cluster: `namespace/name/key`.
    pub(super) secret: Option<Spanned<String>>,
}

/// The report of a backup tool: in a file, or printed by a command, here or in a Pod.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawToolReport {
    /// The tool.
    pub(super) tool: RawTool,
    /// The stanza or the server, where the report holds several.
    pub(super) name: Option<Spanned<String>>,
    /// A file that holds its JSON, relative to this one.
    pub(super) file: Option<Spanned<String>>,
    /// The program that prints it, with its arguments: `[pgbackrest, info, --output=json]`.
    pub(super) command: Option<Vec<Spanned<String>>>,
    /// The Pod of the region's cluster in which the program runs; it takes `--allow exec`.
    pub(super) pod: Option<Spanned<RawPod>>,
}

/// A Pod.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPod {
    /// Its namespace.
    pub(super) namespace: Spanned<String>,
    /// Its name.
    pub(super) name: Spanned<String>,
    /// The container, where it has several.
    pub(super) container: Option<Spanned<String>>,
}

/// A backup tool whose report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawTool {
    /// `pgbackrest info --output=json`
    Pgbackrest,
    /// `wal-g backup-list --detail --json`
    WalG,
    /// `wal-g wal-verify integrity timeline --json`
    WalGVerify,
    /// `barman -f json list-backups SERVER`
    Barman,
    /// `barman -f json check SERVER`
    BarmanCheck,
}

/// How traffic is led.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFailover {
    /// The name that traffic is routed by.
    pub(super) name: Spanned<String>,
    /// What the name service says. Not in this version.
    pub(super) route53: Option<Spanned<Anything>>,
}

/// Where the records of drills lie.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDrills {
    /// A directory.
    pub(super) ledger: Spanned<String>,
}

/// A looser number, with who answers for it.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLoosened {
    /// The number.
    pub(super) value: Spanned<String>,
    /// Who answers for it.
    pub(super) owner: Spanned<String>,
    /// Why.
    pub(super) reason: Spanned<String>,
    /// Its last day, or the instant at which it ends.
    pub(super) expires: Spanned<String>,
}

/// `waivers.yaml`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaivers {
    /// The version of this format: 1.
    pub(super) version: Option<Spanned<u32>>,
    /// The waivers.
    #[serde(default)]
    pub(super) waivers: Vec<RawWaiver>,
}

/// A verdict that somebody answers for.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawWaiver {
    /// The control: `backup.frequency`.
    pub(super) control: Spanned<String>,
    /// The subject: `postgresql/us-east-1`.
    pub(super) subject: Spanned<String>,
    /// The verdict that is waived; a fail unless said otherwise.
    pub(super) verdict: Option<RawVerdict>,
    /// Who answers for it.
    pub(super) owner: Spanned<String>,
    /// Why.
    pub(super) reason: Spanned<String>,
    /// Its last day, or the instant at which it ends.
    pub(super) expires: Spanned<String>,
    /// It holds only while the measure is at most this: a number, or a span of time.
    pub(super) at_most: Option<RawBound>,
    /// It holds only while the measure is at least this.
    pub(super) at_least: Option<RawBound>,
}

/// A verdict that can be waived.
#[derive(Debug, Clone, Copy, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawVerdict {
    /// A fail.
    Fail,
    /// An unknown.
    Unknown,
}

/// A whole number, or a span of time in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawBound(pub(super) i64);

struct BoundVisitor;

impl de::Visitor<'_> for BoundVisitor {
    type Value = RawBound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or a span of time such as 2h")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawBound, E> {
        Ok(RawBound(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RawBound, E> {
        i64::try_from(number).map(RawBound).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawBound, E> {
        Seconds::parse(text).map(|span| RawBound(span.0)).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for RawBound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BoundVisitor)
    }
}

impl JsonSchema for RawBound {
    fn schema_name() -> Cow<'static, str> {
        "Bound".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": ["integer", "string"]})
    }
}

/// Something that is read elsewhere, or not in this version.
#[derive(Debug)]
pub(super) struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for Anything {
    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!(true)
    }
}

/// In JSON a position is not written: the schema is that of the value.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
