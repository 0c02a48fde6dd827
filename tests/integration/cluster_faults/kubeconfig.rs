//! What a kubeconfig can say: tokens, plugins, certificates, proxies; and how each of them goes wrong.

use super::clean;
use super::judge::{Judge, unsaid};
use super::scene::Scene;
use crate::common::{stderr, stdout};
use crate::lab;
use crate::lab::measured::measure;
use crate::lab::stand_in::{Identity, StandIn, TOKEN};
use seaworthy::snapshot::{Noun, Snapshot};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What nobody may repeat: a plugin's complaint, a proxy's password.
const CANARY: &str = "c4nary-of-a-kubeconfig";

fn scene() -> (Scene, Judge) {
    let scene = Scene::of(StandIn::start(Identity::Good));
    let judge = Judge::new(&scene.collect());
    (scene, judge)
}

/// Writes a kubeconfig beside the one of the stand-in, changed.
fn changed(scene: &Scene, change: impl Fn(&str) -> String) -> PathBuf {
    let path = scene.server.kubeconfig();
    let text = std::fs::read_to_string(&path).unwrap();
    let new = path.with_file_name("changed.kubeconfig");
    let text_then = change(&text);
    assert_ne!(text, text_then, "nothing was changed");
    std::fs::write(&new, text_then).unwrap();
    new
}

/// A kubeconfig whose user is a plugin: this script.
fn plugin(scene: &Scene, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let program = scene.dir.path().join("plugin");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let exec = format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {}, interactiveMode: Never}}}}", program.display());
    changed(scene, |text| text.replace(&format!("{{token: {TOKEN}}}"), &exec))
}

/// What was collected, after a look that nothing leaked.
fn collected(scene: &Scene, kubeconfig: &Path) -> Snapshot {
    scene.configure_with(kubeconfig, "");
    let measured = measure(&mut scene.command(&["collect", "--allow", "secrets", "--request-timeout", "4s", "--timeout", "20s"]));
    let output = &measured.output;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    assert!(measured.took < Duration::from_secs(12), "{:?}", measured.took);
    for text in [stdout(output), stderr(output)] {
        clean("an output", text.as_bytes());
        for canary in [CANARY, TOKEN] {
            assert!(!text.contains(canary), "{text}");
        }
    }
    Snapshot::load(&output.stdout).unwrap()
}

fn is_unknown(scene: &Scene, judge: &mut Judge, kubeconfig: &Path, says: &str) {
    let snapshot = collected(scene, kubeconfig);
    let mut wrongs = judge.wrongs(&snapshot);
    wrongs.extend(unsaid(&snapshot, "clusters/us-east-1", &[Noun::Workload, Noun::Access, Noun::Run], says));
    assert!(wrongs.is_empty(), "{}: {wrongs:#?}", kubeconfig.display());
}

fn is_as_in_health(scene: &Scene, judge: &mut Judge, kubeconfig: &Path) {
    let snapshot = collected(scene, kubeconfig);
    assert_eq!(judge.differences(&snapshot), Vec::<String>::new());
}

#[test]
fn a_file_or_a_context_that_is_not_there() {
    let (scene, mut judge) = scene();
    // A file that the configuration names is the configuration's mistake; one of the environment is not.
    scene.configure_with(Path::new("nowhere.kubeconfig"), "");
    assert_eq!(scene.run(&["check"]).status.code(), Some(2));
    scene.configure("");
    let config = scene.dir.path().join("seaworthy.yaml");
    let named = format!(", kubeconfig: {}", scene.server.kubeconfig().display());
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap().replace(&named, "")).unwrap();
    let output = scene.command(&["collect"]).env("KUBECONFIG", "nowhere.kubeconfig").output().unwrap();
    let wrongs = judge.wrongs(&Snapshot::load(&output.stdout).unwrap());
    assert!(wrongs.is_empty(), "{wrongs:#?}");
    let other = changed(&scene, |text| text.replace("contexts: [{name: lab,", "contexts: [{name: other,"));
    is_unknown(&scene, &mut judge, &other, "unreachable");
    let broken = changed(&scene, |_| format!("users: [{CANARY}"));
    is_unknown(&scene, &mut judge, &broken, "unreachable");
    let no_authority = changed(&scene, |text| text.replace("ca.crt", "nowhere.crt"));
    is_unknown(&scene, &mut judge, &no_authority, "unreachable");
    let nobody = changed(&scene, |text| text.replace(TOKEN, CANARY));
    is_unknown(&scene, &mut judge, &nobody, "denied");
}

