# METADATA
# title: No acknowledged write is lost with its server
# description: Each database of the scenario acknowledges a write only when another server has it, and waits when none is there.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {database: declared}
#   checklist: []
#   section: "3.1"
#   objective: rpo-structure
#   fix: Set at least one synchronous standby and require it, for example spec.postgresql.synchronous with number 1 and dataDurability required.
package controls.recovery.rpo_no_loss

subjects contains subject if some subject, _ in data.standard.rpo_no_loss

safe(thing) := {database.id |
	some database in input.database[thing]
	database.role == "primary"
	database.synchronous > 0
	database.synchronous_required == true
}

# What is stated of the databases that lets a write be lost, or that there is none.
faults(thing, databases) := union({
	{text | databases == []; text := sprintf("no database is known in %s", [thing])},
	{text | some database in databases; database.role != "primary"; text := sprintf("%s is a %s and takes no writes", [thing, database.role])},
	{text | some database in databases; database.synchronous <= 0; text := sprintf("%s waits for %d synchronous standbys; at least 1 is needed", [thing, database.synchronous])},
	{text | some database in databases; database.synchronous_required == false; text := sprintf("%s goes on without its synchronous standby when that is missing", [thing])},
})

unsafe(rule) := {thing |
	some thing in rule.databases
	every database in object.get(input.database, thing, []) { count(faults(thing, [database])) > 0 }
}

compliant contains subject if {
	some subject, rule in data.standard.rpo_no_loss
	count(rule.databases) > 0
	every thing in rule.databases { count(safe(thing)) > 0 }
}

lacking contains subject if {
	some subject, rule in data.standard.rpo_no_loss
	count(unsafe(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_no_loss
	some thing in unsafe(rule)
	some sentence in faults(thing, object.get(input.database, thing, []))
}

cite[subject] contains id if {
	some subject in compliant
	some thing in data.standard.rpo_no_loss[subject].databases
	some id in safe(thing)
}

cite[subject] contains id if {
	some subject, rule in data.standard.rpo_no_loss
	some id in [database.id | some thing in unsafe(rule); some database in input.database[thing]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rpo_no_loss
	observed := min([best | some thing in rule.databases; best := max([database.synchronous | some database in input.database[thing]])])
	value := {"observed": observed, "required": 1, "unit": "count", "better": "higher"}
}
