//! Records and checks, as texts.

use crate::collect::objects::Found;
use crate::collect::objects::sample;
use crate::snapshot::{Route, RouteHealthCheck};

const SUBJECT: &str = "gateway.kubernaut.io/global";

const GOOD: &str = "
apiVersion: route53.services.k8s.aws/v1alpha1
kind: RecordSet
metadata: {name: gateway-us, namespace: dns}
spec:
  name: gateway.kubernaut.io.
  recordType: A
  hostedZoneRef: {from: {name: zone}}
  setIdentifier: us-east-1
  weight: 100
  healthCheckRef: {from: {name: check}}
  aliasTarget: {dnsName: us-east-1.gateway.kubernaut.io., hostedZoneID: Z0000000EXAMPLE}
---
apiVersion: route53.services.k8s.aws/v1alpha1
kind: HealthCheck
metadata: {name: check, namespace: dns}
spec: {healthCheckConfig: {type: HTTPS, fullyQualifiedDomainName: lb.example.org, resourcePath: '/healthz?key=1', requestInterval: 30}}
---
apiVersion: route53.services.k8s.aws/v1alpha1
kind: HostedZone
metadata: {name: zone, namespace: dns}
spec: {name: kubernaut.io.}
";

fn read(yaml: &str) -> Found {
    sample::read(yaml, super::read)
}

fn route(yaml: &str) -> Route {
    let found = read(yaml);
    let items = found.evidence.route.get(SUBJECT).cloned().unwrap_or_default();
    assert_eq!(items.len(), 1, "{:?}", found.evidence.route);
    items[0].clone()
}

#[test]
fn a_record_is_joined_with_its_zone_and_its_check() {
    let item = route(GOOD);
    assert_eq!(
        (item.routing.as_str(), item.region.as_deref(), item.weight, item.ttl_s),
        ("weighted", Some("us-east-1"), Some(100), Some(60))
    );
    assert_eq!((item.zone, item.accepted, item.refusal), (Some(true), true, None));
    assert_eq!(item.health_check, Some(RouteHealthCheck { exists: true, enabled: Some(true), inverted: Some(false) }));
    let found = read(GOOD);
    let check = &found.evidence.health_check[SUBJECT][0];
    assert_eq!((check.protocol.as_deref(), check.path.as_deref(), check.port), (Some("HTTPS"), Some("/healthz"), Some(443)));
    assert_eq!((check.interval_s, check.threshold, check.disabled, check.inverted), (Some(30), Some(3), false, false));
    assert_eq!(found.understood.len(), 3);
}

#[test]
fn what_route_53_refuses_is_not_accepted() {
    for (from, to) in [
        ("name: gateway.kubernaut.io.", "name: gateway.kubernaut.io"),
        ("  recordType: A\n", "  type: A\n"),
        ("  setIdentifier: us-east-1\n", ""),
        (", hostedZoneID: Z0000000EXAMPLE", ""),
        ("  hostedZoneRef: {from: {name: zone}}\n", ""),
        (
            "  aliasTarget: {dnsName: us-east-1.gateway.kubernaut.io., hostedZoneID: Z0000000EXAMPLE}\n",
            "  resourceRecords: [{value: 192.0.2.1}]\n",
        ),
    ] {
        let item = route(&GOOD.replace(from, to));
        assert!(!item.accepted && item.refusal.is_some(), "{from} -> {to}: {item:?}");
    }
}

#[test]
fn a_check_that_is_not_here_is_not_known() {
    let elsewhere = GOOD.replace("healthCheckRef: {from: {name: check}}", "healthCheckRef: {from: {name: other}}");
    assert_eq!(route(&elsewhere).health_check, None);
    assert_eq!(read(&elsewhere).evidence.health_check.keys().collect::<Vec<_>>(), ["unlinked"]);
    assert_eq!(route(&GOOD.replace("healthCheckRef: {from: {name: check}}", "healthCheckID: abcdef")).health_check, None);
    let none = route(&GOOD.replace("  healthCheckRef: {from: {name: check}}\n", ""));
    assert_eq!(none.health_check.map(|check| check.exists), Some(false));
    let off = route(&GOOD.replace("requestInterval: 30", "disabled: true"));
    assert_eq!(off.health_check.and_then(|check| check.enabled), Some(false));
}

#[test]
fn other_names_and_other_types_lead_no_traffic_of_ours() {
    for (from, to) in [("name: gateway.kubernaut.io.", "name: www.kubernaut.io."), ("recordType: A", "recordType: TXT")] {
        assert!(read(&GOOD.replace(from, to)).evidence.route.is_empty());
    }
    let open =
        GOOD.replace("name: gateway.kubernaut.io.", "name: gateway").replace("hostedZoneRef: {from: {name: zone}}", "hostedZoneID: Z1");
    assert_eq!(read(&open).evidence.route.keys().collect::<Vec<_>>(), ["unlinked"]);
}

#[test]
fn the_invented_group_is_served_by_nobody() {
    let found = read(
        "
apiVersion: route53.aws.amazon.com/v1alpha1
kind: HealthCheck
metadata: {name: kubernaut-gateway-us-east}
spec: {type: HTTPS, resourcePath: /healthz, fullyQualifiedDomainName: gateway.us-east.kubernaut.io, port: 443}
---
apiVersion: route53.aws.amazon.com/v1alpha1
kind: RecordSet
metadata: {name: gateway-kubernaut-io}
spec:
  name: gateway.kubernaut.io
  type: A
  setIdentifier: us-east
  weight: 100
  healthCheckId: kubernaut-gateway-us-east
  aliasTarget: {dnsName: gateway.us-east.kubernaut.io, evaluateTargetHealth: true}
",
    );
    let item = &found.evidence.route[SUBJECT][0];
    assert_eq!((item.accepted, item.region.as_deref(), item.weight, item.zone), (false, Some("us-east-1"), Some(100), Some(false)));
    assert_eq!(item.health_check.as_ref().map(|check| check.exists), Some(false));
    assert!(found.evidence.health_check.is_empty());
    assert_eq!(found.understood.len(), 2);
}
