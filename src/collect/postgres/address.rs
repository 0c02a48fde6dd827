//! `postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=ca.pem`: what is libpq's in it is taken out
//! here, since the client refuses options that it does not know.

use crate::collect::fault::Fault;
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Encrypted, and the certificate is trusted and names the host.
    Full,
    /// Encrypted, and the certificate is trusted.
    Authority,
    /// Encrypted; whoever answers is believed.
    Encrypted,
    /// Not at all.
    Plain,
}

impl Mode {
    /// It in words, for the identity of who was asked.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Full => "over TLS (verify-full)",
            Self::Authority => "over TLS (verify-ca: another host could answer)",
            Self::Encrypted => "over TLS (require: anybody could answer)",
            Self::Plain => "without TLS",
        }
    }
}

/// Where a connection is opened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// A socket of this machine.
    #[cfg(unix)]
    Socket(PathBuf),
    /// A port of a host, or of an address that it is said to have.
    Host {
        /// Where.
        at: String,
        /// Its port.
        port: u16,
        /// Whom its certificate must name.
        name: String,
    },
}

/// Where a server is, and how to reach it.
#[derive(Debug)]
pub(super) struct Address {
    /// As the client takes it, without a password.
    pub(super) config: Config,
    /// Where it is.
    pub(super) end: End,
    /// How the connection is protected.
    pub(super) mode: Mode,
    /// Who signs its certificate, where that is not one whom the machine trusts.
    pub(super) root: Option<PathBuf>,
    /// `host:port`.
    pub(super) shown: String,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, Fault> {
        let strange = |why: &str| Fault::Strange(format!("its address: {why}"));
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                // What libpq calls the roots of the machine.
                Some(("sslrootcert", "system" | "")) => {}
                Some(("sslrootcert", value)) => root = Some(PathBuf::from(decoded(value))),
                _ => rest.push(pair),
            }
        }
        let mut config: Config = format!("{before}?{}", rest.join("&"))
            .parse()
            .map_err(|_| strange("it cannot be read, or has an option that is not known here (sslmode and sslrootcert are)"))?;
        let port = match config.get_ports() {
            [] => 5432,
            [port] => *port,
            _ => return Err(strange("it names several servers; each needs an entry of its own")),
        };
        let host = |at: String, name: String| End::Host { at, port, name };
        let end = match (config.get_hosts(), config.get_hostaddrs()) {
            ([Host::Tcp(name)], []) => host(name.clone(), name.clone()),
            ([Host::Tcp(name)], [address]) => host(address.to_string(), name.clone()),
            #[cfg(unix)]
            ([Host::Unix(path)], []) => End::Socket(path.join(format!(".s.PGSQL.{port}"))),
            ([], [address]) => host(address.to_string(), address.to_string()),
            ([], []) => return Err(strange("it names no host")),
            _ => return Err(strange("it names several servers; each needs an entry of its own")),
        };
        let mode = match (mode, &root) {
            (None | Some("verify-full"), _) => Mode::Full,
            // As libpq: a root is there to be checked against.
            (Some("verify-ca"), _) | (Some("require"), Some(_)) => Mode::Authority,
            (Some("require"), None) => Mode::Encrypted,
            (Some("disable"), _) => Mode::Plain,
            (Some("prefer" | "allow"), _) => {
                let why =
                    "sslmode=prefer and allow give up TLS when whoever answers says so; write verify-full, verify-ca, require or disable";
                return Err(strange(why));
            }
            _ => return Err(strange("sslmode is one of verify-full, verify-ca, require and disable")),
        };
        // Nobody stands between two ends of a socket on one machine.
        let (mode, shown) = match &end {
            #[cfg(unix)]
            End::Socket(path) => (Mode::Plain, format!("{}:{port}", path.parent().unwrap_or(path).display())),
            End::Host { name, .. } if name.contains(':') => (mode, format!("[{name}]:{port}")),
            End::Host { name, .. } => (mode, format!("{name}:{port}")),
        };
        config.ssl_mode(if mode == Mode::Plain { SslMode::Disable } else { SslMode::Require });
        config.application_name("seaworthy");
        Ok(Self { config, end, mode, root, shown })
    }
}

/// A part of a URL without its percent signs.
fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits =
            (byte == b'%').then(|| [ahead.next(), ahead.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16))));
        match digits {
            Some([Some(high), Some(low)]) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_it_is_reached() {
        for (url, shown, mode, root) in [
            ("postgres://a@db/app", "db:5432", Mode::Full, None),
            ("postgresql://a@db:6432/app?sslmode=verify-full&sslrootcert=/my%20ca.pem", "db:6432", Mode::Full, Some("/my ca.pem")),
            ("postgres://a@db/app?sslmode=verify-ca&connect_timeout=3", "db:5432", Mode::Authority, None),
            ("postgres://a@db/app?sslmode=require", "db:5432", Mode::Encrypted, None),
            ("postgres://a@db/app?sslmode=require&sslrootcert=ca.pem", "db:5432", Mode::Authority, Some("ca.pem")),
            ("postgres://a@db/app?sslmode=verify-full&sslrootcert=system", "db:5432", Mode::Full, None),
            ("postgres://a@10.0.0.5/app?sslmode=disable", "10.0.0.5:5432", Mode::Plain, None),
            ("postgres://a@[::1]:5433/app", "[::1]:5433", Mode::Full, None),
            ("postgres:///app?host=/run/postgresql&user=a", "/run/postgresql:5432", Mode::Plain, None),
        ] {
            let address = Address::parse(url).unwrap_or_else(|fault| panic!("{url}: {fault}"));
            assert_eq!((address.shown.as_str(), address.mode), (shown, mode), "{url}");
            assert_eq!(address.root, root.map(PathBuf::from), "{url}");
            let ssl = if mode == Mode::Plain { SslMode::Disable } else { SslMode::Require };
            assert_eq!(address.config.get_ssl_mode(), ssl, "{url}");
        }
    }

    #[test]
    fn what_is_no_address_of_one_server_is_refused_without_repeating_it() {
        for url in [
            "postgres://canary@db/app?sslmode=prefer",
            "postgres://canary@db/app?sslmode=on",
            "postgres://canary@db/app?sslkey=canary",
            "postgres://canary@db,other/app",
            "postgres://canary@db:1,other:2/app",
            "postgres://canary@db:port/app",
            "postgres:///app",
        ] {
            let fault = Address::parse(url).expect_err(url).to_string();
            assert!(!fault.contains("canary"), "{fault}");
        }
    }
}
