//! `repository`: a place where copies lie: a bucket, a storage location, a repository of a tool.

use super::item::evidence;

evidence! {
    /// One place where copies lie.
    pub struct Repository {
        /// `bucket`, `storage-location`, `object-store`, `pgbackrest`, `volume`.
        pub kind: String,
        /// Its name: the bucket, the location.
        pub name: String,
        /// Its region.
        pub region: Option<String>,
        /// Whether it lies in another region than the subject. Absent: not known.
        pub off_region: Option<bool>,
        /// Whether it can be written to, as declared (`accessMode`).
        pub writable: Option<bool>,
        /// Whether it answered when it was last looked at.
        pub available: Option<bool>,
        /// Whether what lies in it is encrypted at rest.
        pub encrypted: Option<bool>,
        /// Whether anybody can read it.
        pub public: Option<bool>,
        /// Whether older versions of an object are kept.
        pub versioned: Option<bool>,
        /// For how long nothing in it can be deleted (object lock), in seconds; 0: not at all.
        pub locked_s: Option<i64>,
        /// After how long its own lifecycle deletes a copy, in seconds. Absent: never, or not known.
        pub expires_s: Option<i64>,
        /// Whether it is known that no lifecycle deletes anything.
        pub never_expires: Option<bool>,
    }
}
