//! One API server: a connection as a kubeconfig or a service account describes it, and single questions
//! with a deadline and a byte limit. The client's own defaults wait for ever on a server that accepts and
//! says nothing, and try again for minutes on one that throttles; both are decided here.

use super::{LARGE_BYTES, Limits, MAX_BYTES, plugin};
use crate::clock;
use crate::collect::fault::{Fault, Right};
use crate::config::{ClusterAccess, ClusterSource};
use http::response::Parts;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use kube::client::{Body, Connection};
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::error::Error;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

/// What is asked for as JSON.
pub(super) const JSON: &str = "application/json";

/// How often a throttled question is asked again, and one that the server failed to answer.
const TRIES: u32 = 5;

/// How long to wait where a throttling server does not say.
const BACKOFF: Duration = Duration::from_secs(1);

/// Whoever tells to wait longer than this, in seconds, might as well have said never.
const LONGEST_WAIT_S: u64 = 86_400;

/// How many questions in a row the server may leave without an answer before it is left alone.
const PATIENCE: u8 = 2;

/// What the server's clock is where it never said.
const NO_DATE: i64 = i64::MIN;

/// An answer.
pub(super) struct Answer {
    /// The body, decompressed.
    pub(super) body: Vec<u8>,
    /// Its content type.
    pub(super) content_type: String,
}

/// A connection to one API server.
pub(super) struct Api {
    client: kube::Client,
    limits: Limits,
    /// The instant at which everything has to be over.
    until: Instant,
    unanswered: AtomicU8,
    skew_s: AtomicI64,
    /// Why nobody can tell whether it is the server that was meant; `None`: it was made sure.
    pub(super) unverified: Option<&'static str>,
}

/// What a question is about, for the right that it needs.
pub(super) struct Question<'a> {
    pub(super) path: &'a str,
    pub(super) accept: &'a str,
    pub(super) right: Right,
}

impl Api {
    /// Connects as `source` says. Nothing is sent before the first question, but a plugin of the kubeconfig may run.
    pub(super) async fn connect(source: &ClusterSource, limits: Limits, until: Instant) -> Result<Self, Fault> {
        let config = async { config(source).await };
        let config = timeout_at(until.min(Instant::now() + limits.request), config).await.map_err(|_| limits.timed_out())??;
        let plain = config.cluster_url.scheme_str() == Some("http");
        let unverified = if plain { Some("plain HTTP") } else { config.accept_invalid_certs.then_some("insecure-skip-tls-verify") };
        let limit = until.saturating_duration_since(Instant::now()).min(limits.request);
        // A plugin of the kubeconfig runs here, and ends within the limit or is ended.
        let client = tokio::task::spawn_blocking(move || {
            let mut config = config;
            plugin::resolve(&mut config.auth_info, limit)?;
            kube::Client::try_from(config).map_err(|error| Fault::Unreachable(connection(&error)))
        });
        let client = client.await;
        let client = client.map_err(|_| Fault::Unreachable("the connection could not be set up".to_owned()))??;
        Ok(Self { client, limits, until, unanswered: AtomicU8::new(0), skew_s: AtomicI64::new(NO_DATE), unverified })
    }

    /// How far the server's clock is ahead of this one, in seconds; `None` where it never said what time it is.
    pub(super) fn skew_s(&self) -> Option<i64> {
        Some(self.skew_s.load(Ordering::Relaxed)).filter(|skew| *skew != NO_DATE)
    }

    /// What it is where a whole list took too long.
    pub(super) fn too_slow(&self) -> Fault {
        Fault::TimedOut(self.limits.read.as_millis())
    }

    /// Until when a read that begins now has to be over.
    pub(super) fn read_until(&self) -> Instant {
        self.until.min(Instant::now() + self.limits.read)
    }

    /// Asks once, and again where the server throttles or stumbles, until `until`.
    pub(super) async fn get(&self, question: &Question<'_>, until: Instant) -> Result<Answer, Fault> {
        self.ask(question, None, until).await
    }

    /// Asks with a body, as a review of rights is asked.
    pub(super) async fn post(&self, question: &Question<'_>, body: &str, until: Instant) -> Result<Answer, Fault> {
        self.ask(question, Some(body), until).await
    }

    /// Begins a conversation in messages, as a command in a Pod is one. It is asked for once.
    pub(super) async fn converse(&self, request: Request<Vec<u8>>) -> Result<Connection, kube::Error> {
        self.client.connect(request).await
    }

