# What is known about a place where copies lie: what is wrong with it, and whether its own lifecycle lets copies live as
# long as the rule asks (`keep_s`). A place is one item of `repository`. A fact that is missing makes it neither good nor bad.
package lib.places

import data.lib.units

# Its lifecycle deletes nothing, or nothing that is younger than the rule asks.
keeps(place, _) if place.never_expires == true

keeps(place, rule) if {
	place.never_expires == false
	place.expires_s >= rule.keep_s
}

# What is wrong with the place, for each kind of fault that it is asked about.
fault(place, _, "public") := "can be read by anybody" if place.public == true

fault(place, _, "plain") := "does not encrypt what lies in it" if place.encrypted == false

fault(place, _, "away") := "does not answer" if place.available == false

fault(place, _, "readonly") := "cannot be written to" if place.writable == false

fault(place, rule, "expires") := units.at_least("deletes copies by itself: their age then", place.expires_s, rule.keep_s) if {
	place.never_expires == false
	place.expires_s < rule.keep_s
}

# The faults of all the kinds that it is asked about, a sentence each.
faults(place, rule, kinds) := {sentence |
	some kind in kinds
	sentence := sprintf("%s %s %s", [place.kind, place.name, fault(place, rule, kind)])
}
