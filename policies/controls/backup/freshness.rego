# METADATA
# title: The newest copy is fresh
# description: The newest data is at most a gap and the longest run old, and its copy shows that it is whole.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {recovery_points: observed, run: observed}
#   checklist: [post-4]
#   section: "1.1"
#   fix: Run the backup by hand, check that its copy arrives and holds the data, and find out why the schedule did not do it.
package controls.backup.freshness

import data.lib.points

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject in subjects
	some series in input.recovery_points[subject]
	good(series, subject)
}

good(series, subject) if {
	series.count > 0
	points.whole(series)
	points.fresh(series, input.run[subject], data.standard.backups[subject], input.taken_at_s)
}

lacking contains subject if {
	some subject in subjects
	every series in object.get(input.recovery_points, subject, []) { short(series, subject) }
}

short(series, _) if series.count == 0

short(series, subject) if points.stale(series, object.get(input.run, subject, []), data.standard.backups[subject], input.taken_at_s)

# Where another copy is fresh and whole, one that is neither takes nothing away.
short(series, _) if points.torn(series)

told(subject) := [series | some series in input.recovery_points[subject]; good(series, subject)] if subject in compliant

told(subject) := object.get(input.recovery_points, subject, []) if not subject in compliant

explain[subject] contains sentence if {
	some subject, rule in data.standard.backups
	some sentence in points.ages(told(subject), input.run[subject], rule, input.taken_at_s)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.backups
	found := told(subject)
	some sentence in (points.facts(found, rule, input.taken_at_s, {"whole"}) | points.none(found, subject))
}

cite[subject] contains id if {
	some subject in compliant
	copies := {series.id | some series in input.recovery_points[subject]; good(series, subject)}
	some id in (copies | {run.id | some run in input.run[subject]})
}

cite[subject] contains id if {
	some subject in lacking
	some id in {item.id | some found in [input.recovery_points, input.run]; some item in found[subject]}
}

measure[subject] contains value if {
	some subject, rule in data.standard.backups
	age_s := points.youngest_s(input.recovery_points[subject], input.taken_at_s)
	limit_s := min({points.limit_s(run, rule) | some run in input.run[subject]})
	value := {"observed": age_s, "required": limit_s, "unit": "s", "better": "lower"}
}
