# METADATA
# title: DNS leads traffic to every region and away from what is down
# description: For each region there is a record in rotation that its zone and controller take, with a health check that exists, is on and not inverted.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {route: declared}
#   checklist: [pre-5]
#   section: "2.3"
#   fix: Give each region a record of the routing that the standard names, with a weight above 0 and the id of an enabled health check, in a zone that exists.
package controls.failover.routing

subjects contains subject if some subject, _ in data.standard.failover

good(subject, region, rule) := {route.id |
	some route in input.route[subject]
	route.region == region
	route.routing == rule.routing
	true in ({route.routing != "weighted"} | {rotates | rotates := route.weight > 0})
	route.zone == true
	route.health_check.enabled == true
	route.health_check.inverted == false
}

faults(route, rule) := union({
	{text | route.accepted == false; text := sprintf("%s is not accepted", [route.name])},
	{text | route.health_check.exists == false; text := sprintf("%s has no health check that exists", [route.name])},
	{text | route.routing != rule.routing; text := sprintf("%s is %s; it must be %s", [route.name, route.routing, rule.routing])},
	{text | route.routing == "weighted"; route.weight <= 0; text := sprintf("%s has weight %d and is out of rotation", [route.name, route.weight])},
	{text | route.zone == false; text := sprintf("the zone of %s does not exist", [route.name])},
	{text | route.health_check.enabled == false; text := sprintf("the health check of %s is disabled", [route.name])},
	{text | route.health_check.inverted == true; text := sprintf("the health check of %s is inverted", [route.name])},
})

short(route, _, rule) if count(faults(route, rule)) > 0

short(route, region, _) if route.region != region

unserved(subject, rule) := {region |
	some region, _ in rule.regions
	every route in object.get(input.route, subject, []) { short(route, region, rule) }
}

compliant contains subject if {
	some subject, rule in data.standard.failover
	count(rule.regions) > 0
	every region, _ in rule.regions { count(good(subject, region, rule)) > 0 }
	every route in input.route[subject] { {route.accepted, route.health_check.exists} == {true} }
}

violating contains subject if {
	some subject in subjects
	some route in input.route[subject]
	false in ({route.accepted} | {exists | exists := route.health_check.exists})
}

lacking contains subject if {
	some subject, rule in data.standard.failover
	not subject in violating
	count(unserved(subject, rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.failover
	unled := {text | some region in unserved(subject, rule); text := sprintf("no record leads traffic to %s as the standard asks", [region])}
	some sentence in (unled | union({faults(route, rule) | some route in input.route[subject]}))
}

cite[subject] contains id if {
	some subject in compliant
	some region, _ in data.standard.failover[subject].regions
	some id in good(subject, region, data.standard.failover[subject])
}

cite[subject] contains id if {
	some subject in (lacking | violating)
	some id in [route.id | some route in input.route[subject]; count(faults(route, data.standard.failover[subject])) > 0]
}
