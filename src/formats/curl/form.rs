//! Bodies that curl puts together: `-d`, `--data-urlencode`, `-F`.

use crate::formats::address::{Escaped, encoded};
use crate::formats::multipart;

/// The argument of `--data-urlencode`, encoded as curl does. The error is the file it names.
pub(super) fn url_encoded(argument: &str) -> Result<String, &str> {
    let at = argument.find(['=', '@']);
    let (name, content) = match at.map(|at| (argument.get(..at).unwrap_or_default(), argument.get(at..).unwrap_or_default())) {
        Some((_, rest)) if rest.starts_with('@') => return Err(rest.get(1..).unwrap_or_default()),
        Some((name, rest)) => (name, rest.get(1..).unwrap_or_default()),
        None => ("", argument),
    };
    let content = encoded(content, Escaped::RFC_3986, "+");
    Ok(if name.is_empty() { content } else { format!("{name}={content}") })
}

/// One part of a form (`-F name=content;type=…;filename=…`) as multipart text. The error says which file it names.
pub(super) fn part(argument: &str, literal: bool) -> Result<String, String> {
    let Some((name, content)) = argument.split_once('=') else {
        return Err(format!("{argument:?} has no name=content"));
    };
    let (content, kind, filename) = if literal { (content.to_string(), None, None) } else { attributes(content) };
    if !literal && content.starts_with(['@', '<']) {
        return Err(format!("the content of {name} is in {}, which is not opened", content.get(1..).unwrap_or_default()));
    }
    Ok(multipart::part(name, filename.as_deref(), kind.as_deref(), &content))
}

/// Content, `;type=` and `;filename=`.
fn attributes(content: &str) -> (String, Option<String>, Option<String>) {
    // Quoted content keeps its semicolons.
    let (value, rest) = match content.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
        Some((inner, rest)) => (inner, rest),
        None => {
            let at = [";type=", ";filename=", ";headers=", ";encoder="]
                .iter()
                .filter_map(|mark| content.find(mark))
                .min()
                .unwrap_or(content.len());
            content.split_at(at)
        }
    };
    let get = |name: &str| {
        let (_, after) = rest.split_once(&format!(";{name}="))?;
        let end = [";type=", ";filename="].iter().filter_map(|mark| after.find(mark)).min().unwrap_or(after.len());
        Some(after.get(..end)?.trim_matches('"').to_string())
    };
    (value.to_string(), get("type"), get("filename"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_as_curl_does() {
        assert_eq!(url_encoded("n=a b&c"), Ok("n=a+b%26c".into()));
        assert_eq!(url_encoded("=x y"), Ok("x+y".into()));
        assert_eq!(url_encoded("p q"), Ok("p+q".into()));
        assert_eq!(url_encoded("n@file"), Err("file"));
    }
}
