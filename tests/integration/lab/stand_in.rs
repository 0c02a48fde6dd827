//! A stand-in for an API server, which misbehaves as it is told and remembers what it was asked. What it
//! answers in health was compared with a real one (see `cluster_lab`).

pub(crate) mod exec;
pub(crate) mod http;
mod kubernetes;

use super::certificates::Authority;
use super::control_plane::kubeconfig;
use super::process::Scratch;
use http::{How, Reply, Request};
use kubernetes::Kinds;
use rustls::ServerConfig;
use seaworthy::collect::objects::kinds::Kind;
use serde_json::Value;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The token of its one user.
pub(crate) const TOKEN: &str = "stand-in-token-9f31";

/// What a page of a proxy says, and nobody may repeat.
pub(crate) const PROXY_CANARY: &str = "s3cr3t-of-a-proxy";

/// How it shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// With a certificate that the kubeconfig trusts.
    Good,
    /// With one that has ended.
    Expired,
    /// With one of another host.
    OtherHost,
    /// With one that somebody else signed.
    Stranger,
    /// Not at all: plain HTTP.
    Plain,
}

/// A way to misbehave.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// A `Status` with this code, as the API server words it.
    Status(u16),
    /// `429` as text, with `Retry-After` in seconds.
    TooMany(u64),
    /// `404 page not found` as text: the group is not served.
    NotFound,
    /// A page for people, with this code, a colour and a [canary](PROXY_CANARY).
    Html(u16),
    /// `302` to somewhere.
    Redirect(String),
    /// `410` to whoever asks for a further page; with a token for going on from another moment, or without.
    Expired {
        /// Whether there is a token.
        token: bool,
    },
    /// A command in a Pod says this: each a channel and what is said on it.
    Says(Vec<(u8, String)>),
    /// The body comes like this.
    Body(How),
    /// `{"kind":"List","items":[`, and all is said.
    BadJson,
    /// `200` with nothing.
    Empty,
    /// `200` with a `Status` of failure.
    FailureAs200,
    /// The aggregated discovery says of each group that it may be out of date.
    Stale,
    /// `items: null`, of a table `rows: null`.
    ItemsNull,
    /// No `items`, or no `rows`.
    NoItems,
    /// No `resourceVersion`.
    NoVersion,
    /// A further page is of another moment.
    OtherVersion,
    /// A further page begins with the last item of the page before.
    Repeats,
    /// A further page leaves its first item out.
    Skips,
    /// The token for the next page is the one that was given.
    Circle,
    /// The object has another uid than it has else.
    AnotherUid,
    /// The clock is off by so many seconds.
    ClockOff(i64),
    /// Nothing says what time it is there.
    NoClock,
}

struct Rule {
    on: Vec<String>,
    fault: Fault,
    left: Option<usize>,
}

#[derive(Default)]
struct State {
    kinds: Kinds,
    rules: Vec<Rule>,
    log: Vec<Request>,
    /// Answers to lists wait for so long, so that it shows how many are asked at a time.
    pause: Duration,
}

/// How many lists are being answered, and how many were at most.
#[derive(Default)]
struct Busy {
    now: AtomicUsize,
    peak: AtomicUsize,
}

/// A running stand-in; it ends where it is dropped.
pub(crate) struct StandIn {
    /// Where it is.
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    sent: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    busy: Arc<Busy>,
    port: u16,
    dir: Scratch,
}

