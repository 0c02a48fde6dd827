//! Plain questions over HTTP, each with a deadline from the connection to the last byte and a limit of bytes. Nobody is
//! followed elsewhere, and no proxy is asked.

use crate::collect::fault::Fault;
use crate::collect::wire;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The largest answer, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Whoever asks.
pub(super) struct Http {
    client: reqwest::Client,
    limit: Duration,
}

impl Http {
    pub(super) fn new(limit: Duration) -> Result<Self, Fault> {
        let client = reqwest::Client::builder().tls_backend_preconfigured(wire::tls()?);
        let client = client.no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|_| Fault::Unreachable("this program cannot open connections".to_owned()))?;
        Ok(Self { client, limit })
    }

    /// The status and the body of what an address answers.
    pub(super) async fn get(&self, address: &str, path: &str) -> Result<(u16, Vec<u8>), Fault> {
        let whole = tokio::time::timeout(self.limit, self.once(address, path)).await;
        whole.unwrap_or(Err(Fault::TimedOut(self.limit.as_millis())))
    }

    /// The JSON that an address answers.
    pub(super) async fn json<T: DeserializeOwned>(&self, address: &str, path: &str) -> Result<T, Fault> {
        let (status, body) = self.get(address, path).await?;
        if status != 200 {
            return Err(refused(status));
        }
        serde_json::from_slice(&body).map_err(|_| Fault::Strange("this is not what Patroni answers".to_owned()))
    }

    async fn once(&self, address: &str, path: &str) -> Result<(u16, Vec<u8>), Fault> {
        let sent = self.client.get(format!("{}{path}", address.trim_end_matches('/'))).send().await;
        let mut response = sent.map_err(|error| wire::fault(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let ended_early = |_| Fault::Truncated("the answer ended before its end".to_owned());
        while let Some(part) = response.chunk().await.map_err(ended_early)? {
            if body.len() + part.len() > MAX_BYTES {
                return Err(Fault::Truncated(format!("the answer is larger than {} MiB", MAX_BYTES / 1024 / 1024)));
            }
            body.extend_from_slice(&part);
        }
        Ok((status, body))
    }
}

/// What a status is that is no answer.
pub(super) fn refused(status: u16) -> Fault {
    match status {
        401 => Fault::Unauthorized,
        403 => Fault::Refused("it lets nobody ask from here (403): add this machine to its allowlist".to_owned()),
        429 => Fault::Throttled,
        500.. => Fault::Server(status),
        status => Fault::Strange(format!("it answered {status}")),
    }
}

/// `host:port` of an address.
pub(super) fn shown(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    // Whatever stands before the last `@` may belong to a password.
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn an_address_is_shown_as_host_and_port() {
        for (address, wanted) in [
            ("http://10.0.0.5:8008", "10.0.0.5:8008"),
            ("https://db:8008/path?query", "db:8008"),
            ("https://user@db:8008/", "db:8008"),
            ("https://user:s3c/ret?#@db:8008/", "db:8008"),
            ("db:8008", "db:8008"),
        ] {
            assert_eq!(shown(address), wanted, "{address}");
        }
    }
}
