# METADATA
# title: Metrics that need no backup are retained by their store
# description: Where metrics are excluded from backups because their store retains them, a store runs that does, as long as the standard asks, on volumes that outlive its Pods.
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

stores(subject) := [workload | some workload in input.workload[subject]; workload.purpose == "metrics-store"]

good(subject) := [store |
	some store in stores(subject)
	store.keep_s >= data.standard.excluded[subject].keep_s
	store.persistent == true
	runs(store)
]

runs(store) if store.class != "observed"

runs(store) if store.ready > 0

compliant contains subject if {
	some subject in subjects
	count(good(subject)) > 0
}

lacking contains subject if {
	some subject in subjects
	every workload in object.get(input.workload, subject, []) { short(workload, data.standard.excluded[subject]) }
}

short(workload, _) if workload.purpose != "metrics-store"

short(workload, rule) if workload.keep_s < rule.keep_s
short(workload, _) if workload.persistent == false
short(workload, _) if workload.ready == 0

explain[subject] contains sentence if {
	some subject in subjects
	some store in stores(subject)
	keeps := sprintf("keeps metrics %s; at least %s is required", [units.human(store.keep_s), units.human(data.standard.excluded[subject].keep_s)])
	lost := {"keeps them on no volume, so that they are gone with its Pod" | store.persistent == false}
	some words in (({keeps} | lost) | {"does not run" | store.ready == 0})
	sentence := sprintf("%s/%s %s", [store.kind, store.name, words])
}

explain[subject] contains sentence if {
	some subject in subjects
	every workload in object.get(input.workload, subject, []) { workload.purpose != "metrics-store" }
	sentence := sprintf("excluded as \"%s\", but no metrics store runs for %s", [data.standard.excluded[subject].reason, subject])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [store.id | some store in good(subject)]
}

cite[subject] contains id if {
	some subject in lacking
	some id in [workload.id | some workload in input.workload[subject]]
}

measure[subject] contains value if {
	some subject in subjects
	best := max({store.keep_s | some store in stores(subject)})
	value := {"observed": best, "required": data.standard.excluded[subject].keep_s, "unit": "s", "better": "higher"}
}
