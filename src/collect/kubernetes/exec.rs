//! A command in a Pod → what it printed.
//!
//! ```text
//! GET …/pods/P/exec ─upgrade→ messages: 1 what it printed │ 2 what it complained of │ 3 how it ended
//! ```
//!
//! What lives here: the conversation. Its first byte says which channel a message is of. What the command complains
//! of may hold anything, and is not looked at; of what the server says of its end, only the number is taken.

use super::api::{Api, connection, refused};
use super::{Limits, MAX_BYTES};
use crate::collect::Deadlines;
use crate::collect::fault::{Fault, Right};
use crate::config::{ClusterSource, PodCommand};
use futures_util::StreamExt;
use http::StatusCode;
use kube::api::AttachParams;
use kube::client::UpgradeConnectionError;
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

/// The channel of what is printed.
const PRINTED: u8 = 1;

/// The channel of how it ended.
const ENDED: u8 = 3;

/// How a command ended, as a `Status` tells it.
#[derive(Deserialize)]
struct Status {
    status: String,
    #[serde(default)]
    details: Details,
}

#[derive(Default, Deserialize)]
struct Details {
    #[serde(default)]
    causes: Vec<Cause>,
}

#[derive(Deserialize)]
struct Cause {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
}

/// Runs a command in a Pod, and gives what it printed where it ends with a status of `well`; all of that is one question,
/// with the deadline of one.
pub(in crate::collect) fn exec(source: &ClusterSource, pod: &PodCommand, well: &[i32], deadlines: &Deadlines) -> Result<Vec<u8>, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Fault::Unreachable(format!("this program cannot open connections: {error}")))?;
    let limits = Limits::of(deadlines);
    let found = runtime.block_on(async {
        let until = Instant::now() + limits.request;
        timeout_at(until, run(source, pod, well, limits, until)).await.unwrap_or_else(|_| Err(limits.timed_out()))
    });
    // A plugin of a kubeconfig that never ends must not keep the program.
    runtime.shutdown_background();
    found
}

async fn run(source: &ClusterSource, pod: &PodCommand, well: &[i32], limits: Limits, until: Instant) -> Result<Vec<u8>, Fault> {
    let api = Api::connect(source, limits, until).await?;
    let wanted =
        AttachParams { stdin: false, stdout: true, stderr: true, tty: false, container: pod.container.clone(), ..AttachParams::default() };
    let request = kube::core::Request::new(format!("/api/v1/namespaces/{}/pods", pod.namespace));
    let request = request.exec(&pod.name, &pod.command, &wanted);
    let request = request.map_err(|_| Fault::Strange("there is no way to ask for this command".to_owned()))?;
    let mut messages = api.converse(request).await.map_err(|error| not_begun(&error, pod))?.into_stream();
    let broken = || Fault::Truncated("what it printed could not be read to the end".to_owned());
    let mut printed = Vec::new();
    while let Some(message) = messages.next().await {
        let message = message.map_err(|_| broken())?;
        // Whoever has said goodbye may still hold the line.
        if message.is_close() {
            break;
        }
        // What keeps the connection alive says nothing.
        if !message.is_binary() {
            continue;
        }
        match message.into_data().split_first() {
            Some((&PRINTED, bytes)) if printed.len().saturating_add(bytes.len()) > MAX_BYTES => {
                return Err(Fault::Truncated(format!("it printed more than {} MiB", MAX_BYTES / 1024 / 1024)));
            }
            Some((&PRINTED, bytes)) => printed.extend_from_slice(bytes),
            // A server opens each channel with a message that holds nothing.
            Some((&ENDED, status)) if !status.is_empty() => return ended(status, well).map(|()| printed),
            _ => {}
        }
    }
    Err(broken())
}

/// Why the conversation did not begin.
fn not_begun(error: &kube::Error, pod: &PodCommand) -> Fault {
    match error {
        kube::Error::Api(status) if status.code == StatusCode::NOT_FOUND.as_u16() => {
            Fault::Unreachable(format!("there is no Pod {}/{}", pod.namespace, pod.name))
        }
        kube::Error::Api(status) => {
            // Which of the two verbs is missing, the server says in words.
            let verb = if status.message.contains("cannot get resource \"pods/exec\"") { "get" } else { "create" };
            let right = Right { verb, group: String::new(), resource: "pods/exec".to_owned(), namespace: Some(pod.namespace.clone()) };
            let code = StatusCode::from_u16(status.code);
            code.map_or_else(|_| Fault::Strange("it refused without a reason".to_owned()), |code| refused(code, &right))
        }
        kube::Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(status)) => {
            Fault::Strange(format!("it answered {}", status.as_u16()))
        }
        kube::Error::UpgradeConnection(_) => Fault::Strange("it does not talk about commands as an API server does".to_owned()),
        other => Fault::Unreachable(connection(other)),
    }
}

fn ended(status: &[u8], well: &[i32]) -> Result<(), Fault> {
    let status: Status = serde_json::from_slice(status).map_err(|_| Fault::Strange("how it ended is not told".to_owned()))?;
    let code = status.details.causes.iter().find(|cause| cause.reason == "ExitCode").and_then(|cause| cause.message.parse::<i32>().ok());
    let code = if status.status == "Success" { Some(0) } else { code };
    match code {
        Some(code) if well.contains(&code) => Ok(()),
        Some(code) => Err(Fault::Strange(format!("it ended with {code}"))),
        None => Err(Fault::Strange("it could not be run in the Pod".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_is_one_and_nothing_of_the_servers_words_is_kept() {
        let cases = [
            (r#"{"metadata":{},"status":"Success"}"#, None),
            (
                r#"{"status":"Failure","message":"s3cr3t","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"82"}]}}"#,
                Some("not understood: it ended with 82"),
            ),
            (
                r#"{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"s3cr3t"}]}}"#,
                Some("not understood: it could not be run in the Pod"),
            ),
            (
                r#"{"status":"Failure","message":"s3cr3t","reason":"InternalError","code":500}"#,
                Some("not understood: it could not be run in the Pod"),
            ),
            (r#"{"status":""}"#, Some("not understood: it could not be run in the Pod")),
            (r#"{"message":"s3cr3t"}"#, Some("not understood: how it ended is not told")),
            ("s3cr3t", Some("not understood: how it ended is not told")),
        ];
        for (status, expected) in cases {
            assert_eq!(ended(status.as_bytes(), &[0]).err().map(|fault| fault.to_string()).as_deref(), expected, "{status}");
        }
        let failed = r#"{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"1"}]}}"#;
        assert_eq!(ended(failed.as_bytes(), &[0, 1]), Ok(()), "a report of what failed ends so");
    }
}
