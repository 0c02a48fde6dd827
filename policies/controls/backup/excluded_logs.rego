# METADATA
# title: Logs that need no backup are shipped away
# description: Where logs are excluded from backups because they are shipped to another system, a log shipper is there to do it, and runs wherever it should.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {workload: declared}
#   checklist: []
#   section: "1.1"
#   fix: Run a log shipper in the region, or back the logs up and remove their exclusion.
package controls.backup.excluded_logs

subjects contains subject if {
	some subject, rule in data.standard.excluded
	rule.promise == "shipped"
}

compliant contains subject if {
	some subject in subjects
	some workload in input.workload[subject]
	ships(workload)
}

lacking contains subject if {
	some subject in subjects
	every workload in object.get(input.workload, subject, []) { idle(workload) }
}

ships(workload) if {
	workload.purpose == "log-shipper"
	workload.class != "observed"
}

# One for each node that it is wanted on.
ships(workload) if {
	workload.purpose == "log-shipper"
	workload.ready > 0
	workload.ready >= workload.replicas
}

idle(workload) if workload.purpose != "log-shipper"

idle(workload) if workload.ready == 0

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("excluded as \"%s\", but no log shipper runs for %s", [data.standard.excluded[subject].reason, subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some workload in input.workload[subject]
	ships(workload)
	sentence := sprintf("%s/%s ships the logs", [workload.kind, workload.name])
}

explain[subject] contains sentence if {
	some subject in (subjects - compliant)
	some workload in input.workload[subject]
	workload.purpose == "log-shipper"
	sentence := sprintf("%s/%s ships logs from %d of %d nodes", [workload.kind, workload.name, workload.ready, workload.replicas])
}

cite[subject] contains id if {
	some subject in compliant
	some workload in input.workload[subject]
	ships(workload)
	id := workload.id
}

cite[subject] contains id if {
	some subject in lacking
	some workload in input.workload[subject]
	id := workload.id
}
