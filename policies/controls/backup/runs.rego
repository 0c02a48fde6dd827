# METADATA
# title: Backups succeed
# description: Enough of the runs that were due ended well, and no line of backups has failed for longer than copies may be apart.
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
	some subject in subjects
	count(object.get(input.run, subject, [])) == 0
}

violating contains subject if {
	some subject, rule in data.standard.runs
	some run in input.run[subject]
	runs.bad(run, rule, input.taken_at_s)
}

undetermined[subject] contains reason if {
	some subject in (subjects - violating)
	some run in input.run[subject]
	run.due == 0
	reason := "no run was due in the time that was looked at"
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.runs
	some run in input.run[subject]
	some sentence in runs.faults(run, rule, input.taken_at_s)
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("nothing ran that backs up %s", [subject])
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
	some subject in compliant
	some id in {run.id | some run in input.run[subject]}
}

measure[subject] contains value if {
	some subject, rule in data.standard.runs
	some run in input.run[subject]
	required := ceil((run.due * rule.at_least_percent) / 100)
	value := {"observed": run.succeeded, "required": required, "unit": "count", "better": "higher"}
}
