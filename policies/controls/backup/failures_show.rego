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

compliant contains subject if {
	some subject in subjects
	running := {schedule | some schedule in input.schedule[subject]; not schedule.suspended}
	count(running) > 0
	every schedule in running {
		schedule.hides_failure == false
		schedule.lacks_program == false
	}
}

lacking contains subject if {
	some subject in subjects
	every schedule in object.get(input.schedule, subject, []) { schedule.suspended == true }
}

violating contains subject if {
	some subject in subjects
	some schedule in input.schedule[subject]
	count(faults(schedule)) > 0
}

faults(schedule) := {sentence |
	schedule.suspended == false
	some what in ["hides", "lacks"]
	sentence := fault(schedule, what)
}

fault(schedule, "hides") := said(schedule, "can fail and its run still end well", "hiding") if schedule.hides_failure == true

fault(schedule, "lacks") := said(schedule, "calls a program that its image does not hold", "lacking") if schedule.lacks_program == true

said(schedule, what, which) := sprintf("%s %s: %s", [schedule.tool, what, concat("; ", object.get(schedule, which, []))])

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
	some schedule in input.schedule[subject]
	schedule.suspended == false
	id := schedule.id
}

cite[subject] contains id if {
	some subject in lacking
	some schedule in input.schedule[subject]
	id := schedule.id
}
