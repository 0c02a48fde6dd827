# METADATA
# title: Is one line of copies good enough
# description: >-
#   A plan is one line of copies of a subject (`backup_plan`), a rule what the standard asks of it (`every_s`, `keep_s`).
#   A plan is good by facts that are there, and short by facts that are there: what is missing makes it neither.
package lib.copies

import data.lib.units

# METADATA
# title: It copies everything, at least as often as the rule asks
often(plan, rule) if {
	plan.fires == true
	plan.holds_all == true
	plan.max_gap_s <= rule.every_s
}

# METADATA
# title: It is the line that counts for whatever else is asked of copies
# description: >-
#   It runs as often as the rule asks. Where no line does, which is for the frequency to say, the most frequent line is
#   the one: whatever is not known to be slower, to never run or to hold a part only could be the one that counts.
counts(plan, _, rule) if often(plan, rule)

counts(plan, plans, rule) if {
	plan.fires == true
	plan.holds_all == true
	plan.max_gap_s > rule.every_s
	every other in plans { slower(other, plan) }
}

slower(other, plan) if other.max_gap_s >= plan.max_gap_s

slower(other, _) if other.fires == false

slower(other, _) if other.holds_all == false

# METADATA
# title: It runs too rarely, and another line more often
outpaced(plan, plans, rule) if {
	plan.max_gap_s > rule.every_s
	some other in plans
	other.fires == true
	other.holds_all == true
	other.max_gap_s < plan.max_gap_s
}

# METADATA
# title: It keeps each copy at least as long as the rule asks
# description: A number of copies is no time, so a plan that only counts its copies is not known to keep them.
kept(plan, _) if plan.kept_forever == true

kept(plan, rule) if {
	plan.kept_forever == false
	plan.keep_s >= rule.keep_s
}

# METADATA
# title: It is known to delete copies sooner than the rule allows
dropped(plan, rule) if {
	plan.kept_forever == false
	plan.keep_s < rule.keep_s
}

# METADATA
# title: What is wrong with the plan, for each kind of fault that it is asked about
# description: A sentence where the fact is there and bad, undefined otherwise.
fault(plan, _, "fires") := sprintf("%s never makes a copy: no schedule of it ever fires", [plan.tool]) if {
	plan.fires == false
}

fault(plan, rule, "gap") := pace(plan, rule) if plan.max_gap_s > rule.every_s

fault(plan, _, "part") := sprintf("%s does not copy everything%s", [plan.tool, not_held(plan)]) if {
	plan.holds_all == false
}

fault(plan, rule, "keep") := keeping(plan, rule) if dropped(plan, rule)

fault(plan, _, "region") := sprintf("copies by %s lie in the region of what they are copies of%s", [
	plan.tool, destination(plan),
]) if {
	plan.off_region == false
}

fault(plan, _, "cluster") := sprintf("copies by %s lie in the cluster of what they are copies of%s", [
	plan.tool, destination(plan),
]) if {
	plan.off_cluster == false
}

# METADATA
# title: The faults of the plan, of all the kinds that it is asked about
faults(plan, rule, kinds) := {sentence |
	some kind in kinds
	sentence := fault(plan, rule, kind)
}

# METADATA
# title: The plan is bad in one of the kinds that it is asked about
short(plan, rule, kinds) if count(faults(plan, rule, kinds)) > 0

# METADATA
# title: What the plan is not known to hold, in words
unclear(plan) := {sentence |
	object.get(plan, "holds_all", "not known") == "not known"
	some part in plan.not_held
	sentence := sprintf("whether the copies by %s hold %s is not known", [plan.tool, part])
}

# METADATA
# title: How often the plan makes a copy, in words
pace(plan, rule) := units.at_most(sprintf("the longest gap between two copies by %s", [plan.tool]), plan.max_gap_s, rule.every_s)

# METADATA
# title: How long the plan keeps its copies, in words
keeping(plan, rule) := sprintf("copies by %s are kept %s%s; at least %s is required", [
	plan.tool, units.human(plan.keep_s), source(plan), units.human(rule.keep_s),
]) if {
	plan.kept_forever == false
}

keeping(plan, rule) := sprintf("copies by %s are kept until somebody deletes them%s; at least %s is required", [
	plan.tool, source(plan), units.human(rule.keep_s),
]) if {
	plan.kept_forever == true
}

not_held(plan) := sprintf(": not %s", [concat(", ", plan.not_held)])

not_held(plan) := "" if not plan.not_held

source(plan) := sprintf(" (%s)", [plan.keep_source])

source(plan) := "" if not plan.keep_source

destination(plan) := sprintf(" (%s)", [plan.destination])

destination(plan) := "" if not plan.destination
