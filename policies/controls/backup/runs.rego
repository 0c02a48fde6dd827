# METADATA
# title: Backups succeed
# description: Enough of the runs that were due ended well, and no line of backups has failed for longer than copies may be apart. Of few runs no rate is told.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {run: observed}
#   checklist: [post-4]
#   section: "1.1"
#   fix: Find out why the runs fail, and run the backup by hand until one ends well.
package controls.backup.runs

import data.lib.runs

subjects contains subject if some subject, _ in data.standard.runs

compliant contains subject if {
	some subject, rule in data.standard.runs
	count(input.run[subject]) > 0
	every run in input.run[subject] {
		runs.enough(run, rule)
		runs.not_failing(run, rule, input.taken_at_s)
	}
}

lacking contains subject if {
	some subject, rule in data.standard.runs
	every run in object.get(input.run, subject, []) { runs.never(run, rule) }
	not subject in violating
}

violating contains subject if {
	some subject, rule in data.standard.runs
	some run in input.run[subject]
	runs.bad(run, rule, input.taken_at_s)
}

undetermined[subject] contains reason if {
	some subject in ((subjects - violating) - lacking)
	some run in input.run[subject]
	reason := runs.few(run, data.standard.runs[subject])
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.runs
	found := object.get(input.run, subject, [])
	some sentence in (runs.said(found, rule, input.taken_at_s) | runs.none(found, subject))
}

note[subject] contains text if {
	some subject in compliant
	some run in input.run[subject]
	run.failures_since > 0
	text := sprintf("the newest run failed, %d since the last one that ended well", [run.failures_since])
}

cite[subject] contains id if {
	some subject, rule in data.standard.runs
	some id in {run.id | some run in input.run[subject]; runs.bad(run, rule, input.taken_at_s)}
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some id in {run.id | some run in input.run[subject]}
}

measure[subject] contains value if {
	some subject, rule in data.standard.runs
	some run in input.run[subject]
	required := ceil((run.due * rule.at_least_percent) / 100)
	value := {"observed": run.succeeded, "required": required, "unit": "count", "better": "higher"}
}
