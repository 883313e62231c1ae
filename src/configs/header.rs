//! Names of headers and paths, as far as readers of all servers ask for them.

/// True for the header of credentials.
pub fn is_authorization(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("Authorization")
}

/// True for the header of cookies.
pub fn is_cookie(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("Cookie")
}

/// True for a name or path of files that are the same for everybody.
pub fn is_public(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["static", "assets", "asset", "css", "js", "png", "img", "image", "public", "fonts", "media", "cdn"]
        .iter()
        .any(|word| name.contains(word))
}
