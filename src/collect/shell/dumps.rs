//! Recognises dump commands and resolves what they dump, as the tools do.

use super::expand::{Arg, UNKNOWN, public, secret_name};
use super::options::{Options, certain};
use super::syntax::is_name;
use super::walk::{Fate, Walker};
use super::{Dump, Format, Namespaces, Output, Part, Tool};

const PG_LONG: [&str; 34] = [
    "host",
    "port",
    "username",
    "dbname",
    "file",
    "format",
    "table",
    "schema",
    "exclude-table",
    "exclude-schema",
    "exclude-table-data",
    "jobs",
    "compress",
    "encoding",
    "role",
    "section",
    "snapshot",
    "lock-wait-timeout",
    "superuser",
    "rows-per-insert",
    "extra-float-digits",
    "include-foreign-data",
    "extension",
    "filter",
    "table-and-children",
    "exclude-table-and-children",
    "exclude-table-data-and-children",
    "exclude-database",
    "database",
    "pgdata",
    "wal-method",
    "checkpoint",
    "label",
    "exclude-extension",
];

impl Walker<'_> {
    pub(super) fn dump(&mut self, name: &str, args: &[Arg], line: u32, fate: &Fate) -> bool {
        let args: Vec<Arg> = args.iter().filter(|a| !a.text.starts_with('<')).cloned().collect();
        if args.iter().any(|a| matches!(a.text.as_str(), "--version" | "--help" | "-V" | "-?")) {
            return false;
        }
        let has = |w: &str| args.iter().any(|a| a.text == w);
        let mut dump = Dump {
            tool: Tool::PgDump,
            host: None,
            database: None,
            part: Part::Whole,
            format: None,
            to: self.sink.as_deref().map_or(Output::Stdout, path),
            remote: self.remote,
            sometimes: self.guards > 0,
            line,
        };
        let label = match name {
            "pg_dump" | "pg_dumpall" | "pg_basebackup" => {
                self.postgres(name, &args, &mut dump);
                name
            }
            "mysqldump" | "mariadb-dump" => {
                self.mysql(&args, &mut dump);
                name
            }
            "mongodump" => {
                mongo(&args, &mut dump);
                name
            }
            "redis-cli" => {
                let o = Options::parse(&args, "hpasnriu", &["rdb", "pass", "user"]);
                if let Some(file) = o.get(&["rdb"]) {
                    dump.tool = Tool::RedisRdb;
                    dump.to = path(file);
                } else if args.iter().any(|a| matches!(a.text.to_ascii_lowercase().as_str(), "save" | "bgsave")) {
                    dump.tool = Tool::RedisSave;
                    dump.to = Output::Repository;
                } else {
                    return false;
                }
                dump.host = o.get(&["h"]).and_then(certain);
                name
            }
            "etcdctl" if has("snapshot") && has("save") => {
                dump.tool = Tool::EtcdctlSnapshot;
                let at = args.iter().position(|a| a.text == "save").unwrap_or_default();
                let after = args.get(at.saturating_add(1)..).unwrap_or_default();
                if let Some(file) = after.iter().find(|a| !a.text.starts_with('-')) {
                    dump.to = path(&file.text);
                }
                "etcdctl snapshot save"
            }
            "pgbackrest" if has("backup") => repository(&mut dump, Tool::PgBackRest, "pgbackrest backup"),
            "wal-g" if has("backup-push") => repository(&mut dump, Tool::WalG, "wal-g backup-push"),
            "barman" if has("backup") => repository(&mut dump, Tool::Barman, "barman backup"),
            "barman-cloud-backup" => repository(&mut dump, Tool::Barman, "barman-cloud-backup"),
            "velero" if has("backup") && has("create") => repository(&mut dump, Tool::VeleroBackupCreate, "velero backup create"),
            "restic" if has("backup") => repository(&mut dump, Tool::Restic, "restic backup"),
            "kopia" if has("snapshot") && (has("create") || has("--all")) => repository(&mut dump, Tool::Kopia, "kopia snapshot create"),
            "kubectl" if has("get") && !kubectl(&args, &mut dump) => return false,
            "kubectl" if has("get") => "kubectl get",
            _ => return false,
        };
        if args.iter().any(|a| a.text.contains(UNKNOWN) && a.text.starts_with(UNKNOWN))
            && matches!(dump.part, Part::Whole)
            && dump.host.is_none()
        {
            self.doubt(line, format!("{label}: arguments that are not known may change what it does"));
        }
        self.fails(line, label, fate);
        self.script.dumps.push(dump);
        true
    }

    /// An environment variable as the program sees it; `None` when it has none.
    fn environment(&self, name: &str) -> Option<String> {
        if self.remote || secret_name(name) {
            return self.remote.then(|| UNKNOWN.to_string());
        }
        if self.state.exported.contains(name) {
            return self.state.vars.get(name).cloned();
        }
        (self.container.env_from || self.sourced).then(|| UNKNOWN.to_string())
    }

    fn postgres(&mut self, name: &str, args: &[Arg], dump: &mut Dump) {
        let (tool, short) = match name {
            "pg_dump" => (Tool::PgDump, "hpUdfFtnTNjZESeK"),
            "pg_dumpall" => (Tool::PgDumpAll, "hpUdflES"),
            _ => (Tool::PgBaseBackup, "hpUdDFrTXlZcsSR"),
        };
        let basebackup = tool == Tool::PgBaseBackup;
        let short = if basebackup { "hpUdDFrTXlZcs" } else { short };
        dump.tool = tool.clone();
        let mut o = Options::parse(args, short, &PG_LONG);
        if o.dropped {
            self.doubt(dump.line, "a word stands where a password may stand, and was not read");
        }
        let database_option = o.get(&["d", "dbname"]).map(str::to_string);
        let named = match database_option {
            Some(value) => Some(value),
            None if tool == Tool::PgDump => o.operands.first().cloned(),
            None => None,
        };
        o.operands.clear();
        let connection = named.as_deref().map(connection).unwrap_or_default();
        let host = connection.host.or_else(|| o.get(&["h", "host"]).map(str::to_string)).or_else(|| self.environment("PGHOST"));
        dump.host = host.as_deref().and_then(certain).filter(|h| !h.starts_with('/'));
        if tool == Tool::PgDump {
            let user = o.get(&["U", "username"]).map(str::to_string).or_else(|| self.environment("PGUSER"));
            let fallback = || self.environment("PGDATABASE").or(user);
            let service = connection.opaque || self.environment("PGSERVICE").is_some_and(|_| !self.remote);
            let database = connection.database.or_else(|| if service { None } else { fallback() });
            dump.database = database.as_deref().and_then(certain);
        }
        dump.format = match o.get(&["F", "format"]) {
            None if tool == Tool::PgDump || tool == Tool::PgDumpAll => Some(Format::Plain),
            Some("c" | "custom") => Some(Format::Custom),
            Some("d" | "directory") => Some(Format::Directory),
            Some("t" | "tar") => Some(Format::Tar),
            Some("p" | "plain") => Some(if basebackup { Format::Directory } else { Format::Plain }),
            None => Some(Format::Directory),
            Some(_) => None,
        };
        let file = if basebackup { o.get(&["D", "pgdata"]) } else { o.get(&["f", "file"]) };
        if let Some(file) = file.filter(|f| *f != "-") {
            dump.to = path(file);
        }
        if basebackup {
            return;
        }
        let list = |names: &[&str]| o.all(names).iter().map(|v| public(v)).collect::<Vec<_>>();
        let schemas = list(&["n", "schema"]);
        let tables = list(&["t", "table", "table-and-children"]);
        let without = list(&["T", "N", "exclude-table", "exclude-schema", "exclude-table-data", "exclude-database"]);
        let all = tool == Tool::PgDumpAll;
        dump.part = if o.has(&["s", "schema-only"]) || o.get(&["section"]).is_some_and(|s| s != "data") && o.all(&["section"]).len() == 1 {
            Part::SchemaOnly
        } else if o.has(&["a", "data-only"]) || o.has(&["section"]) {
            Part::DataOnly
        } else if all && o.has(&["g", "globals-only", "r", "roles-only", "t", "tablespaces-only"]) {
            Part::GlobalsOnly
        } else if !tables.is_empty() && !all {
            Part::Tables(tables)
        } else if !schemas.is_empty() {
            Part::Schemas(schemas)
        } else if !without.is_empty() && !all || o.has(&["exclude-database"]) {
            Part::Without(without)
        } else {
            Part::Whole
        };
    }

    fn mysql(&mut self, args: &[Arg], dump: &mut Dump) {
        dump.tool = Tool::Mysqldump;
        dump.format = Some(Format::Plain);
        let long = [
            "host",
            "user",
            "port",
            "socket",
            "result-file",
            "ignore-table",
            "where",
            "defaults-file",
            "defaults-extra-file",
            "max-allowed-packet",
            "default-character-set",
            "tables",
        ];
        let mut o = Options::parse(args, "huPSrw", &long);
        // `-psecret` is one word; `-p secret` makes `secret` the database for the
        // tool, but its author meant a password, so it is never shown.
        let bare = args.iter().position(|a| a.text == "-p" || a.text == "--password");
        if bare.is_some_and(|at| args.get(at.saturating_add(1)).is_some_and(|a| !a.text.starts_with('-'))) && !o.dropped {
            o.drop_first();
        }
        if o.dropped {
            self.doubt(dump.line, "a word stands where a password may stand, and was not read");
        }
        dump.host = o.get(&["h", "host"]).and_then(certain);
        if let Some(file) = o.get(&["r", "result-file"]) {
            dump.to = path(file);
        }
        let all = o.has(&["A", "all-databases"]);
        if !all && !o.dropped {
            dump.database = o.operands.first().and_then(|d| certain(d));
        }
        let tables: Vec<String> = o.operands.iter().skip(1).map(|t| public(t)).collect();
        dump.part = if o.has(&["d", "no-data"]) {
            Part::SchemaOnly
        } else if o.has(&["t", "no-create-info"]) {
            Part::DataOnly
        } else if !tables.is_empty() && !o.has(&["B", "databases"]) && !o.dropped {
            Part::Tables(tables)
        } else if o.has(&["ignore-table"]) {
            Part::Without(o.all(&["ignore-table"]).iter().map(|t| public(t)).collect())
        } else {
            Part::Whole
        };
    }
}

