# METADATA
# title: Units
# description: Writes numbers the way a reader of a report expects them. Whole numbers only; negative ones are written as such.
package lib.units

# METADATA
# title: A span of seconds in words
# description: At most the two largest units that are not zero next to each other, for example `1 d 2 h`, `30 min`, `45 s`; rounded down.
human(s) := sprintf("-%s", [span(0 - s)]) if s < 0

human(s) := span(s) if s >= 0

span(s) := pair(s, 86400, "d", 3600, "h") if s >= 86400

span(s) := pair(s, 3600, "h", 60, "min") if {
	s >= 3600
	s < 86400
}

span(s) := pair(s, 60, "min", 1, "s") if {
	s >= 60
	s < 3600
}

span(s) := sprintf("%d s", [s]) if {
	s >= 0
	s < 60
}

pair(s, large, large_unit, small, _) := sprintf("%d %s", [whole(s, large), large_unit]) if s % large < small

pair(s, large, large_unit, small, small_unit) := sprintf("%d %s %d %s", [
	whole(s, large), large_unit,
	whole(s % large, small), small_unit,
]) if {
	s % large >= small
}

# The number of times that `size` goes into `s`, exactly: no fraction ever arises.
whole(s, size) := (s - (s % size)) / size
