//! Faults of a whole server: of the connection, of its identity, of what it says it serves, and of its clock.

use super::judge::{Judge, unsaid};
use super::scene::Scene;
use crate::lab::stand_in::http::How;
use crate::lab::stand_in::{Fault, Identity, StandIn};
use seaworthy::collect::objects::kinds::KINDS;
use seaworthy::report::Verdict;
use seaworthy::snapshot::{Noun, Snapshot};

/// All that a cluster is asked about in the scene, whatever else it serves.
const ASKED: [Noun; 5] = [Noun::Workload, Noun::Access, Noun::Schedule, Noun::Run, Noun::Volume];

fn healthy() -> (Scene, Judge) {
    let scene = Scene::of(StandIn::start(Identity::Good));
    let judge = Judge::new(&scene.collect());
    (scene, judge)
}

/// Nothing was made up, and all reads of the cluster say why.
fn is_unknown(judge: &mut Judge, snapshot: &Snapshot, name: &str, says: &str) {
    let mut wrongs = judge.wrongs(snapshot);
    wrongs.extend(unsaid(snapshot, "clusters/us-east-1", &ASKED, says));
    assert!(wrongs.is_empty(), "{name}: {wrongs:#?}");
}

#[test]
fn a_server_that_is_not_the_one_that_was_meant_proves_nothing() {
    let (_, mut judge) = healthy();
    for identity in [Identity::Expired, Identity::OtherHost, Identity::Stranger, Identity::Plain] {
        let scene = Scene::of(StandIn::start(identity));
        // A kubeconfig that says https, whatever the server speaks.
        let text = std::fs::read_to_string(scene.server.kubeconfig()).unwrap().replace("http://", "https://");
        let kubeconfig = scene.server.kubeconfig().with_file_name("https.kubeconfig");
        std::fs::write(&kubeconfig, text).unwrap();
        scene.configure_with(&kubeconfig, "");
        let snapshot = scene.collect();
        is_unknown(&mut judge, &snapshot, &format!("{identity:?}"), "unreachable");
        assert!(scene.server.requests().is_empty(), "{identity:?}: a token was shown to a stranger");
    }
}

#[test]
fn an_account_that_is_not_known_reads_nothing() {
    let (scene, mut judge) = healthy();
    scene.configure_with(&scene.server.kubeconfig_of("wrong"), "");
    is_unknown(&mut judge, &scene.collect(), "401", "denied");
}

#[test]
fn every_list_at_once() {
    let (scene, mut judge) = healthy();
    for (fault, says) in [
        (Fault::Status(403), "denied"),
        (Fault::Status(500), "server error"),
        (Fault::Html(502), "server error"),
        (Fault::Body(How::Reset), "unreachable|not asked"),
        (Fault::Body(How::Mute), "timed out|not asked"),
        (Fault::Body(How::Half), "truncated"),
        (Fault::ItemsNull, "not understood"),
    ] {
        scene.server.heal();
        scene.server.fault("GET limit=", fault.clone());
        let snapshot = if says.contains("timed out") { scene.collect_within("1s") } else { scene.collect() };
        is_unknown(&mut judge, &snapshot, &format!("{fault:?}"), says);
    }
    scene.server.heal();
    assert_eq!(judge.differences(&scene.collect()), Vec::<String>::new(), "it is well again");
}

