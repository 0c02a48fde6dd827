//! The two tables that the organisation agreed on: the production checklist and the RTO/RPO table.

use super::closing::sections;
use super::page::{Cell, Ink, Page, width};
use crate::report::{ChecklistLine, Half, Objective, Report, Scenario, Verdict};
use crate::units::human_s;

/// The gated checklist line by line; the other one as a summary, unless everything is asked for.
pub(super) fn checklists(page: &mut Page, report: &Report) {
    let mut stages: Vec<&str> = Vec::new();
    for line in report.checklist.iter().filter(|line| occurs(report, line.verdict)) {
        if !stages.contains(&line.stage.as_str()) {
            stages.push(&line.stage);
        }
    }
    for stage in stages {
        let lines: Vec<&ChecklistLine> =
            report.checklist.iter().filter(|line| line.stage == stage && occurs(report, line.verdict)).collect();
        if stage == report.stage || page.style.verbose {
            page.heading(&format!("Production checklist, {stage}"));
            checklist(page, &lines);
        } else {
            let counts: Vec<String> = Verdict::ALL
                .into_iter()
                .filter_map(|verdict| {
                    let count = lines.iter().filter(|line| line.verdict == verdict).count();
                    (count > 0).then(|| format!("{count} {}", verdict.shown()))
                })
                .collect();
            let counts = counts.join(page.dot());
            page.blank();
            page.hang_at("", Ink::Plain, 2, &format!("Production checklist, {stage} (does not gate): {counts}"));
        }
    }
}

/// Whether to speak of something with this verdict: where nobody described a system, only of what was
/// looked at. A file with one database says nothing about gateways and regions.
fn occurs(report: &Report, verdict: Verdict) -> bool {
    !report.system.is_empty() || verdict != Verdict::NotJudged
}

fn checklist(page: &mut Page, lines: &[&ChecklistLine]) {
    let widest = |of: &dyn Fn(&ChecklistLine) -> usize| lines.iter().map(|line| of(line)).max().unwrap_or(0);
    let why = |line: &ChecklistLine| sections(&line.why);
    let ids = widest(&|line| width(number(line)));
    let verdicts = widest(&|line| width(line.verdict.shown()));
    let room = page.width().saturating_sub(2 + ids + 2 + 2 + verdicts + 2).max(20);
    let (texts, whys) = share(room, widest(&|line| width(&line.text)), widest(&|line| width(&why(line))));
    for line in lines {
        page.row(&[
            ("  ", ids, Cell::new(number(line)).right()),
            ("  ", texts, Cell::new(line.text.as_str())),
            ("  ", verdicts, Cell::new(line.verdict.shown()).ink(Ink::of(line.verdict))),
            ("  ", whys, Cell::new(why(line))),
        ]);
    }
}

