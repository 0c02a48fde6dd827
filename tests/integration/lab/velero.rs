//! A real Velero beside the API server, and an object store for its copies: so that backups, restores, schedules
//! and storage locations carry statuses that nobody typed.

use super::control_plane::ControlPlane;
use super::process::{Process, Scratch, free_port, until};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An S3 on loopback, which forgets all where it is dropped.
pub(crate) struct ObjectStore {
    /// Where it is.
    pub(crate) url: String,
    /// Its process.
    pub(crate) process: Process,
    port: u16,
    _dir: Scratch,
}

impl ObjectStore {
    /// Starts one (moto), from the Python that the test command names.
    pub(crate) fn start() -> Self {
        let python =
            std::env::var_os("SEAWORTHY_TEST_PYTHON").expect("SEAWORTHY_TEST_PYTHON must name a Python with moto: scripts/test does it");
        let (dir, port) = (Scratch::new(), free_port());
        let mut command = Command::new(python);
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]).env("HOME", dir.path());
        let process = Process::spawn("moto", &mut command, dir.path());
        let mut store = Self { url: format!("http://127.0.0.1:{port}"), process, port, _dir: dir };
        until("the object store answers", Duration::from_secs(60), || {
            if let Some(dead) = store.process.obituary() {
                panic!("{dead}");
            }
            store.ask("GET", "/moto-api/").ok()
        });
        store
    }

    /// Makes a bucket.
    pub(crate) fn bucket(&self, name: &str) {
        let answer = self.ask("PUT", &format!("/{name}")).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    }

    fn ask(&self, method: &str, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(stream, "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

/// A running Velero, in the namespace `velero`; its storage location `default` is the bucket `backups`.
pub(crate) struct Velero {
    /// Its process, which ends with this.
    _process: Process,
    _turn: MutexGuard<'static, ()>,
}

/// One at a time: whatever it is told, each opens the port 8080 too.
static TURN: Mutex<()> = Mutex::new(());

impl Velero {
    /// Starts one for a control plane, which has the real definitions of Velero's kinds from here on.
    pub(crate) fn start(plane: &ControlPlane, store: &ObjectStore) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let assets = super::assets().unwrap();
        store.bucket("backups");
        install(plane, store);
        let plugins = plane.path().join("plugins");
        std::fs::create_dir_all(&plugins).unwrap();
        std::os::unix::fs::symlink(assets.join("velero-plugin-for-aws"), plugins.join("velero-plugin-for-aws")).unwrap();
        let mut command = Command::new(assets.join("velero"));
        command.args(["server", "--namespace=velero", "--kubeconfig=admin.kubeconfig", "--plugin-dir=plugins"]);
        command.args(["--profiler-address=127.0.0.1:0", &format!("--metrics-address=127.0.0.1:{}", free_port())]);
        command.env("HOME", plane.path()).env("VELERO_NAMESPACE", "velero");
        command.env("AWS_ACCESS_KEY_ID", "lab").env("AWS_SECRET_ACCESS_KEY", "lab").env("AWS_EC2_METADATA_DISABLED", "true");
        let mut process = Process::spawn("velero", &mut command, plane.path());
        until("the storage location is available", Duration::from_secs(60), || {
            if let Some(dead) = process.obituary() {
                panic!("{dead}");
            }
            let location = plane.admin.get(&path("backupstoragelocations", "default"));
            (location["status"]["phase"] == "Available").then_some(())
        });
        Self { _process: process, _turn: turn }
    }
}

/// Where an object of Velero's is.
pub(crate) fn path(resource: &str, name: &str) -> String {
    format!("/apis/velero.io/v1/namespaces/velero/{resource}/{name}")
}

/// Waits until a `Backup` or `Restore` has this phase; the object.
pub(crate) fn phase(plane: &ControlPlane, resource: &str, name: &str, wanted: &str) -> Value {
    until(&format!("{resource}/{name} is {wanted}"), Duration::from_secs(60), || {
        let object = plane.admin.get(&path(resource, name));
        (object["status"]["phase"] == wanted).then_some(object)
    })
}

fn install(plane: &ControlPlane, store: &ObjectStore) {
    let assets = super::assets().unwrap();
    let mut velero = Command::new(assets.join("velero"));
    let printed = velero.args(["install", "--crds-only", "--dry-run", "-o", "yaml"]).env("HOME", plane.path()).output().unwrap();
    plane.admin.apply(&String::from_utf8(printed.stdout).unwrap());
    plane.admin.namespace("velero");
    until("Velero's kinds are served", Duration::from_secs(60), || plane.admin.find("/apis/velero.io/v1").ok());
    until("Velero's locations are served", Duration::from_secs(60), || plane.admin.find("/apis/velero.io/v1/backupstoragelocations").ok());
    // A restore looks for the Deployment that it would run in.
    let url = &store.url;
    plane.admin.apply(&format!(
        "apiVersion: v1
kind: Secret
metadata: {{name: cloud-credentials, namespace: velero}}
stringData: {{cloud: \"[default]\\naws_access_key_id=lab\\naws_secret_access_key=lab\\n\"}}
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {{name: default, namespace: velero}}
spec:
  provider: aws
  default: true
  credential: {{name: cloud-credentials, key: cloud}}
  objectStorage: {{bucket: backups, prefix: lab}}
  config: {{region: us-east-1, s3ForcePathStyle: \"true\", s3Url: \"{url}\"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: velero, namespace: velero}}
spec:
  selector: {{matchLabels: {{app: velero}}}}
  template:
    metadata: {{labels: {{app: velero}}}}
    spec: {{containers: [{{name: velero, image: 'velero/velero:v1.18.3', args: [server]}}]}}
"
    ));
}
