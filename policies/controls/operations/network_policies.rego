# METADATA
# title: Traffic that no policy names is refused
# description: Every namespace of the system has network policies that refuse, both ways, what no policy lets through.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {access: declared}
#   checklist: [pre-10]
#   section: "4"
#   fix: Add a NetworkPolicy with an empty podSelector and the policy types Ingress and Egress to the namespace, then allow what is needed.
package controls.operations.network_policies

subjects contains subject if some subject, _ in data.standard.access

compliant contains subject if {
	some subject in subjects
	every namespace, _ in data.standard.access[subject].namespaces {
		found := about(input.access[subject], namespace)
		count(found) > 0
		every item in found {
			item.default_deny == true
		}
	}
}

lacking contains subject if {
	some subject in subjects
	not subject in violating
	some namespace, _ in data.standard.access[subject].namespaces
	every item in object.get(input.access, subject, []) {
		other(item, namespace)
	}
}

violating contains subject if {
	some subject in subjects
	some namespace, _ in data.standard.access[subject].namespaces
	some item in about(input.access[subject], namespace)
	item.default_deny == false
}

about(items, namespace) := [item | some item in items; item.kind == "namespace"; item.namespace == namespace]

other(item, _) if item.kind != "namespace"

other(item, namespace) if item.namespace != namespace

explain[subject] contains sentence if {
	some subject in violating
	some namespace, _ in data.standard.access[subject].namespaces
	some item in about(input.access[subject], namespace)
	item.default_deny == false
	sentence := sprintf("the namespace %s lets traffic through that no policy names", [namespace])
}

explain[subject] contains sentence if {
	some subject in lacking
	some namespace, _ in data.standard.access[subject].namespaces
	every item in object.get(input.access, subject, []) {
		other(item, namespace)
	}
	sentence := sprintf("the namespace %s was not found", [namespace])
}

cite[subject] contains id if {
	some subject in compliant
	some namespace, _ in data.standard.access[subject].namespaces
	some item in about(input.access[subject], namespace)
	id := item.id
}

cite[subject] contains id if {
	some subject in violating
	some namespace, _ in data.standard.access[subject].namespaces
	some item in about(input.access[subject], namespace)
	item.default_deny == false
	id := item.id
}
