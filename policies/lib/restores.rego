# What a restore drill proves. One that proves a restore names the copy, was carried out away from production, compared
# what was restored with what it should be, and no restore failed after it.
package lib.restores

# The drill proves that a restore works
proven(drill, drills, now_s) if {
	drill.kind == "restore"
	drill.result == "passed"
	drill.isolated == true
	drill.backup != ""
	drill.backup_taken_s <= drill.started_s
	drill.started_s <= drill.finished_s
	drill.finished_s <= now_s
	drill.checks > 0
	drill.checks_passed == drill.checks
	not failed_since(drill, drills)
}

# A restore failed after the drill
failed_since(drill, drills) if {
	some other in drills
	other.kind == "restore"
	other.result == "failed"
	other.finished_s >= drill.finished_s
}

# Why the drill proves nothing, for each fact about it that is there and bad
fault(drill, _, "kind") := sprintf("a drill was a %s, not a restore", [drill.kind]) if drill.kind != "restore"

fault(drill, _, "result") := "a restore drill failed" if {
	drill.kind == "restore"
	drill.result == "failed"
}

fault(drill, _, "isolated") := "a restore drill was not carried out away from production" if drill.isolated == false

fault(drill, _, "checks") := sprintf("a restore drill found %d of %d checks as they should be", counts) if {
	drill.checks_passed < drill.checks
	counts := [drill.checks_passed, drill.checks]
}

fault(drill, drills, "since") := "a restore drill passed, but another failed after it" if {
	drill.result == "passed"
	failed_since(drill, drills)
}

# All reasons why the drill proves nothing
faults(drill, drills) := {sentence |
	some what in ["kind", "result", "isolated", "checks", "since"]
	sentence := fault(drill, drills, what)
}

# That nobody ever drilled a restore of the subject, in words
none(subject, drills) := sprintf("no restore of %s was ever drilled", [subject]) if count(drills) == 0