#[test]
fn a_plugin_gives_a_token_fails_or_hangs() {
    let (scene, mut judge) = scene();
    let credential = |token: &str| {
        format!(r#"{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{token}"}}}}"#)
    };
    let good = plugin(&scene, &format!("echo '{}'", credential(TOKEN)));
    is_as_in_health(&scene, &mut judge, &good);
    let fails = plugin(&scene, &format!("echo {CANARY}; echo {CANARY} >&2; exit 1"));
    is_unknown(&scene, &mut judge, &fails, "unreachable");
    let babbles = plugin(&scene, &format!("echo {CANARY} >&2; echo '{{{CANARY}'"));
    is_unknown(&scene, &mut judge, &babbles, "unreachable");
    let wrong = plugin(&scene, &format!("echo '{}'", credential(CANARY)));
    is_unknown(&scene, &mut judge, &wrong, "denied");
    let missing = changed(&scene, |text| {
        text.replace(
            &format!("{{token: {TOKEN}}}"),
            &format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: /nowhere/{CANARY}, interactiveMode: Never}}}}"),
        )
    });
    is_unknown(&scene, &mut judge, &missing, "unreachable");
    let hangs = plugin(&scene, "echo $$ > plugin.pid; exec sleep 30");
    is_unknown(&scene, &mut judge, &hangs, "timed out");
    let id = std::fs::read_to_string(scene.dir.path().join("plugin.pid")).unwrap();
    let there = std::process::Command::new("sh").args(["-c", "kill -0 \"$0\"", id.trim()]).stderr(std::process::Stdio::null()).status();
    assert!(!there.unwrap().success(), "the program has left its plugin behind");
    // It is asked once, and can ask nobody anything, whatever the kubeconfig says.
    let asks = format!("cat; echo $KUBERNETES_EXEC_INFO $A >> asked; echo '{}'", credential(TOKEN));
    let asks = plugin(&scene, &asks);
    let text = std::fs::read_to_string(&asks).unwrap();
    std::fs::write(&asks, text.replace("interactiveMode: Never", "interactiveMode: IfAvailable, env: [{name: A, value: b}]")).unwrap();
    is_as_in_health(&scene, &mut judge, &asks);
    let asked = std::fs::read_to_string(scene.dir.path().join("asked")).unwrap();
    let told = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}} b"#;
    assert_eq!(asked.trim_end(), told);
}

#[test]
fn a_plugin_gives_a_certificate() {
    let Some(plane) = lab::shared() else { return };
    let (scene, _) = scene();
    let pem = |name: &str| std::fs::read_to_string(plane.path().join(name)).unwrap().replace('\n', "\\n");
    let credential = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"clientCertificateData":"{}","clientKeyData":"{}"}}}}"#,
        pem("admin.crt"),
        pem("admin.key")
    );
    std::fs::write(scene.dir.path().join("credential"), credential).unwrap();
    let plugin = plugin(&scene, "cat credential");
    let kubeconfig = std::fs::read_to_string(&plugin).unwrap();
    let authority = plane.path().join("ca.crt").display().to_string();
    let kubeconfig = kubeconfig.replace(&scene.server.url, &plane.url).replace("ca.crt", &authority);
    std::fs::write(&plugin, kubeconfig).unwrap();
    let snapshot = collected(&scene, &plugin);
    assert!(!snapshot.reads.iter().any(|read| read.detail.as_ref().is_some_and(|detail| detail.contains("denied"))));
    let read = snapshot.reads.iter().find(|read| read.read == "clusters/us-east-1" && read.noun == Noun::Database).unwrap();
    assert!(read.of.starts_with("context lab, cluster "), "{}: {:?}", read.of, read.detail);
}

