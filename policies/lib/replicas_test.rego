package lib.replicas_test

import data.lib.replicas

rule := {"product": "postgresql"}

own := {"id": "west/itself", "name": "eu", "product": "postgresql", "cross_region": true, "streaming": true, "apply_delay_s": 0}

seen := object.union(object.remove(own, ["apply_delay_s"]), {"id": "east/eu"})

paused := object.union(own, {"streaming": false})

test_good_where_both_ends_say_so if {
	replicas.good([own], own, rule)
	replicas.good([own, seen], own, rule)
	not replicas.good([own, seen], seen, rule)
	not replicas.good([own, object.union(seen, {"streaming": false})], own, rule)
	not replicas.good([own, object.remove(seen, ["streaming"])], own, rule)
}

test_short_by_its_own_word if {
	replicas.short([paused, seen], paused, rule)
	replicas.short([paused, seen], seen, rule)
	not replicas.short([own, seen], own, rule)
}

test_short_by_its_source_where_nobody_else_speaks if {
	gone := object.union(seen, {"streaming": false})
	replicas.short([gone], gone, rule)
	not replicas.short([seen], seen, rule)
	not replicas.short([own, gone], gone, rule)
	not replicas.short([object.remove(own, ["streaming"]), gone], gone, rule)
}

test_another_of_the_same_name_is_another if {
	other := object.union(paused, {"id": "other/itself"})
	replicas.good([own, other], own, rule)
	not replicas.short([own, other], own, rule)
}

test_each_fault_is_told if {
	bad := {"name": "eu", "product": "redis", "cross_region": false, "streaming": false, "apply_delay_s": 1}
	replicas.faults(bad, rule) == {"eu replicates redis, not postgresql", "eu follows a source in its own region", "eu is not streaming", "eu holds changes back for 1 s"}
}
