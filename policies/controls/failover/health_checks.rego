# METADATA
# title: Health checks watch every region as the standard asks
# description: As many endpoints as there are regions, or more, are asked for the right path often enough; each check is switched on and means what it says.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {health_check: declared}
#   checklist: [pre-5]
#   section: "2.3"
#   fix: Give each region a health check with the protocol, path, port, interval and threshold of the standard, neither disabled nor inverted.
package controls.failover.health_checks

subjects contains subject if some subject, _ in data.standard.failover

good(subject, rule) := [check |
	some check in input.health_check[subject]
	check.protocol == rule.protocol
	check.path == rule.path
	check.port == rule.port
	check.interval_s <= rule.interval_s
	check.threshold <= rule.threshold
]

# Two checks of one endpoint watch one region, and one of the routed name itself whichever region answers.
watched(subject, rule) := {check.target | some check in good(subject, rule); not startswith(subject, concat("", [check.target, "/"]))}

# What is stated of a check that makes it short, a sentence each.
faults(check, rule) := union({
	{text | check.disabled == true; text := sprintf("%s is disabled, so it always counts as healthy", [check.name])},
	{text | check.inverted == true; text := sprintf("%s is inverted, so it leads traffic to what is down", [check.name])},
	{text | check.protocol != rule.protocol; text := sprintf("%s asks by %s; %s must be asked", [check.name, check.protocol, rule.protocol])},
	{text | check.path != rule.path; text := sprintf("%s asks for %s; %s must be asked", [check.name, check.path, rule.path])},
	{text | check.port != rule.port; text := sprintf("%s asks port %d; %d must be asked", [check.name, check.port, rule.port])},
	{text | check.interval_s > rule.interval_s; text := sprintf("%s asks every %d s; at most %d s is allowed", [check.name, check.interval_s, rule.interval_s])},
	{text | check.threshold > rule.threshold; text := sprintf("%s needs %d failures; at most %d are allowed", [check.name, check.threshold, rule.threshold])},
})

short(subject, rule) := {check.id | some check in input.health_check[subject]; count(faults(check, rule)) > 0}

compliant contains subject if {
	some subject, rule in data.standard.failover
	count(rule.regions) > 0
	count(watched(subject, rule)) >= count(rule.regions)
	every check in input.health_check[subject] { {check.disabled, check.inverted} == {false} }
}

violating contains subject if {
	some subject in subjects
	some check in input.health_check[subject]
	true in {check.disabled, check.inverted}
}

lacking contains subject if {
	some subject, rule in data.standard.failover
	not subject in violating
	count(object.get(input.health_check, subject, [])) - count(short(subject, rule)) < count(rule.regions)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.failover
	sentence := sprintf("%d endpoints are watched as the standard asks; %d regions need one each", [count(watched(subject, rule)), count(rule.regions)])
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.failover
	some check in input.health_check[subject]
	some sentence in faults(check, rule)
}

cite[subject] contains id if {
	some subject in compliant
	some id in [check.id | some check in good(subject, data.standard.failover[subject])]
}

cite[subject] contains id if {
	some subject in (lacking | violating)
	some id in short(subject, data.standard.failover[subject])
}
