# METADATA
# title: Metrics that need no backup are retained by their store
# description: Where metrics are excluded from backups because their store retains them, a store does, as long as the standard asks.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: low
#   needs: {workload: declared}
#   checklist: []
#   section: "1.1"
#   fix: Set the retention of the metrics store to at least what the standard asks, or back the metrics up and remove their exclusion.
package controls.backup.excluded_metrics

import data.lib.units

subjects contains subject if {
	some subject, rule in data.standard.excluded
	rule.promise == "retained"
}

compliant contains subject if {
	some subject in subjects
	some workload in input.workload[subject]
	good(workload, data.standard.excluded[subject])
}

good(workload, rule) if {
	workload.purpose == "metrics-store"
	workload.keep_s >= rule.keep_s
}

lacking contains subject if {
	some subject in subjects
	every workload in object.get(input.workload, subject, []) {
		short(workload, data.standard.excluded[subject])
	}
}

short(workload, _) if workload.purpose != "metrics-store"

short(workload, rule) if workload.keep_s < rule.keep_s

explain[subject] contains sentence if {
	some subject in subjects
	rule := data.standard.excluded[subject]
	some workload in input.workload[subject]
	workload.purpose == "metrics-store"
	sentence := sprintf("%s/%s keeps metrics %s; at least %s is required", [
		workload.kind, workload.name, units.human(workload.keep_s), units.human(rule.keep_s),
	])
}

explain[subject] contains sentence if {
	some subject in subjects
	every workload in object.get(input.workload, subject, []) {
		workload.purpose != "metrics-store"
	}
	sentence := sprintf("excluded as \"%s\", but no metrics store runs for %s", [data.standard.excluded[subject].reason, subject])
}

cite[subject] contains id if {
	some subject in compliant
	some workload in input.workload[subject]
	good(workload, data.standard.excluded[subject])
	id := workload.id
}

cite[subject] contains id if {
	some subject in lacking
	some workload in input.workload[subject]
	id := workload.id
}

measure[subject] contains value if {
	some subject in subjects
	best := max({workload.keep_s | some workload in input.workload[subject]; workload.purpose == "metrics-store"})
	value := {"observed": best, "required": data.standard.excluded[subject].keep_s, "unit": "s", "better": "higher"}
}
