//! A real Kubernetes control plane on loopback: etcd and the API server, and if asked the controllers with a
//! node that only pretends, so that CronJobs fire and Jobs end.

use super::api::Api;
use super::certificates::{Authority, signing_keys};
use super::process::{Process, Scratch, free_port, until};
use crate::common::root;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What is started.
#[derive(Default)]
pub(crate) struct Options {
    /// Controller manager, scheduler, kwok and a node as well. A Job's Pod ends well after a second; with the
    /// annotation `seaworthy.test/outcome` it does `fail`, or it does `hang`.
    pub(crate) controllers: bool,
    /// Further arguments of the API server.
    pub(crate) extra_api_args: &'static [&'static str],
}

/// Who there is besides `admin`: each has the token `<name>-token` and the rights that a test gives it.
const USERS: [&str; 4] = ["reader", "narrow", "norights", "stranger"];

/// A control plane. The servers end where it is dropped: first the API server, last etcd.
pub(crate) struct ControlPlane {
    /// The API server.
    pub(crate) api: Process,
    /// The controllers, if there are any.
    pub(crate) others: Vec<Process>,
    /// Its database.
    pub(crate) etcd: Process,
    /// All rights.
    pub(crate) admin: Api,
    /// `https://127.0.0.1:…`.
    pub(crate) url: String,
    dir: Scratch,
}

impl ControlPlane {
    /// Starts one, unless the test command has said that there is none to start.
    pub(crate) fn start(options: &Options) -> Option<Self> {
        let assets = super::assets()?;
        // Another process may have taken a port between the look and the start: then once more.
        let started = (0..3).find_map(|_| Self::try_start(&assets, options).map_err(|error| eprintln!("{error}")).ok());
        Some(started.expect("the control plane does not start"))
    }

    fn try_start(assets: &Path, options: &Options) -> Result<Self, String> {
        let dir = Scratch::new();
        let (client, peer, port) = (free_port(), free_port(), free_port());
        write_credentials(&dir, port);
        let mut etcd = Process::spawn("etcd", &mut etcd(assets, client, peer), dir.path());
        let mut api = Process::spawn("kube-apiserver", api_server(assets, client, port).args(options.extra_api_args), dir.path());
        let admin = Api::connect(&dir.path().join("admin.kubeconfig"));
        until("the API server is ready", Duration::from_secs(120), || {
            let dead = etcd.obituary().or_else(|| api.obituary());
            let ready = || admin.text("/readyz", Duration::from_secs(2)).is_ok().then_some(Ok(()));
            dead.map(Err).or_else(ready)
        })?;
        let mut plane = Self { api, others: Vec::new(), etcd, admin, url: format!("https://127.0.0.1:{port}"), dir };
        if options.controllers {
            plane.start_controllers(assets);
        }
        Ok(plane)
    }

    fn start_controllers(&mut self, assets: &Path) {
        let shared = ["--kubeconfig=admin.kubeconfig", "--leader-elect=false", "--secure-port=0"];
        let mut manager = Command::new(assets.join("kube-controller-manager"));
        manager.args(shared).args(["--service-account-private-key-file=accounts.key", "--root-ca-file=ca.crt"]);
        manager.arg("--controllers=*,-nodeipam,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller");
        let mut scheduler = Command::new(assets.join("kube-scheduler"));
        scheduler.args(shared);
        let mut kwok = Command::new(assets.join("kwok"));
        // A lease that nobody renews turns every Pod unready after 40 s.
        kwok.args(["--kubeconfig=admin.kubeconfig", "--manage-all-nodes=true", "--node-lease-duration-seconds=40"]);
        kwok.arg("--config").arg(root().join("tests/control-plane/kwok-stages.yaml"));
        for (name, mut command) in [("controllers", manager), ("scheduler", scheduler), ("kwok", kwok)] {
            // kwok keeps a folder in the home of whoever starts it.
            self.others.push(Process::spawn(name, command.env("HOME", self.dir.path()), self.dir.path()));
        }
        let room = r#"{cpu: "64", memory: 256Gi, pods: "1000"}"#;
        self.admin.apply_with_status(&format!(
            "{{apiVersion: v1, kind: Node, metadata: {{name: node-0, labels: {{kubernetes.io/hostname: node-0}}}},
              status: {{capacity: {room}, allocatable: {room}}}}}"
        ));
        until("the node is ready", Duration::from_secs(60), || {
            if let Some(dead) = self.others.iter_mut().find_map(Process::obituary) {
                panic!("{dead}");
            }
            let node = self.admin.get("/api/v1/nodes/node-0");
            let ready = |condition: &serde_json::Value| condition["type"] == "Ready" && condition["status"] == "True";
            node["status"]["conditions"].as_array()?.iter().any(ready).then_some(())
        });
    }

    /// A kubeconfig with one context, `lab`: of `admin`, `reader`, `narrow`, `norights`, `stranger`, or `unknown`
    /// with a token that nobody issued.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        let path = self.path().join(format!("{user}.kubeconfig"));
        if !path.exists() {
            let user = format!("{{token: {user}-token}}");
            self.dir.write(path.file_name().unwrap().to_str().unwrap(), &kubeconfig(&self.url, "ca.crt", &user));
        }
        path
    }

    /// A kubeconfig with one context, `lab`, of a service account that the server issues a token for.
    pub(crate) fn kubeconfig_of(&self, namespace: &str, account: &str) -> PathBuf {
        let user = format!("{{token: {}}}", self.admin.token(namespace, account));
        self.dir.write(&format!("{namespace}-{account}.kubeconfig"), &kubeconfig(&self.url, "ca.crt", &user))
    }

    /// Where its files are: certificates, kubeconfigs, logs.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// The text of a kubeconfig with one context, `lab`. Paths in it are from where the file is.
