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

# A server that archives, in SQL: a tool knows none of these.
sender(archiver) if {
	asked_itself(archiver)
	states(archiver, {"timeout_s", "pending_s", "last_archived_s"})
}

# A tool that counts what lies in the archive, and not one that watches what arrives.
tool(archiver) if {
	asked_itself(archiver)
	not states(archiver, {"timeout_s", "pending_s", "last_archived_s", "failing"})
}

states(item, facts) if count(object.keys(item) & facts) > 0

# What does not know what waits to be archived, and says nothing against it: an object of a cluster or a tool that
# watches what arrives, and a tool that counts what lies there.
bystander(archiver) if {
	not sender(archiver)
	archiver.failing == false
}

bystander(archiver) if {
	tool(archiver)
	states(archiver, {"missing"})
}

# A replica whose lag is measured; an object of a cluster only describes it.
measured(replica) if asked_itself(replica)

measured(replica) if states(replica, {"samples", "lag_p50_ms", "lag_p99_ms", "lag_max_ms"})
