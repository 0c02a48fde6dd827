//! What a check costs a server and a machine, whatever the server does: requests, connections, time and memory.
//! And what it asks for: nothing is written, and no value of a Secret or a ConfigMap crosses the wire.

use super::clean;
use super::scene::Scene;
use crate::common::{stderr, stdout};
use crate::lab::measured::{Measured, measure};
use crate::lab::stand_in::http::{How, Request};
use crate::lab::stand_in::{Fault, Identity, StandIn, drip};
use seaworthy::collect::objects::kinds::KINDS;
use std::time::Duration;

/// What the process may hold at a time.
const MEMORY_BYTES: u64 = 200 * 1024 * 1024;
/// Whatever happens after a deadline: reading files, judging, ending; on a busy machine, unoptimised.
const GRACE: Duration = Duration::from_secs(2);

fn scene() -> Scene {
    Scene::of(StandIn::start(Identity::Good))
}

fn took(scene: &Scene, request: &str, all: &str) -> Measured {
    let measured = measure(&mut scene.command(&["check", "--request-timeout", request, "--timeout", all]));
    assert_ne!(measured.output.status.code(), Some(0));
    assert!(matches!(measured.output.status.code(), Some(1 | 3)), "{}", stderr(&measured.output));
    clean("standard output", &measured.output.stdout);
    clean("standard error", &measured.output.stderr);
    measured
}

#[test]
fn a_list_without_end_is_not_held() {
    let scene = scene();
    scene.server.fault("GET limit=", Fault::Body(How::Again(2 << 30)));
    let measured = took(&scene, "10s", "15s");
    assert!(measured.peak_bytes < MEMORY_BYTES, "{} MiB", measured.peak_bytes >> 20);
    assert!(measured.peak_bytes > 1 << 20, "nothing was measured");
    assert!(measured.took < Duration::from_secs(15) + GRACE, "{:?}", measured.took);
    // One such list is left at its limit, and what is under way then.
    scene.server.heal();
    scene.server.fault("GET velero.io/ /backups?", Fault::Body(How::Again(2 << 30)));
    let before = scene.server.sent();
    took(&scene, "10s", "15s");
    assert!(scene.server.sent() - before < 96 << 20, "{} MiB", (scene.server.sent() - before) >> 20);
}

#[test]
fn deadlines_hold() {
    for fault in [drip(), Fault::Body(How::Mute), Fault::TooMany(1), Fault::TooMany(3_600), Fault::Status(503)] {
        let scene = scene();
        scene.server.fault("GET", fault.clone());
        let measured = took(&scene, "1s", "3s");
        assert!(measured.took < Duration::from_secs(3) + GRACE, "{fault:?}: {:?}", measured.took);
        // Where only the lists fail, four times the time of one question is theirs.
        scene.server.heal();
        scene.server.fault("GET limit=", fault.clone());
        let measured = took(&scene, "1s", "3s");
        assert!(measured.took < Duration::from_secs(3) + GRACE, "{fault:?} on lists: {:?}", measured.took);
    }
}

#[test]
fn a_server_that_throttles_is_not_asked_without_end() {
    let scene = scene();
    scene.server.fault("GET limit=", Fault::TooMany(0));
    took(&scene, "15s", "60s");
    let requests = scene.server.requests().len();
    // Five for each list, one each for the two halves of the discovery, two for the name of the cluster.
    assert!(requests <= 5 * KINDS.len() + 4, "{requests}");
    scene.server.heal();
    scene.server.fault("GET limit=", Fault::Status(503));
    took(&scene, "15s", "60s");
    let requests = scene.server.requests().len();
    assert!(requests <= 2 * KINDS.len() + 4, "{requests}");
}

#[test]
fn at_most_four_lists_are_read_at_a_time() {
    let scene = scene();
    scene.server.pause(Duration::from_millis(20));
    scene.collect();
    assert!((2..=4).contains(&scene.server.peak()), "{}", scene.server.peak());
}

fn lists<'a>(requests: &'a [Request], resource: &str) -> Vec<&'a Request> {
    requests.iter().filter(|request| request.path().ends_with(&format!("/{resource}"))).collect()
}

#[test]
fn nothing_is_written_and_no_value_is_asked_for() {
    let scene = scene();
    scene.run(&["check"]);
    let requests = scene.server.requests();
    assert!(requests.iter().all(|request| request.method == "GET" && request.body.is_empty()));
    assert!(lists(&requests, "secrets").is_empty(), "Secrets are asked for only where somebody allows it");
    scene.server.heal();
    scene.collect();
    let requests = scene.server.requests();
    assert!(requests.iter().all(|request| request.method == "GET" && request.body.is_empty()));
    let secrets = lists(&requests, "secrets");
    assert!(!secrets.is_empty());
    for request in secrets {
        assert_eq!(request.path(), "/api/v1/namespaces/kubernaut-system/secrets");
        assert_eq!(request.accept, "application/json;as=Table;g=meta.k8s.io;v=v1");
        assert_eq!(request.parameter("includeObject"), Some("None"));
    }
    let maps = lists(&requests, "configmaps");
    assert!(!maps.is_empty());
    for request in maps {
        assert_eq!(request.accept, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    }
    scene.server.heal();
    let output = scene.run(&["doctor", "--allow", "secrets"]);
    assert!(stdout(&output).contains("lab"), "{}", stderr(&output));
    let requests = scene.server.requests();
    let written: Vec<&Request> = requests.iter().filter(|request| request.method != "GET").collect();
    assert!(!written.is_empty());
    for request in written {
        assert_eq!((request.method.as_str(), request.path()), ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"));
    }
    assert!(requests.iter().all(|request| request.parameter("limit").is_none()), "a doctor reads nothing");
}

#[test]
fn no_report_repeats_what_a_proxy_says() {
    let scene = scene();
    for fault in [Fault::Html(502), Fault::Html(200), Fault::Status(500), Fault::Status(403), Fault::FailureAs200] {
        for on in ["GET", "GET limit="] {
            scene.server.heal();
            scene.server.fault(on, fault.clone());
            for args in [&["check", "-o", "text", "-o", "json=report.json", "-o", "junit=report.xml"][..], &["doctor"]] {
                let output = scene.command(args).args(["--timeout", "3s"]).output().unwrap();
                let code = output.status.code().unwrap();
                assert!(matches!(code, 1 | 3) || args[0] == "doctor" && on != "GET", "{fault:?} {args:?}: {}", stderr(&output));
                for file in ["report.json", "report.xml"] {
                    clean(file, &std::fs::read(scene.dir.path().join(file)).unwrap());
                }
                clean("standard output", &output.stdout);
                clean("standard error", &output.stderr);
            }
        }
    }
}
