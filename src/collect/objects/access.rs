//! Rights and traffic of the namespaces in scope: NetworkPolicies, and the bindings that give the
//! accounts there rights.

mod network;
mod rights;
#[cfg(test)]
mod tests;

use super::{Context, Found, Object, store};
use crate::snapshot::{Access, Place, Subject};
use std::collections::BTreeSet;

/// Reads who may do what, and which traffic is let through.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    for object in objects.iter().filter(|object| network::is_policy(object) || rights::is_right(object)) {
        found.understood.insert(object.reference());
    }
    for (subject, rule) in context.standard.access.iter().filter(|(subject, _)| subject.region() == context.region) {
        let namespaces: BTreeSet<&str> = rule.namespaces.keys().map(String::as_str).collect();
        for namespace in &namespaces {
            let alone = namespaces.len() == 1;
            store_namespace(namespace, alone, objects, subject, context, found);
        }
        for binding in objects.iter().filter(|object| rights::is_binding(object)) {
            store_binding(binding, &namespaces, objects, subject, context, found);
        }
    }
}

/// Stores what the policies of a namespace let through.
fn store_namespace(namespace: &str, alone: bool, objects: &[Object], subject: &Subject, context: &Context, found: &mut Found) {
    let reference = format!("Namespace/{namespace}");
    let (default_deny, decisive) = network::default_deny(namespace, alone, objects);
    let at = decisive.map_or_else(
        || Place { object: Some(reference.clone()), ..Place::default() },
        |policy| policy.place(policy.at("spec.podSelector"), None),
    );
    if let Some(policy) = decisive {
        found.link(&policy.reference(), subject, format!("it is a policy of the namespace {namespace}"));
    }
    let item = Access {
        id: format!("{}/{}/{}/{reference}", context.class.word(), context.source, context.region),
        class: context.class,
        read: context.read(),
        at,
        kind: "namespace".to_owned(),
        namespace: namespace.to_owned(),
        account: None,
        default_deny,
        wildcard: None,
        lists_secrets: None,
    };
    store(&mut found.evidence.access, subject.as_str(), item);
}

/// Stores what a binding gives to each account in scope.
fn store_binding(
    binding: &Object,
    namespaces: &BTreeSet<&str>,
    objects: &[Object],
    subject: &Subject,
    context: &Context,
    found: &mut Found,
) {
    let accounts = rights::accounts(binding, namespaces);
    if accounts.is_empty() {
        return;
    }
    let rights = rights::of(binding, objects);
    found.link(&binding.reference(), subject, "it gives rights to an account in scope");
    for (account, namespace) in accounts {
        let item = Access {
            id: format!("{}/{account}", context.id(binding)),
            class: context.class,
            read: context.read(),
            at: binding.place(binding.at("roleRef.name"), None),
            kind: "binding".to_owned(),
            namespace,
            account: Some(account),
            default_deny: None,
            wildcard: rights.wildcard,
            lists_secrets: rights.lists_secrets,
        };
        store(&mut found.evidence.access, subject.as_str(), item);
    }
}
