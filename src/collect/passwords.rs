//! Passwords, from where the configuration says that they are: they go into a connection and nowhere else. The type
//! shows nothing of itself, so that no message can.

use super::Request;
use super::reading::Around;
use crate::config::PasswordSource;
use std::fmt;

/// A password, or why there is none.
pub(super) struct Password(Result<Option<String>, String>);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Password {
    /// What a connection takes; `Ok(None)`: none is configured.
    pub(super) fn expose(&self) -> Result<Option<&str>, &str> {
        self.0.as_ref().map(|password| password.as_deref()).map_err(String::as_str)
    }
}

/// Reads each source's password.
pub(super) async fn read(around: &[Around<'_>], request: &Request<'_>) -> Vec<Password> {
    // All at once: a cluster that does not answer costs its own deadline once.
    let all = futures_util::future::join_all(around.iter().map(|around| one(around, request))).await;
    all.into_iter().map(Password).collect()
}

async fn one(around: &Around<'_>, request: &Request<'_>) -> Result<Option<String>, String> {
    match &around.source.password {
        None => Ok(None),
        Some(PasswordSource::Env(name)) => {
            let value = (request.environment)(name).filter(|value| !value.is_empty());
            value.map(Some).ok_or_else(|| format!("the variable {name} is not set"))
        }
        Some(PasswordSource::File(path)) => {
            let shown = path.display();
            let bytes =
                crate::files::read(path, 64 * 1024).map_err(|error| format!("the password file {shown} cannot be read: {error}"))?;
            let text = String::from_utf8(bytes).map_err(|_| format!("the password file {shown} is no text"))?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        Some(PasswordSource::Secret { namespace, name, key }) => {
            let region = &around.source.region;
            let source = request.config.clusters.iter().find(|source| source.region == *region);
            let source =
                source.ok_or_else(|| format!("no cluster is configured for {region} that Secret {namespace}/{name} could be in"))?;
            let secret = super::kubernetes::secret(source, (namespace, name, key), &request.deadlines).await;
            secret.map(Some).map_err(|fault| format!("Secret {namespace}/{name}: {fault}"))
        }
    }
}
