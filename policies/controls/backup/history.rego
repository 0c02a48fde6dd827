# METADATA
# title: The history of copies is complete
# description: Copies reach back as far as asked, or as the system does, and the newest is kept as long; no gap is twice the usual, which would be a missing copy, up to now.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {recovery_points: observed}
#   checklist: []
#   section: "1.1"
#   fix: Find what deletes copies early or why runs made none, and keep copies as long as the standard asks.
package controls.backup.history

import data.lib.points

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject, rule in data.standard.backups
	some series in input.recovery_points[subject]
	good(series, rule)
}

good(series, rule) if {
	series.count > 0
	points.unbroken(series, rule, input.taken_at_s)
	points.stays(series, rule, input.taken_at_s)
	points.reaches_back(series, rule, input.taken_at_s)
}

lacking contains subject if {
	some subject, rule in data.standard.backups
	every series in object.get(input.recovery_points, subject, []) { short(series, rule) }
}

short(series, _) if series.count == 0

short(series, rule) if points.broken(series, rule, input.taken_at_s)

short(series, rule) if points.starts_late(series, rule, input.taken_at_s)

short(series, rule) if points.dropped(series, rule)

# Of a copy that was made by hand for a day nobody expects more, where another series is the history.
short(series, rule) if points.expires_early(series, rule, input.taken_at_s)

# Where one series is the history, the others need not be.
told(subject, rule) := [series | some series in input.recovery_points[subject]; good(series, rule)] if subject in compliant

told(subject, _) := object.get(input.recovery_points, subject, []) if not subject in compliant

explain[subject] contains sentence if {
	some subject, rule in data.standard.backups
	found := told(subject, rule)
	some sentence in (points.facts(found, rule, input.taken_at_s, {"gap", "stopped", "reach", "expires", "kept"}) | points.none(found, subject))
}

note[subject] contains text if {
	some subject in compliant
	rule := data.standard.backups[subject]
	some series in input.recovery_points[subject]
	good(series, rule)
	text := points.young(series, rule, input.taken_at_s)
}

cite[subject] contains id if {
	some subject in compliant
	some id in {series.id | some series in input.recovery_points[subject]; good(series, data.standard.backups[subject])}
}

cite[subject] contains id if {
	some subject in lacking
	some id in {series.id | some series in input.recovery_points[subject]}
}
