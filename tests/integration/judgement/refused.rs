//! Snapshots that say what can be true of nothing.

use super::*;

#[test]
fn what_cannot_be_true_is_refused() {
    let path = crate::common::system("kubernaut-ready").join("snapshot.json");
    let whole: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let subject = "postgresql/us-east-1";
    let drill = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed["evidence"]["drill"][subject][0]);
        Snapshot::load(changed.to_string().as_bytes())
    };
    assert!(drill(&|_| ()).is_ok());
    assert!(drill(&|drill| drill["rto_s"] = json!(-1)).is_err(), "a recovery before its fault");
    assert!(drill(&|drill| drill["finished_s"] = json!(drill["started_s"].as_i64().unwrap() - 1)).is_err(), "an end before its beginning");
    let nobody = snapshot_of(system(false), ScopeKind::Live, true, &[about(&[], declared(&["unlinked good"]))]);
    assert!(nobody.is_err(), "a read that is about nobody");
}
