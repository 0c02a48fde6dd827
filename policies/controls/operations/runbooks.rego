# METADATA
# title: Every rule of a required alert names a runbook
# description: Whoever is woken by one of the required alerts is told by its rule where the runbook is.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: medium
#   needs: {alert_rule: declared}
#   checklist: [pre-9]
#   section: "4"
#   fix: Add the annotation `runbook_url` to the rule.
package controls.operations.runbooks

subjects contains subject if some subject, _ in data.standard.alerts

compliant contains subject if {
	some subject in subjects
	count(input.alert_rule[subject]) > 0
	every rule in input.alert_rule[subject] {
		rule.runbook == true
	}
}

# A rule without a runbook violates, so that only what has no rule at all is left to be lacking.
lacking contains subject if {
	some subject in subjects
	not subject in violating
	every rule in object.get(input.alert_rule, subject, []) {
		rule.runbook == false
	}
}

violating contains subject if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.runbook == false
}

explain[subject] contains sentence if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.runbook == false
	sentence := sprintf("the rule %s names no runbook", [rule.name])
}

explain[subject] contains sentence if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.runbook == true
	sentence := sprintf("the rule %s names a runbook", [rule.name])
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("no rule of %s could name a runbook: there is none", [subject])
}

cite[subject] contains id if {
	some subject in compliant
	some rule in input.alert_rule[subject]
	id := rule.id
}

cite[subject] contains id if {
	some subject in violating
	some rule in input.alert_rule[subject]
	rule.runbook == false
	id := rule.id
}
