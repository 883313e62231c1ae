//! What the panes show, as data; `ui` draws it.

use strum::IntoStaticStr;

pub mod checklist;
pub mod claims;
pub mod requests;
pub mod response;
pub mod token_view;

/// A pane of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Pane {
    /// The requests of all files.
    Requests,
    /// The request as it is sent.
    Request,
    /// The response.
    Response,
    /// The decoded token.
    Claims,
    /// The checks.
    Checklist,
}

impl Pane {
    /// All panes, in the order of their numbers and of Tab.
    pub const ALL: [Self; 5] = [Self::Requests, Self::Request, Self::Response, Self::Claims, Self::Checklist];

    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Requests => "Requests",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Claims => "Claims",
            Self::Checklist => "Checklist",
        }
    }
}
