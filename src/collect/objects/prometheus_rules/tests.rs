//! Rules and receivers, as texts.

use crate::collect::objects::sample;

const RULES: &str = "
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: backups, namespace: monitoring}
spec:
  groups:
    - name: velero
      rules:
        - record: velero:age
          expr: time() - velero_backup_last_successful_timestamp
        - alert: BackupTooOld
          expr: time() - velero_backup_last_successful_timestamp{schedule!=''} > 25 * 3600
          for: 10m
          annotations: {runbook_url: 'https://user:pw@runbooks.example.org/old?token=1'}
        - alert: BackupTooOld
          expr: time() - velero_backup_last_successful_timestamp > 90000
        - alert: Down
          expr: up == 0
        - {alert: Always, expr: 1}
";

#[test]
fn an_alert_is_the_one_whose_metric_it_reads() {
    let found = sample::read(RULES, super::read);
    assert_eq!(found.evidence.alert_rule.keys().collect::<Vec<_>>(), ["backup-too-old/global"]);
    let items = &found.evidence.alert_rule["backup-too-old/global"];
    let read: Vec<_> =
        items.iter().map(|item| (item.name.as_str(), item.threshold_s, item.runbook, item.runbook_url.as_deref(), item.at.line)).collect();
    assert_eq!(
        read,
        [
            ("BackupTooOld", Some(90_600), true, Some("https://runbooks.example.org/old"), Some(12)),
            ("BackupTooOld", Some(90_000), false, None, Some(16)),
        ]
    );
    assert_ne!(items[0].id, items[1].id);
    assert!(!found.links.iter().any(|link| link.because.contains("pw")));
}

#[test]
fn a_receiver_without_an_integration_sends_nothing() {
    let found = sample::read(
        "
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: main, namespace: monitoring}
spec: {receivers: [{name: 'null'}, {name: empty, slackConfigs: []}, {name: pager, pagerdutyConfigs: [{routingKey: {key: k, name: secret}}]}]}
",
        super::read,
    );
    let sends: Vec<_> =
        found.evidence.alert_route["alert-delivery/global"].iter().map(|item| (item.receiver.as_str(), item.sends)).collect();
    assert_eq!(sends, [("null", false), ("empty", false), ("pager", true)]);
}
