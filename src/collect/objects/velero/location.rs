//! Storage locations: which one a schedule writes to, and where that lies.

use super::super::backups::{Backup, Destination, same_namespace};
use super::super::series::{self, instant};
use super::super::{Context, Found, Object, store};
use super::{GROUP, server_flag};
use crate::collect::retention::go_duration_s;
use crate::snapshot::{Class, Noun, Repository};
use std::collections::BTreeSet;

/// The location that `schedule` writes to, if it is among the objects.
pub(super) fn of<'a>(schedule: &Object, objects: &'a [Object]) -> Option<&'a Object> {
    let namespace = schedule.namespace.as_deref();
    let here = |object: &&Object| object.is(GROUP, "BackupStorageLocation") && same_namespace(object.namespace.as_deref(), namespace);
    let called = |name: &str| objects.iter().filter(here).find(|object| object.name == name);
    if let Some(name) = schedule.text("spec.template.storageLocation").filter(|name| !name.is_empty()) {
        return called(name);
    }
    let default = objects.iter().filter(here).find(|object| object.flag("spec.default") == Some(true));
    default.or_else(|| {
        let name = server_flag(objects, namespace, "--default-backup-storage-location").map_or("default", |(_, name)| name);
        called(name)
    })
}

/// Whether the location that a `Backup` names is not among those of its server.
pub(super) fn is_gone(backup: &Object, places: &[&Object]) -> bool {
    let here = |place: &&&Object| same_namespace(place.namespace.as_deref(), backup.namespace.as_deref());
    let mut names = places.iter().filter(here).map(|place| place.name.as_str()).peekable();
    let Some(name) = backup.text("spec.storageLocation").filter(|name| !name.is_empty()) else { return false };
    names.peek().is_some() && !names.any(|known| known == name)
}

fn config<'a>(location: &'a Object, key: &str) -> Option<&'a str> {
    location.at("spec.config")?.get(key)?.as_str().filter(|value| !value.is_empty())
}

/// Where the copies in `location` lie.
pub(super) fn destination(location: &Object, context: &Context) -> Destination {
    let Some(bucket) = location.text("spec.objectStorage.bucket") else { return Destination::default() };
    let provider = location.text("spec.provider").unwrap_or_default();
    let provider = provider.rsplit('/').next().unwrap_or_default();
    let scheme = match provider {
        "aws" => "s3",
        "gcp" => "gs",
        "azure" => "azure",
        other => other,
    };
    let prefix = location.text("spec.objectStorage.prefix").unwrap_or_default().trim_matches('/');
    let uri = if prefix.is_empty() { format!("{scheme}://{bucket}") } else { format!("{scheme}://{bucket}/{prefix}") };
    let mut destination = Destination::store(&uri, config(location, "s3Url"), config(location, "region"), context);
    if !matches!(scheme, "s3" | "gs" | "azure") {
        // A plug-in that nobody here knows may write next door.
        destination.off_cluster = None;
    }
    destination
}

/// Stores the locations under the subjects that their schedules are about.
pub(super) fn write(backups: &[Backup], objects: &[Object], context: &Context, found: &mut Found) {
    let mut stored: BTreeSet<(String, String)> = BTreeSet::new();
    for backup in backups {
        let Some(location) = of(backup.object, objects) else { continue };
        let item = Repository { available: available(location, context, found), ..repository(location, context) };
        for subject in series::homes(backup, context, found) {
            if stored.insert((subject.clone(), location.reference())) {
                store(&mut found.evidence.repository, &subject, item.clone());
            }
        }
    }
}

/// Whether the server restores from the location and puts nothing there.
pub(super) fn is_read_only(location: &Object) -> bool {
    location.text("spec.accessMode") == Some("ReadOnly")
}

/// Whether it answered when its server last looked. A server that died leaves `Available` behind for ever, and one that
/// was told never to look again (`validationFrequency: 0s`) looks once: only a look that is as young as the server's
/// own pace promises says that it still answers. `Unavailable` was seen, whenever that was.
fn available(location: &Object, context: &Context, found: &mut Found) -> Option<bool> {
    if context.class != Class::Observed {
        return None;
    }
    match location.text("status.phase")? {
        "Unavailable" => Some(false),
        "Available" => {
            let every_s = location.text("spec.validationFrequency").map_or(Some(60), |text| go_duration_s(text).ok())?;
            let looked_s = instant(location, "status.lastValidationTime", &[Noun::Repository], context, found)?;
            let age_s = context.at_s.saturating_sub(looked_s);
            (every_s > 0 && age_s <= every_s.saturating_mul(2).saturating_add(60)).then_some(true)
        }
        _ => None,
    }
}

fn repository(location: &Object, context: &Context) -> Repository {
    let destination = destination(location, context);
    let keyed = config(location, "kmsKeyId").or_else(|| config(location, "serverSideEncryption"));
    Repository {
        id: context.id(location),
        class: context.class,
        read: context.read(),
        at: location.place(location.at("spec.objectStorage.bucket").or_else(|| location.at("spec")), None),
        kind: "storage-location".to_owned(),
        name: location.name.clone(),
        region: destination.region,
        off_region: destination.off_region,
        writable: Some(!is_read_only(location)),
        available: None,
        encrypted: keyed.map(|_| true),
        public: None,
        versioned: None,
        locked_s: None,
        expires_s: None,
        never_expires: None,
    }
}
