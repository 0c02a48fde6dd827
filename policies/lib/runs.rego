# How one line of backups runs, against what the standard asks of it (`at_least_percent`, `every_s`). A run is one item
# of `run`: all the runs of a line in a window, summarised. A fact that is missing makes it neither good nor bad.
package lib.runs

import data.lib.units

# Enough of the runs that were due ended well. Where none was due, nothing is proved.
enough(run, rule) if {
	run.due > 0
	run.succeeded * 100 >= run.due * rule.at_least_percent
}

# The newest run ended well, or one did no longer ago than copies may be apart.
not_failing(run, _, _) if run.failures_since == 0

not_failing(run, rule, now_s) if {
	run.failures_since > 0
	run.last_success_start_s <= now_s
	now_s - run.last_success_start_s <= rule.every_s
}

# What is wrong with the line, for each kind of fault.
fault(run, rule, _, "rare") := sprintf("%d of %d runs that were due ended well; at least %d %% is required", [
	run.succeeded, run.due, rule.at_least_percent,
]) if {
	run.due > 0
	run.succeeded * 100 < run.due * rule.at_least_percent
}

fault(run, rule, now_s, "failing") := units.at_most("runs fail, and the time since one ended well", since_s, rule.every_s) if {
	run.failures_since > 0
	since_s := now_s - run.last_success_start_s
	since_s > rule.every_s
}

faults(run, rule, now_s) := {sentence |
	some kind in ["rare", "failing"]
	sentence := fault(run, rule, now_s, kind)
}

bad(run, rule, now_s) if count(faults(run, rule, now_s)) > 0
