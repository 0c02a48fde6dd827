# What a drill shows, whatever it exercised. A restore that compared nothing with what it should be has shown nobody
# that the service is back; in a drill of another kind, whoever carried it out may have looked without counting.
package lib.drills

import data.lib.units

# Whatever it compared was as it should be.
checked(drill) if {
	drill.checks > 0
	drill.checks_passed == drill.checks
}

checked(drill) if {
	drill.kind != "restore"
	object.keys(drill) & {"checks", "checks_passed"} == set()
}

# It passed lately enough, and what it compared was as it should be.
sound(drill, now_s, within_s) if {
	drill.result == "passed"
	now_s - drill.finished_s <= within_s
	checked(drill)
}

# What is stated of a drill that makes it prove nothing, a sentence each.
faults(drill, now_s, within_s) := union({
	{text | drill.result != "passed"; text := sprintf("the newest drill (%s) %s", [drill.kind, drill.result])},
	{text |
		age_s := now_s - drill.finished_s
		age_s > within_s
		text := sprintf("the newest drill is %s old; at most %s is allowed", [units.human(age_s), units.human(within_s)])
	},
	{text |
		drill.checks_passed < drill.checks
		text := sprintf("the newest drill (%s) found %d of %d checks as they should be", [drill.kind, drill.checks_passed, drill.checks])
	},
})

# Why it says nothing either way.
doubt(drill) := "the newest drill compared nothing with what it should be" if {
	drill.kind == "restore"
	object.get(drill, "checks", 0) == 0
}
