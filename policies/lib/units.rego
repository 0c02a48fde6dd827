# METADATA
# title: Units
# description: Writes numbers the way a reader of a report expects them. Whole numbers only.
package lib.units

# METADATA
# title: A span of seconds in words
# description: >-
#   The two largest units that are not zero, for example `1 d 2 h`, `30 min`, `1 h 1 s`; the rest is cut off,
#   so a span one second over a round limit never reads like the limit.
human(s) := "0 s" if s == 0

human(s) := largest(s) if s > 0

human(s) := concat("", ["-", largest(0 - s)]) if s < 0

largest(s) := concat(" ", array.slice(parts(s), 0, 2))

parts(s) := [part |
	some [rest, size, unit] in [[s, 86400, "d"], [s % 86400, 3600, "h"], [s % 3600, 60, "min"], [s % 60, 1, "s"]]
	number := (rest - (rest % size)) / size
	number > 0
	part := sprintf("%d %s", [number, unit])
]

# METADATA
# title: A span and the longest that is allowed, in words
at_most(what, observed_s, limit_s) := sprintf("%s is %s; at most %s is allowed", [what, human(observed_s), human(limit_s)])

# METADATA
# title: A span and the shortest that is required, in words
at_least(what, observed_s, limit_s) := sprintf("%s is %s; at least %s is required", [what, human(observed_s), human(limit_s)])
