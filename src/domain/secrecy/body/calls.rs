//! Calls by the name of a method and a list of values, as in JSON-RPC and XML-RPC: of one that logs in, the values are name and password.

use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::secrecy::plain;
use crate::domain::secrecy::search::Search;
use crate::domain::span::Span;

/// Members and elements that name a method.
const METHODS: [&str; 4] = ["method", "methodname", "procedure", "function"];
/// Lists of parameters.
const LISTS: [&str; 5] = ["params", "args", "arguments", "parameters", "positional"];
/// What is in the name of a method that logs in.
const LOGINS: [&str; 8] = ["login", "logon", "signin", "sign_in", "authenticate", "unlock", "verify_user", "check_user"];
/// Elements named after their place in a call: `arg0`, `param1`, `in2`.
const PLACES: [&str; 4] = ["arg", "param", "in", "args"];
/// Parameters that are looked at.
const MOST: usize = 16;

/// True for the name of a member or element that names a method.
pub fn is_method(member: &str) -> bool {
    METHODS.iter().any(|known| known.eq_ignore_ascii_case(member))
}

/// True for the name of a list of parameters.
pub fn is_list(member: &str) -> bool {
    LISTS.iter().any(|known| known.eq_ignore_ascii_case(member))
}

/// True for a method that takes a credential.
pub fn logs_in(method: &str) -> bool {
    let lower = method.to_ascii_lowercase();
    method.len() <= 64
        && (LOGINS.iter().any(|word| lower.contains(word))
            || lower.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "auth")
            || names::of(method, Side::Request) == Grade::Secret)
}

/// The place of an element named after it.
pub fn place(element: &str) -> Option<usize> {
    let digits = element.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let word = element.get(..element.len() - digits.len())?;
    PLACES.iter().find(|known| known.eq_ignore_ascii_case(word)).and_then(|_| digits.parse().ok())
}

/// What a parameter is by its place: the name comes first, but where there is nothing else.
pub const fn grade(place: usize, count: usize) -> Grade {
    if place == 0 && count > 1 { Grade::Suspect } else { Grade::Secret }
}

/// The method and the texts among the parameters of a call, in whatever order they come.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    method: Option<Span>,
    /// Any method, whether it logs in or not.
    called: Option<Span>,
    texts: Vec<Span>,
}

impl Parameters {
    /// Takes in a member that may name the method.
    pub fn method(&mut self, member: &str, value: Span, text: &str) {
        if is_method(member) {
            self.called = Some(value);
            if value.cut(text).is_some_and(logs_in) {
                self.method = Some(value);
            }
        }
    }

    /// True once its method is known.
    pub const fn is_call(&self) -> bool {
        self.called.is_some()
    }

    /// Takes in a parameter.
    pub fn parameter(&mut self, value: Span) {
        if self.texts.len() < MOST {
            self.texts.push(value);
        }
    }

    /// Takes in a list of them.
    pub fn adopt(&mut self, list: Self) {
        self.texts = list.texts;
    }

    /// Records them, if the method logs in. Of any other one nothing says which of them is a password, as in
    /// `wp.getPosts(1, user, password)`: what is plainly none may go on.
    pub fn record(&self, text: &str, search: &mut Search) {
        if let (None, Some(method)) = (self.method, self.called)
            && search.suspects()
        {
            for value in self.texts.iter().filter(|value| value.cut(text).is_some_and(|value| !plain::is_plain(value))) {
                search.value(text, *value, Grade::Suspect, method);
            }
        }
        let Some(method) = self.method else { return };
        for (place, value) in self.texts.iter().enumerate() {
            search.value(text, *value, grade(place, self.texts.len()), method);
        }
    }
}
