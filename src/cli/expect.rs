//! The expectations given on the command line, as the context of an exchange.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::ExpectArgs;
use super::input;
use crate::domain::context::{Context, Origin};
use crate::domain::server_config::ServerConfig;
use crate::domain::token::keys::KeySet;
use crate::io::config_files;

/// The context given by the options, with keys read from their files.
///
/// # Errors
/// Says which file could not be read, with line and column if there is one.
pub fn context(expect: &ExpectArgs) -> Result<Context, String> {
    let mut context = Context {
        now: expect.now,
        audience: expect.audience.clone(),
        issuer: expect.issuer.clone(),
        scope: expect.scope.iter().flat_map(|s| s.split_whitespace()).map(str::to_string).collect(),
        jwks: expect.jwks.as_ref().map(|path| path.display().to_string()),
        keys: keys(expect)?.map(Arc::new),
        config_file: expect.config_file.as_ref().map(|path| path.display().to_string()),
        server_configs: configs(expect)?,
        ..Context::default()
    };
    for (member, is_set) in [
        ("now", context.now.is_some()),
        ("expect_audience", !context.audience.is_empty()),
        ("expect_issuer", !context.issuer.is_empty()),
        ("expect_scope", !context.scope.is_empty()),
        ("jwks", context.keys.is_some()),
        ("config_file", !context.server_configs.is_empty()),
    ] {
        if is_set {
            context.origins.insert(member, Origin::CommandLine);
        }
    }
    Ok(context)
}

/// Overrides the expectations of a file with those of the command line.
pub fn apply(over: &Context, context: &mut Context) {
    for (from, to) in [(&over.audience, &mut context.audience), (&over.issuer, &mut context.issuer), (&over.scope, &mut context.scope)] {
        if !from.is_empty() {
            to.clone_from(from);
        }
    }
    if over.keys.is_some() {
        context.keys.clone_from(&over.keys);
        context.jwks.clone_from(&over.jwks);
    }
    if !over.server_configs.is_empty() {
        context.server_configs.clone_from(&over.server_configs);
        context.config_file.clone_from(&over.config_file);
    }
    if over.now.is_some() {
        context.now = over.now;
    }
    context.origins.extend(&over.origins);
}

/// The configuration of `--config-file`.
fn configs(expect: &ExpectArgs) -> Result<Vec<Arc<ServerConfig>>, String> {
    let read = |path: &PathBuf| config_files::config(path, &path.display().to_string()).map(Arc::new);
    expect.config_file.iter().map(read).collect()
}

/// True if any expectation is given.
pub fn says_something(expected: &Context) -> bool {
    !expected.origins.is_empty() || !expected.server_configs.is_empty()
}

/// The keys of `--jwks` and `--secret-file`, merged if both are given.
///
/// # Errors
/// Says which file could not be read, with line and column if there is one.
pub fn keys(expect: &ExpectArgs) -> Result<Option<KeySet>, String> {
    let mut found: Option<KeySet> = None;
    if let Some(path) = &expect.jwks {
        let name = path.display().to_string();
        let text = input::decode(input::read_file(path)?, &name)?;
        found = Some(KeySet::read(&text, &name).map_err(|e| format!("{name}: {e}"))?);
    }
    if let Some(path) = &expect.secret_file {
        let secret = KeySet::from_secret(&input::read_file(path)?, &path.display().to_string());
        match &mut found {
            Some(set) => set.keys.extend(secret.keys),
            None => found = Some(secret),
        }
    }
    Ok(found)
}
