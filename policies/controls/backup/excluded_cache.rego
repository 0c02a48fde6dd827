# METADATA
# title: A cache that needs no backup keeps nothing on volumes
# description: What is excluded from backups as a cache has no volume that holds data which somebody could miss.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {workload: declared}
#   checklist: []
#   section: "1.1"
#   fix: Take the volumes away from the cache, or back it up and remove its exclusion.
package controls.backup.excluded_cache

subjects contains subject if {
	some subject, rule in data.standard.excluded
	rule.promise == "ephemeral"
}

compliant contains subject if {
	some subject in subjects
	count(input.workload[subject]) > 0
	every workload in input.workload[subject] {
		workload.persistent == false
	}
}

violating contains subject if {
	some subject in subjects
	some workload in input.workload[subject]
	workload.persistent == true
}

explain[subject] contains sentence if {
	some subject in subjects
	some workload in input.workload[subject]
	workload.persistent == true
	sentence := sprintf("excluded as \"%s\", but %s/%s keeps state on volumes", [
		data.standard.excluded[subject].reason, workload.kind, workload.name,
	])
}

explain[subject] contains sentence if {
	some subject in subjects
	some workload in input.workload[subject]
	workload.persistent == false
	sentence := sprintf("%s/%s keeps nothing on volumes", [workload.kind, workload.name])
}

cite[subject] contains id if {
	some subject in violating
	some workload in input.workload[subject]
	workload.persistent == true
	id := workload.id
}

cite[subject] contains id if {
	some subject in compliant
	some workload in input.workload[subject]
	id := workload.id
}
