//! The actions that give what would decide between causes.

use super::Action;
use crate::checks::Need;

/// What the user can do here for what would decide between causes, the best first.
pub const fn actions_for(need: Need) -> &'static [Action] {
    match need {
        Need::KeySet => &[Action::FetchKeys, Action::Expectations],
        Need::Introspection => &[Action::Introspect],
        Need::Expectations | Need::Password | Need::SigningSecret => &[Action::Expectations],
        Need::DocumentedScheme | Need::HeadersBehindProxy => &[Action::TryVariants],
        _ => &[],
    }
}
