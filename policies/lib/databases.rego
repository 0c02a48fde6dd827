# Which databases the standard is about, and who says what of them. Several sources can speak of one database: an object
# of a cluster says what its operator was told and sees, only a server that was asked itself says what it does, and the
# report of a tool what lies in the archive. Who speaks is told by facts that every item has, or by several that one
# source always gives together, so that one fact that is missing never turns a source into another.
package lib.databases

# Those that take the writes: nothing of them may be lost, or they are restored.
of(standard) := {thing |
	some thing in (lossless(standard) | restored(standard))
	standard.restores[thing]
}

lossless(standard) := {thing | some rule in standard.rpo_no_loss; some thing in rule.databases}

restored(standard) := {thing | some rule in standard.rpo_restore; some thing in rule.components}

# Not an object of a cluster, nor of Git.
asked_itself(item) if {
	item.class == "observed"
	not startswith(item.read, "clusters/")
}

# A server, in SQL: Patroni and an operator know none of these.
server(database) if {
	asked_itself(database)
	states(database, {"checksums", "checksum_failures", "lost_slots"})
}

# A server that archives, and not the archive's tool.
sender(archiver) if {
	asked_itself(archiver)
	states(archiver, {"failing", "pending_s"})
}

# The archive's own tool.
tool(archiver) if {
	asked_itself(archiver)
	states(archiver, {"missing", "has_base"})
}

states(item, facts) if count(object.keys(item) & facts) > 0

# What does not say what waits to be archived, and nothing against it: an object of a cluster, or the archive's tool.
bystander(archiver) if {
	not asked_itself(archiver)
	archiver.failing == false
}

bystander(archiver) if {
	tool(archiver)
	not sender(archiver)
}

# A replica whose lag is measured; an object of a cluster only describes it.
measured(replica) if asked_itself(replica)

measured(replica) if states(replica, {"samples", "lag_p50_ms", "lag_p99_ms", "lag_max_ms"})

# What the description of a database says holds together; what was asked itself has none: it follows, or does not.
holds(database) if database.consistent == true

holds(database) if {
	asked_itself(database)
	database.role == "standby"
}
