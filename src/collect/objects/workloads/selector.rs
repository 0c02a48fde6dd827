//! Label selectors.

use super::super::values;
use crate::source_text::Node;
use std::collections::BTreeMap;

/// The labels of a Pod.
pub(in super::super) type Labels = BTreeMap<String, String>;

/// The labels at a path of an object.
pub(super) fn labels(node: Option<&Node>) -> Labels {
    let entries = node.and_then(Node::as_map).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.as_str()?.to_owned()))).collect()
}

/// Whether a selector takes a Pod with these labels. No selector takes none, an empty one takes all;
/// `None` where it holds something that we cannot read.
pub(super) fn takes(selector: Option<&Node>, labels: &Labels) -> Option<bool> {
    let Some(selector) = selector.filter(|node| !node.is_null()) else {
        return Some(false);
    };
    selector.as_map()?;
    let written = values::given(selector, "matchLabels").and_then(Node::as_map).unwrap_or_default();
    let named = written.iter().map(|entry| Some(labels.get(&entry.key).map(String::as_str) == Some(entry.value.as_str()?)));
    let expressions = values::list(selector, "matchExpressions").iter().map(|expression| holds(expression, labels));
    values::all(named.chain(expressions))
}

/// Whether one of `matchExpressions` holds.
fn holds(expression: &Node, labels: &Labels) -> Option<bool> {
    let label = labels.get(values::text(expression, "key")?);
    let among = || {
        let mut listed = values::list(expression, "values").iter().filter_map(Node::as_str);
        label.is_some_and(|label| listed.any(|value| value == label))
    };
    match values::text(expression, "operator")? {
        "In" => Some(among()),
        "NotIn" => Some(!among()),
        "Exists" => Some(label.is_some()),
        "DoesNotExist" => Some(label.is_none()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_text::{Limits, parse};

    #[test]
    fn a_selector_takes_what_kubernetes_says() {
        let labels: Labels = [("app".to_owned(), "gateway".to_owned())].into();
        for (yaml, expected) in [
            ("{}", Some(true)),
            ("null", Some(false)),
            ("{matchLabels: {app: gateway}}", Some(true)),
            ("{matchLabels: {app: gateway, tier: web}}", Some(false)),
            ("{matchExpressions: [{key: app, operator: In, values: [gateway, other]}]}", Some(true)),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [gateway]}]}", Some(false)),
            ("{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}", Some(true)),
            ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", Some(true)),
            ("{matchExpressions: [{key: app, operator: Near, values: [gateway]}]}", None),
            ("{matchExpressions: [{key: app, operator: Near}], matchLabels: {app: other}}", Some(false)),
        ] {
            let selector = parse(yaml.as_bytes(), &Limits::default()).expect("valid").into_iter().next();
            assert_eq!(takes(selector.as_ref(), &labels), expected, "{yaml}");
        }
        assert_eq!(takes(None, &labels), Some(false));
    }
}
