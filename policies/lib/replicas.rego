# Whether a replica follows a source in another region, by both ends where both were asked: the replica itself, and its
# source, which does not see what the replica does with what it is sent.
package lib.replicas

import data.lib.units

# What is stated of a replica that makes it short, a sentence each.
faults(replica, rule) := union({
	{text | replica.product != rule.product; text := sprintf("%s replicates %s, not %s", [replica.name, replica.product, rule.product])},
	{text | replica.cross_region == false; text := sprintf("%s follows a source in its own region", [replica.name])},
	{text | replica.streaming == false; text := sprintf("%s is not streaming", [replica.name])},
	{text | replica.apply_delay_s > 0; text := sprintf("%s holds changes back for %s", [replica.name, units.human(replica.apply_delay_s)])},
})

good(all, replica, rule) if {
	replica.product == rule.product
	replica.cross_region == true
	replica.streaming == true
	replica.apply_delay_s == 0
	every other in other_end(all, replica) { other.streaming == true }
}

# What it says of itself is enough, and excuses its source from seeing it.
short(_, replica, rule) if {
	itself(replica)
	count(faults(replica, rule)) > 0
}

short(all, replica, rule) if {
	not itself(replica)
	other_end(all, replica) == []
	count(faults(replica, rule)) > 0
}

short(all, replica, rule) if {
	not itself(replica)
	count(other_end(all, replica)) > 0
	every other in other_end(all, replica) { count(faults(other, rule)) > 0 }
}

# By a name that only one of two servers gives, nobody is found; then each end speaks for itself alone.
other_end(all, replica) := [other | some other in all; other.name == replica.name; ends(other) != ends(replica)]

ends(replica) := endswith(replica.id, "/itself")

itself(replica) if ends(replica) == true
