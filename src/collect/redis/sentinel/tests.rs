use super::*;
use crate::collect::reports::tests::blank;
use crate::config::Tool;

fn watch(primary: &str, usable: bool) -> (String, Result<Watch, Fault>) {
    ("s:1".to_owned(), Ok(Watch { primary: primary.to_owned(), down: false, usable }))
}

fn silent() -> (String, Result<Watch, Fault>) {
    ("s:2".to_owned(), Err(Fault::TimedOut(1000)))
}

#[test]
fn a_majority_is_proved_by_those_who_answer_and_disproved_by_all() {
    type Row = (Vec<(String, Result<Watch, Fault>)>, Option<bool>, Option<u64>, Option<u64>, usize);
    let cases: [Row; 5] = [
        (vec![watch("p", true), watch("p", true), watch("p", true)], Some(true), Some(3), Some(1), 0),
        (vec![watch("p", true), watch("p", true), silent()], Some(true), None, None, 0),
        (vec![watch("p", true), silent(), silent()], None, None, None, 1),
        (vec![watch("p", false), watch("p", false), watch("p", false)], Some(false), Some(0), Some(1), 0),
        (vec![watch("p", true), watch("q", true)], Some(true), Some(2), Some(2), 0),
    ];
    for (watches, quorum, healthy, leaders, doubts) in cases {
        let mut reading = blank(Tool::WalG);
        let found = store(&watches, &mut reading);
        assert_eq!((found.quorum, found.healthy, found.leaders), (quorum, healthy, leaders), "{watches:?}");
        assert_eq!(reading.partial.get(&Noun::Consensus).map_or(0, BTreeSet::len), doubts, "{watches:?}");
    }
}
