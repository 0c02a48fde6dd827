//! Clusters that fail: whatever a server does, a verdict becomes unknown or stays, and is never made up.

mod bounds;
mod judge;
mod kubeconfig;
mod scene;
mod server;
mod table;

use crate::lab::stand_in::PROXY_CANARY;

/// What servers and proxies said in their errors, what Secrets hold and what plugins print: nobody repeats it.
const CANARIES: [&str; 5] = [PROXY_CANARY, "\u{1b}", "etcdserver:", "User \\\"lab\\\"", "Y2FuYXJ5"];

/// Nothing of what must stay unsaid is in an output.
fn clean(name: &str, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for canary in CANARIES {
        assert!(!text.contains(canary), "{name} holds {canary:?}");
    }
}
