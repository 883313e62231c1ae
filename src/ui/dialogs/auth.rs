//! The form for how a request says who sends it.

use super::form::{Below, FormPage, FormRow};
use crate::app::dialogs::auth::AuthForm;
use crate::app::model::Model;
use crate::ui::theme::Styles;

/// The form.
pub fn page<'a>(model: &'a Model, form: &'a AuthForm, styles: &'a Styles) -> FormPage<'a> {
    let fields = form.fields().map(|(which, editor)| {
        let (label, help) = which.label();
        FormRow { label, help, editor, is_secret: AuthForm::is_secret(which.is_secret(), editor.text()) }
    });
    FormPage {
        model,
        title: "Who sends the request",
        choice: ("sent as", form.kind.label()),
        rows: fields.collect(),
        chosen: form.chosen,
        least: 3,
        below: Below::Verdict,
        styles,
    }
}
