//! What all connections to servers have in common: whom TLS trusts, and in which words it is told that there is no
//! connection. What a library or a server says is not repeated: it may hold an address with a user in it.

use super::fault::Fault;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::io;
use std::sync::Arc;

/// TLS that trusts whom the machine trusts, and asks for the host's own name.
pub(super) fn tls() -> Result<ClientConfig, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(|_| Fault::Unreachable("TLS could not be set up".to_owned()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Why there is no connection, or why it broke off: by the first cause that is understood.
pub(super) fn fault(error: &(dyn Error + 'static)) -> Fault {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Fault::Unreachable(of_tls(tls).to_owned());
        }
        // A cause that several hold in common is one that is wrapped.
        if let Some(shared) = inner.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
            cause = Some(shared.as_ref());
            continue;
        }
        let Some(io) = inner.downcast_ref::<io::Error>() else {
            cause = inner.source();
            continue;
        };
        match io.get_ref() {
            Some(wrapped) if wrapped.is::<rustls::Error>() || wrapped.is::<io::Error>() => cause = Some(wrapped),
            _ => return Fault::Unreachable(of_io(io).to_owned()),
        }
    }
    Fault::Unreachable("the connection could not be made".to_owned())
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
    match of_kind(error) {
        Some(words) => words,
        // What a resolver says has no number of the operating system.
        None if error.raw_os_error().is_none() => "there is no host of that name",
        None => "the connection could not be made",
    }
}

fn of_kind(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some("nobody listens there (connection refused)"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some("there is no way to that host"),
        io::ErrorKind::TimedOut => Some("the connection timed out"),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            Some("it closed the connection")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use io::ErrorKind;

    #[test]
    fn the_cause_is_found_however_deep_it_lies() {
        let refused = || io::Error::from(ErrorKind::ConnectionRefused);
        let expired = || rustls::Error::InvalidCertificate(CertificateError::Expired);
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(refused());
        let nobody = "nobody listens there (connection refused)";
        let cases: [(Box<dyn Error>, &str); 6] = [
            (Box::new(refused()), nobody),
            (Box::new(shared), nobody),
            (Box::new(io::Error::other(refused())), nobody),
            (Box::new(io::Error::new(ErrorKind::InvalidData, expired())), "its certificate has expired"),
            (Box::new(io::Error::other("failed to lookup address information")), "there is no host of that name"),
            (Box::new(std::fmt::Error), "the connection could not be made"),
        ];
        for (error, expected) in cases {
            assert_eq!(fault(error.as_ref()), Fault::Unreachable(expected.to_owned()));
        }
    }
}
