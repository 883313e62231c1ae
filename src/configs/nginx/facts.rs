//! What a whole configuration of nginx says, for what is said of one of its blocks.

use std::collections::{HashMap, HashSet};

use crate::configs::directive::Directive;

/// Facts of a tree.
#[derive(Debug, Default)]
pub struct Facts<'t> {
    /// Addresses that `auth_request` asks.
    pub asked: HashSet<&'t str>,
    /// Seconds between two requests of each zone of `limit_req_zone`.
    pub pauses: HashMap<&'t str, f64>,
    /// Names with underscores are let through somewhere.
    pub takes_underscores: bool,
}

impl<'t> Facts<'t> {
    pub fn of(tree: &'t [Directive]) -> Self {
        let mut facts = Self::default();
        facts.look(tree);
        facts
    }

    fn look(&mut self, tree: &'t [Directive]) {
        for directive in tree {
            match directive.name.as_str() {
                "auth_request" if directive.arg(0) != "off" => {
                    self.asked.insert(directive.arg(0));
                }
                "limit_req_zone" => {
                    let value = |name: &str| directive.args.iter().find_map(|arg| arg.strip_prefix(name));
                    let name = value("zone=").and_then(|zone| zone.split(':').next());
                    if let Some((name, pause)) = name.zip(value("rate=").and_then(pause)) {
                        self.pauses.insert(name, pause);
                    }
                }
                "underscores_in_headers" => self.takes_underscores |= directive.arg(0) == "on",
                "ignore_invalid_headers" => self.takes_underscores |= directive.arg(0) == "off",
                _ => {}
            }
            self.look(directive.block.as_deref().unwrap_or_default());
        }
    }
}

/// The seconds between two requests of a rate such as `5r/m`.
fn pause(rate: &str) -> Option<f64> {
    let (number, unit) = rate.split_once("r/")?;
    let number: f64 = number.parse().ok().filter(|number| *number > 0.0)?;
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Some(seconds / number)
}
