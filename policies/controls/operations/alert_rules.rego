# METADATA
# title: Every required alert has a rule
# description: At least one alerting rule reads one of the metrics of each alert that the standard requires.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {alert_rule: declared}
#   checklist: [pre-7, post-4]
#   section: "4"
#   fix: Add a PrometheusRule whose expression reads one of the metrics that the alert names.
package controls.operations.alert_rules

subjects contains subject if some subject, _ in data.standard.alerts

compliant contains subject if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.metric in data.standard.alerts[subject].metrics
}

lacking contains subject if {
	some subject in subjects
	every rule in object.get(input.alert_rule, subject, []) {
		foreign(rule.metric, data.standard.alerts[subject].metrics)
	}
}

# A snapshot can be judged under a later standard, which names other metrics.
foreign(metric, metrics) if not metric in metrics

explain[subject] contains sentence if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.metric in data.standard.alerts[subject].metrics
	sentence := sprintf("the rule %s reads %s", [rule.name, rule.metric])
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("no rule for %s reads one of %s", [subject, concat(", ", data.standard.alerts[subject].metrics)])
}

note[subject] contains text if {
	some subject in subjects
	some rule in input.alert_rule[subject]
	rule.threshold_s <= 0
	text := sprintf("the rule %s compares an age with %d s", [rule.name, rule.threshold_s])
}

cite[subject] contains id if {
	some subject in compliant
	some rule in input.alert_rule[subject]
	rule.metric in data.standard.alerts[subject].metrics
	id := rule.id
}

cite[subject] contains id if {
	some subject in lacking
	some rule in input.alert_rule[subject]
	id := rule.id
}
