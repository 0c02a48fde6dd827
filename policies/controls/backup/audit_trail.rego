# METADATA
# title: Custom resources are written to the database soon enough
# description: For each kind, whoever looked for objects found some, none was missing, each was written in time, and rows are kept long enough.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {audit_trail: observed}
#   checklist: []
#   section: "1.4"
#   fix: Write each custom resource of the kind to the database when it changes, and keep its rows as long as the standard asks.
package controls.backup.audit_trail

import data.lib.copies
import data.lib.units

subjects contains subject if some subject, _ in data.standard.written_within

compliant contains subject if {
	some subject, rule in data.standard.written_within
	count(rule.kinds) > 0
	every kind, _ in rule.kinds {
		trails := [trail | some trail in input.audit_trail[subject]; trail.kind == kind]
		count(trails) > 0
		every trail in trails { good(trail, rule) }
	}
}

good(trail, rule) if {
	trail.samples > 0
	trail.missing == 0
	trail.written_within_s <= rule.within_s
	copies.kept(trail, rule)
}

lacking contains subject if {
	some subject, rule in data.standard.written_within
	some kind, _ in rule.kinds
	every trail in object.get(input.audit_trail, subject, []) { short(trail, kind, rule) }
}

short(trail, kind, _) if trail.kind != kind
short(trail, _, rule) if count(faults(trail, rule)) > 0
faults(trail, rule) := {text | some what in ["missing", "late", "dropped"]; text := fault(trail, rule, what)}

fault(trail, _, "missing") := sprintf("%d of the %s looked for have no row", [trail.missing, trail.kind]) if trail.missing > 0
fault(trail, rule, "late") := units.at_most(part(trail, "time to a row"), trail.written_within_s, rule.within_s) if trail.written_within_s > rule.within_s
fault(trail, rule, "dropped") := units.at_least(part(trail, "retention"), trail.keep_s, rule.keep_s) if copies.dropped(trail, rule)

part(trail, what) := sprintf("the %s of %s", [what, trail.kind])

undetermined[subject] contains reason if {
	some subject in ((subjects - compliant) - lacking)
	some kind in {trail.kind | some trail in input.audit_trail[subject]; trail.samples == 0}
	reason := sprintf("there was no %s to look for", [kind])
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.written_within
	some trail in input.audit_trail[subject]
	some sentence in faults(trail, rule)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.written_within
	some kind in (object.keys(rule.kinds) - {trail.kind | some trail in input.audit_trail[subject]})
	sentence := sprintf("nobody looked for the rows of %s", [kind])
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some id in {trail.id | some trail in input.audit_trail[subject]}
}

measure[subject] contains value if {
	some subject, rule in data.standard.written_within
	worst := max({trail.written_within_s | some trail in input.audit_trail[subject]})
	value := {"observed": worst, "required": rule.within_s, "unit": "s", "better": "lower"}
}
