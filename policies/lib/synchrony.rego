# Whether a database acknowledges a write only when another server has it, by what an operator was told and by what the
# server itself says. A fact that is missing makes a database neither safe nor loose.
package lib.synchrony

import data.lib.databases

safe(database) if {
	database.role == "primary"
	database.synchronous > 0
	database.synchronous_required == true
}

# A server that acknowledges at once, whatever it was told to do.
loose(database) if {
	database.role == "primary"
	database.synchronous == 0
	databases.server(database)
}

# It says nothing against what another source says: it is safe too, it takes no writes, it waits and its operator alone
# knows whether it always does, or it does not know, as Patroni.
calm(database) if safe(database)

calm(database) if {
	databases.server(database)
	database.synchronous > 0
	object.get(database, "synchronous_required", true) == true
}

calm(database) if database.role != "primary"

calm(database) if {
	not databases.server(database)
	not databases.states(database, {"synchronous", "synchronous_required"})
}

# What is stated that lets a write be lost, a sentence each.
faults(thing, database) := union({
	{text | database.role != "primary"; text := sprintf("%s is a %s and takes no writes", [thing, database.role])},
	{text | database.synchronous <= 0; text := sprintf("%s waits for %d synchronous standbys; at least 1 is needed", [thing, database.synchronous])},
	{text | database.synchronous_required == false; text := sprintf("%s goes on without its synchronous standby when that is missing", [thing])},
})
