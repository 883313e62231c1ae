//! wget.

use super::draft::{Draft, Login};
use super::shell::{Given, ShellCommand, given};
use crate::domain::exchange::Redirects;
use crate::formats::address::take_login;
use crate::formats::mask::first_word;

const TAKES_VALUE: [&str; 66] = [
    "--header",
    "--post-data",
    "--post-file",
    "--body-data",
    "--body-file",
    "--method",
    "--user",
    "--password",
    "--http-user",
    "--http-password",
    "--user-agent",
    "--referer",
    "--load-cookies",
    "--save-cookies",
    "--max-redirect",
    "--output-document",
    "--output-file",
    "--tries",
    "--timeout",
    "--wait",
    "--certificate",
    "--private-key",
    "--ca-certificate",
    "--execute",
    "--directory-prefix",
    "--input-file",
    "--limit-rate",
    "--quota",
    "--level",
    "--accept",
    "--reject",
    "--compression",
    "--http-passwd",
    "--proxy-user",
    "--proxy-password",
    "--proxy-passwd",
    "--ftp-user",
    "--ftp-password",
    "--read-timeout",
    "--connect-timeout",
    "--dns-timeout",
    "--waitretry",
    "--retry-on-http-error",
    "--bind-address",
    "--base",
    "--config",
    "--append-output",
    "--ca-directory",
    "--crl-file",
    "--certificate-type",
    "--private-key-type",
    "--pinnedpubkey",
    "--ciphers",
    "--secure-protocol",
    "--prefer-family",
    "--progress",
    "--domains",
    "--exclude-domains",
    "--include-directories",
    "--exclude-directories",
    "--accept-regex",
    "--reject-regex",
    "--cut-dirs",
    "--start-pos",
    "--local-encoding",
    "--restrict-file-names",
];

/// The requests of a command: one for each address.
pub(super) fn requests(command: &ShellCommand) -> Vec<Draft> {
    let mut draft = Draft::of("wget", command.at, Redirects::Follow);
    let (mut urls, mut user, mut password, mut is_sent_at_once) = (Vec::new(), None, None, false);
    for Given { option, value, at } in given(command, &TAKES_VALUE, "OotTeUPiQlADRBwaIX") {
        match option.as_str() {
            "" => urls.push(value),
            "--header" => match value.split_once(':') {
                Some((name, value)) => draft.headers.push(name, value.trim()),
                None => draft.note(at, format!("--header: {:?} has no colon", first_word(&value))),
            },
            "--post-data" | "--body-data" => {
                draft.body = value;
                draft.content_type = Some("application/x-www-form-urlencoded".into());
                if option == "--post-data" {
                    draft.method = Some("POST".into());
                }
            }
            "--post-file" | "--body-file" => {
                draft.content_type = Some("application/x-www-form-urlencoded".into());
                draft.unread_body(at, format!("{option}: the body is in {value}, which is not opened"));
                if option == "--post-file" {
                    draft.method = Some("POST".into());
                }
            }
            "--method" => draft.method = Some(value.to_ascii_uppercase()),
            "--user" | "--http-user" => user = Some(value),
            "--password" | "--http-password" | "--http-passwd" => password = Some(value),
            "--ask-password" => draft.note(at, "--ask-password: wget asks for the password on the terminal; assumed to be empty"),
            "--auth-no-challenge" => is_sent_at_once = true,
            "-U" | "--user-agent" => draft.set_header("User-Agent", &value),
            "--referer" => draft.set_header("Referer", &value),
            "--spider" => draft.method = Some("HEAD".into()),
            "--no-check-certificate" => draft.let_pass_certificates(),
            "--no-proxy" => draft.transfer.no_proxy = Some("*".into()),
            "--max-redirect" if value == "0" => draft.transfer.redirects = Redirects::Show,
            "--max-redirect" => draft.transfer.max_redirects = value.parse().ok(),
            "--load-cookies" => draft.note(at, format!("--load-cookies: the cookies are in {value}, which is not opened")),
            "--certificate" | "--private-key" | "--ca-certificate" | "-i" | "--input-file" => {
                draft.note(at, format!("{option}: the file is not read"));
            }
            "-e" | "--execute" => draft.note(at, format!("{option}: the setting is not read")),
            _ => {}
        }
    }
    let of_url = |mut url: String| {
        let mut draft = draft.clone();
        let own = take_login(&mut url);
        draft.url = if url.contains("://") { url } else { format!("http://{url}") };
        let of_options = user.clone().map(|user| format!("{user}:{}", password.clone().unwrap_or_default()));
        if let Some(pair) = of_options.or(own) {
            let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
            let (user, password) = (user.to_string(), password.to_string());
            draft.login = Some(if is_sent_at_once { Login::Basic(user, password) } else { Login::OnChallenge(user, password) });
            if !is_sent_at_once {
                draft.note(draft.at, "wget sends name and password only after a challenge: --auth-no-challenge sends them at once");
            }
        }
        draft
    };
    urls.into_iter().take(crate::domain::limits::MAX_LISTED).map(of_url).collect()
}
