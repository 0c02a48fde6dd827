# METADATA
# title: Every required alert can fire
# description: The server evaluates a rule of each required alert without an error, and what its rules read is reported.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {alert_rule: observed}
#   checklist: [post-4]
#   section: "4"
#   fix: Load the rule into the server, correct its expression, and scrape the exporter whose metric it reads.
package controls.operations.alerts_evaluated

subjects contains subject if some subject, _ in data.standard.alerts

compliant contains subject if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.healthy == true
	every each in input.alert_rule[subject] {
		each.has_series == true
	}
}

lacking contains subject if {
	some subject in subjects
	not subject in violating
	every rule in object.get(input.alert_rule, subject, []) {
		rule.healthy == false
	}
}

violating contains subject if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.has_series == false
}

explain[subject] contains sentence if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.has_series == false
	sentence := sprintf("the rule %s cannot fire: nothing reports %s", [rule.name, rule.metric])
}

explain[subject] contains sentence if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.healthy == false
	sentence := sprintf("the rule %s is evaluated with an error", [rule.name])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.alert_rule, subject, [])) == 0
	sentence := sprintf("no rule is evaluated for %s", [subject])
}

cite[subject] contains id if {
	some subject in compliant
	some rule in input.alert_rule[subject]
	rule.healthy == true
	id := rule.id
}

cite[subject] contains id if {
	some subject in violating
	some rule in input.alert_rule[subject]
	rule.has_series == false
	id := rule.id
}

cite[subject] contains id if {
	some subject in lacking
	some rule in input.alert_rule[subject]
	id := rule.id
}