fn repository(dump: &mut Dump, tool: Tool, label: &'static str) -> &'static str {
    dump.tool = tool;
    dump.to = Output::Repository;
    label
}

fn path(text: &str) -> Output {
    match text {
        "/dev/stdout" | "-" | "" => Output::Stdout,
        text => Output::Path(public(text)),
    }
}

fn mongo(args: &[Arg], dump: &mut Dump) {
    dump.tool = Tool::Mongodump;
    let long =
        ["uri", "host", "port", "db", "collection", "username", "password", "authenticationDatabase", "out", "query", "excludeCollection"];
    let o = Options::parse(args, "hdcupoq", &long);
    let uri = o.get(&["uri"]).or(o.operands.first().map(String::as_str)).map(connection).unwrap_or_default();
    dump.host = uri.host.as_deref().or(o.get(&["h", "host"])).and_then(certain);
    dump.database = uri.database.as_deref().or(o.get(&["d", "db"])).and_then(certain);
    if let Some(file) = o.get(&["o", "out"]).or(o.get(&["archive"]).filter(|a| !a.is_empty())) {
        dump.to = path(file);
    }
    let tables: Vec<String> = o.all(&["c", "collection"]).iter().map(|c| public(c)).collect();
    let without: Vec<String> = o.all(&["excludeCollection"]).iter().map(|c| public(c)).collect();
    dump.part = if !tables.is_empty() {
        Part::Tables(tables)
    } else if !without.is_empty() {
        Part::Without(without)
    } else {
        Part::Whole
    };
}

/// `kubectl get` is a dump only when whole objects are written out.
fn kubectl(args: &[Arg], dump: &mut Dump) -> bool {
    let long = [
        "namespace",
        "output",
        "selector",
        "kubeconfig",
        "context",
        "server",
        "user",
        "username",
        "password",
        "token",
        "cluster",
        "as",
        "field-selector",
        "certificate-authority",
        "client-key",
        "client-certificate",
        "sort-by",
    ];
    let o = Options::parse(args, "nols", &long);
    let whole = o.get(&["o", "output"]).is_some_and(|f| f == "yaml" || f == "json");
    let Some(resources) = o.operands.get(1).filter(|_| whole && o.operands.first().is_some_and(|g| g == "get")) else {
        return false;
    };
    let namespaces = if o.has(&["A", "all-namespaces"]) {
        Namespaces::All
    } else {
        o.get(&["n", "namespace"]).map_or(Namespaces::Current, |n| Namespaces::Named(public(n)))
    };
    let names: Vec<String> = o.operands.iter().skip(2).map(|n| public(n)).collect();
    let selected = o.has(&["l", "selector", "field-selector"]).then(|| "those that a selector names".to_owned());
    let named: Vec<String> = names.into_iter().chain(selected).collect();
    if !named.is_empty() {
        dump.part = Part::Tables(named);
    }
    let resources = resources.split(',').map(public).collect();
    dump.tool = Tool::KubectlGet { resources, namespaces };
    true
}

#[derive(Default)]
struct Connection {
    host: Option<String>,
    database: Option<String>,
    /// Settings stand elsewhere (a service file), or a user name would be the database.
    opaque: bool,
}

/// A database name, a URI or a `key=value` string. User and password are dropped.
fn connection(text: &str) -> Connection {
    let mut out = Connection::default();
    if let Some((_, rest)) = text.split_once("://") {
        let at = rest.rfind('@').map_or(0, |at| at.saturating_add(1));
        let rest = rest.get(at..).unwrap_or_default();
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (hosts, database) = rest.split_once('/').unwrap_or((rest, ""));
        let first = hosts.split(',').next().unwrap_or_default();
        let host = first.rsplit_once(':').filter(|(_, p)| p.chars().all(|c| c.is_ascii_digit())).map_or(first, |(h, _)| h);
        out.host = (!host.is_empty()).then(|| host.to_string());
        out.database = (!database.is_empty()).then(|| database.to_string());
        out.opaque = true;
    } else if text.contains('=') {
        for pair in text.split_whitespace() {
            match pair.split_once('=') {
                Some(("host", v)) => out.host = Some(v.trim_matches('\'').to_string()),
                Some(("dbname", v)) => out.database = Some(v.trim_matches('\'').to_string()),
                Some(_) | None => {}
            }
        }
        out.opaque = true;
    } else if !text.is_empty() {
        out.database = Some(text.to_string());
        out.opaque = !is_name(text) && text.contains(UNKNOWN);
    }
    out
}
