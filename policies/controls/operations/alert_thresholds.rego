# METADATA
# title: Alerts fire before their limit is passed
# description: >-
#   Whatever a required alert watches and the standard limits (copies of databases and of objects, the archive, a replica
#   that takes over), a rule fires when the second copy in a row is missing, or before the RPO is reached.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {alert_rule: declared}
#   checklist: [pre-7]
#   section: "4"
#   fix: Compare with an age below what the standard allows, and count the rule's `for` as well.
package controls.operations.alert_thresholds

import data.lib.units

# What an alert watches, after how long it must have fired, and the metrics of it that are about something else.
watched := {
	"backup-too-old/global": [
		{"what": "a database", "limits_s": {limit_s | some name, rule in data.standard.backups; data.standard.restores[name]; limit_s := 2 * rule.every_s}, "others": []},
		{"what": "objects", "limits_s": {limit_s | some name, rule in data.standard.backups; not data.standard.restores[name]; limit_s := 2 * rule.every_s}, "others": ["cnpg_", "barman_", "pgbackrest_"]},
	],
	"archiving-failing/global": [{"what": "the archive", "limits_s": {limit_s | some rule in data.standard.rpo_restore; rule.limit_s > 0; limit_s := rule.limit_s - 1}, "others": []}],
	"replication-lag/global": [{"what": "a replica that takes over", "limits_s": {limit_s | some rule in data.standard.rpo_failover; rule.limit_s > 0; limit_s := rule.limit_s - 1}, "others": ["redis_"]}],
}

parts(subject) := [part | some part in watched[subject]; part.limits_s != set()]

subjects contains subject if {
	some subject, _ in data.standard.alerts
	count(parts(subject)) > 0
}

foreign(rule, part) if {
	some other in part.others
	startswith(rule.metric, other)
}

# What counts failures waits for no age.
prompt(rule) if contains(rule.metric, "_failed_")

in_time(rule, part) if {
	not foreign(rule, part)
	true in ({met | met := rule.threshold_s <= min(part.limits_s)} | {true | prompt(rule)})
}

late(rule, part) if foreign(rule, part)

late(rule, part) if {
	not prompt(rule)
	rule.threshold_s > min(part.limits_s)
}

compliant contains subject if {
	some subject in subjects
	every part in parts(subject) { count([rule | some rule in input.alert_rule[subject]; in_time(rule, part)]) > 0 }
}

lacking contains subject if {
	some subject in subjects
	some part in parts(subject)
	every rule in object.get(input.alert_rule, subject, []) { late(rule, part) }
}

explain[subject] contains sentence if {
	some subject in subjects
	some part in parts(subject)
	ages := {sprintf("the rule %s fires after %s", [rule.name, units.human(rule.threshold_s)]) | some rule in input.alert_rule[subject]; not foreign(rule, part); not prompt(rule)}
	found := ages | {"no rule watches it" | every rule in object.get(input.alert_rule, subject, []) { foreign(rule, part) }}
	some words in found
	sentence := sprintf("%s: %s; at most %s is allowed", [part.what, words, units.human(min(part.limits_s))])
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some id in [rule.id | some rule in input.alert_rule[subject]]
}
