//! What the answers to variants show.

use super::tried::{Trial, Tried};
use crate::domain::response::Response;

/// The first line in which an answer is another one than that of the request as it is: status, challenge, or body.
pub fn first_difference(first: &Response, other: &Response) -> Option<String> {
    if first.status != other.status {
        return Some(format!("status {}", other.status));
    }
    let challenge = |answer: &Response| answer.headers.get("www-authenticate").map(str::to_string);
    if challenge(first) != challenge(other) {
        return Some(challenge(other).map_or_else(|| "no WWW-Authenticate".into(), |value| format!("WWW-Authenticate: {value}")));
    }
    if first.body == other.body {
        return None;
    }
    let mut pairs = first.body.lines().map(Some).chain(std::iter::repeat(None)).zip(other.body.lines().map(Some).chain([None]));
    let line = pairs.find(|(one, two)| one != two).and_then(|(_, two)| two);
    Some(line.map_or_else(|| "a shorter body".into(), |line| line.trim().to_string()))
}

/// What the answers prove, in a sentence.
pub fn conclusion(tried: &[Tried]) -> String {
    let Some(first) = tried.first().and_then(|first| first.status.map(|status| (first, status))) else {
        return "The request as it is was not answered, so nothing can be compared with it.".into();
    };
    let (first, status) = first;
    if first.is_accepted() {
        return format!("The request as it is was accepted this time ({status}): the refusal does not repeat.");
    }
    let accepted: Vec<&Tried> = tried.iter().filter(|tried| tried.is_accepted() && tried.trial != Trial::Preflight).collect();
    let labels: Vec<&str> = accepted.iter().map(|tried| tried.label.as_str()).collect();
    match labels.as_slice() {
        [] => {}
        [one] => return format!("It is accepted {one}, and refused ({status}) as it is: that makes the difference."),
        [all @ .., last] => {
            return format!("It is accepted {} and {last}, each alone, and refused ({status}) as it is.", all.join(", "));
        }
    }
    match tried.iter().find(|tried| tried.trial == Trial::NoCredential && tried.status.is_some()) {
        Some(without) if without.is_same => {
            "With the credential and without it the answer is the same: it may not arrive, or nobody looks at it. Nothing else made a \
             difference."
                .into()
        }
        Some(without) => format!(
            "Without the credential the answer is another one ({}): the credential arrives, and it is what is refused. Nothing else was \
             accepted.",
            without.status.unwrap_or_default()
        ),
        None => "Nothing of this made a difference.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_made_the_difference() {
        let tried =
            |trial, label: &str, status, is_same| Tried { trial, label: label.into(), status: Some(status), is_same, edits: vec![] };
        let first = tried(Trial::AsItIs, "as it is", 401, true);
        let said = |others: &[Tried]| conclusion(&[std::slice::from_ref(&first), others].concat());
        assert!(
            said(&[tried(Trial::OtherSlash, "with a slash at the end", 200, false)]).starts_with("It is accepted with a slash at the end")
        );
        assert!(said(&[tried(Trial::NoCredential, "without", 401, true)]).contains("it may not arrive"));
        assert!(said(&[tried(Trial::NoCredential, "without", 403, false)]).contains("it is what is refused"));
        assert!(said(&[tried(Trial::Preflight, "the preflight alone", 204, false)]).contains("Nothing of this"));
        assert!(conclusion(&[tried(Trial::AsItIs, "as it is", 200, true)]).contains("does not repeat"));
        assert!(conclusion(&[Tried { status: None, ..first.clone() }]).contains("was not answered"));
    }

    #[test]
    fn the_first_difference_is_what_one_reads_first() {
        let answer = |status, challenge: &str, body: &str| Response {
            status,
            headers: [("WWW-Authenticate", challenge)].into_iter().collect(),
            body: body.into(),
            ..Response::default()
        };
        let first = answer(401, "Bearer", "a\nb\n");
        assert_eq!(first_difference(&first, &answer(403, "Bearer", "")).as_deref(), Some("status 403"));
        assert_eq!(first_difference(&first, &answer(401, "Basic", "")).as_deref(), Some("WWW-Authenticate: Basic"));
        assert_eq!(first_difference(&first, &answer(401, "Bearer", "a\nc\n")).as_deref(), Some("c"));
        assert_eq!(first_difference(&first, &answer(401, "Bearer", "a\n")).as_deref(), Some("a shorter body"));
        assert_eq!(first_difference(&first, &answer(401, "Bearer", "a\nb\n")), None);
    }
}
