# METADATA
# title: Backup schedules are accepted and fire
# description: A schedule is switched on, accepted by its own controller and fires; none is refused or on and without effect.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {schedule: declared}
#   checklist: [pre-2]
#   section: "1.2"
#   fix: Write the schedule in the dialect of its own controller, with the fields that the controller accepts, and switch it on.
package controls.backup.schedules

subjects contains subject if some subject, _ in data.standard.backups

compliant contains subject if {
	some subject in subjects
	some schedule in input.schedule[subject]
	good(schedule)
	not subject in violating
}

good(schedule) if {
	schedule.suspended == false
	schedule.accepted == true
	schedule.fires == true
}

lacking contains subject if {
	some subject in subjects
	every schedule in object.get(input.schedule, subject, []) {
		schedule.suspended == true
	}
	not subject in violating
}

violating contains subject if {
	some subject in subjects
	some schedule in input.schedule[subject]
	bad(schedule)
}

bad(schedule) if schedule.accepted == false

bad(schedule) if {
	schedule.suspended == false
	schedule.fires == false
}

explain[subject] contains sentence if {
	some subject in subjects
	some schedule in input.schedule[subject]
	some [bad_fact, words] in [
		[schedule.accepted == false, concat(": ", ["is refused", object.get(schedule, "refusal", "why is not known")])],
		[schedule.suspended == true, "is switched off"],
		[schedule.fires == false, "never fires"],
	]
	bad_fact
	sentence := concat(" ", [word | some word in ["the", schedule.tool, "schedule", schedule.cron, words]; word != ""])
}

explain[subject] contains sentence if {
	some subject in subjects
	count(object.get(input.schedule, subject, [])) == 0
	sentence := sprintf("no schedule backs up %s", [subject])
}

cite[subject] contains id if {
	some subject in violating
	some schedule in input.schedule[subject]
	bad(schedule)
	id := schedule.id
}

cite[subject] contains id if {
	some subject in (compliant | lacking)
	some schedule in input.schedule[subject]
	id := schedule.id
}
