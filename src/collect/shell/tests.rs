//! Scripts and the facts they must yield.

use super::*;

fn container(image: &str, shell: &[&str], script: &str) -> Container {
    let env = [("PGHOST", Some("db")), ("PGUSER", Some("app")), ("PGPASSWORD", Some("canary")), ("LATER", None)];
    let mut command: Vec<String> = shell.iter().map(|s| s.to_string()).collect();
    command.push(script.to_string());
    Container {
        image: image.into(),
        command,
        env: env.iter().map(|(n, v)| (n.to_string(), v.map(String::from))).collect(),
        ..Container::default()
    }
}

/// One line of facts: dumps, uploads, masked, then `?` when the reader is unsure.
fn facts(s: &Script) -> String {
    let mut out = Vec::new();
    for d in &s.dumps {
        out.push(format!("D {:?}@{}/{}", d.tool, d.host.as_deref().unwrap_or("-"), d.database.as_deref().unwrap_or("-")));
    }
    out.extend(s.uploads.iter().map(|u| format!("U {}", u.destination)));
    out.extend(s.masked.iter().map(|m| format!("M {} {:?}", m.command, m.how)));
    if let Some(h) = s.halt {
        out.push(format!("H {}", h.line));
    }
    if !s.doubts.is_empty() || s.reading != Reading::Read {
        out.push("?".into());
    }
    out.join("; ")
}

const D: &str = "D PgDump@db/app";

