//! The form that makes a token.

use super::form::{Below, FormPage, FormRow};
use crate::app::dialogs::token::{KeySource, TokenForm, TokenRowKind};
use crate::app::model::Model;
use crate::ui::theme::Styles;

/// The form.
pub fn form<'a>(model: &'a Model, form: &'a TokenForm, styles: &'a Styles) -> FormPage<'a> {
    let is_typed_secret = matches!(form.key(), Some(KeySource::Secret(_)));
    let rows = form.rows.iter().map(|row| FormRow {
        label: &row.name,
        help: match row.kind {
            TokenRowKind::Key => "./private.pem, a JWK, or the shared secret itself",
            TokenRowKind::Header | TokenRowKind::Claim => "left out",
            TokenRowKind::New => "name: value",
        },
        editor: &row.editor,
        is_secret: row.kind == TokenRowKind::Key && is_typed_secret,
    });
    FormPage {
        model,
        title: "Make a token",
        choice: ("alg", form.algorithm()),
        rows: rows.collect(),
        chosen: form.chosen,
        least: 3,
        below: Below::Note("exp, nbf and iat take +1h. For test servers: it is as good as the key."),
        styles,
    }
}
