//! `authtui check`: the checklist without a screen.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::{Check, Format};
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, text};
use crate::checks::mask::Masker;
use crate::checks::{Cause, Evidence, Fix, Report, Surroundings, examine};
use crate::domain::context::Origin;
use crate::domain::exchange::Exchange;
use crate::domain::token::keys::KeySet;
use crate::formats;

/// One exchange with its report.
pub struct Checked {
    /// What was checked.
    pub exchange: Exchange,
    /// What came of it.
    pub report: Report,
}

/// Runs the subcommand.
pub fn run(args: &Check) -> ExitCode {
    let mut bad = false;
    let mut complain = |message: String| {
        eprintln!("authtui: {message}");
        bad = true;
    };
    let expected = match Expected::read(&args.expect) {
        Ok(expected) => expected,
        Err(message) => {
            complain(message);
            return ExitCode::from(EXIT_BAD_INPUT);
        }
    };
    let mut checked = Vec::new();
    for path in &args.paths {
        match exchanges(path) {
            Ok((mut list, losses)) => {
                for loss in losses {
                    eprintln!("authtui: {path}: not carried over: {}", loss.message);
                }
                for exchange in &mut list {
                    expected.apply(exchange);
                    if let Err(message) = load_keys(exchange, path) {
                        complain(format!("{path}: {message}"));
                    }
                }
                let now = args.expect.now.unwrap_or_else(Timestamp::now);
                for exchange in &list {
                    let report = examine(exchange, &Surroundings { now, siblings: &list });
                    checked.push(Checked { exchange: exchange.clone(), report });
                }
            }
            Err(message) => complain(format!("{path}: {message}")),
        }
    }
    let out = match args.format {
        Format::Json => serde_json::to_string_pretty(&to_json(&checked, args.reveal)).unwrap_or_default() + "\n",
        Format::Text => text::checklist(&checked, args.reveal),
    };
    // A closed pipe is no error of ours.
    let _ = std::io::stdout().write_all(out.as_bytes());
    let caused = checked.iter().any(|c| !c.report.causes.is_empty());
    ExitCode::from(if bad {
        EXIT_BAD_INPUT
    } else if caused {
        EXIT_CAUSE
    } else {
        EXIT_FINE
    })
}

fn exchanges(path: &str) -> Result<(Vec<Exchange>, Vec<formats::Loss>), String> {
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|e| format!("cannot be read: {e}"))?;
        bytes
    } else {
        std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?
    };
    let text = String::from_utf8(bytes).map_err(|e| format!("is not UTF-8 (byte {})", e.utf8_error().valid_up_to() + 1))?;
    let reading = formats::har::read(&text, path).map_err(|e| e.to_string())?;
    Ok((reading.exchanges, reading.losses))
}

/// Options that name what the API wants, read once.
#[derive(Default)]
pub struct Expected {
    audience: Vec<String>,
    issuer: Vec<String>,
    scope: Vec<String>,
    keys: Option<Arc<KeySet>>,
    now: Option<Timestamp>,
}

impl Expected {
    /// Reads the options and the files they name.
    ///
    /// # Errors
    /// A key file that cannot be read, with its name.
    pub fn read(options: &super::args::Expect) -> Result<Self, String> {
        let keys = super::expect::keys(options)?.map(Arc::new);
        Ok(Self {
            audience: options.audience.clone(),
            issuer: options.issuer.clone(),
            scope: options.scope.iter().flat_map(|s| s.split_whitespace()).map(str::to_string).collect(),
            keys,
            now: options.now,
        })
    }

    /// The command line wins over what the file says.
    pub fn apply(&self, exchange: &mut Exchange) {
        let context = &mut exchange.context;
        let mut take = |from: &Vec<String>, name: &'static str, to: &mut Vec<String>| {
            if !from.is_empty() {
                to.clone_from(from);
                context.origins.insert(name, Origin::CommandLine);
            }
        };
        take(&self.audience, "expect_audience", &mut context.audience);
        take(&self.issuer, "expect_issuer", &mut context.issuer);
        take(&self.scope, "expect_scope", &mut context.scope);
        if self.keys.is_some() {
            context.keys.clone_from(&self.keys);
            context.origins.insert("jwks", Origin::CommandLine);
        }
        if self.now.is_some() {
            context.now = self.now;
        }
    }
}

fn key_set(path: &Path) -> Result<KeySet, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: cannot be read: {e}", path.display()))?;
    KeySet::read(&text, &path.display().to_string()).map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads the key set that the exchange's file names, from inside that file's folder only.
fn load_keys(exchange: &mut Exchange, source: &str) -> Result<(), String> {
    if exchange.context.keys.is_some() {
        return Ok(());
    }
    let Some(named) = exchange.context.jwks.clone() else { return Ok(()) };
    let folder = Path::new(source).parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let path = folder.join(&named);
    let outside = || format!("jwks {named:?} lies outside the folder of the file that names it, and is not read");
    let (Ok(folder), Ok(real)) = (folder.canonicalize(), path.canonicalize()) else {
        return Err(format!("jwks {named:?} cannot be found"));
    };
    if !real.starts_with(&folder) {
        return Err(outside());
    }
    exchange.context.keys = Some(Arc::new(key_set(&real)?));
    Ok(())
}

/// The JSON contract.
pub fn to_json(checked: &[Checked], reveal: bool) -> Value {
    let exchanges: Vec<Value> = checked
        .iter()
        .map(|c| {
            let masker = if reveal { Masker::reveal() } else { Masker::of(&c.exchange) };
            json!({
                "source": c.exchange.source,
                "name": c.exchange.title(),
                "method": c.exchange.request.method,
                "url": masker.hide(&c.exchange.request.url),
                "status": c.exchange.answer.as_ref().map(|a| a.status),
                "decided": c.report.decided,
                "causes": c.report.causes.iter().map(|cause| cause_json(cause, &c.exchange, &masker)).collect::<Vec<_>>(),
                "needs": c.report.needs,
                "checks": c.report.checks.iter().map(|e| json!({
                    "id": e.check.id,
                    "outcome": e.finding.outcome.word(),
                    "message": masker.hide(&e.finding.message),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "version": 1, "exchanges": exchanges })
}

fn cause_json(cause: &Cause, exchange: &Exchange, masker: &Masker) -> Value {
    let mut value = json!({
        "id": cause.check.id,
        "confidence": cause.confidence,
        "summary": masker.hide(&cause.summary),
        "evidence": cause.evidence.iter().map(|e| evidence_json(e, exchange, masker)).collect::<Vec<_>>(),
    });
    if let Some(fix) = &cause.fix {
        value["fix"] = fix_json(fix, masker);
    }
    value
}

fn evidence_json(evidence: &Evidence, exchange: &Exchange, masker: &Masker) -> Value {
    let mut value = json!({ "in": evidence.place.word() });
    if let Some(name) = evidence.place.header_name(exchange) {
        value["header"] = json!(name);
    }
    if let Some(span) = evidence.span {
        value["start"] = json!(span.start);
        value["end"] = json!(span.end);
    }
    value["text"] = json!(masker.hide(&evidence.text));
    value
}

fn fix_json(fix: &Fix, masker: &Masker) -> Value {
    let mut value = json!({ "title": masker.hide(&fix.title), "kind": fix.word() });
    if let crate::checks::FixKind::Configuration { server, line } = &fix.kind {
        value["server"] = json!(server);
        value["line"] = json!(line);
    }
    value
}
