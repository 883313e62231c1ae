//! Names of files in the place of what the files hold.

/// What files with a key or a token in them are called at the end.
const FILE_ENDS: [&str; 10] = [".pem", ".key", ".json", ".txt", ".jwt", ".p12", ".pfx", ".crt", ".token", "/token"];

/// True for the path of a file in which a key or a token is kept: a setting that wants the file's content got its name, or a client
/// read `@path` as it stands.
pub(super) fn is_path_of_file(text: &str) -> bool {
    const STARTS: [&str; 5] = ["/", "./", "~/", "../", "file://"];
    // Where containers find their secrets, whatever these are called.
    const OF_SECRETS: [&str; 2] = ["/run/secrets/", "/var/run/secrets/"];
    let path = text.strip_prefix('@').unwrap_or(text);
    let is_of_drive = || path.get(1..3).is_some_and(|sign| sign == ":\\" || sign == ":/");
    let is_path = (STARTS.iter().any(|start| path.starts_with(start)) || is_of_drive()) && !path.contains(char::is_whitespace);
    is_path && (FILE_ENDS.iter().any(|end| path.ends_with(end)) || OF_SECRETS.iter().any(|start| path.starts_with(start)))
}

/// True for the name of such a file without its path. Somebody's secret may look like it.
pub(super) fn is_name_of_file(text: &str) -> bool {
    const LONGEST: usize = 64;
    let name = text.strip_prefix('@').unwrap_or(text);
    let is_name = |stem: &str| {
        stem.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
            && stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    name.len() <= LONGEST && FILE_ENDS.iter().filter(|end| end.starts_with('.')).any(|end| name.strip_suffix(end).is_some_and(is_name))
}
