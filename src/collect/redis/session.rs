//! One connection to a Redis or a Sentinel: each question with a deadline, each answer with a limit of bytes, which the
//! client does not have, and each refusal in our own words.

use crate::collect::fault::Fault;
use crate::collect::wire::{self, Allowance, Bounded};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, ErrorKind, FromRedisValue, IntoConnectionInfo, RedisConnectionInfo, RedisError,
};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Where a server is.
pub(super) struct Address {
    info: ConnectionInfo,
    /// `host:port`.
    pub(super) shown: String,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, Fault> {
        let strange = || Fault::Strange("its address is none that Redis has".to_owned());
        let info = url.into_connection_info().map_err(|_| strange())?;
        let shown = match info.addr() {
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => format!("{host}:{port}"),
            _ => return Err(strange()),
        };
        Ok(Self { info, shown })
    }
}

/// A connection. It ends where this is dropped.
pub(super) struct Session {
    connection: MultiplexedConnection,
    driver: AbortHandle,
    allowance: Allowance,
    limit: Duration,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Session {
    /// Connects, and shows the password where there is one.
    pub(super) async fn open(address: &Address, password: Option<&str>, limit: Duration) -> Result<Self, Fault> {
        // Nothing is asked that a narrow account might have no right to, and no database is chosen.
        let mut settings = address.info.redis_settings().clone().set_skip_set_lib_name().set_db(0);
        if let Some(password) = password {
            settings = settings.set_password(password);
        }
        let allowance = Allowance::new();
        let opened = async {
            match address.info.addr() {
                ConnectionAddr::Tcp(host, port) => Self::over(wire::tcp(host, *port).await?, &settings, &allowance, limit).await,
                ConnectionAddr::TcpTls { host, port, .. } => {
                    Self::over(wire::tcp_over_tls(host, *port).await?, &settings, &allowance, limit).await
                }
                _ => Err(Fault::Skipped),
            }
        };
        timeout(limit, opened).await.unwrap_or(Err(Fault::TimedOut(limit.as_millis())))
    }

    async fn over<S>(stream: S, settings: &RedisConnectionInfo, allowance: &Allowance, limit: Duration) -> Result<Self, Fault>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Bounded { inner: stream, allowance: allowance.clone() };
        // The deadline around each question is the one that counts.
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(limit));
        let opened = MultiplexedConnection::new_with_config(settings, stream, config).await;
        let (connection, driver) = opened.map_err(|error| allowance.exceeded().unwrap_or_else(|| words(&error)))?;
        Ok(Self { connection, driver: tokio::spawn(driver).abort_handle(), allowance: allowance.clone(), limit })
    }

    /// Asks.
    pub(super) async fn ask<T: FromRedisValue>(&mut self, question: &[&str]) -> Result<T, Fault> {
        let [name, arguments @ ..] = question else { return Err(Fault::Skipped) };
        let mut command = redis::cmd(name);
        command.arg(arguments);
        self.allowance.renew();
        let answer = timeout(self.limit, command.query_async(&mut self.connection)).await;
        let answer = answer.map_err(|_| Fault::TimedOut(self.limit.as_millis()))?;
        answer.map_err(|error| match self.allowance.exceeded() {
            Some(fault) => fault,
            None if error.is_timeout() => Fault::TimedOut(self.limit.as_millis()),
            None => words(&error),
        })
    }

    /// A section of what a server says of itself.
    pub(super) async fn info(&mut self, section: &str) -> Result<BTreeMap<String, String>, Fault> {
        Ok(lines(&self.ask::<String>(&["INFO", section]).await?))
    }
}

/// `key:value` lines.
pub(super) fn lines(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(|line| line.split_once(':')).map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect()
}

/// What a server or the client complains of. The text is looked at, and not repeated: it may hold what was sent.
fn words(error: &RedisError) -> Fault {
    let text = error.to_string();
    let refused = |why: &str| Fault::Refused(why.to_owned());
    let unreachable = |why: &str| Fault::Unreachable(why.to_owned());
    let says = |what: &str| error.code() == Some(what) || text.contains(what);
    match error.kind() {
        _ if says("WRONGPASS") || says("invalid password") => refused("it refuses the password, or does not know the account: check both"),
        _ if says("NOAUTH") => refused("it asks for a password, and none is configured: add `password`"),
        _ if says("NOPERM") => {
            refused("the account has no right to what is asked: allow it INFO (and CLUSTER or SENTINEL, where it is one)")
        }
        _ if says("without any password configured") => {
            refused("it has no password, and one is configured: remove `password`, or give it one")
        }
        _ if says("DENIED") => refused("it lets nobody in from here (protected mode): give it a password"),
        ErrorKind::AuthenticationFailed => refused("it refuses the password, or does not know the account: check both"),
        _ if says("LOADING") => unreachable("it is loading its data: try later"),
        _ if says("BUSY") => unreachable("it is busy with a script: try later"),
        _ if says("max number of clients") => unreachable("it has no connection free: raise maxclients, or try later"),
        ErrorKind::Io => wire::fault(error),
        _ => Fault::Strange("it does not answer as Redis does: check the port".to_owned()),
    }
}
