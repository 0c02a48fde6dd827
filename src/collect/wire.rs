//! What all connections to servers have in common: whom TLS trusts, and in which words it is told that there is no
//! connection. What a library or a server says is not repeated: it may hold an address with a user in it.

use super::fault::Fault;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::io;
use std::sync::Arc;

/// The cryptography of all of them.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The same for a client that takes only that of the whole process, unless somebody has chosen one before.
pub(super) fn provide() {
    if CryptoProvider::get_default().is_none() {
        // Whoever was quicker has chosen one.
        drop(ring::default_provider().install_default());
    }
}

/// Whom the machine trusts.
pub(super) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// TLS that trusts whom the machine trusts, and asks for the host's own name.
pub(super) fn tls() -> Result<ClientConfig, Fault> {
    let config = ClientConfig::builder_with_provider(provider());
    let config = config.with_safe_default_protocol_versions().map_err(|_| no_tls())?;
    Ok(config.with_root_certificates(roots()).with_no_client_auth())
}

/// What it is where this program has no TLS to offer.
pub(super) fn no_tls() -> Fault {
    Fault::Unreachable("TLS could not be set up".to_owned())
}

/// Why there is no connection, or why it broke off.
pub(super) fn fault(error: &(dyn Error + 'static)) -> Fault {
    cause(error).unwrap_or_else(|| Fault::Unreachable(NO_CONNECTION.to_owned()))
}

/// The same by the first cause that is understood; `None`: none is.
pub(super) fn cause(error: &(dyn Error + 'static)) -> Option<Fault> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Some(Fault::Unreachable(of_tls(tls).to_owned()));
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
            _ => return Some(Fault::Unreachable(of_io(io).to_owned())),
        }
    }
    None
}

const NO_CONNECTION: &str = "the connection could not be made: try it by hand from this machine";

fn of_tls(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired: renew it",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet: check the clocks of both sides"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host: ask for it by a name that stands in there"
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is signed by nobody who is trusted here: make this machine trust who signed it (PostgreSQL: or sslrootcert)"
            }
            CertificateError::Revoked => "its certificate was revoked: give it another",
            _ => "its certificate is none that can be trusted: give it another",
        },
        rustls::Error::AlertReceived(_) => {
            "it broke off the TLS handshake: see its log (it may ask for a certificate of the client, which is not supported)"
        }
        _ => "the TLS handshake failed: check that it speaks TLS at this port, 1.2 or newer",
    }
}

fn of_io(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there (connection refused): check the port, and that the server runs",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "there is no way to that host: check network and firewall",
        io::ErrorKind::TimedOut => "the connection timed out: check network and firewall",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            CLOSED
        }
        io::ErrorKind::InvalidInput => "its name is none that a certificate could have: correct the address",
        io::ErrorKind::NotFound => "there is no such socket: check the path, and that the server runs",
        // What a resolver says has no number of the operating system.
        _ if error.raw_os_error().is_none() => "there is no host of that name: correct the address, or the resolver of this machine",
        _ => NO_CONNECTION,
    }
}

/// In the middle of it.
pub(super) const CLOSED: &str = "it closed the connection: see its log";

#[cfg(test)]
mod tests {
    use super::*;
    use io::ErrorKind;

    #[test]
    fn the_cause_is_found_however_deep_it_lies() {
        let refused = || io::Error::from(ErrorKind::ConnectionRefused);
        let expired = || rustls::Error::InvalidCertificate(CertificateError::Expired);
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(refused());
        let nobody = "nobody listens there (connection refused): check the port, and that the server runs";
        let cases: [(Box<dyn Error>, &str); 6] = [
            (Box::new(refused()), nobody),
            (Box::new(shared), nobody),
            (Box::new(io::Error::other(refused())), nobody),
            (Box::new(io::Error::new(ErrorKind::InvalidData, expired())), "its certificate has expired: renew it"),
            (
                Box::new(io::Error::other("failed to lookup address information")),
                "there is no host of that name: correct the address, or the resolver of this machine",
            ),
            (Box::new(std::fmt::Error), NO_CONNECTION),
        ];
        for (error, expected) in cases {
            assert_eq!(fault(error.as_ref()), Fault::Unreachable(expected.to_owned()));
        }
    }
}
