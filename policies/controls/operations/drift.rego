# METADATA
# title: The cluster is as Git declares it
# description: Whatever Git declares of a subject is in the cluster and says the same there, and nothing else is there.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {drift: observed}
#   checklist: []
#   section: "4"
#   fix: Deploy what Git declares, and bring into Git, or delete, what only the cluster has.
package controls.operations.drift

subjects contains subject if {
	some section in ["backups", "standby_backups", "replication", "inventory", "access"]
	some subject, _ in data.standard[section]
}

compliant contains subject if {
	some subject in subjects
	"same" in states(subject)
	not subject in violating
}

violating contains subject if {
	some subject in subjects
	some item in input.drift[subject]
	differs(item)
}

# Where Git has nothing of it at all, nothing can be compared.
not_applicable[subject] contains reason if {
	some subject in subjects
	states(subject) == {"nothing-declared"}
	reason := "no manifests are given that what is in the cluster could be compared with"
}

# A thing that is neither declared nor there is no drift; whether it is wanted is for others to say.
undetermined[subject] contains reason if {
	some subject in subjects
	states(subject) == set()
	reason := sprintf("nothing of %s is declared or there: there is nothing to compare", [subject])
}

states(subject) := {item.state | some item in input.drift[subject]}

differs(item) if item.state in {"different", "only-declared", "only-live"}

explain[subject] contains sentence if {
	some subject in subjects
	some item in input.drift[subject]
	some sentence in sentences(item)
}

sentences(item) := {sprintf("Git declares %s, and it is not in the cluster", [item.object])} if item.state == "only-declared"

sentences(item) := {sprintf("%s is in the cluster, and Git does not declare it", [item.object])} if item.state == "only-live"

sentences(item) := {sprintf("%s differs: %s", [item.object, phrase]) | some phrase in phrases(item)} if item.state == "different"

phrases(item) := item.differs if count(item.differs) > 0

phrases(item) := ["it says one thing in Git and another in the cluster"] if count(object.get(item, "differs", [])) == 0

cite[subject] contains id if {
	some subject in violating
	some id in {item.id | some item in input.drift[subject]; differs(item)}
}

cite[subject] contains id if {
	some subject in compliant
	some id in {item.id | some item in input.drift[subject]; item.state == "same"}
}