#[test]
fn a_discovery_that_fails_is_no_cluster_without_kinds() {
    let (scene, mut judge) = healthy();
    let nothing = "denied|timed out|gone|throttled|server error|truncated|not understood|unreachable|not found|not asked";
    for path in ["/api$", "/apis$"] {
        for fault in [
            Fault::Status(403),
            Fault::Status(404),
            Fault::Status(410),
            Fault::Status(500),
            Fault::TooMany(0),
            Fault::NotFound,
            Fault::Html(200),
            Fault::Html(502),
            Fault::Redirect("https://example.org".to_owned()),
            Fault::Body(How::Mute),
            Fault::Body(How::Half),
            Fault::Body(How::Reset),
            Fault::ItemsNull,
            Fault::NoItems,
        ] {
            scene.server.heal();
            scene.server.fault(&format!("GET {path}"), fault.clone());
            is_unknown(&mut judge, &scene.collect_within("2s"), &format!("{path} {fault:?}"), nothing);
        }
        // JSON that is not in the newer form is asked for in the older, which for the core group needs no answer here.
        for fault in [Fault::BadJson, Fault::Empty, Fault::FailureAs200] {
            scene.server.heal();
            scene.server.fault(&format!("GET {path}"), fault.clone());
            let wrongs = judge.wrongs(&scene.collect());
            assert!(wrongs.is_empty(), "{path} {fault:?}: {wrongs:#?}");
        }
        scene.server.heal();
        scene.server.fault(&format!("GET {path}"), Fault::Stale);
        let snapshot = scene.collect();
        let wrongs = judge.wrongs(&snapshot);
        assert!(wrongs.is_empty(), "{path} is stale: {wrongs:#?}");
        let groups = if path == "/api$" { Noun::Volume } else { Noun::Access };
        assert_eq!(unsaid(&snapshot, "clusters/us-east-1", &[groups], "stale"), Vec::<String>::new());
    }
}

#[test]
fn the_discovery_of_older_servers_leads_to_the_same() {
    let (scene, mut judge) = healthy();
    scene.server.with_old_discovery();
    assert_eq!(judge.differences(&scene.collect()), Vec::<String>::new());
    for group in ["velero.io", "apps", "rbac.authorization.k8s.io", "keda.sh"] {
        for fault in [Fault::Status(503), Fault::NotFound, Fault::Status(403), Fault::BadJson, Fault::FailureAs200, Fault::Body(How::Half)]
        {
            scene.server.heal();
            scene.server.fault(&format!("GET /apis/{group}/v1$"), fault.clone());
            scene.server.fault(&format!("GET /apis/{group}/v1alpha1$"), fault.clone());
            let snapshot = scene.collect();
            let mut wrongs = judge.wrongs(&snapshot);
            let nouns = KINDS.iter().filter(|kind| kind.group == group).flat_map(|kind| kind.nouns.iter().copied());
            let nouns: Vec<Noun> = nouns.collect();
            wrongs.extend(unsaid(&snapshot, "clusters/us-east-1", &nouns, "server error|not found|denied|truncated"));
            assert!(wrongs.is_empty(), "{group} {fault:?}: {wrongs:#?}");
        }
    }
}

/// Clusters before 1.25 have a CronJob in `v1beta1` alone; while definitions move, the same objects are in two versions.
#[test]
fn each_object_is_read_once_in_whatever_version_it_is_served() {
    let (_, mut judge) = healthy();
    for old_discovery in [false, true] {
        for moves in [true, false] {
            let scene = Scene::of(StandIn::start(Identity::Good));
            if old_discovery {
                scene.server.with_old_discovery();
            }
            scene.server.serve("batch", "cronjobs", "v1beta1", moves);
            scene.server.serve("policy", "poddisruptionbudgets", "v1beta1", moves);
            scene.server.serve("velero.io", "backups", "v2", moves);
            scene.server.serve("postgresql.cnpg.io", "clusters", "v1alpha1", moves);
            assert_eq!(judge.differences(&scene.collect()), Vec::<String>::new(), "{old_discovery} {moves}");
        }
    }
}

/// A cluster without a product is no fault: what Git declares of it is not there, and that is a fact. What was
/// bad or open does not become good by it.
#[test]
fn a_group_that_is_not_served_makes_nothing_good() {
    let (_, mut judge) = healthy();
    for group in ["velero.io", "monitoring.coreos.com", "redis.redis.opstreelabs.in", "route53.services.k8s.aws"] {
        let scene = Scene::of(StandIn::start(Identity::Good));
        scene.server.without_group(group);
        let (found, code) = judge.verdicts(&scene.collect());
        assert_ne!(code, 0, "{group}");
        let good = |of: &&(String, String)| found.get(*of) == Some(&Verdict::Pass) && judge.healthy.get(*of) != Some(&Verdict::Pass);
        let wrong: Vec<&(String, String)> = found.keys().filter(good).collect();
        assert!(wrong.is_empty(), "{group}: {wrong:#?}");
    }
}

