//! Every fault, on every kind in turn.

use super::judge::{Judge, unsaid};
use super::scene::Scene;
use crate::lab::stand_in::http::How;
use crate::lab::stand_in::{Fault, Identity, StandIn, drip};
use seaworthy::collect::objects::kinds::{KINDS, Keep, Kind};
use seaworthy::report::Verdict;
use seaworthy::snapshot::Noun;
use std::collections::VecDeque;
use std::sync::Mutex;

/// How many servers there are at once: some faults take a second of waiting, and no work.
const AT_ONCE: usize = 4;

/// Which kinds a fault befalls.
#[derive(Clone, Copy, PartialEq)]
enum Kinds {
    /// All, those too of which there is no object: what is no list must not be an empty one.
    All,
    /// Those with an object.
    Held,
    /// Those with two objects or more, which then come in two pages.
    Paged,
    /// One of each form of list, where a fault takes long.
    Few,
}

/// A fault.
struct Row {
    fault: Fault,
    /// How often; `None`: for ever.
    times: Option<usize>,
    kinds: Kinds,
    /// What the read says of it, one of several words; none where the reader recovers and nothing changes.
    says: &'static str,
}

fn row(fault: Fault, kinds: Kinds, says: &'static str) -> Row {
    Row { fault, times: None, kinds, says }
}

fn recovers(fault: Fault, times: usize, kinds: Kinds) -> Row {
    Row { fault, times: Some(times), kinds, says: "" }
}

fn table() -> Vec<Row> {
    use Kinds::{All, Few, Held, Paged};
    vec![
        row(Fault::Expired { token: false }, Paged, "gone"),
        row(Fault::Expired { token: true }, Paged, "gone"),
        recovers(Fault::Expired { token: false }, 1, Paged),
        recovers(Fault::Expired { token: true }, 1, Paged),
        row(Fault::Status(410), Few, "gone"),
        row(Fault::TooMany(0), Held, "throttled"),
        row(Fault::TooMany(3_600), Few, "throttled"),
        row(Fault::TooMany(u64::MAX), Few, "throttled"),
        recovers(Fault::TooMany(0), 2, Held),
        recovers(Fault::TooMany(1), 2, Few),
        row(Fault::Status(500), Held, "server error"),
        recovers(Fault::Status(500), 1, Few),
        row(Fault::Status(503), Few, "server error"),
        recovers(Fault::Status(503), 1, Held),
        row(Fault::Html(502), Few, "server error"),
        row(Fault::Html(200), Held, "not understood"),
        row(Fault::Redirect("https://example.org/login".to_owned()), Few, "not understood"),
        row(Fault::Status(401), Few, "denied"),
        row(Fault::Status(403), All, "denied"),
        row(Fault::Status(404), Few, "not found"),
        row(Fault::NotFound, All, "not found"),
        row(drip(), Few, "timed out"),
        row(Fault::Body(How::Mute), Few, "timed out"),
        row(Fault::Body(How::Half), Held, "truncated"),
        row(Fault::Body(How::Reset), Held, "unreachable"),
        row(Fault::Body(How::Again(2 << 30)), Few, "truncated|timed out"),
        row(Fault::BadJson, Held, "truncated"),
        row(Fault::Empty, Few, "truncated"),
        row(Fault::FailureAs200, All, "not understood"),
        row(Fault::ItemsNull, All, "not understood"),
        row(Fault::NoItems, Few, "not understood"),
        row(Fault::NoVersion, Held, "not understood"),
        row(Fault::OtherVersion, Paged, "not understood"),
        row(Fault::Repeats, Paged, "not understood"),
        row(Fault::Skips, Paged, "truncated"),
        row(Fault::Circle, Paged, "not understood"),
    ]
}

/// One of each form in which a list is asked for.
fn is_one_of_few(kind: &Kind) -> bool {
    matches!((kind.group, kind.kind), ("velero.io", "Backup") | ("batch", "CronJob")) || matches!(kind.keep, Keep::Metadata | Keep::Table)
}

/// What is in a request for a list of this kind.
fn list_of(kind: &Kind) -> String {
    let root = if kind.group.is_empty() { "/api/v1/".to_owned() } else { format!("/apis/{}/", kind.group) };
    format!("GET {root} /{}?", kind.resource)
}

/// What a fault on a kind did that none may do.
fn wrongs(scene: &Scene, judge: &Mutex<Judge>, row: &Row, kind: &Kind) -> Vec<String> {
    let on = if row.kinds == Kinds::Paged && !matches!(row.fault, Fault::Circle) {
        format!("{} continue=", list_of(kind))
    } else {
        list_of(kind)
    };
    scene.server.heal();
    scene.server.halve(row.kinds == Kinds::Paged);
    match row.times {
        None => scene.server.fault(&on, row.fault.clone()),
        Some(times) => scene.server.fault_times(&on, row.fault.clone(), times),
    }
    // What never ends is waited for no longer than it takes to see that.
    let snapshot = if row.says.contains("timed out") { scene.collect_within("1s") } else { scene.collect() };
    if row.says.is_empty() {
        return judge.lock().unwrap().differences(&snapshot);
    }
    let mut wrongs = judge.lock().unwrap().wrongs(&snapshot);
    wrongs.extend(unsaid(&snapshot, "clusters/us-east-1", kind.nouns, row.says));
    if kind.nouns.is_empty() {
        wrongs.extend(unsaid(&snapshot, "drift/us-east-1", &[Noun::Drift], row.says));
    }
    wrongs
}

#[test]
fn a_fault_is_an_unknown_and_never_a_verdict() {
    let judge = Mutex::new(Judge::new(&Scene::of(StandIn::start(Identity::Good)).collect()));
    for verdict in [Verdict::Pass, Verdict::Fail, Verdict::Unknown] {
        let count = judge.lock().unwrap().healthy.values().filter(|found| **found == verdict).count();
        assert!(count > 10, "{count} verdicts are {verdict:?} in health: that shows little");
    }
    let rows = table();
    let sample = Scene::of(StandIn::start(Identity::Good));
    let befalls = |row: &Row, kind: &Kind| match row.kinds {
        Kinds::All => true,
        Kinds::Held => sample.server.count(kind) >= 1,
        Kinds::Few => is_one_of_few(kind),
        Kinds::Paged => sample.server.count(kind) >= 2,
    };
    let pairs = rows.iter().flat_map(|row| KINDS.iter().filter(move |kind| befalls(row, kind)).map(move |kind| (row, kind)));
    let jobs: Mutex<VecDeque<(&Row, &Kind)>> = Mutex::new(pairs.collect());
    let count = jobs.lock().unwrap().len();
    let wrong: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let scene = Scene::of(StandIn::start(Identity::Good));
                while let Some((row, kind)) = { jobs.lock().unwrap().pop_front() } {
                    let of = format!("{:?} {:?} times on {}.{}", row.fault, row.times, kind.kind, kind.group);
                    let found = wrongs(&scene, &judge, row, kind);
                    wrong.lock().unwrap().extend(found.iter().map(|wrong| format!("{of}: {wrong}")));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {count} rows:\n{}", wrong.len(), wrong.join("\n"));
}
