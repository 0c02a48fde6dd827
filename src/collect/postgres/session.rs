//! A connection, and questions one by one: each a transaction that writes nothing and has an end, its answer a limit of
//! bytes.

use super::address::{Address, End, Mode};
use super::{tls, words};
use crate::collect::fault::Fault;
use crate::collect::wire::{self, Allowance, Bounded};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Error, NoTls};

/// A connection. It ends where this is dropped.
pub(super) struct Session {
    client: Client,
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
    /// Connects. `limit` bounds this and each question: the client's own limit ends with the TCP connection, and a
    /// server that accepts and says nothing would be waited for.
    pub(super) async fn connect(address: &Address, password: Option<&str>, limit: Duration) -> Result<Self, Fault> {
        let mut config = address.config.clone();
        if let Some(password) = password {
            config.password(password);
        }
        let allowance = Allowance::new();
        let opened = async {
            match &address.end {
                #[cfg(unix)]
                End::Socket(path) => {
                    let stream = UnixStream::connect(path).await.map_err(|error| wire::fault(&error))?;
                    over(&config, stream, NoTls, address.mode, &allowance).await
                }
                End::Host { at, port, .. } if address.mode == Mode::Plain => {
                    over(&config, wire::tcp(at, *port).await?, NoTls, address.mode, &allowance).await
                }
                End::Host { at, port, name } => {
                    let mut connector = tls::connector(address.mode, address.root.as_deref())?;
                    let connector = MakeTlsConnect::<Bounded<TcpStream>>::make_tls_connect(&mut connector, name);
                    let connector = connector.map_err(|_| wire::no_tls())?;
                    over(&config, wire::tcp(at, *port).await?, connector, address.mode, &allowance).await
                }
            }
        };
        let (client, driver) = timeout(limit, opened).await.unwrap_or(Err(Fault::TimedOut(limit.as_millis())))?;
        Ok(Self { client, driver, allowance, limit })
    }

    /// The rows of one of our own questions.
    pub(super) async fn ask<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, Fault> {
        // Nobody's function of the same name comes before the server's.
        self.transaction("set local search_path = pg_catalog;", sql).await
    }

    /// The one row of one of our own questions.
    pub(super) async fn ask_one<T: DeserializeOwned>(&self, sql: &str) -> Result<T, Fault> {
        let mut rows = self.ask(sql).await?;
        match rows.pop() {
            Some(row) if rows.is_empty() => Ok(row),
            _ => Err(shape()),
        }
    }

    /// The rows of a question that somebody configured.
    pub(super) async fn ask_for_somebody<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, Fault> {
        self.transaction("", sql.trim().trim_end_matches(';')).await
    }

    async fn transaction<T: DeserializeOwned>(&self, settings: &str, sql: &str) -> Result<Vec<T>, Fault> {
        self.allowance.renew();
        let asked = timeout(self.limit, self.rows(settings, sql)).await;
        let rows = asked.map_err(|_| Fault::TimedOut(self.limit.as_millis()))?;
        let rows = rows.map_err(|error| self.allowance.exceeded().unwrap_or_else(|| words::of_question(&error, self.limit)))?;
        rows.iter().map(|row| serde_json::from_str(row).map_err(|_| shape())).collect()
    }

    /// Rows as JSON, so that a column is found by its name whatever its type. One statement: the protocol takes no
    /// second one, and a line end keeps a comment at the end of the first from swallowing ours.
    async fn rows(&self, settings: &str, sql: &str) -> Result<Vec<String>, Error> {
        // A little sooner than ours, so that the server says so itself; and first what a question that took too long
        // may have left open.
        let ms = (self.limit - self.limit / 10).as_millis();
        let begin = format!("rollback; begin read only; set local statement_timeout = {ms}; set local lock_timeout = {ms}; {settings}");
        self.client.batch_execute(&begin).await?;
        let rows = self.client.query_typed(&format!("select row_to_json(q)::text from (\n{sql}\n) q limit 1000"), &[]).await;
        self.client.batch_execute("rollback").await?;
        rows?.iter().map(|row| row.try_get(0)).collect()
    }
}

/// Makes a connection of a stream, and lets it run.
async fn over<S, T>(config: &Config, stream: S, tls: T, mode: Mode, allowance: &Allowance) -> Result<(Client, AbortHandle), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<Bounded<S>>,
    T::Stream: Send + 'static,
{
    let stream = Bounded { inner: stream, allowance: allowance.clone() };
    let opened = config.connect_raw(stream, tls).await;
    let (client, connection) = opened.map_err(|error| allowance.exceeded().unwrap_or_else(|| words::of(&error, mode)))?;
    Ok((client, tokio::spawn(async { drop(connection.await) }).abort_handle()))
}

/// What an answer is that does not fit the question.
fn shape() -> Fault {
    Fault::Strange("the answer has another shape than the question".to_owned())
}