pub(crate) fn kubeconfig(url: &str, authority: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\ncontexts: [{{name: lab, context: {{cluster: lab, user: lab}}}}]\n\
         clusters: [{{name: lab, cluster: {{server: \"{url}\", certificate-authority: {authority}}}}}]\n\
         users: [{{name: lab, user: {user}}}]\n"
    )
}

/// Writes certificates, keys and tokens.
fn write_credentials(dir: &Scratch, port: u16) {
    let authority = Authority::new("lab");
    let server = authority.server(&["localhost", "kubernetes.default.svc", "127.0.0.1"]);
    let admin = authority.user("admin", "system:masters");
    let (signing, checking) = signing_keys();
    let tokens: String = USERS.iter().map(|user| format!("{user}-token,{user},{user}-id,\"lab\"\n")).collect();
    let admin_kubeconfig =
        kubeconfig(&format!("https://127.0.0.1:{port}"), "ca.crt", "{client-certificate: admin.crt, client-key: admin.key}");
    for (name, text) in [
        ("ca.crt", &authority.pem),
        ("server.crt", &server.certificate),
        ("server.key", &server.key),
        ("admin.crt", &admin.certificate),
        ("admin.key", &admin.key),
        ("accounts.key", &signing),
        ("accounts.pub", &checking),
        ("tokens.csv", &tokens),
        ("admin.kubeconfig", &admin_kubeconfig),
    ] {
        dir.write(name, text);
    }
}

fn etcd(assets: &Path, client: u16, peer: u16) -> Command {
    let mut command = Command::new(assets.join("etcd"));
    command.args(["--name=lab", "--data-dir=etcd", "--unsafe-no-fsync"]);
    for name in ["listen-client-urls", "advertise-client-urls"] {
        command.arg(format!("--{name}=http://127.0.0.1:{client}"));
    }
    for name in ["listen-peer-urls", "initial-advertise-peer-urls"] {
        command.arg(format!("--{name}=http://127.0.0.1:{peer}"));
    }
    command.arg(format!("--initial-cluster=lab=http://127.0.0.1:{peer}"));
    command
}

fn api_server(assets: &Path, etcd: u16, port: u16) -> Command {
    let mut command = Command::new(assets.join("kube-apiserver"));
    command.args([format!("--etcd-servers=http://127.0.0.1:{etcd}"), format!("--secure-port={port}")]);
    command.args([
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--cert-dir=certificates",
    ]);
    command.args(["--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--client-ca-file=ca.crt"]);
    command.args(["--token-auth-file=tokens.csv", "--authorization-mode=RBAC", "--allow-privileged=true"]);
    command.args(["--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=accounts.pub"]);
    command.args(["--service-account-signing-key-file=accounts.key", "--service-cluster-ip-range=10.96.0.0/24"]);
    // Pods are made without waiting for the token of their account.
    command.arg("--disable-admission-plugins=ServiceAccount");
    command
}
