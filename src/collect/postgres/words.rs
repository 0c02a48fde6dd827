//! What a server or the client complains of, in our own words: their texts can repeat what was sent, and are in the
//! language of the server.

use super::address::Mode;
use crate::collect::fault::Fault;
use crate::collect::wire;
use std::error::Error as _;
use std::time::Duration;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why there is no connection.
pub(super) fn of(error: &Error, mode: Mode) -> Fault {
    if let Some(code) = error.code() {
        return refused(code, mode);
    }
    let unreachable = |why: &str| Fault::Unreachable(why.to_owned());
    if let Some(fault) = wire::cause(error) {
        return fault;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        // The client's own words, for which it has no type.
        match inner.to_string().as_str() {
            "server does not support TLS" => return unreachable("it does not speak TLS: switch ssl on there"),
            "password missing" => return Fault::Refused("it asks for a password, and none is configured: add `password`".to_owned()),
            _ => cause = inner.source(),
        }
    }
    if error.is_closed() {
        unreachable(wire::CLOSED)
    } else {
        Fault::Strange("it does not answer as PostgreSQL does: check the port".to_owned())
    }
}

fn refused(code: &SqlState, mode: Mode) -> Fault {
    let refused = |why: &str| Fault::Refused(why.to_owned());
    let unreachable = |why: &str| Fault::Unreachable(why.to_owned());
    match *code {
        SqlState::INVALID_PASSWORD => refused("it refuses the password, or does not know the account: check both"),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION if mode == Mode::Plain => {
            refused("it refuses this account from here, or wants TLS: check pg_hba.conf and sslmode")
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            refused("it refuses this account from here: check pg_hba.conf, and its right to log in")
        }
        SqlState::INVALID_CATALOG_NAME => refused("it has no such database: correct the address"),
        SqlState::INSUFFICIENT_PRIVILEGE => refused("the account may not connect to this database: grant it CONNECT"),
        SqlState::TOO_MANY_CONNECTIONS => unreachable("it has no connection free for this account: raise its limit, or try later"),
        SqlState::CANNOT_CONNECT_NOW => unreachable("it is starting, stopping or recovering: try later"),
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => unreachable("it is shutting down: try when it runs again"),
        _ => Fault::Strange(format!("it refuses the connection (SQLSTATE {})", code.code())),
    }
}

/// Why a question has no answer.
pub(super) fn of_question(error: &Error, limit: Duration) -> Fault {
    let Some(code) = error.code() else {
        return if error.is_closed() { Fault::Truncated(wire::CLOSED.to_owned()) } else { of(error, Mode::Full) };
    };
    match *code {
        SqlState::QUERY_CANCELED => Fault::TimedOut(limit.as_millis()),
        SqlState::INSUFFICIENT_PRIVILEGE => {
            Fault::Refused("the account has no right to what is asked: grant it pg_monitor, or what the question reads".to_owned())
        }
        SqlState::LOCK_NOT_AVAILABLE => Fault::TimedOut(limit.as_millis()),
        SqlState::READ_ONLY_SQL_TRANSACTION => Fault::Refused("the question would write: ask one that only reads".to_owned()),
        SqlState::SYNTAX_ERROR => Fault::Strange("the question is no SQL: correct it".to_owned()),
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN | SqlState::UNDEFINED_FUNCTION | SqlState::INVALID_SCHEMA_NAME => {
            Fault::Strange("the question names something that is not there: correct it, or its search_path".to_owned())
        }
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => Fault::Unreachable("it is shutting down: try when it runs again".to_owned()),
        _ => Fault::Strange(format!("it cannot answer (SQLSTATE {})", code.code())),
    }
}
