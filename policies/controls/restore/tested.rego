# METADATA
# title: A restore is tested
# description: >-
#   A restore of everything that is backed up was drilled and passed: away from production, of a named copy, with
#   everything compared as it should be; and none failed after it.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {drill: observed}
#   checklist: [pre-3]
#   section: "1.5"
#   fix: Restore the newest copy into a scratch target with "seaworthy drill", which compares the data and keeps the record.
package controls.restore.tested

import data.lib.restores

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject in subjects
	some drill in input.drill[subject]
	restores.proven(drill, input.drill[subject], input.taken_at_s)
}

lacking contains subject if {
	some subject in subjects
	drills := object.get(input.drill, subject, [])
	every drill in drills {
		count(restores.faults(drill, drills)) > 0
	}
}

undetermined[subject] contains reason if {
	some subject in ((subjects - compliant) - lacking)
	some drill in input.drill[subject]
	drill.kind == "restore"
	drill.result == "passed"
	object.get(drill, "checks", 0) == 0
	reason := "a restore drill passed, but compared nothing with what it should be"
}

explain[subject] contains sentence if {
	some subject in (subjects - compliant)
	some drill in input.drill[subject]
	some sentence in restores.faults(drill, input.drill[subject])
}

explain[subject] contains sentence if {
	some subject in subjects
	sentence := restores.none(subject, object.get(input.drill, subject, []))
}

explain[subject] contains sentence if {
	some subject in compliant
	some drill in input.drill[subject]
	restores.proven(drill, input.drill[subject], input.taken_at_s)
	sentence := sprintf("a restore of %s passed %d of %d checks", [drill.backup, drill.checks_passed, drill.checks])
}

cite[subject] contains id if {
	some subject in compliant
	some drill in input.drill[subject]
	restores.proven(drill, input.drill[subject], input.taken_at_s)
	id := drill.id
}

cite[subject] contains id if {
	some subject in lacking
	some drill in input.drill[subject]
	id := drill.id
}
