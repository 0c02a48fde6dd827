# METADATA
# title: No acknowledged write is lost with its server
# description: Each database of the scenario acknowledges a write only when another server has it, and waits when none is there; what a server says counts.
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

import data.lib.synchrony

subjects contains subject if some subject, _ in data.standard.rpo_no_loss

safe(thing) := {database.id | some database in input.database[thing]; synchrony.safe(database)}

loose(rule) := {thing | some thing in rule.databases; some database in input.database[thing]; synchrony.loose(database)}

unsafe(rule) := {thing |
	some thing in rule.databases
	every database in object.get(input.database, thing, []) { count(synchrony.faults(thing, database)) > 0 }
}

compliant contains subject if {
	some subject, rule in data.standard.rpo_no_loss
	count(rule.databases) > 0
	every thing in rule.databases {
		count(safe(thing)) > 0
		every database in input.database[thing] { synchrony.calm(database) }
	}
}

violating contains subject if {
	some subject, rule in data.standard.rpo_no_loss
	count(loose(rule)) > 0
}

lacking contains subject if {
	some subject, rule in data.standard.rpo_no_loss
	not subject in violating
	count(unsafe(rule)) > 0
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_no_loss
	some thing in (unsafe(rule) | loose(rule))
	some database in input.database[thing]
	some sentence in synchrony.faults(thing, database)
}

explain[subject] contains sentence if {
	some subject, rule in data.standard.rpo_no_loss
	some thing in rule.databases
	object.get(input.database, thing, []) == []
	sentence := sprintf("no database is known in %s", [thing])
}

cite[subject] contains id if {
	some subject in compliant
	some thing in data.standard.rpo_no_loss[subject].databases
	some id in safe(thing)
}

cite[subject] contains id if {
	some subject, rule in data.standard.rpo_no_loss
	some id in [database.id | some thing in (unsafe(rule) | loose(rule)); some database in input.database[thing]]
}

measure[subject] contains value if {
	some subject, rule in data.standard.rpo_no_loss
	observed := min([best | some thing in rule.databases; best := max([database.synchronous | some database in input.database[thing]])])
	value := {"observed": observed, "required": 1, "unit": "count", "better": "higher"}
}
