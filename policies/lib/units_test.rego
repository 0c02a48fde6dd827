package lib.units_test

import data.lib.units

test_spans_are_written_in_their_two_largest_units if {
	cases := {
		[0, "0 s"], [1, "1 s"], [59, "59 s"],
		[60, "1 min"], [61, "1 min 1 s"], [1800, "30 min"], [3599, "59 min 59 s"],
		[3600, "1 h"], [3601, "1 h 1 s"], [3660, "1 h 1 min"], [86399, "23 h 59 min"],
		[86400, "1 d"], [86401, "1 d 1 s"], [89999, "1 d 59 min"], [90000, "1 d 1 h"], [93600, "1 d 2 h"], [2592000, "30 d"],
	}
	{[s, text] | some [s, _] in cases; text := units.human(s)} == cases
}

test_a_negative_span_is_written_as_such if {
	units.human(-1) == "-1 s"
	units.human(-5400) == "-1 h 30 min"
}

test_a_span_is_put_beside_its_limit if {
	units.at_most("the age", 90, 60) == "the age is 1 min 30 s; at most 1 min is allowed"
	units.at_least("the history", 60, 86400) == "the history is 1 min; at least 1 d is required"
}
