# How one line of backups runs, against what the standard asks of it (`at_least_percent`, `at_least_runs`, `every_s`). A
# run is one item of `run`: all the runs of a line in a window, summarised. A fact that is missing makes it neither good
# nor bad.
package lib.runs

import data.lib.units

# Enough of the runs that were due ended well. Of few runs no rate can be told.
enough(run, rule) if {
	known(run, rule)
	run.succeeded * 100 >= run.due * rule.at_least_percent
}

known(run, rule) if {
	run.due > 0
	run.due >= rule.at_least_runs
}

# Why what is known of the line tells no rate; undefined where it does.
few(run, _) := "no run was due in the time that was looked at" if run.due == 0

few(run, _) := "how many of the runs that were due have ended is not known" if not run.due

few(run, rule) := sprintf("%d runs are known, and the history keeps no more; of fewer than %d no rate can be told", [
	run.due, rule.at_least_runs,
]) if {
	run.due > 0
	run.due < rule.at_least_runs
}

# The newest run ended well, or one did no longer ago than copies may be apart.
not_failing(run, _, _) if run.failures_since == 0

not_failing(run, rule, now_s) if {
	run.failures_since > 0
	run.last_success_start_s <= now_s
	now_s - run.last_success_start_s <= rule.every_s
}

# For how long at least no run that ended well has started: a run starts before it ends.
silent_s(run, now_s) := now_s - min({instant | some instant in successes(run)})

successes(run) := {instant | some field in ["last_success_start_s", "last_success_end_s"]; instant := run[field]}

# Runs failed, none ended well, and none is known that ever did. Where nobody knows how many were due, what was
# counted as a failure may never have been to run.
never(run, rule) if {
	run.due >= 0
	run.succeeded == 0
	run.failures_since >= rule.at_least_runs
	successes(run) == set()
}

# What is wrong with the line, for each kind of fault.
fault(run, rule, _, "rare") := sprintf("%d of %d runs that were due ended well; at least %d %% is required", [
	run.succeeded, run.due, rule.at_least_percent,
]) if {
	known(run, rule)
	run.succeeded * 100 < run.due * rule.at_least_percent
}

fault(run, rule, now_s, "failing") := units.at_most("runs fail, and the time since one ended well", since_s, rule.every_s) if {
	run.failures_since > 0
	since_s := silent_s(run, now_s)
	since_s > rule.every_s
}

faults(run, rule, now_s) := {sentence |
	some kind in ["rare", "failing"]
	sentence := fault(run, rule, now_s, kind)
}

# All that is to be said against any of the lines.
said(found, rule, now_s) := {sentence |
	some run in found
	some sentence in (faults(run, rule, now_s) | dead(run, rule))
}

dead(run, rule) := {sentence |
	never(run, rule)
	sentence := sprintf("%d runs failed, and none is known that ever ended well", [run.failures_since])
}

# That there is no line.
none(found, subject) := {sentence |
	count(found) == 0
	sentence := sprintf("nothing ran that backs up %s", [subject])
}

bad(run, rule, now_s) if count(faults(run, rule, now_s)) > 0
