# What a series of recovery points proves: whether its newest copy is fresh and whole, and whether its copies reach
# back as far as the rule asks. A series is one item of `recovery_points`, a rule what the standard asks of the backups
# of its subject (`every_s`, `keep_s`). A fact that is missing makes a series neither good nor bad.
package lib.points

import data.lib.units

# The newest data is at most as old as two runs may be apart, and as the longest run takes, in each line of runs.
fresh(series, runs, rule, now_s) if {
	series.newest_s <= now_s
	count(runs) > 0
	every run in runs { age_s(series, now_s) <= limit_s(run, rule) }
}

# It is older than any line of runs allows.
stale(series, runs, rule, now_s) if {
	count(runs) > 0
	every run in runs { age_s(series, now_s) > limit_s(run, rule) }
}

# Where no run is known that would say how long one takes: a run that takes longer than the gap cannot keep pace.
stale(series, [], rule, now_s) if age_s(series, now_s) > 2 * rule.every_s

age_s(series, now_s) := now_s - series.newest_s

limit_s(run, rule) := rule.every_s + run.longest_s

# The age of the newest copy of all that are whole and not dated in the future.
youngest_s(found, now_s) := min({age_s(series, now_s) |
	some series in found
	whole(series)
	series.newest_s <= now_s
})

# The newest copy is whole by what it shows it by: it is at least half as large as the copies before it usually are, in
# bytes or in objects, or it has the mark that its tool writes at its end. What is empty is no copy, and where nothing
# is said to show it, no size does. Of fewer than three copies nobody can say what is usual.
whole(series) if {
	series.whole_by == "bytes"
	series.count > 2
	series.newest_bytes > 0
	series.newest_bytes * 2 >= series.median_bytes
}

whole(series) if {
	series.whole_by == "objects"
	series.count > 2
	series.newest_objects > 0
	series.newest_objects * 2 >= series.median_objects
}

whole(series) if {
	series.whole_by == "end-mark"
	series.end_mark == true
}

# By the same it shows that it is not.
torn(series) if flaw(series) != ""

flaw(series) := shrunk(series.newest_bytes, series.median_bytes, "bytes") if {
	series.whole_by == "bytes"
	series.count > 2
}

flaw(series) := shrunk(series.newest_objects, series.median_objects, "objects") if {
	series.whole_by == "objects"
	series.count > 2
}

flaw(series) := "the newest copy has no end: the mark that its tool writes there is missing" if {
	series.whole_by == "end-mark"
	series.end_mark == false
}

shrunk(newest, usual, unit) := sprintf("the newest copy has %d %s, less than half of the usual %d %s", words) if {
	newest * 2 < usual
	words := [newest, unit, usual, unit]
}

# The oldest copy is as old as data must be kept, less one gap; in a young system, as old as the system.
reaches_back(series, rule, now_s) if series.oldest_s <= (now_s - rule.keep_s) + rule.every_s

reaches_back(series, rule, now_s) if series.oldest_s <= start_s(series, rule, now_s) + rule.every_s

# Copies are missing at the far end. Where nobody knows since when the system runs, that cannot be said.
starts_late(series, rule, now_s) if series.oldest_s > start_s(series, rule, now_s) + rule.every_s

# The oldest data that can be asked for.
start_s(series, rule, now_s) := max([now_s - rule.keep_s, series.system_since_s])

# No copy is missing, between two others or since the newest.
unbroken(series, rule, now_s) if {
	series.longest_gap_s < 2 * rule.every_s
	age_s(series, now_s) < 2 * rule.every_s
}

broken(series, rule, _) if series.longest_gap_s >= 2 * rule.every_s

broken(series, rule, now_s) if age_s(series, now_s) >= 2 * rule.every_s

# The newest copy is there when the next one is due, and as long as the rule asks.
stays(series, rule, now_s) if {
	lasts(series, rule, now_s)
	keeps(series, rule)
}

# The newest copy is still there when the next one is due.
lasts(series, _, _) if series.kept_forever == true

lasts(series, rule, now_s) if series.newest_expires_s >= now_s + rule.every_s

# It is deleted before. Where nobody knows whether copies are deleted at all, that cannot be said.
expires_early(series, rule, now_s) if {
	series.kept_forever == false
	series.newest_expires_s < now_s + rule.every_s
}

# The newest copy is kept as long as the rule asks, from the time of its data on.
keeps(series, _) if series.kept_forever == true

keeps(series, rule) if series.newest_kept_s >= rule.keep_s

# It is known to be deleted sooner, by more than the gap that the far end of a history may have: a tool that counts
# from the moment when it took up the work ends a copy's time seconds early, which is neither good nor bad.
dropped(series, rule) if {
	series.kept_forever == false
	series.newest_kept_s < rule.keep_s - rule.every_s
}

# One fact about the series, in words; undefined where it is not known.
fact(series, rule, _, "gap") := sprintf("the longest gap between two copies is %s; less than %s is required", [
	units.human(series.longest_gap_s), units.human(2 * rule.every_s),
])

fact(series, rule, now_s, "stopped") := sprintf("the newest copy is %s old; less than %s is required", [
	units.human(age_s(series, now_s)), units.human(2 * rule.every_s),
]) if {
	age_s(series, now_s) >= 2 * rule.every_s
}

fact(series, rule, now_s, "reach") := units.at_least("the age of the oldest copy", now_s - series.oldest_s, required_s) if {
	required_s := (now_s - start_s(series, rule, now_s)) - rule.every_s
}

fact(series, rule, now_s, "expires") := "the newest copy is deleted before the next one is due" if {
	expires_early(series, rule, now_s)
}

fact(series, rule, _, "kept") := sprintf("the newest copy will be kept %s; at least %s is required", [
	units.human(series.newest_kept_s), units.human(rule.keep_s),
]) if {
	series.kept_forever == false
	series.newest_kept_s < rule.keep_s
}

fact(series, _, _, "whole") := flaw(series)

# All facts of the kinds that are asked about, of all the series.
facts(found, rule, now_s, kinds) := {sentence |
	some series in found
	some kind in kinds
	sentence := fact(series, rule, now_s, kind)
}

# How old the newest copy of each series is, and how old each line of runs allows it to be.
ages(found, runs, rule, now_s) := {sentence |
	some series in found
	some run in runs
	sentence := units.at_most("the age of the newest copy", age_s(series, now_s), limit_s(run, rule))
}

# That there is no copy in any of the series.
none(found, subject) := {sentence |
	every series in found { series.count == 0 }
	sentence := sprintf("there is no copy of %s", [subject])
}

# How long it takes until the system is so old that all of the history that the rule asks for can be there.
young(series, rule, now_s) := sprintf("the system is young: a full history can first be proved in %s", [units.human(rest_s)]) if {
	rest_s := (series.system_since_s + rule.keep_s) - now_s
	rest_s > 0
}
