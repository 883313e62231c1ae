//! What a line of a shell is: a command, what may be before one, an assignment.

pub(super) fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

/// A prompt, `sudo`, `time`, a keyword of the shell, or `NAME=value`.
pub(in crate::formats) fn is_prefix(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "$", "%", "#", ">", "sudo", "time", "exec", "command", "export", "declare", "local", "readonly", "if", "then", "else", "elif",
        "while", "until", "do", "!",
    ];
    WORDS.contains(&word) || assignment(word).is_some()
}

/// Commands that run another one, here or elsewhere.
pub(super) fn wraps(word: &str) -> bool {
    const NAMES: [&str; 41] = [
        "bash",
        "sh",
        "zsh",
        "dash",
        "ash",
        "ksh",
        "su",
        "eval",
        "kubectl",
        "oc",
        "docker",
        "docker-compose",
        "podman",
        "nerdctl",
        "lxc",
        "minikube",
        "heroku",
        "fly",
        "flyctl",
        "vagrant",
        "wsl",
        "adb",
        "gcloud",
        "aws",
        "ssh",
        "xargs",
        "watch",
        "timeout",
        "env",
        "nohup",
        "nice",
        "doas",
        "winpty",
        "stdbuf",
        "proxychains",
        "proxychains4",
        "torsocks",
        "chroot",
        "strace",
        "hyperfine",
        "parallel",
    ];
    let name = word.rsplit('/').next().unwrap_or(word);
    NAMES.contains(&name)
}

/// The name and value of an assignment of the shell.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_name && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some((name, value))
}

/// True when a line holds what a shell would run that matters here: curl, perhaps behind another command, an assignment, or what may
/// be piped into curl.
pub(super) fn is_command(line: &str) -> bool {
    if line.trim_start().starts_with('#') {
        return false;
    }
    line.split(['|', ';', '&', '(', '`']).any(|part| {
        let mut words = part.split_whitespace().skip_while(|word| is_prefix(word) && assignment(word).is_none());
        match words.next() {
            Some(word) if is_curl(word) || assignment(word).is_some() => true,
            Some("echo" | "printf" | "cat") => line.contains('|') || line.contains('\'') || line.contains('"'),
            // A script of several lines is opened here.
            Some(word) if wraps(word) && part.trim_end().ends_with(['\'', '"']) && opens_quote(part) => true,
            Some(word) if wraps(word) => words.any(|word| is_curl(word.trim_start_matches(['\'', '"']))),
            _ => false,
        }
    })
}

/// True if a quote is open at the end of a line.
fn opens_quote(line: &str) -> bool {
    let mut quote = None;
    for c in line.chars().filter(|c| matches!(c, '\'' | '"')) {
        match quote {
            None => quote = Some(c),
            Some(open) if open == c => quote = None,
            Some(_) => {}
        }
    }
    quote.is_some()
}

/// True for a line in which curl has something to request: prose about it has neither a flag nor an address behind the word.
pub(super) fn has_argument(line: &str) -> bool {
    let mut words = line.split([' ', '\t', '(', '`', '|', ';', '\'', '"']).skip_while(|word| !is_curl(word));
    words.next();
    let is_alone = words.next().is_none();
    // `curl api`: one word is an address.
    is_alone || words.next().is_none() || line.trim_end().ends_with(['\\', '`', '^']) || {
        let mut behind = line.split("curl").skip(1).flat_map(str::split_whitespace);
        behind.any(|word| {
            word.starts_with(['-', '$', '\'', '"', '\u{2013}', '\u{2014}', '\u{201c}', '\u{2018}', '<'])
                || word.contains("://")
                || word.contains("localhost")
                || word.trim_end_matches('.').contains('.')
        })
    }
}
