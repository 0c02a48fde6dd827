# METADATA
# title: Copies really lie in another region
# description: A place of the copies says itself that it is in another region, and none is at home that a line of copies is declared to send there.
# schemas:
#   - input: schema.input
#   - data.standard: schema.standard
# custom:
#   severity: high
#   needs: {backup_plan: declared, repository: observed}
#   checklist: []
#   section: "3.1"
#   fix: Make a bucket in another region and send the copies there; the region of a bucket is that in which it was made, whatever a configuration calls it.
package controls.backup.repository_region

subjects contains subject if some subject, _ in data.standard.backups

places(subject) := object.get(input.repository, subject, [])

# The lines of copies that are said to leave the region.
leaving(subject) := [plan | some plan in input.backup_plan[subject]; plan.off_region == true]

apart(subject) := [place | some place in places(subject); place.off_region == true]

perhaps_leaving(subject) := [plan | some plan in input.backup_plan[subject]; object.get(plan, "off_region", true)]

# The places that lines name.
named(subject, plans) := [place |
	some place in places(subject)
	some plan in plans
	split(plan.destination, "/")[2] == place.name
]

compliant contains subject if {
	some subject in (subjects - violating)
	count(leaving(subject)) > 0
	every plan in perhaps_leaving(subject) { plan.destination }
	count(apart(subject)) > 0
	every place in named(subject, perhaps_leaving(subject)) { place.off_region == true }
}

lacking contains subject if {
	some subject in (subjects - violating)
	every place in places(subject) { place.off_region == false }
}

violating contains subject if {
	some subject in subjects
	some place in named(subject, leaving(subject))
	place.off_region == false
}

explain[subject] contains sentence if {
	some subject in (lacking | violating)
	some place in places(subject)
	place.off_region == false
	sentence := sprintf("%s %s lies in the region of what it holds copies of", [place.kind, place.name])
}

explain[subject] contains sentence if {
	some subject in lacking
	places(subject) == []
	sentence := sprintf("there is no place where copies of %s lie", [subject])
}

explain[subject] contains sentence if {
	some subject in compliant
	some place in apart(subject)
	sentence := sprintf("%s %s lies in another region", [place.kind, place.name])
}

cite[subject] contains id if {
	some subject in compliant
	some id in [item.id | some item in array.concat(apart(subject), leaving(subject))]
}

cite[subject] contains id if {
	some subject in (lacking | violating)
	some id in [place.id | some place in places(subject); place.off_region == false]
}
