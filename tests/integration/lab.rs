//! Real clusters for the tests: a control plane on loopback, a Velero with an object store beside it, and a
//! stand-in for the API server that misbehaves as it is told. Nothing here needs root, and nothing of it
//! outlives the tests.

pub(crate) mod account;
pub(crate) mod api;
pub(crate) mod barman;
pub(crate) mod certificates;
pub(crate) mod control_plane;
pub(crate) mod crds;
pub(crate) mod measured;
pub(crate) mod patroni;
pub(crate) mod pgbackrest;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod stand_in;
pub(crate) mod velero;

pub(crate) use control_plane::{ControlPlane, Options};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The folder of etcd, the Kubernetes control plane, kwok and Velero. Where the test command has said aloud
/// that there is none, nothing is claimed.
pub(crate) fn assets() -> Option<PathBuf> {
    if std::env::var_os("SEAWORTHY_TEST_WITHOUT_CLUSTERS").is_some() {
        return None;
    }
    Some(PathBuf::from(std::env::var_os("KUBEBUILDER_ASSETS").expect("KUBEBUILDER_ASSETS must name a control plane: scripts/test does it")))
}

/// One API server with the kinds of all products, for the tests that leave their namespace to nobody else and
/// need no controllers. Statics are never dropped: see [`process::Will`] for how it ends.
pub(crate) fn shared() -> Option<&'static ControlPlane> {
    static SHARED: OnceLock<Option<ControlPlane>> = OnceLock::new();
    SHARED
        .get_or_init(|| {
            let plane = ControlPlane::start(&Options::default())?;
            crds::install(&plane.admin);
            Some(plane)
        })
        .as_ref()
}
