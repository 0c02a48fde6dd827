//! Where the copy of a `CronJob` ends up, and how long it stays there.

use super::super::backups::{self, Destination};
use super::super::{Context, Object};
use super::script::Pod;
use crate::collect::retention::Kept;
use crate::collect::shell::{Deletion, Dump, Output, Place, Upload, Uploader};
use crate::source_text::Node;

const VOLUMES: &str = "spec.jobTemplate.spec.template.spec.volumes";

/// The durable copy.
pub(super) struct Durable {
    /// Where.
    pub(super) destination: Destination,
    /// How long.
    pub(super) kept: Option<Kept>,
    /// Who says so.
    pub(super) keep_source: Option<String>,
}

/// The durable copy of `dump`; `None` where it cannot be told.
pub(super) fn durable(object: &Object, pod: &Pod, (index, dump): (usize, &Dump), context: &Context) -> Option<Durable> {
    let turn = |index: usize| pod.containers.get(index).map(|part| part.turn);
    let follows = |other: usize, upload: &Upload| {
        if other == index { upload.line >= dump.line } else { turn(other) > turn(index) }
    };
    if let Some((other, upload)) = pod.uploads().find(|(other, upload)| follows(*other, upload)) {
        let (kept, keep_source) = shortest(object, pod, Place::Remote);
        return Some(Durable { destination: upload_destination(upload, pod.has_endpoint(other), context), kept, keep_source });
    }
    // An upload before the dump or beside it may be a function's, or another container's that waits.
    if pod.uploads().next().is_some() {
        return None;
    }
    match &dump.to {
        Output::Path(path) => on_volume(object, pod, index, path),
        Output::Stdout | Output::Repository => None,
    }
}

/// Where an upload goes.
pub(super) fn upload_destination(upload: &Upload, endpoint: bool, context: &Context) -> Destination {
    let uri = backups::without_user(&upload.destination);
    let unknown = Destination { uri: Some(uri.clone()), ..Destination::default() };
    match upload.tool {
        // S3 with another endpoint may be a MinIO next door.
        Uploader::Aws if endpoint => unknown,
        Uploader::Aws | Uploader::Gsutil | Uploader::Gcloud | Uploader::Az | Uploader::Azcopy => {
            Destination::store(&uri, None, None, context)
        }
        Uploader::Mc
        | Uploader::Rclone
        | Uploader::S3cmd
        | Uploader::Restic
        | Uploader::Kopia
        | Uploader::Curl
        | Uploader::Scp
        | Uploader::Rsync => unknown,
    }
}

/// The shortest life that the script's own deletions leave to a copy.
fn shortest(object: &Object, pod: &Pod, place: Place) -> (Option<Kept>, Option<String>) {
    let deletions: Vec<&Deletion> = pod.deletions().filter(|deletion| deletion.place == place).collect();
    // One deletion whose age is not known may be the one that counts.
    let ages: Option<Vec<u64>> = deletions.iter().map(|deletion| deletion.keeps_s).collect();
    let shortest = ages.and_then(|ages| ages.into_iter().min()).and_then(|age| i64::try_from(age).ok());
    match shortest {
        Some(seconds) => (Some(Kept::Seconds(seconds)), Some(format!("the script of {} deletes what is older", object.reference()))),
        None => (None, None),
    }
}

/// A dump that stays where it was written.
fn on_volume(object: &Object, pod: &Pod, index: usize, path: &str) -> Option<Durable> {
    let part = pod.containers.get(index)?;
    let under = |mount: &str| path == mount || path.strip_prefix(mount.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    let mount = part.mounts.iter().filter(|(mount, _)| under(mount)).max_by_key(|(mount, _)| mount.len());
    let Some((_, volume)) = mount else { return in_the_pod(pod, path) };
    let node = object.list(VOLUMES).iter().find(|node| node.get("name").and_then(Node::as_str) == Some(volume))?;
    if node.get("emptyDir").is_some() {
        return in_the_pod(pod, path);
    }
    let claim = node.at_path("persistentVolumeClaim.claimName")?.as_str()?;
    let namespace = object.namespace.as_deref().unwrap_or("default");
    let (kept, keep_source) = shortest(object, pod, Place::Local);
    Some(Durable { destination: Destination::in_cluster(Some(format!("pvc/{namespace}/{claim}"))), kept, keep_source })
}

/// A copy that goes when its pod goes.
fn in_the_pod(pod: &Pod, path: &str) -> Option<Durable> {
    let certain = pod.is_followed() && path.starts_with('/') && !path.contains('*');
    certain.then(|| Durable {
        destination: Destination::in_cluster(None),
        kept: Some(Kept::Seconds(0)),
        keep_source: Some("the pod's own disk, which goes with the pod".to_owned()),
    })
}
