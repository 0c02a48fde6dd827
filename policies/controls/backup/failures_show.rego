# METADATA
# title: A backup that fails says so
# description: Where a dump or an upload fails, the run fails, in each schedule that is on, and no program is missing in its image.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: critical
#   needs: {schedule: declared}
#   checklist: [pre-2]
#   section: "1.2"
#   fix: Start the script with "set -euo pipefail", do not hide an exit code behind a pipe, and use an image that holds every program that it calls.
package controls.backup.failures_show

subjects contains subject if some subject, _ in data.standard.backups

# What never runs shows nothing, and that it never runs is for backup.schedules to say.
running(subject) := [schedule | some schedule in input.schedule[subject]; not schedule.suspended; not schedule.fires == false]

compliant contains subject if {
	some subject in subjects
	count(running(subject)) > 0
	every schedule in running(subject) {
		schedule.fires == true
		schedule.hides_failure == false
		schedule.lacks_program == false
	}
}

lacking contains subject if {
	some subject in subjects
	object.get(input.schedule, subject, []) == []
}

undetermined[subject] contains sentence if {
	some subject in subjects
	count(input.schedule[subject]) > 0
	running(subject) == []
	sentence := sprintf("no schedule of %s runs, so that none can show a failure", [subject])
}

violating contains subject if {
	some subject in subjects
	some schedule in input.schedule[subject]
	count(faults(schedule)) > 0
}

faults(schedule) := {sentence |
	schedule.suspended == false
	some [fact, words, which] in [
		["hides_failure", "can fail and its run still end well", "hiding"],
		["lacks_program", "calls a program that its image does not hold", "lacking"],
	]
	schedule[fact] == true
	sentence := sprintf("%s %s: %s", [schedule.tool, words, concat("; ", object.get(schedule, which, []))])
}

explain[subject] contains sentence if {
	some subject in subjects
	some schedule in input.schedule[subject]
	some sentence in faults(schedule)
}

explain[subject] contains sentence if {
	some subject in lacking
	sentence := sprintf("no schedule that is switched on backs up %s", [subject])
}

cite[subject] contains id if {
	some subject in violating
	some schedule in input.schedule[subject]
	count(faults(schedule)) > 0
	id := schedule.id
}

cite[subject] contains id if {
	some subject in compliant
	some schedule in running(subject)
	id := schedule.id
}
