# METADATA
# title: Alerts reach a person
# description: A receiver sends what it is given, and something was lately seen to arrive.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {alert_route: observed}
#   checklist: [pre-7]
#   section: "4"
#   fix: Give the receiver an integration, and route a watchdog alert or a daily test page through it.
package controls.operations.alert_delivery

import data.lib.units

subjects contains subject if some subject, _ in data.standard.alert_delivery

compliant contains subject if {
	some subject in subjects
	some route in input.alert_route[subject]
	good(route, data.standard.alert_delivery[subject])
}

lacking contains subject if {
	some subject in subjects
	every route in object.get(input.alert_route, subject, []) {
		short(route, data.standard.alert_delivery[subject])
	}
}

good(route, rule) if {
	route.sends == true
	route.delivered_s <= input.taken_at_s
	input.taken_at_s - route.delivered_s <= rule.within_s
}

short(route, _) if route.sends == false

short(route, rule) if input.taken_at_s - route.delivered_s > rule.within_s

explain[subject] contains sentence if {
	some subject in subjects
	some route in input.alert_route[subject]
	route.sends == false
	sentence := sprintf("the receiver %s sends nothing anywhere", [route.receiver])
}

explain[subject] contains sentence if {
	some subject in subjects
	some route in input.alert_route[subject]
	age_s := input.taken_at_s - route.delivered_s
	limit := units.human(data.standard.alert_delivery[subject].within_s)
	sentence := sprintf("the receiver %s last delivered %s ago; at most %s is allowed", [route.receiver, units.human(age_s), limit])
}

explain[subject] contains sentence if {
	some subject in lacking
	count(object.get(input.alert_route, subject, [])) == 0
	sentence := "no receiver takes the alerts"
}

cite[subject] contains id if {
	some subject in compliant
	some route in input.alert_route[subject]
	good(route, data.standard.alert_delivery[subject])
	id := route.id
}

cite[subject] contains id if {
	some subject in lacking
	some route in input.alert_route[subject]
	id := route.id
}

measure[subject] contains m if {
	some subject in subjects
	age_s := input.taken_at_s - max([route.delivered_s | some route in input.alert_route[subject]])
	m := {"observed": age_s, "required": data.standard.alert_delivery[subject].within_s, "unit": "s", "better": "lower"}
}