#[test]
fn a_cluster_whose_name_could_not_be_read_is_not_the_one_that_is_pinned() {
    let (scene, mut judge) = healthy();
    scene.configure(", uid: 5ea-0f-1a8");
    assert_eq!(judge.differences(&scene.collect()), Vec::<String>::new());
    for fault in [Fault::Status(403), Fault::Status(404), Fault::Status(503), Fault::Html(200), Fault::FailureAs200, Fault::Empty] {
        scene.server.heal();
        scene.server.fault("GET /namespaces/kube-system$", fault.clone());
        assert_eq!(judge.differences(&scene.collect()), Vec::<String>::new(), "the list of namespaces says it too: {fault:?}");
        scene.server.fault("GET /namespaces?", Fault::Status(403));
        is_unknown(&mut judge, &scene.collect(), &format!("{fault:?}"), "unreachable");
    }
    scene.server.heal();
    scene.configure(", uid: of-another");
    is_unknown(&mut judge, &scene.collect(), "another", "leads to another cluster");
}

/// A name that leads elsewhere between two questions: what half of the lists hold is of another cluster.
#[test]
fn a_cluster_that_is_another_by_the_end_is_neither() {
    let (scene, mut judge) = healthy();
    scene.server.fault_times("GET /namespaces/kube-system$", Fault::AnotherUid, 1);
    is_unknown(&mut judge, &scene.collect(), "another by the end", "another cluster took its place");
}

/// Two regions whose servers do not say which cluster they are may be one, which fails over to itself.
#[test]
fn clusters_that_cannot_be_told_apart_are_not_two() {
    let (scene, _) = healthy();
    let kubeconfig = scene.server.kubeconfig();
    let second = format!("}}\n  - {{region: eu-west-1, context: lab, kubeconfig: {}", kubeconfig.display());
    scene.configure(&second);
    let said = |snapshot: &Snapshot, words: &str| {
        let regions = ["clusters/us-east-1", "clusters/eu-west-1"];
        regions.iter().flat_map(|read| unsaid(snapshot, read, &ASKED, words)).collect::<Vec<_>>()
    };
    assert_eq!(said(&scene.collect(), "lead to one cluster"), Vec::<String>::new());
    // The list of namespaces says it too.
    scene.server.fault("GET /namespaces/kube-system$", Fault::Status(403));
    assert_eq!(said(&scene.collect(), "lead to one cluster"), Vec::<String>::new());
    scene.server.fault("GET /namespaces?", Fault::Status(403));
    assert_eq!(said(&scene.collect(), "which cluster this is could not be read"), Vec::<String>::new());
}

#[test]
fn dates_of_a_wrong_clock_mean_nothing() {
    let (scene, mut judge) = healthy();
    for off_s in [600, -600] {
        scene.server.heal();
        scene.server.fault("GET", Fault::ClockOff(off_s));
        let snapshot = scene.collect();
        let mut wrongs = judge.wrongs(&snapshot);
        wrongs.extend(unsaid(&snapshot, "clusters/us-east-1", &[Noun::Run, Noun::RecoveryPoints, Noun::Repository], "clock"));
        assert!(wrongs.is_empty(), "{off_s} s: {wrongs:#?}");
    }
    scene.server.heal();
    scene.server.fault("GET", Fault::NoClock);
    let snapshot = scene.collect();
    let mut wrongs = judge.wrongs(&snapshot);
    wrongs.extend(unsaid(
        &snapshot,
        "clusters/us-east-1",
        &[Noun::Run, Noun::RecoveryPoints, Noun::Repository],
        "never said what time it is",
    ));
    assert!(wrongs.is_empty(), "no clock: {wrongs:#?}");
}
