# METADATA
# title: No account may do everything or read every secret
# description: No binding of rights gives an account of the system every verb on every resource, or lets it list or watch Secrets.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {access: declared}
#   checklist: [pre-10]
#   section: "4"
#   fix: Replace the role by one that names the verbs and resources that are used; give `get` on single Secrets by name.
package controls.operations.least_privilege

subjects contains subject if some subject, _ in data.standard.access

# Where nothing is bound nobody has rights, but something must have been found to say so.
compliant contains subject if {
	some subject in subjects
	count(input.access[subject]) > 0
	every item in input.access[subject] {
		modest(item)
	}
}

violating contains subject if {
	some subject in subjects
	some item in input.access[subject]
	item.kind == "binding"
	excessive(item)
}

modest(item) if item.kind == "namespace"

modest(item) if {
	item.kind == "binding"
	item.wildcard == false
	item.lists_secrets == false
}

excessive(item) if item.wildcard == true

excessive(item) if item.lists_secrets == true

who(item) := item.account

who(item) := item.id if not item.account

explain[subject] contains sentence if {
	some subject in violating
	some item in input.access[subject]
	item.wildcard == true
	sentence := sprintf("%s may do everything in %s", [who(item), item.namespace])
}

explain[subject] contains sentence if {
	some subject in violating
	some item in input.access[subject]
	item.lists_secrets == true
	sentence := sprintf("%s may list the Secrets of %s", [who(item), item.namespace])
}

cite[subject] contains id if {
	some subject in compliant
	some item in input.access[subject]
	id := item.id
}

cite[subject] contains id if {
	some subject in violating
	some item in input.access[subject]
	excessive(item)
	id := item.id
}
