//! What a server or the client complains of, in our own words: their texts can repeat what was sent, and are in the
//! language of the server.

use super::address::Mode;
use crate::collect::fault::Fault;
use rustls::CertificateError;
use std::error::Error as _;
use std::io;
use std::time::Duration;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why there is no connection.
pub(super) fn of(error: &Error, mode: Mode) -> Fault {
    if let Some(code) = error.code() {
        return refused(code, mode);
    }
    let unreachable = |why: &str| Fault::Unreachable(why.to_owned());
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Fault::Unreachable(of_tls(tls).to_owned());
        }
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return match io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(tls) => unreachable(of_tls(tls)),
                None => unreachable(of_io(io)),
            };
        }
        // The client's own words, for which it has no type.
        match inner.to_string().as_str() {
            "server does not support TLS" => return unreachable("it does not speak TLS"),
            "password missing" => return Fault::Refused("it asks for a password, and none is configured".to_owned()),
            _ => cause = inner.source(),
        }
    }
    if error.is_closed() {
        unreachable("it closed the connection")
    } else {
        Fault::Strange("it does not answer as PostgreSQL does".to_owned())
    }
}

fn refused(code: &SqlState, mode: Mode) -> Fault {
    let refused = |why: &str| Fault::Refused(why.to_owned());
    let unreachable = |why: &str| Fault::Unreachable(why.to_owned());
    match *code {
        SqlState::INVALID_PASSWORD => refused("it refuses the password, or does not know the account"),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION if mode == Mode::Plain => {
            refused("it refuses this account from here (pg_hba.conf), or wants TLS")
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => refused("it refuses this account from here (pg_hba.conf), or its right to log in"),
        SqlState::INVALID_CATALOG_NAME => refused("it has no such database"),
        SqlState::INSUFFICIENT_PRIVILEGE => refused("the account may not connect to this database"),
        SqlState::TOO_MANY_CONNECTIONS => unreachable("it has no connection free for this account"),
        SqlState::CANNOT_CONNECT_NOW => unreachable("it is starting, stopping or recovering"),
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => unreachable("it is shutting down"),
        _ => Fault::Strange(format!("it refuses the connection (SQLSTATE {})", code.code())),
    }
}

/// Why a question has no answer.
pub(super) fn of_question(error: &Error, limit: Duration) -> Fault {
    let Some(code) = error.code() else {
        return if error.is_closed() { Fault::Truncated("it closed the connection".to_owned()) } else { of(error, Mode::Full) };
    };
    match *code {
        SqlState::QUERY_CANCELED => Fault::TimedOut(limit.as_millis()),
        SqlState::INSUFFICIENT_PRIVILEGE => Fault::Refused("the account has no right to what is asked".to_owned()),
        SqlState::LOCK_NOT_AVAILABLE => Fault::TimedOut(limit.as_millis()),
        SqlState::READ_ONLY_SQL_TRANSACTION => Fault::Refused("the question would write".to_owned()),
        SqlState::SYNTAX_ERROR => Fault::Strange("the question is no SQL".to_owned()),
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN | SqlState::UNDEFINED_FUNCTION | SqlState::INVALID_SCHEMA_NAME => {
            Fault::Strange("the question names something that is not there".to_owned())
        }
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => Fault::Unreachable("it is shutting down".to_owned()),
        _ => Fault::Strange(format!("it cannot answer (SQLSTATE {})", code.code())),
    }
}

fn of_tls(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "its certificate is not valid yet",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "its certificate is for another host",
            CertificateError::UnknownIssuer | CertificateError::BadSignature => "its certificate is signed by nobody who is trusted here",
            CertificateError::Revoked => "its certificate was revoked",
            _ => "its certificate is none that can be trusted",
        },
        rustls::Error::AlertReceived(_) => "it broke off the TLS handshake (it may ask for a certificate of the client)",
        _ => "the TLS handshake failed",
    }
}

fn of_io(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there (connection refused)",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "there is no way to that host",
        io::ErrorKind::TimedOut => "the connection timed out",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            "it closed the connection"
        }
        io::ErrorKind::InvalidInput => "its name is none that a certificate could have",
        io::ErrorKind::NotFound => "there is no such socket",
        // What a resolver says has no number of the operating system.
        _ if error.raw_os_error().is_none() => "there is no host of that name",
        _ => "the connection could not be made",
    }
}
