//! `username-form-wrong`

use super::of_service::{named, source};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::noted::sentences;
use crate::checks::facts::words::Topic;
use crate::checks::services;
use crate::checks::services::schema::{NameForm, Service, UserName};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::basic;
use crate::domain::request::Edit;

check! {
    /// The service wants another form of user name.
    ///
    /// # What it looks at
    /// The user name of Basic, compared with what the table of services says of it: one of a few fixed names (`__token__`,
    /// `AWS`, `oauth2accesstoken`), an e-mail address, the id of a key or of an account.
    ///
    /// # Why a server answers 401 to it
    /// The name decides how the password is read. A token under the account's own name is compared with the password of that
    /// account, and an account under its login name is not found where accounts are listed by e-mail.
    ///
    /// # How to prove it
    /// Keep the password, write the user name that the documentation gives, and send again.
    ///
    /// # How to fix it
    /// Use the user name that belongs to this kind of password.
    ///
    /// # Example
    /// `ida:eyJwYXls…` at a container registry of AWS, which wants `AWS:eyJwYXls…`.
    ///
    /// # References
    /// RFC 7617 section 2; pypi.org/help, "How can I use API tokens to authenticate with PyPI?".
    USERNAME = "username-form-wrong", Credentials,
    stage: Key, topics: [UserName],
    explains: ["basic-rejected", "token-rejected"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(word) = facts.word(Topic::UserName).filter(|word| word.specific && facts.is_refused()) {
        return Finding::fail(Strength::Stated, "the server says that the user name has the wrong form")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Use the user name that the documentation gives for this kind of password"));
    }
    let Some((user, password)) = facts.basic.as_ref().and_then(|b| b.text()) else {
        return of_query(facts).unwrap_or_else(Finding::not_applicable);
    };
    let Some(a) = facts.authorization().filter(|_| !facts.is_token_request()) else { return Finding::not_applicable() };
    // Web pages take the e-mail of an account where their APIs want its name.
    if user.contains('@')
        && facts.is_refused()
        && facts.status() == 401
        && let Some(said) = facts.noted_log_in()
    {
        let message = format!(
            "the account logs in elsewhere, and the user name here is its e-mail: {} may want its name",
            facts.host().unwrap_or("the API")
        );
        return Finding::suspect(Strength::Plausible, message)
            .proof(a.place(), a.credential_span, format!("user {user:?}"))
            .context(said.to_string())
            .fixed_by(Fix::action("Write the name of the account instead of its e-mail"));
    }
    if let Some(email) = noted_email(facts).filter(|_| !user.contains('@') && facts.is_refused() && matches!(facts.status(), 401 | 403)) {
        return Finding::suspect(Strength::Likely, format!("the user name is {user:?}, and by the notes the account logs in with {email}"))
            .proof(a.place(), a.credential_span, format!("user {user:?}"))
            .context(format!("logs in with {email}"))
            .fixed_by(Fix::action(format!("Write {email} as the user name")));
    }
    let Some(Wanted { service, named, wanted, decides }) = wanted(facts, password) else {
        if let Some(finding) = word_of_another(facts, a, user) {
            return finding;
        }
        return key_label(facts).map_or_else(Finding::not_applicable, |label| {
            Finding::suspect(
                Strength::Plausible,
                format!("the user name {label:?} looks like the label of a key, which no service asks for"),
            )
            .proof(a.place(), a.credential_span, format!("user {label:?}"))
            .fixed_by(Fix::action("Use the user name that the documentation gives for keys: a fixed word such as apikey, or the key's id"))
        });
    };
    if !facts.is_refused() {
        return Finding::pass("the server accepted the user name");
    }
    let values: Vec<&str> = wanted.values().collect();
    let is_email = user.contains('@');
    let (is_right, form) = match wanted.form {
        NameForm::Any | NameForm::Token => return Finding::pass(format!("{} takes any user name", service.name)),
        NameForm::Fixed => (values.is_empty() || values.contains(&user), values.join(" or ")),
        NameForm::Email => (is_email, "an e-mail address".into()),
        NameForm::KeyId => (!is_email && !user.is_empty(), "the id of a key".into()),
        NameForm::AccountId => (!is_email && !user.is_empty(), "the id of an account".into()),
        NameForm::Login => (!is_email && !user.is_empty(), "the name of the account".into()),
    };
    if wanted.looks_right(user).unwrap_or(is_right) {
        return Finding::pass("the user name has the form that the service wants");
    }
    // A name out of a few can be nothing else; of forms there may be more than a table knows.
    let strength = match (decides, wanted.form) {
        (true, NameForm::Fixed) => Strength::Contradiction,
        (true, _) => Strength::Likely,
        // The password says which of the service's rules holds.
        (false, _) if wanted.pattern.is_some() => Strength::Likely,
        (false, NameForm::Fixed) => Strength::Plausible,
        (false, _) => Strength::Possible,
    };
    let note = wanted.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
    let shown = if user.is_empty() { "empty".to_string() } else { format!("{user:?}") };
    let finding = Finding::suspect(strength, format!("the user name is {shown}, but {named} wants {form}{note}"))
        .proof(a.place(), a.credential_span, format!("user {shown}"))
        .context(source(service));
    finding.fixed_by(match values.as_slice() {
        [only] => Fix::edit(
            format!("Write {only} as the user name and keep the password"),
            vec![Edit::HeaderValue { index: a.index, value: format!("Basic {}", basic::encode(only, password)) }],
        ),
        _ => Fix::action(format!("Write {form} as the user name")),
    })
}

/// The user name is a word that other services want (`__token__`), and nothing shows that this server knows it.
fn word_of_another(facts: &Facts, a: &Authorization, user: &str) -> Option<Finding> {
    let is_word = user.contains(['_', '-']) && user.to_ascii_lowercase().contains("token");
    let is_refused = facts.is_refused() && facts.answer.is_some() && matches!(facts.status(), 401 | 403);
    let other = services::wanting_user(user).next().filter(|_| is_word && is_refused)?;
    let message = format!("the user name {user:?} is the one that {} wants: this server may know accounts alone", other.name);
    Some(
        Finding::suspect(Strength::Likely, message)
            .proof(a.place(), a.credential_span, format!("user {user:?}"))
            .context(source(other))
            .fixed_by(Fix::action("Use the user name that this server has for the password")),
    )
}

/// The user in the address is not the one that is meant.
fn of_query(facts: &Facts) -> Option<Finding> {
    let meant = facts.context.username.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let (name, user) = ["u", "user", "username", "login"].iter().find_map(|name| Some((*name, facts.query(name)?)))?;
    (!user.eq_ignore_ascii_case(meant)).then(|| {
        Finding::fail(Strength::Likely, format!("the user in the address is {user:?}, and the one that is meant is {meant:?}"))
            .proof(Place::RequestLine, None, format!("{name}={user}"))
            .context(format!("user name: {meant}"))
            .fixed_by(Fix::action(format!("Write {meant} as the user name: services show another name than the one that logs in")))
    })
}

/// The e-mail address with which the account logs in elsewhere, by the notes.
fn noted_email<'f>(facts: &'f Facts) -> Option<&'f str> {
    let is_of_log_in = |sentence: &&str| {
        let lower = sentence.to_ascii_lowercase();
        ["log in with", "login with", "sign in with", "logs in with", "signs in with"].iter().any(|words| lower.contains(words))
    };
    let is_email = |word: &&str| word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let words = sentences(facts.context.notes.as_deref()?).filter(is_of_log_in).flat_map(str::split_whitespace);
    words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).find(is_email)
}

