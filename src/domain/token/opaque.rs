//! Tokens that only their issuer can read: the vendor and kind that a known prefix reveals, else the shape.

/// A known prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// How such a token begins.
    pub prefix: &'static str,
    /// Who issues it.
    pub vendor: &'static str,
    /// What it is there, with how it is usually sent where that is peculiar.
    pub what: &'static str,
}

const fn prefix(prefix: &'static str, vendor: &'static str, what: &'static str) -> Prefix {
    Prefix { prefix, vendor, what }
}

/// Prefixes that vendors document; a longer one precedes a shorter one that it begins with.
pub const PREFIXES: &[Prefix] = &[
    prefix("github_pat_", "GitHub", "a fine-grained personal access token"),
    prefix("ghp_", "GitHub", "a classic personal access token"),
    prefix("gho_", "GitHub", "an OAuth access token"),
    prefix("ghu_", "GitHub", "a user access token of a GitHub App"),
    prefix("ghs_", "GitHub", "an installation token of a GitHub App (or of Actions), good for one hour"),
    prefix("ghr_", "GitHub", "a refresh token: it is exchanged, not sent to the API"),
    prefix("glpat-", "GitLab", "a personal, project or group access token; sent as PRIVATE-TOKEN or Bearer"),
    prefix("gloas-", "GitLab", "an OAuth application secret: not a token"),
    prefix("gldt-", "GitLab", "a deploy token: the password of Basic authentication"),
    prefix("glcbt-", "GitLab", "a CI job token; sent as JOB-TOKEN"),
    prefix("glrt-", "GitLab", "a runner authentication token"),
    prefix("ATATT", "Atlassian", "an API token: the password of Basic authentication, with the mail address as user"),
    prefix("ATCTT", "Atlassian", "an access token of a Bitbucket repository or workspace"),
    prefix("sk-ant-", "Anthropic", "an API key; sent as x-api-key"),
    prefix("sk-proj-", "OpenAI", "a project API key"),
    prefix("sk_live_", "Stripe", "a live secret key"),
    prefix("sk_test_", "Stripe", "a test secret key: live objects are not found with it"),
    prefix("rk_live_", "Stripe", "a live restricted key"),
    prefix("rk_test_", "Stripe", "a test restricted key"),
    prefix("pk_live_", "Stripe", "a live publishable key: it cannot call the API from a server"),
    prefix("pk_test_", "Stripe", "a test publishable key: it cannot call the API from a server"),
    prefix("whsec_", "Stripe", "a webhook signing secret: not for calling the API"),
    prefix("sk-", "OpenAI or a service like it", "an API key"),
    prefix("xoxb-", "Slack", "a bot token"),
    prefix("xoxp-", "Slack", "a user token"),
    prefix("xoxe.", "Slack", "a rotated access token, good for twelve hours"),
    prefix("xoxe-", "Slack", "a refresh token: it is exchanged, not sent to the API"),
    prefix("xoxa-", "Slack", "a legacy workspace token"),
    prefix("xoxs-", "Slack", "a legacy session token"),
    prefix("xapp-", "Slack", "an app-level token, for sockets only"),
    prefix("ya29.", "Google", "an OAuth access token, good for one hour"),
    prefix("1//", "Google", "an OAuth refresh token: it is exchanged, not sent to the API"),
    prefix("GOCSPX-", "Google", "an OAuth client secret: not a token"),
    prefix("AIza", "Google", "an API key; sent as ?key= or x-goog-api-key"),
    prefix("AKIA", "AWS", "a long-term access key id: it signs requests (SigV4), it is not sent as a token"),
    prefix("ASIA", "AWS", "a temporary access key id: it needs its session token as well"),
    prefix("IQoJb3JpZ2lu", "AWS", "a session token; sent as X-Amz-Security-Token with a signature"),
    prefix("FwoGZXIvYXdz", "AWS", "a session token; sent as X-Amz-Security-Token with a signature"),
    prefix("npm_", "npm", "an access token"),
    prefix("pypi-", "PyPI", "an upload token: the password of Basic authentication, user __token__"),
    prefix("hf_", "Hugging Face", "a user access token"),
    prefix("dop_v1_", "DigitalOcean", "a personal access token"),
    prefix("doo_v1_", "DigitalOcean", "an OAuth access token"),
    prefix("dapi", "Databricks", "a personal access token"),
    prefix("shpat_", "Shopify", "an Admin API access token; sent as X-Shopify-Access-Token"),
    prefix("shpss_", "Shopify", "a shared secret: not a token"),
    prefix("SG.", "SendGrid", "an API key"),
    prefix("key-", "Mailgun", "an API key: the password of Basic authentication, user api"),
    prefix("hvs.", "HashiCorp Vault", "a service token; sent as X-Vault-Token"),
    prefix("hvb.", "HashiCorp Vault", "a batch token; sent as X-Vault-Token"),
    prefix("s.", "HashiCorp Vault (before 1.10)", "a service token; sent as X-Vault-Token"),
    prefix("pat-", "HubSpot", "a private app token"),
    prefix("pat", "Airtable", "a personal access token"),
    prefix("lin_api_", "Linear", "an API key; sent without the word Bearer"),
    prefix("ntn_", "Notion", "an integration token"),
    prefix("secret_", "Notion (older)", "an integration token"),
    prefix("figd_", "Figma", "a personal access token; sent as X-Figma-Token"),
    prefix("PMAK-", "Postman", "an API key; sent as X-Api-Key"),
    prefix("sntrys_", "Sentry", "an organisation token"),
    prefix("sbp_", "Supabase", "a management token: not for a project's data API"),
    prefix("sb_secret_", "Supabase", "a secret project key; sent as apikey"),
    prefix("sb_publishable_", "Supabase", "a publishable project key; sent as apikey"),
    prefix("rnd_", "Render", "an API key"),
    prefix("fo1_", "Fly.io", "an access token"),
    prefix("dckr_pat_", "Docker Hub", "a personal access token: the password of a login"),
    prefix("EAA", "Meta", "a Graph API access token"),
    prefix("gAAAAA", "Fernet (OpenStack Keystone and others)", "an encrypted token; Keystone wants it as X-Auth-Token"),
    prefix("sha256~", "OpenShift", "an OAuth access token"),
];