#[test]
fn scripts_yield_their_facts() {
    // `%` stands for the plain dump of the container's own database.
    let table: &[(&str, &str)] = &[
        ("pg_dump -f /b/x", "%"),
        ("pg_dump -f /b/x; echo done", "%; M pg_dump NotLastCommand"),
        ("set -e\npg_dump -f /b/x\necho done", "%"),
        ("set -e; set +e; pg_dump; echo", "%; M pg_dump NotLastCommand"),
        ("set -o errexit\npg_dump\ntrue", "%"),
        ("set -e\npg_dump | gzip > /b/x", "%; M pg_dump Pipe"),
        ("set -eo pipefail\npg_dump | gzip > /b/x", "%"),
        ("set -e\npg_dump || true", "%; M pg_dump OrTrue"),
        ("pg_dump || exit 1\necho", "%"),
        ("pg_dump || exit 0\necho", "%; M pg_dump OrElse"),
        ("pg_dump || exit\necho", "%"),
        ("pg_dump || { echo failed; exit 1; }\necho", "%"),
        ("pg_dump || { echo failed; exit; }\necho", "%; M pg_dump OrElse"),
        ("pg_dump || { echo failed; exit $?; }\necho", "%; M pg_dump OrElse"),
        ("pg_dump || echo failed", "%; M pg_dump OrTrue"),
        ("pg_dump || (echo failed; exit 1)\necho", "%; M pg_dump NotLastCommand"),
        ("pg_dump && aws s3 cp x s3://b/", "%; U s3://b/"),
        ("set -e\npg_dump && aws s3 cp x s3://b/\necho", "%; U s3://b/; M pg_dump AndChain"),
        ("pg_dump && echo ok || exit 1\necho", "%"),
        ("pg_dump && echo ok || echo bad", "%; M pg_dump OrTrue"),
        ("if ! pg_dump; then exit 1; fi\necho", "%"),
        ("if ! pg_dump; then echo bad; fi\necho", "%; M pg_dump Condition"),
        ("if pg_dump; then echo ok; else exit 3; fi\necho", "%"),
        ("if pg_dump; then echo ok; fi", "%; M pg_dump Condition"),
        ("pg_dump\nif [ $? -ne 0 ]; then echo bad; exit 1; fi\necho", "%"),
        ("pg_dump\nif [ $? -eq 0 ]; then echo ok; else exit 1; fi\necho", "%"),
        ("pg_dump\n[ $? -eq 0 ] || exit 1\necho", "%"),
        ("pg_dump\nrc=$?\necho done\nexit $rc", "%"),
        ("pg_dump\nrc=$?\naws s3 ls\nrc=$?\nexit $rc", "%; ?"),
        ("pg_dump\nexit $?", "%"),
        ("pg_dump\nexit 0", "%; M pg_dump NotLastCommand"),
        ("pg_dump &\nwait", "%; M pg_dump Background"),
        ("pg_dump &\nwait $!", "%; ?"),
        ("! pg_dump", "%; M pg_dump Negated"),
        ("x=$(pg_dump) || exit 1\necho", "%"),
        ("set -e\nexport X=$(pg_dump)\necho", "%; M pg_dump Substitution"),
        ("set -e\n(pg_dump; echo x)\necho", "%"),
        ("(pg_dump; echo x)", "%; M pg_dump NotLastCommand"),
        ("die() { echo \"$1\"; exit 1; }\npg_dump || die no\necho", "%"),
        ("run() { pg_dump; echo; }\nrun", "%; M pg_dump NotLastCommand"),
        ("set -e\nrun() { pg_dump; echo; }\nrun", "%"),
        ("set -e\nrun() { pg_dump; echo; }\nrun || exit 1", "%; M pg_dump NotLastCommand"),
        ("for d in a b; do pg_dump $d; done", "D PgDump@db/a; D PgDump@db/b; M pg_dump Loop"),
        ("set -e; for d in a b; do pg_dump -d \"$d\"; done", "D PgDump@db/a; D PgDump@db/b"),
        ("until pg_dump; do sleep 5; done", "%; ?"),
        ("failed=0\npg_dump || failed=1\necho\nexit $failed", "%"),
        ("failed=0\npg_dump || failed=1\necho", "%; M pg_dump OrElse"),
        ("trap 'exit 0' EXIT\npg_dump", "%; ?"),
        ("set -e\n. /etc/x\npg_dump", "D PgDump@db/-; ?"),
        ("set -e\n/scripts/go.sh\n", "?"),
        ("bash -c 'pg_dump; true'", "%; M pg_dump NotLastCommand"),
        ("set -e\nbash -c 'pg_dump; true'", "%; M pg_dump NotLastCommand"),
        ("bash -ec 'pg_dump; true'", "%"),
        ("bash <<'EOF'\npg_dump\ntrue\nEOF", "%; M pg_dump NotLastCommand"),
        ("cat <<EOF\npg_dump\nEOF", ""),
        ("# pg_dump\necho 'pg_dump; x'", ""),
        ("timeout 60 pg_dump other", "D PgDump@db/other"),
        ("PGDATABASE=x pg_dump", "D PgDump@db/x"),
        ("PGDATABASE=x\npg_dump", "%"),
        ("export PGDATABASE=x\npg_dump", "D PgDump@db/x"),
        ("pg_dump \"$LATER\"", "D PgDump@db/-"),
        ("pg_dump postgres://u:canary@h.x:5432/shop?sslmode=x", "D PgDump@h.x/shop"),
        ("pg_dump \"host=h dbname=d password=canary\"", "D PgDump@h/d"),
        ("kubectl exec -n ns pg-0 -- pg_dump -U app -Fc > x", "D PgDump@-/-"),
        ("mysqldump -h m -u r -pcanary shop", "D Mysqldump@m/shop"),
        ("mysqldump -h m -u r -p canary shop", "D Mysqldump@m/-; ?"),
        ("mongodump --uri=mongodb://u:canary@m/shop --archive=/b/x", "D Mongodump@m/shop"),
        ("redis-cli -h r -a canary --rdb /b/x", "D RedisRdb@r/-"),
        ("pg_dump 'unclosed", "?"),
        ("if true; then pg_dump", "?"),
        ("pg_dump |& gzip", "%; M pg_dump Pipe"),
        ("case x in a) pg_dump;; *) exit 1;; esac", "%"),
        ("exec pg_dump", "%"),
        ("eval \"pg_dump\"; true", "%; M pg_dump NotLastCommand"),
    ];
    let mut wrong = Vec::new();
    for (script, want) in table {
        let got = facts(&read(&container("x/y:1", &["/bin/bash", "-c"], script)));
        if got != want.replace('%', D) {
            wrong.push(format!("{script:?}\n  want {want}\n  got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const REFERENCE: &str = r#"BACKUP_FILE="/backups/kubernaut-$(date +%Y%m%d%H%M%S).sql"
pg_dump -Fc -f "$BACKUP_FILE"
echo "Backup complete: $BACKUP_FILE"

# Upload to S3/GCS/Azure Blob
aws s3 cp "$BACKUP_FILE" s3://kubernaut-backups/postgresql/

# Cleanup local backups older than 7 days
find /backups -name "kubernaut-*.sql" -mtime +7 -delete
"#;

#[test]
fn the_reference_script_is_read_in_full() {
    let mut c = container("postgres:14", &["/bin/sh", "-c"], REFERENCE);
    c.env.insert("PGHOST".into(), Some("postgresql.kubernaut-system".into()));
    c.env.insert("PGUSER".into(), Some("kubernaut".into()));
    c.env.insert("PGPASSWORD".into(), None);
    let s = read(&c);
    assert_eq!((&s.reading, s.client_major, s.halt), (&Reading::Read, Some(14), None));
    assert_eq!(s.doubts, []);
    let d = &s.dumps[0];
    assert_eq!(d.host.as_deref(), Some("postgresql.kubernaut-system"));
    assert_eq!(d.database.as_deref(), Some("kubernaut"));
    assert_eq!((d.format, &d.part, d.line), (Some(Format::Custom), &Part::Whole, 2));
    assert_eq!(d.to, Output::Path("/backups/kubernaut-*.sql".into()));
    let u = &s.uploads[0];
    assert_eq!((u.tool, u.destination.as_str(), u.line), (Uploader::Aws, "s3://kubernaut-backups/postgresql/", 6));
    assert_eq!(s.absent.iter().map(|a| a.binary).collect::<Vec<_>>(), ["aws"]);
    let how = MaskedBy::NotLastCommand;
    assert_eq!(s.masked.iter().map(|m| (m.line, m.how)).collect::<Vec<_>>(), [(2, how), (6, how)]);
    let x = &s.deletes[0];
    assert_eq!((x.place, x.keeps_s, x.after_upload), (Place::Local, Some(8 * 86_400), true));
}

#[test]
fn dash_stops_at_pipefail_and_alpine_does_not() {
    let script = "set -euo pipefail\npg_dump | gzip > x";
    let s = |image: &str, shell: &str| facts(&read(&container(image, &[shell, "-c"], script)));
    assert_eq!(s("postgres:14", "/bin/sh"), format!("{D}; M pg_dump Pipe; H 1"));
    assert_eq!(s("postgres:14-alpine", "/bin/sh"), D);
    assert_eq!(s("postgres:14", "bash"), D);
}

#[test]
fn unknown_entrypoints_and_files_are_opaque() {
    let mut c = container("x/backup:1", &[], "run");
    assert_eq!(read(&c).reading, Reading::Opaque(Opaque::File("run".into())));
    c.args = std::mem::take(&mut c.command);
    assert_eq!(read(&c).reading, Reading::Opaque(Opaque::Entrypoint));
    let c = container("postgres:14", &["/bin/bash"], "/scripts/backup.sh");
    assert_eq!(read(&c).reading, Reading::Opaque(Opaque::File("/scripts/backup.sh".into())));
}

#[test]
fn no_absence_after_an_installation_or_for_unknown_images() {
    let n = |image: &str, s: &str| read(&container(image, &["sh", "-c"], s)).absent.len();
    assert_eq!(n("postgres:16", "aws s3 ls"), 1);
    assert_eq!(n("postgres:16", "apt-get install -y awscli; aws s3 ls"), 0);
    assert_eq!(n("bitnami/postgresql:16", "aws s3 ls"), 0);
    assert_eq!(n("reg.example/postgres:16", "aws s3 ls"), 0);
    assert_eq!(n("postgres:16", "/tools/aws s3 ls"), 0);
    assert_eq!(n("postgres:16", "export PATH=/t:$PATH; aws s3 ls"), 0);
    assert_eq!(n("postgres:16", "aws() { true; }; aws s3 ls"), 0);
    assert_eq!(n("postgres:16-alpine", "wget x"), 0);
}

#[test]
fn secrets_never_reach_the_output() {
    let scripts = [
        "pg_dump postgres://canary:canary@h/d | aws s3 cp - s3://b/$PGPASSWORD",
        "PGPASSWORD=canary pg_dump; DB_PASS=canary; pg_dump \"$DB_PASS\"",
        "pg_dump --password canary; mysqldump --password canary x; mysqldump -p canary",
        "pg_dump postgres://canary@h",
        "U=postgres://canary:canary@h/d; pg_dump $U",
        "curl -u canary:canary -T f https://canary:can@canary@h/x?sig=canary",
        "restic -r s3:https://canary:canary@h/b backup /d",
        "mongodump -u canary -p canary",
        "rclone copy x ':s3,secret_access_key=canary:bucket'",
        "mongodump --password canary mongodb://canary:canary@h/d",
        "scp -i canary f canary@h:/x; az storage blob upload -c c --account-key canary -f x",
        "kubectl get cm --token canary -o yaml > x",
        "mc alias set s https://h canary canary; mc cp x s/b",
        "psql postgres://canary:canary@h/d -f x",
        "pg_dump 'host=h user=canary password=canary'",
    ];
    for script in scripts {
        for shell in ["sh", "bash"] {
            let s = read(&container("postgres:14", &[shell, "-ec"], script));
            let text = format!("{s:?}");
            assert!(!text.contains("canary"), "{script}: {text}");
        }
    }
}

#[test]
fn formats_and_restores_are_compared() {
    let s = read(&container("postgres:14", &["sh", "-c"], "psql -d x < a.dump; pg_restore -e -d y a.dump"));
    assert!(restore_mismatch(&s.restores[0], Format::Custom) && !restore_mismatch(&s.restores[1], Format::Custom));
    assert_eq!((s.restores[0].stops_on_error, s.restores[1].stops_on_error), (false, true));
}

#[test]
fn deletions_state_what_they_keep() {
    let k = |s: &str| read(&container("x", &["sh", "-c"], s)).deletes.first().map(|d| d.keeps_s).expect("a deletion");
    assert_eq!(k("find /b -mmin +60 -delete"), Some(3_600));
    assert_eq!(k("find /b -delete -mtime +7"), Some(0));
    assert_eq!(k("find /b -mtime -7 -exec rm {} \\;"), Some(0));
    assert_eq!(k("find /b -mtime +$DAYS -delete"), None);
    assert_eq!(k("DAYS=30; find /b -mtime +$DAYS -delete"), Some(31 * 86_400));
    assert_eq!(k("find /b -mtime +${DAYS:-6} -delete"), Some(7 * 86_400));
    assert_eq!(k("mc rm --recursive --force --older-than 7d12h s/b"), Some(648_000));
    assert_eq!(k("aws s3 rm --recursive s3://b/x"), None);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}", bits in "(if|then|fi|\\$\\(|\\)|\\{|\\}|`|\"|'|<<E|\n|;|\\||&|pg_dump|aws s3 cp|find|-| |\\$|\\[\\[|for|do|x=|\\(){0,40}") {
        read(&container("postgres:14", &["sh", "-c"], &text));
        read(&container("postgres:14", &["bash", "-c"], &bits));
        read(&container(&text, &[], &text));
    }
}

#[test]
fn exec_form_and_images_with_their_own_program() {
    let mut c = container("amazon/aws-cli:2", &[], "s3");
    c.args = ["s3", "cp", "/b", "s3://x/$(PGUSER)/$(LATER)"].map(String::from).to_vec();
    c.command.clear();
    assert_eq!(facts(&read(&c)), "U s3://x/app/*");
    c.image = "postgres:15".into();
    c.args = vec!["pg_dump".into(), "-Fc".into()];
    assert_eq!(facts(&read(&c)), D);
    let c = container("x", &["timeout", "9", "sh", "-c"], "set -e; pg_dump; find /b -delete");
    assert_eq!(facts(&read(&c)), D);
}

#[test]
fn unknown_steps_between_do_not_pass_for_fine() {
    for script in ["FOO=$X; $FOO", "foo-backup run", "eval \"$X\"", "sh /x.sh", "alias a=b", "$(cat /cmd)"] {
        let s = read(&container("x", &["sh", "-ec"], script));
        assert!(!s.doubts.is_empty() || s.reading != Reading::Read, "{script}");
    }
}

/// Each script with whether a run may end well without its dump; `None`: there is no dump.
#[test]
fn a_dump_behind_a_condition_is_not_in_every_run() {
    let table: &[(&str, Option<bool>)] = &[
        ("pg_dump -f /b/x", Some(false)),
        ("mkdir -p /b && cd /b && pg_dump -f x && aws s3 cp x s3://b/x", Some(false)),
        ("cd /b || exit\npg_dump -f x", Some(false)),
        ("[ -n \"$LATER\" ] || exit 1\npg_dump -f x", Some(false)),
        ("if [ -z \"$LATER\" ]; then exit 1; fi\npg_dump -f x", Some(false)),
        ("if pg_isready; then pg_dump -f x; else exit 1; fi", Some(false)),
        ("for i in 1 2 3; do pg_dump -f x && break; sleep 5; done", Some(false)),
        ("until pg_dump -f x; do sleep 5; done", Some(false)),
        ("dump() { pg_dump -f x; }\ndump", Some(false)),
        ("if ! pg_dump -f x; then exit 1; fi", Some(false)),
        ("pg_dump -f x || exit 1\nexit 0", Some(false)),
        ("[ \"$(date +%H)\" = 02 ] && pg_dump -f x", Some(true)),
        ("[ \"$(date +%H)\" = 02 ] || exit 0\npg_dump -f x", Some(true)),
        ("if [ \"$(date +%H)\" = 02 ]; then pg_dump -f x; fi", Some(true)),
        ("if [ -e /b/today ]; then exit 0; fi\npg_dump -f x", Some(true)),
        ("due() { [ -e /b/today ] && exit 0; }\ndue\npg_dump -f x", Some(true)),
        ("case \"$(date +%u)\" in 7) pg_dump -f x;; esac", Some(true)),
        ("while read db; do pg_dump -f x; done < /list", Some(true)),
        ("is-leader && pg_dump -f x", Some(true)),
        ("test -f /b/today || pg_dump -f x", Some(true)),
        ("! is-leader && pg_dump -f x", Some(true)),
        ("exec sleep 60\npg_dump -f x", None),
        ("pg_dump --version", None),
    ];
    for (script, expected) in table {
        let script_read = read(&container("postgres:16", &["bash", "-c"], script));
        assert_eq!(script_read.dumps.first().map(|dump| dump.sometimes), *expected, "{script}");
    }
}