    async fn ask(&self, question: &Question<'_>, body: Option<&str>, until: Instant) -> Result<Answer, Fault> {
        if self.unanswered.load(Ordering::Relaxed) >= PATIENCE {
            return Err(Fault::Skipped);
        }
        let mut tried = 0;
        loop {
            tried += 1;
            let at_most = until.min(Instant::now() + self.limits.request);
            let (fault, wait) = match timeout_at(at_most, self.once(question, body)).await {
                Err(_) => {
                    self.unanswered.fetch_add(1, Ordering::Relaxed);
                    return Err(self.limits.timed_out());
                }
                Ok(Ok(answer)) => {
                    self.unanswered.store(0, Ordering::Relaxed);
                    return Ok(answer);
                }
                Ok(Err(Refused { fault, retry_after })) => match fault {
                    Fault::Throttled => (fault, retry_after.unwrap_or(BACKOFF)),
                    // A restart or a leader that changes takes a moment; twice is no stumble.
                    Fault::Server(_) if tried == 1 => (fault, retry_after.unwrap_or(BACKOFF)),
                    fault => {
                        let lost = fault.is_of_the_server();
                        self.unanswered
                            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| Some(if lost { n.saturating_add(1) } else { 0 }))
                            .ok();
                        return Err(fault);
                    }
                },
            };
            if tried >= TRIES || Instant::now() + wait >= until {
                return Err(fault);
            }
            sleep(wait).await;
        }
    }

    async fn once(&self, question: &Question<'_>, body: Option<&str>) -> Result<Answer, Refused> {
        let strange = |error: &dyn Error| Fault::Strange(plain(error));
        let request = Request::builder().uri(question.path).header(header::ACCEPT, question.accept);
        let request = match body {
            None => request.method(http::Method::GET).body(Body::empty()),
            Some(body) => request.method(http::Method::POST).header(header::CONTENT_TYPE, JSON).body(Body::from(body.as_bytes().to_vec())),
        };
        let request = request.map_err(|error| strange(&error))?;
        let response = self.client.send(request).await.map_err(|error| Fault::Unreachable(connection(&error)))?;
        let (head, body) = response.into_parts();
        self.note_date(&head);
        if !head.status.is_success() {
            let after = text(&head, &header::RETRY_AFTER).and_then(|value| value.parse::<u64>().ok());
            let retry_after = after.map(|seconds| Duration::from_secs(seconds.min(LONGEST_WAIT_S)));
            return Err(Refused { fault: refused(head.status, &question.right), retry_after });
        }
        let body = whole(body).await?;
        let content_type = text(&head, &header::CONTENT_TYPE).unwrap_or_default().to_owned();
        Ok(Answer { body, content_type })
    }

    fn note_date(&self, head: &Parts) {
        if let Some(date_s) = text(head, &header::DATE).and_then(clock::http_date_s) {
            self.skew_s.store(date_s.saturating_sub(clock::now_s()), Ordering::Relaxed);
        }
    }
}

/// A question that was refused, and when to ask again.
struct Refused {
    fault: Fault,
    retry_after: Option<Duration>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { fault, retry_after: None }
    }
}

/// A header as text.
fn text<'h>(head: &'h Parts, name: &header::HeaderName) -> Option<&'h str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}

/// What a status says that is no success, to a question that needs a right.
pub(super) fn refused(status: StatusCode, right: &Right) -> Fault {
    match status {
        StatusCode::UNAUTHORIZED => Fault::Unauthorized,
        StatusCode::FORBIDDEN => Fault::Denied(right.clone()),
        StatusCode::NOT_FOUND => Fault::NotFound,
        StatusCode::GONE => Fault::Gone,
        StatusCode::TOO_MANY_REQUESTS => Fault::Throttled,
        status if status.is_server_error() => Fault::Server(status.as_u16()),
        // A proxy that sends us elsewhere is not the server, and what it says is its own business.
        status => Fault::Strange(format!("it answered {}", status.as_u16())),
    }
}

/// A body to its end, if it has one.
async fn whole(mut body: Body) -> Result<Vec<u8>, Fault> {
    /// Whose turn it is to hold a large one: several lists that will not end must not add up.
    static LARGE: Semaphore = Semaphore::const_new(1);
    let mut bytes = Vec::new();
    let mut turn = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Fault::Truncated("the answer ended before its end".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        let len = bytes.len().saturating_add(data.len());
        if len > MAX_BYTES {
            return Err(Fault::Truncated(format!("the answer is larger than {} MiB", MAX_BYTES / 1024 / 1024)));
        }
        if len > LARGE_BYTES && turn.is_none() {
            // Only a closed semaphore refuses, and nobody closes it.
            turn = LARGE.acquire().await.ok();
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

async fn config(source: &ClusterSource) -> Result<kube::Config, Fault> {
    let mut config = match &source.access {
        ClusterAccess::InCluster => kube::Config::incluster()
            .map_err(|error| Fault::Unreachable(format!("what a Pod is handed to reach its own cluster is not here: {}", plain(&error))))?,
        ClusterAccess::Context { context, kubeconfig } => {
            let read = match kubeconfig {
                Some(path) => Kubeconfig::read_from(path),
                None => Kubeconfig::read(),
            };
            let kubeconfig = read.map_err(|error| Fault::Unreachable(format!("the kubeconfig cannot be used: {}", plain(&error))))?;
            let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
            kube::Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .map_err(|error| Fault::Unreachable(format!("the kubeconfig cannot be used: {}", plain(&error))))?
        }
    };
    // Each question has a deadline of its own, from the connection to the last byte.
    config.connect_timeout = None;
    config.read_timeout = None;
    config.write_timeout = None;
    config.default_retry = false;
    Ok(config)
}

/// What went wrong with a connection, without what a plugin, a proxy or a server said: that may hold a token.
pub(super) fn connection(error: &kube::Error) -> String {
    match error {
        kube::Error::Auth(_) => "the credentials of the kubeconfig could not be had".to_owned(),
        other => plain(other),
    }
}

/// The innermost cause of an error, in one line, without addresses that may carry a user or a query.
fn plain(error: &dyn Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let line = cause.to_string();
    let line = line.lines().next().unwrap_or_default();
    let words: Vec<&str> =
        line.split_whitespace().map(|word| if word.contains("://") || word.contains('@') { "(an address)" } else { word }).collect();
    words.join(" ").chars().take(200).collect()
}