#[test]
fn a_client_certificate_is_enough() {
    let Some(plane) = lab::shared() else { return };
    let (scene, _) = scene();
    let snapshot = collected(&scene, &plane.path().join("admin.kubeconfig"));
    let read = snapshot.reads.iter().find(|read| read.read == "clusters/us-east-1" && read.noun == Noun::Database).unwrap();
    assert!(read.of.starts_with("context lab, cluster "), "{}", read.of);
    assert!(!snapshot.reads.iter().any(|read| read.detail.as_ref().is_some_and(|detail| detail.contains("denied"))));
}

#[test]
fn a_server_that_nobody_vouches_for_is_read_where_the_kubeconfig_says_so() {
    let (_, mut judge) = scene();
    let scene = Scene::of(StandIn::start(Identity::Stranger));
    is_unknown(&scene, &mut judge, &scene.server.kubeconfig(), "unreachable");
    let skips = changed(&scene, |text| text.replace("certificate-authority: ca.crt", "insecure-skip-tls-verify: true"));
    is_as_in_health(&scene, &mut judge, &skips);
    let text = stdout(&scene.run(&["check"]));
    let told = "nobody made sure that it is the cluster that is meant (insecure-skip-tls-verify)";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&text).contains(told), "{text}");
    let doctor = stdout(&scene.run(&["doctor"]));
    assert!(doctor.contains("UNVERIFIED  insecure-skip-tls-verify: whoever answers is believed"), "{doctor}");

    let plain = Scene::of(StandIn::start(Identity::Plain));
    is_as_in_health(&plain, &mut judge, &plain.server.kubeconfig());
    assert!(words(&stdout(&plain.run(&["check"]))).contains("(plain HTTP): whoever answered was believed"));
}

/// A proxy that lets everything through, and counts.
fn proxy() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            seen.fetch_add(1, Ordering::Relaxed);
            std::thread::spawn(move || tunnel(stream));
        }
    });
    (port, count)
}

/// `CONNECT host:port`, and then bytes in both directions.
fn tunnel(mut client: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let to = line.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line).ok()?;
    }
    let mut server = TcpStream::connect(to).ok()?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").ok()?;
    let (mut back, mut forth) = (server.try_clone().ok()?, client.try_clone().ok()?);
    std::thread::spawn(move || std::io::copy(&mut back, &mut forth));
    std::io::copy(&mut reader, &mut server).ok()?;
    Some(())
}

#[test]
fn a_proxy_is_gone_through_and_its_password_is_never_shown() {
    let (scene, mut judge) = scene();
    let through = |url: &str| {
        changed(&scene, |text| text.replace("certificate-authority:", &format!("proxy-url: \"{url}\", certificate-authority:")))
    };
    let (port, count) = proxy();
    is_as_in_health(&scene, &mut judge, &through(&format!("http://user:{CANARY}@127.0.0.1:{port}")));
    assert!(count.load(Ordering::Relaxed) > 0, "nothing went through the proxy");
    let down = lab::process::free_port();
    for url in [format!("http://user:{CANARY}@127.0.0.1:{down}"), format!("socks5://user:{CANARY}@127.0.0.1:{down}")] {
        is_unknown(&scene, &mut judge, &through(&url), "unreachable");
        let output = scene.run(&["doctor", "--request-timeout", "1s"]);
        assert!(!stdout(&output).contains(CANARY) && !stderr(&output).contains(CANARY), "{}", stdout(&output));
        assert_ne!(output.status.code(), Some(0));
    }
    is_unknown(&scene, &mut judge, &through(&format!("ftp://user:{CANARY}@127.0.0.1:{down}")), "unreachable");
}
