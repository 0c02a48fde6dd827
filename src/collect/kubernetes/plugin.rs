//! The plugin of a kubeconfig → credentials.
//!
//! It is run once for each connection, can ask nobody anything, and is ended where it does not end in time: nothing of
//! it stays behind. What it complains of may hold anything, and is not looked at.

use crate::collect::fault::Fault;
use crate::collect::reports;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, ExecConfig};
use serde::Deserialize;
use serde_json::json;
use std::process::Command;
use std::time::Duration;

/// What it prints.
#[derive(Deserialize)]
struct Printed {
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Runs the plugin of `account`, if it has one, and puts what it gave in its place.
pub(super) fn resolve(account: &mut AuthInfo, limit: Duration) -> Result<(), Fault> {
    let Some(plugin) = account.exec.take() else { return Ok(()) };
    let none = || Fault::Unreachable("the plugin of the kubeconfig gave no credentials: it can ask nobody anything here".to_owned());
    let printed = match reports::printed(command(&plugin).ok_or_else(none)?, &[0], limit) {
        Ok(printed) => printed,
        Err(Fault::TimedOut(ms)) => return Err(Fault::TimedOut(ms)),
        Err(_) => return Err(none()),
    };
    // Some plugins print YAML, which JSON is a part of.
    let printed: Printed = serde_saphyr::from_slice(&printed).map_err(|_| none())?;
    let status = printed.status.ok_or_else(none)?;
    let pair = status.client_certificate_data.zip(status.client_key_data);
    if status.token.is_none() && pair.is_none() {
        return Err(none());
    }
    account.token = status.token.map(Into::into);
    if let Some((certificate, key)) = pair {
        account.client_certificate_data = Some(STANDARD.encode(certificate));
        account.client_key_data = Some(STANDARD.encode(key).into());
    }
    Ok(())
}

/// How it is started; `None` where nothing says what it is.
fn command(plugin: &ExecConfig) -> Option<Command> {
    let mut command = Command::new(plugin.command.as_ref()?);
    command.args(plugin.args.iter().flatten());
    for pair in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (pair.get("name"), pair.get("value")) {
            command.env(name, value);
        }
    }
    let mut spec = json!({"interactive": false});
    if plugin.provide_cluster_info {
        spec["cluster"] = serde_json::to_value(plugin.cluster.as_ref()?).ok()?;
    }
    let asked = json!({"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec});
    command.env("KUBERNETES_EXEC_INFO", asked.to_string());
    Some(command)
}
