//! Certificates of every sort, made anew by each test.

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Who signs.
pub(crate) struct Authority {
    /// Its certificate, as clients are given it.
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
pub(crate) struct Pair {
    /// The certificate as PEM.
    pub(crate) certificate: String,
    /// The key as PEM.
    pub(crate) key: String,
    /// Both as rustls wants them.
    pub(crate) der: (CertificateDer<'static>, PrivateKeyDer<'static>),
}

impl Authority {
    /// A new one.
    pub(crate) fn new(name: &str) -> Self {
        let mut params = params(&[], name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server with these names and addresses.
    pub(crate) fn server(&self, names: &[&str]) -> Pair {
        self.sign(params(names, "server"))
    }

    /// A server whose certificate ended long ago.
    pub(crate) fn expired(&self, names: &[&str]) -> Pair {
        let mut params = params(names, "server");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        self.sign(params)
    }

    /// A user, in a group.
    pub(crate) fn user(&self, name: &str, group: &str) -> Pair {
        let mut params = params(&[], name);
        params.distinguished_name.push(DnType::OrganizationName, group);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Pair {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let der = (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap());
        Pair { certificate: certificate.pem(), key: key.serialize_pem(), der }
    }
}

fn params(names: &[&str], common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

/// The key that service account tokens are signed with, and the one that they are checked with.
pub(crate) fn signing_keys() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    (key.serialize_pem(), key.public_key_pem())
}
