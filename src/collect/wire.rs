//! What all connections to servers have in common: whom TLS trusts, and in which words it is told that there is no
//! connection. What a library or a server says is not repeated: it may hold an address with a user in it.

use super::fault::Fault;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The cryptography of all of them.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
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

/// A connection.
pub(super) async fn tcp(host: &str, port: u16) -> Result<TcpStream, Fault> {
    TcpStream::connect((host, port)).await.map_err(|error| fault(&error))
}

/// A connection over TLS to whom the machine trusts under this name.
pub(super) async fn tcp_over_tls(host: &str, port: u16) -> Result<TlsStream<TcpStream>, Fault> {
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| Fault::Unreachable(of_io(&io::ErrorKind::InvalidInput.into()).to_owned()))?;
    let connector = TlsConnector::from(Arc::new(tls()?));
    connector.connect(name, tcp(host, port).await?).await.map_err(|error| fault(&error))
}

/// How many bytes may still come, for a client that has no limit of its own.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicUsize>);

impl Allowance {
    /// The largest answer, in bytes.
    pub(super) const BYTES: usize = 8 * 1024 * 1024;

    /// For one answer.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(Self::BYTES)))
    }

    /// Another answer may be as large.
    pub(super) fn renew(&self) {
        self.0.store(Self::BYTES, Ordering::Relaxed);
    }

    /// What it is if more came than was allowed.
    pub(super) fn exceeded(&self) -> Option<Fault> {
        let spent = self.0.load(Ordering::Relaxed) == 0;
        spent.then(|| Fault::Truncated(format!("the answer is larger than {} MiB", Self::BYTES / 1024 / 1024)))
    }

    fn spend(&self, bytes: usize) -> bool {
        let left = self.0.load(Ordering::Relaxed).saturating_sub(bytes);
        self.0.store(left, Ordering::Relaxed);
        left > 0
    }
}

/// A connection that ends where more comes than is allowed.
#[derive(Debug)]
pub(super) struct Bounded<S> {
    /// The connection.
    pub(super) inner: S,
    /// How much may still come.
    pub(super) allowance: Allowance,
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let allowed = self.allowance.spend(buffer.filled().len() - before);
        Poll::Ready(if allowed { Ok(()) } else { Err(io::ErrorKind::FileTooLarge.into()) })
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
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
