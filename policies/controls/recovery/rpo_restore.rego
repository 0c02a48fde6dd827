# METADATA
# title: A restore loses less than the RPO
# description: Each component has one line of copies that fires, holds all of it, lies out of harm and exposes less than the RPO to loss.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {backup_plan: declared}
#   checklist: []
#   section: "3.1"
#   objective: rpo-structure
#   fix: Archive the log continuously to a bucket outside the cluster (and the region, where the scenario takes it), with an archive timeout below the RPO.
package controls.recovery.rpo_restore

import data.lib.units

subjects contains subject if some subject, _ in data.standard.rpo_restore

out_of_harm(_, rule) if rule.off_region == false

out_of_harm(plan, _) if plan.off_region == true

good(thing, rule) := {plan.id |
	some plan in input.backup_plan[thing]
	plan.fires == true
	plan.holds_all == true
	plan.off_cluster == true
	plan.exposure_s < rule.limit_s
	out_of_harm(plan, rule)
}

# What is stated of a plan that makes it short, a sentence each.
faults(thing, plans, rule) := union({
	{text | plans == []; text := sprintf("nothing backs up %s", [thing])},
	{text | some plan in plans; plan.fires == false; text := sprintf("the %s copies of %s are never made", [plan.tool, thing])},
	{text | some plan in plans; plan.holds_all == false; text := sprintf("the %s copies do not hold all of %s", [plan.tool, thing])},
	{text | some plan in plans; plan.off_cluster == false; text := sprintf("the %s copies of %s lie in the cluster that they protect", [plan.tool, thing])},
	{text | rule.off_region == true; some plan in plans; plan.off_region == false; text := sprintf("the %s copies of %s lie in its own region", [plan.tool, thing])},
	{text | some plan in plans; plan.exposure_s >= rule.limit_s; text := sprintf("%s may lose %s with its %s copies; less than %s is allowed", [thing, units.human(plan.exposure_s), plan.tool, units.human(rule.limit_s)])},
})

short(rule) := {thing |
	some thing in rule.components
	every plan in object.get(input.backup_plan, thing, []) { count(faults(thing, [plan], rule)) > 0 }
}

compliant contains subject if {
	some subject, rule in data.standard.rpo_restore
	count(rule.components) > 0
	every thing in rule.components { count(good(thing, rule)) > 0 }
}

lacking contains subject if {
	some subject, rule in data.standard.rpo_restore
	count(short(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_restore
	some thing in short(rule)
	some sentence in faults(thing, object.get(input.backup_plan, thing, []), rule)
}

cite[subject] contains id if {
	some subject in compliant
	some thing in data.standard.rpo_restore[subject].components
	some id in good(thing, data.standard.rpo_restore[subject])
}

cite[subject] contains id if {
	some subject, rule in data.standard.rpo_restore
	some id in [plan.id | some thing in short(rule); some plan in input.backup_plan[thing]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rpo_restore
	observed := max([best | some thing in rule.components; best := min([plan.exposure_s | some plan in input.backup_plan[thing]])])
	value := {"observed": observed, "required": rule.limit_s, "unit": "s", "better": "lower"}
}
