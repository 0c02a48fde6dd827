//! Where one system differs from the standard: a tree of the standard's own keys laid over it.

use serde_json::Value;

/// Lays `tree` over `base`: mappings are merged key by key, everything else is replaced.
pub fn merge(base: &mut Value, tree: &Value) {
    match (base, tree) {
        (Value::Object(base), Value::Object(tree)) => {
            for (key, value) in tree {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, tree) => *base = tree.clone(),
    }
}