/// The number of a line, as the organisation counts it: the stage is in the heading.
fn number(line: &ChecklistLine) -> &str {
    match line.id.rsplit_once('-') {
        Some((_, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number,
        Some(_) | None => &line.id,
    }
}

/// Two columns in one room: as wide as they need, or the first three fifths where both cannot be.
fn share(room: usize, first: usize, second: usize) -> (usize, usize) {
    if first + second <= room {
        return (first, second);
    }
    let first = first.min((room * 3 / 5).max(room.saturating_sub(second)));
    (first, room - first)
}

/// Target, structure and measured of both objectives: a line for each scenario where there is room, else two.
pub(super) fn scenarios(page: &mut Page, report: &Report) {
    let judged = |half: &Half| half.verdict.is_some_and(|verdict| occurs(report, verdict));
    let said = |objective: &Objective| judged(&objective.structure) || judged(&objective.measured);
    let told = report.scenarios.iter().filter(|scenario| !report.system.is_empty() || said(&scenario.rto) || said(&scenario.rpo));
    let rows: Vec<Row> = told.map(|scenario| Row::new(page, scenario)).collect();
    if rows.is_empty() {
        return;
    }
    let widest = |of: &dyn Fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let title = widest(&|row| width(&row.title)).max(width("Scenario"));
    let dot = page.dot();
    let columns = |pick: fn(&Row) -> &[Cell; 3], name: &str| {
        let mut columns = [0, 1, 2].map(|nth| widest(&|row| pick(row).get(nth).map_or(0, Cell::width)));
        let heading = format!("{name}: {}", ["target", "structure", "measured"].join(dot));
        let used: usize = columns.iter().sum::<usize>() + 2 * width(dot);
        columns[2] += width(&heading).saturating_sub(used);
        (heading, columns)
    };
    let (rto_heading, rto) = columns(|row| &row.rto, "RTO");
    let (rpo_heading, rpo) = columns(|row| &row.rpo, "RPO");
    let span = |columns: &[usize; 3]| columns.iter().sum::<usize>() + 2 * width(dot);
    if 2 + title + 3 + span(&rto) + 3 + span(&rpo) <= page.width() {
        page.blank();
        let (title_pad, rto_pad) = (title + 5 - width("Scenario"), span(&rto) + 3 - width(&rto_heading));
        let heading = format!("Scenario{:title_pad$}{rto_heading}{:rto_pad$}{rpo_heading}", "", "");
        let heading = page.paint(Ink::Strong, &heading);
        page.line(&heading);
        for Row { title: name, rto: [a, b, c], rpo: [d, e, f] } in rows {
            page.row(&[
                ("  ", title, Cell::new(name)),
                ("   ", rto[0], a),
                (dot, rto[1], b),
                (dot, rto[2], c),
                ("   ", rpo[0], d),
                (dot, rpo[1], e),
                (dot, rpo[2], f),
            ]);
        }
    } else {
        stacked(page, rows, title);
    }
}

fn stacked(page: &mut Page, rows: Vec<Row>, title: usize) {
    let widest = |nth: usize, name: &str| {
        let cells = rows.iter().flat_map(|row| [&row.rto, &row.rpo]).filter_map(|cells| cells.get(nth));
        cells.map(Cell::width).max().unwrap_or(0).max(width(name))
    };
    let (target, structure, measured) = (widest(0, "target"), widest(1, "structure"), widest(2, "measured"));
    let others = 2 + 3 + 3 + 3 + target + 3 + structure + 3 + measured;
    let title = title.min(page.width().saturating_sub(others).max(12));
    page.blank();
    let gap = title + 5 - width("Scenario").min(title);
    let heading = format!("Scenario{:gap$}     {:>target$}   {:structure$}   measured", "", "target", "structure");
    let heading = page.paint(Ink::Strong, &heading);
    page.line(&heading);
    for Row { title: name, rto: [a, b, c], rpo: [d, e, f] } in rows {
        let cells = |name: String, which: &str, [target_cell, structure_cell, measured_cell]: [Cell; 3], page: &mut Page| {
            page.row(&[
                ("  ", title, Cell::new(name)),
                ("   ", 3, Cell::new(which)),
                ("   ", target, target_cell),
                ("   ", structure, structure_cell),
                ("   ", measured, measured_cell),
            ]);
        };
        cells(name, "RTO", [a, b, c], page);
        cells(String::new(), "RPO", [d, e, f], page);
    }
}

struct Row {
    title: String,
    rto: [Cell; 3],
    rpo: [Cell; 3],
}

impl Row {
    fn new(page: &Page, scenario: &Scenario) -> Self {
        let title = if scenario.title.is_empty() { &scenario.id } else { &scenario.title };
        Self { title: title.clone(), rto: cells(page, &scenario.rto), rpo: cells(page, &scenario.rpo) }
    }
}

fn cells(page: &Page, objective: &Objective) -> [Cell; 3] {
    let target = if objective.target_s == 0 { "0".to_owned() } else { format!("< {}", human_s(objective.target_s)) };
    [Cell::new(target).right(), half(page, &objective.structure), half(page, &objective.measured)]
}

fn half(page: &Page, half: &Half) -> Cell {
    let value = half.value_s.map(human_s);
    let text = match (half.verdict, value) {
        (None, None) => page.dash().to_owned(),
        (None | Some(Verdict::Pass), Some(value)) => value,
        (Some(Verdict::NotApplicable), _) => "n/a".to_owned(),
        (Some(verdict), None) => verdict.shown().to_owned(),
        (Some(verdict), Some(value)) => format!("{} {value}", verdict.shown()),
    };
    Cell::new(text).ink(half.verdict.map_or(Ink::Plain, Ink::of))
}
