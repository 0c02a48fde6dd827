//! `seaworthy rbac`: the least rights that reading the configured clusters takes.

use super::{Failure, Io, Reach, given};
use crate::collect::roles::{Account, Named, roles};
use crate::exit::Exit;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Print the roles and bindings that reading the configured clusters takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  seaworthy rbac | kubectl apply -f -\n  seaworthy rbac --region us-east-1 --allow secrets\n  seaworthy rbac --service-account monitoring/seaworthy"
)]
pub(super) struct RbacArgs {
    /// The config; without it, seaworthy.yaml here or in a parent up to the repository's root
    #[arg(long, value_name = "FILE", env = "SEAWORTHY_CONFIG")]
    config: Option<PathBuf>,
    /// Only the cluster of this region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The account that gets the rights
    #[arg(long, value_name = "NAMESPACE/NAME", default_value = "seaworthy/seaworthy", value_parser = account)]
    service_account: Account,
    #[command(flatten)]
    reach: Reach,
}

fn account(text: &str) -> Result<Account, String> {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
    };
    match text.split_once('/') {
        Some((namespace, name)) if plain(namespace) && plain(name) => {
            Ok(Account { namespace: namespace.to_owned(), name: name.to_owned() })
        }
        _ => Err("write the namespace and the name of a ServiceAccount: monitoring/seaworthy".to_owned()),
    }
}

/// Runs it.
pub(super) fn run(args: &RbacArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let config = given::clusters(args.config.as_ref(), args.region.as_deref())?;
    let scope = &config.system.namespaces;
    let allow = args.reach.allow();
    if scope.is_empty() && allow.secrets {
        return Err(Failure::usage("nothing says in which namespaces", "name them in the config: `namespaces: [kubernaut-system]`"));
    }
    // Regions whose clusters take the same rights are told once.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in &config.clusters {
        let text = roles(source, scope, &Named::of(&config, &source.region, allow), allow, &args.service_account);
        texts.entry(text).or_default().push(format!("{} ({})", source.region, source.name()));
    }
    for (text, of) in texts {
        write!(io.stdout, "# What seaworthy reads of {}.\n{text}", of.join(" and ")).map_err(|error| Failure::stdout(&error))?;
    }
    io.stdout.flush().map_err(|error| Failure::stdout(&error))?;
    Ok(Exit::Pass)
}
