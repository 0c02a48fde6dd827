//! `access`: who may do what, and which traffic is let through.

use super::item::evidence;

evidence! {
    /// The network policies of one namespace, or one binding of rights.
    pub struct Access {
        /// `namespace` or `binding`.
        pub kind: String,
        /// The namespace.
        pub namespace: String,
        /// The account that a binding gives rights to: `ServiceAccount/kubernaut-system/gateway`.
        pub account: Option<String>,
        /// A namespace: whether traffic that no policy names is refused, both ways.
        pub default_deny: Option<bool>,
        /// A binding: whether it gives every verb on every resource.
        pub wildcard: Option<bool>,
        /// A binding: whether it lets the account list or watch Secrets.
        pub lists_secrets: Option<bool>,
    }
}
