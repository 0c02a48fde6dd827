# METADATA
# title: A restore loses less than the RPO while a copy is being made
# description: >-
#   Until a copy is finished, the one before it is all that there is: where the log is not archived as well, the gap and
#   the longest run together are less than the RPO, for one line of copies of each component.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {backup_plan: declared, run: observed}
#   checklist: []
#   section: "3.1"
#   fix: Archive the log continuously as well, or make copies so much more often, or so much faster, that the gap and a run together stay below the RPO.
package controls.recovery.rpo_runs

import data.lib.units

subjects contains subject if some subject, _ in data.standard.rpo_restore

runs(thing) := object.get(input.run, thing, [])

loss_s(plan, run) := plan.exposure_s + run.longest_s

good(thing, limit_s) := [plan |
	some plan in input.backup_plan[thing]
	[plan.fires, plan.holds_all] == [true, true]
	plan.exposure_s < limit_s
	fits(plan, thing, limit_s)
]

# The archived log goes on while a copy is made.
fits(plan, _, _) if plan.exposure_s < plan.elapsed_gap_s

fits(plan, thing, limit_s) if {
	count(runs(thing)) > 0
	every run in runs(thing) { loss_s(plan, run) < limit_s }
}

# Which line a run belongs to is not said: only where each of them takes too long is the line too slow.
slow(plan, thing, limit_s) if {
	plan.exposure_s >= plan.elapsed_gap_s
	count(runs(thing)) > 0
	every run in runs(thing) { loss_s(plan, run) >= limit_s }
}

short(rule) := {thing |
	some thing in rule.components
	count(input.backup_plan[thing]) > 0
	every plan in input.backup_plan[thing] { slow(plan, thing, rule.limit_s) }
}

compliant contains subject if {
	some subject, rule in data.standard.rpo_restore
	count(rule.components) > 0
	every thing in rule.components { count(good(thing, rule.limit_s)) > 0 }
}

lacking contains subject if {
	some subject, rule in data.standard.rpo_restore
	count(short(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_restore
	some thing in short(rule)
	some plan in input.backup_plan[thing]
	least_s := min({loss_s(plan, run) | some run in runs(thing)})
	spans := [thing, units.human(least_s), plan.tool, units.human(rule.limit_s)]
	sentence := sprintf("%s may lose %s while a copy by %s is made; less than %s is allowed", spans)
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some thing in data.standard.rpo_restore[subject].components
	some id in [item.id | some item in array.concat(input.backup_plan[thing], runs(thing))]
}
