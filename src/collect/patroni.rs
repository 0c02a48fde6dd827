//! Patroni's REST interface and the members of its consensus store.

use super::databases::{Around, Reading};

/// Asks the members, if there are any.
pub(super) async fn read(_around: &Around<'_>) -> Vec<Reading> {
    Vec::new()
}