/// The known prefix that a token begins with.
pub fn known(token: &str) -> Option<&'static Prefix> {
    // The two-letter ones would claim any word; what follows them must be long.
    PREFIXES.iter().find(|p| token.starts_with(p.prefix) && (p.prefix.len() > 3 || token.len() >= 24))
}

/// What an opaque token is, and who can read it.
pub fn describe(token: &str) -> (String, String) {
    let reader = "only its issuer; ask there whether it is valid (token introspection, RFC 7662, where it is offered)";
    match known(token) {
        Some(p) => (format!("{} of {} ({}…)", p.what, p.vendor, p.prefix), format!("only {}, which looks it up", p.vendor)),
        None => (format!("an opaque token: {}", shape(token)), reader.into()),
    }
}

/// The shape of a text: what can be said without knowing its issuer.
pub fn shape(token: &str) -> String {
    let count = token.chars().count();
    let all = |test: fn(&u8) -> bool| !token.is_empty() && token.bytes().all(|b| test(&b));
    let hyphens: Vec<usize> = token.match_indices('-').map(|(i, _)| i).collect();
    let is_uuid = count == 36 && hyphens == [8, 13, 18, 23] && token.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    let alphabet = if token.is_empty() {
        return "empty".into();
    } else if is_uuid {
        return "a UUID".into();
    } else if all(u8::is_ascii_digit) {
        "digits"
    } else if all(u8::is_ascii_hexdigit) {
        "hexadecimal digits"
    } else if all(u8::is_ascii_alphanumeric) {
        "letters and digits"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        "base64url characters"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        "base64 characters"
    } else {
        "characters"
    };
    format!("{count} {alphabet}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_prefixes_name_vendor_and_kind() {
        assert!(describe("ghp_0123456789").0.contains("GitHub"));
        assert!(describe("sk-ant-x").0.contains("Anthropic"));
        assert!(describe("sk-0123456789abcdef01234567").0.contains("OpenAI"));
        assert_eq!(known("pattern"), None, "a word is no token");
        assert_eq!(known("s.mith"), None);
    }

    #[test]
    fn no_prefix_hides_behind_a_shorter_one() {
        for (i, a) in PREFIXES.iter().enumerate() {
            assert!(!PREFIXES[..i].iter().any(|b| a.prefix.starts_with(b.prefix)), "{}", a.prefix);
        }
    }

    #[test]
    fn shapes_are_named() {
        assert_eq!(shape("8f3b1c9e-6a52-4a13-9f3a-0d5b0a1c2d3e"), "a UUID");
        assert_eq!(shape("deadbeef"), "8 hexadecimal digits");
        assert_eq!(shape("a-b_c"), "5 base64url characters");
        assert_eq!(shape(""), "empty");
    }
}