/// The user name, where it is the label under which a key is listed, and the password a key; the server has refused them.
pub fn key_label<'f>(facts: &'f Facts) -> Option<&'f str> {
    let (user, password) = facts.basic.as_ref().and_then(|basic| basic.text()).filter(|_| facts.status() == 401)?;
    let lower = user.to_ascii_lowercase();
    // The word alone is what services ask for.
    let is_label = ["apikey", "api-key", "api_key"].iter().any(|word| lower.contains(word) && lower.len() >= word.len() + 8);
    let is_key = password.len() >= 20 && password.bytes().all(|b| b.is_ascii_graphic()) && password.bytes().any(|b| b.is_ascii_digit());
    (is_label && is_key).then_some(user)
}

/// What a user name is held against.
struct Wanted<'a> {
    service: &'a Service,
    named: String,
    wanted: &'a UserName,
    /// True when a verdict may rest on it.
    decides: bool,
}

/// The user name that goes with a password: that of its kind, else the service's. A password that says whose it is brings the
/// rule of its service to hosts that nobody knows.
fn wanted<'a>(facts: &Facts<'a>, password: &str) -> Option<Wanted<'a>> {
    if let Some(known) = facts.service() {
        let service = known.service;
        let of_kind = service.kinds.iter().find(|kind| kind.is(password)).and_then(|kind| kind.username.as_ref());
        if let Some(wanted) = of_kind.or(service.username.as_ref()) {
            return Some(Wanted { service, named: named(&known), wanted, decides: known.decides() });
        }
    }
    let fixed = services::of_credential(password).into_iter().find_map(|(service, _)| {
        let wanted = service.username.as_ref().filter(|name| name.form == NameForm::Fixed)?;
        Some((service, wanted))
    });
    let (service, wanted) = fixed.filter(|_| facts.service().is_none())?;
    Some(Wanted { service, named: format!("{}, whose credential this is,", service.name), wanted, decides: false })
}
