package controls.operations.alert_thresholds_test

import data.controls.operations.alert_thresholds as control

rule(change) := object.union(
	object.remove(data.golden.input.alert_rule["replication-lag/global"][0], ["threshold_s"]),
	object.union({"id": "rule", "name": "r"}, change),
)

old := "backup-too-old/global"

lag := "replication-lag/global"

archive := "archiving-failing/global"

barman := "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp"

velero := "velero_backup_last_successful_timestamp"

# A function, because OPA 1.22 mixes up results where `with` itself stands in a loop.
judged(rules) := found if {
	found := control with input as data.golden.input
		with input.alert_rule as rules
		with data.standard as data.golden.standard
}

good := {
	old: [rule({"id": "base", "metric": barman, "threshold_s": 7200}), rule({"id": "objects", "metric": velero, "threshold_s": 172800})],
	lag: [rule({"id": "lag", "metric": "cnpg_pg_replication_lag", "threshold_s": 299})],
	archive: [rule({"id": "archive", "metric": "pg_stat_archiver_last_archive_age", "threshold_s": 3599})],
}

test_pass_in_the_golden_input if {
	found := control with input as data.golden.input with data.standard as data.golden.standard
	found.subjects == {old, lag, archive}
	found.compliant == found.subjects
	found.lacking == set()
}

test_pass_exactly_at_the_limits_and_cites_its_rules if {
	found := judged(good)
	found.compliant == {old, lag, archive}
	found.lacking == set()
	found.cite[old] == {"base", "objects"}
	found.explain[lag] == {"a replica that takes over: the rule r fires after 4 min 59 s; at most 4 min 59 s is allowed"}
}

test_fail_one_second_later if {
	late := {
		old: [rule({"metric": barman, "threshold_s": 7201}), rule({"id": "objects", "metric": velero, "threshold_s": 172800})],
		lag: [rule({"metric": "cnpg_pg_replication_lag", "threshold_s": 300})],
		archive: [rule({"metric": "pg_stat_archiver_last_archive_age", "threshold_s": 3600})],
	}
	found := judged(late)
	found.compliant == set()
	found.lacking == {old, lag, archive}
	"a database: the rule r fires after 2 h 1 s; at most 2 h is allowed" in found.explain[old]
}

test_fail_of_a_day_on_hourly_copies if {
	found := judged(object.union(good, {old: [rule({"metric": "kube_cronjob_status_last_successful_time", "threshold_s": 90900})]}))
	found.lacking == {old}
}

test_fail_where_no_rule_watches_objects if {
	found := judged(object.union(good, {old: [rule({"metric": barman, "threshold_s": 60})]}))
	found.lacking == {old}
	"objects: no rule watches it; at most 2 d is allowed" in found.explain[old]
}

test_fail_where_only_the_lag_of_redis_is_watched if {
	found := judged(object.union(good, {lag: [rule({"metric": "redis_replication_lag", "threshold_s": 1})]}))
	found.lacking == {lag}
}

test_pass_of_a_rule_that_counts_failures if {
	found := judged(object.union(good, {archive: [rule({"metric": "cnpg_pg_stat_archiver_failed_count"})]}))
	archive in found.compliant
	not found.explain[archive]
}

test_pass_of_one_early_rule_beside_a_late_one if {
	both := [rule({"metric": "cnpg_pg_replication_lag", "threshold_s": 9000}), rule({"id": "early", "metric": "pg_replication_lag", "threshold_s": 5})]
	lag in judged(object.union(good, {lag: both})).compliant
}

test_unknown_where_an_expression_tells_no_age if {
	found := judged(object.union(good, {lag: [rule({"metric": "cnpg_pg_replication_lag"}), rule({"id": "late", "metric": "pg_replication_lag", "threshold_s": 9000})]}))
	not lag in found.compliant
	not lag in found.lacking
}

test_nothing_found_is_lacking if {
	found := judged({})
	found.lacking == {old, lag, archive}
	found.compliant == set()
}

test_an_alert_without_a_limit_is_no_subject if {
	one_region := object.union(data.golden.standard, {"rpo_failover": {}})
	found := control with input as data.golden.input with data.standard as object.remove(one_region, ["rpo_failover"])
	found.subjects == {old, archive}
}
