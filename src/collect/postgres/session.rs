//! A connection, and questions one by one: each a transaction that writes nothing and has an end.

use super::address::{Address, Mode};
use super::{tls, words};
use crate::collect::fault::Fault;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::{Client, Error, NoTls};

/// A connection. It ends where this is dropped.
pub(super) struct Session {
    client: Client,
    driver: AbortHandle,
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
        let opened = async {
            if address.mode == Mode::Plain {
                let (client, connection) = config.connect(NoTls).await.map_err(|error| words::of(&error, address.mode))?;
                return Ok((client, tokio::spawn(async { drop(connection.await) }).abort_handle()));
            }
            let connector = tls::connector(address.mode, address.root.as_deref())?;
            let (client, connection) = config.connect(connector).await.map_err(|error| words::of(&error, address.mode))?;
            Ok((client, tokio::spawn(async { drop(connection.await) }).abort_handle()))
        };
        let (client, driver) = timeout(limit, opened).await.unwrap_or(Err(Fault::TimedOut(limit.as_millis())))?;
        Ok(Self { client, driver, limit })
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
        let asked = timeout(self.limit, self.rows(settings, sql)).await;
        let rows = asked.map_err(|_| Fault::TimedOut(self.limit.as_millis()))?.map_err(|error| words::of_question(&error, self.limit))?;
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

/// What an answer is that does not fit the question.
fn shape() -> Fault {
    Fault::Strange("the answer has another shape than the question".to_owned())
}
