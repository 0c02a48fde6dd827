//! `alert_route`: whether an alert reaches a person.

use super::item::evidence;

evidence! {
    /// One way from an alert to a person.
    pub struct AlertRoute {
        /// The receiver's name.
        pub receiver: String,
        /// Whether it sends anything anywhere: a receiver without an integration does not.
        pub sends: bool,
        /// When something was last seen to arrive (a watchdog, a test page), epoch seconds.
        pub delivered_s: Option<i64>,
    }
}