impl StandIn {
    /// One that serves all kinds that are read, each without an object but for the namespace `kube-system`, and
    /// trusts only [`TOKEN`].
    pub(crate) fn start(identity: Identity) -> Self {
        let (authority, tls) = tls(identity);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let dir = Scratch::new();
        dir.write("ca.crt", &authority);
        let state = Arc::new(Mutex::new(State { kinds: Kinds::all(), ..State::default() }));
        let stand_in = Self {
            url: format!("{scheme}://127.0.0.1:{port}"),
            state: state.clone(),
            sent: Arc::default(),
            ended: Arc::default(),
            busy: Arc::default(),
            port,
            dir,
        };
        let (sent, ended, busy) = (stand_in.sent.clone(), stand_in.ended.clone(), stand_in.busy.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok).take_while(|_| !ended.load(Ordering::Relaxed)) {
                let (tls, sent, state, busy) = (tls.clone(), sent.clone(), state.clone(), busy.clone());
                std::thread::spawn(move || http::serve(stream, tls, &sent, &|request| busy.answer(&state, request)));
            }
        });
        stand_in
    }

    /// Adds objects; one without a `uid`, `resourceVersion` or date is given them.
    pub(crate) fn put(&self, yaml: &str) {
        super::api::documents(yaml).into_iter().for_each(|object| self.state.lock().unwrap().kinds.put(object));
    }

    /// Serves a group no longer.
    pub(crate) fn without_group(&self, group: &str) {
        self.state.lock().unwrap().kinds.remove(group);
    }

    /// Serves a resource in another version too, or in that alone if it moves.
    pub(crate) fn serve(&self, group: &str, resource: &str, version: &str, moves: bool) {
        self.state.lock().unwrap().kinds.serve(group, resource, version, moves);
    }

    /// Says no to whoever would list a resource (`secrets`, `cronjobs`).
    pub(crate) fn forbid(&self, resource: &str) {
        self.state.lock().unwrap().kinds.forbidden.insert(resource.to_owned());
    }

    /// Knows the aggregated discovery of 1.26 and later no more.
    pub(crate) fn with_old_discovery(&self) {
        self.state.lock().unwrap().kinds.old_discovery = true;
    }

    /// Gives each list of two objects and more in two pages, whatever was asked for.
    pub(crate) fn halve(&self, halve: bool) {
        self.state.lock().unwrap().kinds.halve = halve;
    }

    /// Lets each list wait for so long.
    pub(crate) fn pause(&self, pause: Duration) {
        self.state.lock().unwrap().pause = pause;
    }

    /// How many lists were under way at a time, at most.
    pub(crate) fn peak(&self) -> usize {
        self.busy.peak.load(Ordering::Relaxed)
    }

    /// Misbehaves for ever, on each request that has all of these words in method, path and query: `"GET /pods continue="`.
    /// A word with `$` at its end is how the request ends.
    pub(crate) fn fault(&self, on: &str, fault: Fault) {
        self.rule(on, fault, None);
    }

    /// Misbehaves so many times.
    pub(crate) fn fault_times(&self, on: &str, fault: Fault, times: usize) {
        self.rule(on, fault, Some(times));
    }

    fn rule(&self, on: &str, fault: Fault, left: Option<usize>) {
        let on = on.split_whitespace().map(str::to_owned).collect();
        self.state.lock().unwrap().rules.push(Rule { on, fault, left });
    }

    /// Behaves again, and forgets what it was asked.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock().unwrap();
        state.rules.clear();
        state.log.clear();
        state.kinds.halve = false;
    }

    /// How many objects of a kind it has.
    pub(crate) fn count(&self, kind: &Kind) -> usize {
        self.state.lock().unwrap().kinds.count(kind)
    }

    /// What it was asked, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().log.clone()
    }

    /// The bytes that it has sent, heads and bodies.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// A kubeconfig with one context, `lab`.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.kubeconfig_of(TOKEN)
    }

    /// A kubeconfig with this token.
    pub(crate) fn kubeconfig_of(&self, token: &str) -> PathBuf {
        self.dir.write(&format!("{token}.kubeconfig"), &kubeconfig(&self.url, "ca.crt", &format!("{{token: {token}}}")))
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // It looks at that only when somebody comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// The PEM that the kubeconfig trusts, and how the server shows itself.
fn tls(identity: Identity) -> (String, Option<Arc<ServerConfig>>) {
    let (authority, stranger) = (Authority::new("stand-in"), Authority::new("stranger"));
    let here = ["localhost", "127.0.0.1"];
    let pair = match identity {
        Identity::Good => authority.server(&here),
        Identity::Expired => authority.expired(&here),
        Identity::OtherHost => authority.server(&["elsewhere.example.org"]),
        Identity::Stranger => stranger.server(&here),
        Identity::Plain => return (authority.pem, None),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![pair.der.0], pair.der.1).unwrap();
    (authority.pem, Some(Arc::new(config)))
}

impl Busy {
    fn answer(&self, state: &Mutex<State>, request: Request) -> Reply {
        let is_list = request.method == "GET" && request.parameter("limit").is_some();
        let pause = state.lock().unwrap().pause;
        if !is_list || pause.is_zero() {
            return state.lock().unwrap().answer(request);
        }
        self.peak.fetch_max(self.now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        std::thread::sleep(pause);
        self.now.fetch_sub(1, Ordering::Relaxed);
        state.lock().unwrap().answer(request)
    }
}

impl State {
    fn answer(&mut self, request: Request) -> Reply {
        self.log.push(request.clone());
        if request.authorization != format!("Bearer {TOKEN}") {
            return kubernetes::status(401);
        }
        let line = format!("{} {}", request.method, request.target);
        let has = |part: &String| part.strip_suffix('$').map_or_else(|| line.contains(part.as_str()), |end| line.ends_with(end));
        let rule = self.rules.iter_mut().find(|rule| rule.left != Some(0) && rule.on.iter().all(has));
        let Some(rule) = rule else { return self.kinds.answer(&request, None) };
        rule.left = rule.left.map(|left| left - 1);
        misbehave(&rule.fault, &self.kinds, &request)
    }
}

fn misbehave(fault: &Fault, kinds: &Kinds, request: &Request) -> Reply {
    let continued = request.parameter("continue").is_some();
    let healthy = || kinds.answer(request, Some(fault));
    match fault {
        Fault::Status(code) => kubernetes::status(*code),
        Fault::TooMany(seconds) => {
            let mut reply = kubernetes::plain(429, "text/plain; charset=utf-8", "Too many requests, please try again later.\n");
            reply.headers.push(("retry-after", seconds.to_string()));
            reply
        }
        Fault::NotFound => kubernetes::plain(404, "text/plain; charset=utf-8", "404 page not found\n"),
        Fault::Html(code) => kubernetes::plain(*code, "text/html", &format!("<html>\u{1b}[31m<title>Sign in</title>{PROXY_CANARY}</html>")),
        Fault::Redirect(to) => {
            let mut reply = kubernetes::plain(302, "text/html", "<a>found</a>");
            reply.headers.push(("location", to.clone()));
            reply
        }
        Fault::Expired { token } if continued => kubernetes::expired(request, *token),
        Fault::Body(How::Again(bytes)) => Reply { how: How::Again(*bytes), body: kubernetes::padding(), ..healthy() },
        Fault::Body(how) => Reply { how: *how, ..healthy() },
        Fault::Says(messages) => exec::conversation(request, messages),
        Fault::BadJson => kubernetes::plain(200, "application/json", r#"{"kind":"List","items":["#),
        Fault::Empty => kubernetes::plain(200, "application/json", ""),
        Fault::FailureAs200 => Reply { code: 200, ..kubernetes::status(500) },
        Fault::Stale => change(healthy(), |list| {
            let groups = list["items"].as_array_mut().unwrap().iter_mut();
            groups.for_each(|group| {
                group["versions"].as_array_mut().unwrap().iter_mut().for_each(|version| version["freshness"] = "Stale".into())
            });
        }),
        Fault::ItemsNull => change(healthy(), |list| elements(list, |_| Some(Value::Null))),
        Fault::NoItems => change(healthy(), |list| elements(list, |_| None)),
        Fault::NoVersion => change(healthy(), |list| drop(list["metadata"].as_object_mut().unwrap().remove("resourceVersion"))),
        Fault::OtherVersion if continued => change(healthy(), |list| list["metadata"]["resourceVersion"] = "1002".into()),
        Fault::AnotherUid => change(healthy(), |object| object["metadata"]["uid"] = "of-before".into()),
        Fault::ClockOff(seconds) => {
            let mut reply = healthy();
            reply.headers.retain(|(name, _)| *name != "date");
            reply.headers.push(("date", kubernetes::date(*seconds)));
            reply
        }
        Fault::NoClock => {
            let mut reply = healthy();
            reply.headers.retain(|(name, _)| *name != "date");
            reply
        }
        Fault::Expired { .. } | Fault::OtherVersion | Fault::Repeats | Fault::Skips | Fault::Circle => healthy(),
    }
}

fn change(mut reply: Reply, with: impl FnOnce(&mut Value)) -> Reply {
    let mut value = serde_json::from_slice(&reply.body).unwrap();
    with(&mut value);
    reply.body = value.to_string().into_bytes();
    reply
}

/// Puts something in the place of what a list or a table holds.
fn elements(list: &mut Value, with: impl Fn(Value) -> Option<Value>) {
    let list = list.as_object_mut().unwrap();
    for key in ["items", "rows"] {
        if let Some(new) = list.remove(key).map(&with) {
            list.extend(new.map(|new| (key.to_owned(), new)));
        }
    }
}

/// So slow that no one would wait for it, as a fault.
pub(crate) fn drip() -> Fault {
    Fault::Body(How::Drip(Duration::from_millis(50)))
}
