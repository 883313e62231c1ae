//! The form for how a token is obtained, and the dialog in which that happens.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::comparison::ComparisonPage;
use super::form::{Below, FormPage, FormRow};
use super::menu::Menu;
use crate::app::dialogs::auth::AuthForm;
use crate::app::dialogs::oauth::OAuthForm;
use crate::app::model::Model;
use crate::app::workspace::renewal::{Renewal, RenewalStep};
use crate::app::workspace::sending::SendState;
use crate::domain::time::human;
use crate::ui::state::ViewState;
use crate::ui::theme::Styles;

/// The form.
pub fn form<'a>(model: &'a Model, form: &'a OAuthForm, styles: &'a Styles) -> FormPage<'a> {
    let fields = form.fields().map(|(which, editor)| {
        let (label, help) = which.label();
        FormRow { label, help, editor, is_secret: AuthForm::is_secret(which.is_secret(), editor.text()) }
    });
    FormPage {
        model,
        title: "How the token is obtained",
        choice: ("by", form.grant.title()),
        rows: fields.collect(),
        chosen: form.chosen,
        least: 8,
        below: Below::Nothing,
        styles,
    }
}

/// The dialog.
pub struct RenewalDialog<'a> {
    pub model: &'a Model,
    pub renewal: &'a Renewal,
    pub styles: &'a Styles,
}

impl StatefulWidget for RenewalDialog<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, renewal, styles } = self;
        let context = renewal.step.context();
        if let RenewalStep::Done { comparison: Some(comparison), .. } = &renewal.step {
            let page =
                ComparisonPage { model, state: comparison, title: "A new token", about: &renewal.about, contexts: &[context], styles };
            return page.render(area, buf, state);
        }
        let mut about = renewal.about.clone();
        if let RenewalStep::Sending { id, since, .. } = &renewal.step {
            let sending = SendState::begin(*id, "waiting for the answer", *since);
            about.extend(sending.running(model.now));
        }
        if let RenewalStep::Device { code, .. } = &renewal.step {
            let left = code.expires_at.as_second().saturating_sub(model.now.as_second()).max(0);
            about.push(format!("Waiting for the login; the code is good for {}.", human(left as f64)));
        }
        Menu { model, title: title(&renewal.step), about, context, styles }.render(area, buf);
    }
}

fn title(step: &RenewalStep) -> &'static str {
    match step {
        RenewalStep::Done { .. } => "A new token",
        RenewalStep::Failed { .. } => "No new token",
        RenewalStep::Asking(_) => "Renew the token?",
        _ => "Renewing the token",
    }
}
