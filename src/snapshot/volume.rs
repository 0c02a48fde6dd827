//! `volume`: the space that data and copies have.

use super::item::evidence;

evidence! {
    /// One volume claim.
    pub struct Volume {
        /// Its claim: `namespace/name`.
        pub claim: String,
        /// Its size, in bytes.
        pub capacity_bytes: Option<u64>,
        /// How much of it is used, in bytes.
        pub used_bytes: Option<u64>,
        /// After how long it is full at the growth that was seen, in seconds.
        pub full_in_s: Option<i64>,
    }
}
