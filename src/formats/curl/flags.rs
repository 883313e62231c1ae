//! Every flag of curl (up to 8.17) and whether an argument follows it, so that an argument is never mistaken for an
//! address.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Flags that are alone, as `letter:name` or `name`.
const PLAIN: &str = "\
alpn anyauth a:append basic buffer ca-native cert-status compressed compressed-ssh create-dirs crlf digest \
q:disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure dump-ca-embed f:fail \
fail-early fail-with-body false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip \
ftp-ssl-ccc ftp-ssl-control G:get g:globoff haproxy-protocol I:head http0.9 0:http1.0 http1.1 http2 \
http2-prior-knowledge http3 http3-only ignore-content-length i:include k:insecure 4:ipv4 6:ipv6 \
j:junk-session-cookies keepalive l:list-only L:location location-trusted mail-rcpt-allowfails M:manual metalink \
mptcp negotiate n:netrc netrc-optional ::next no-alpn N:no-buffer no-clobber no-keepalive no-npn \
no-progress-meter no-sessionid npn ntlm ntlm-wb out-null Z:parallel parallel-immediate path-as-is post301 \
post302 post303 #:progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest \
proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert \
proxy-tlsv1 p:proxytunnel raw J:remote-header-name O:remote-name remote-name-all R:remote-time remove-on-error \
retry-all-errors retry-connrefused sasl-ir sessionid S:show-error s:silent skip-existing socks5-basic \
socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd \
ssl-revoke-best-effort 2:sslv2 3:sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-keepalive \
tcp-nodelay tftp-no-options tls-earlydata 1:tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids \
trace-time B:use-ascii v:verbose V:version xattr";

/// Flags that take the next word, in the same form.
const WITH_VALUE: &str = "\
abstract-unix-socket alt-svc aws-sigv4 cacert capath E:cert cert-type ciphers K:config connect-timeout \
connect-to C:continue-at b:cookie c:cookie-jar create-file-mode crlfile curves d:data data-ascii data-binary \
data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url D:dump-header \
ech egd-file engine etag-compare etag-save expect100-timeout F:form form-string ftp-account \
ftp-alternative-to-user ftp-method P:ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip \
H:header h:help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time \
key key-type knownhosts krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt \
max-filesize max-redirs m:max-time netrc-file noproxy oauth2-bearer o:output output-dir parallel-max \
parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir x:proxy proxy-cacert proxy-capath \
proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass \
proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser \
U:proxy-user proxy1.0 pubkey Q:quote random-file r:range rate e:referer X:request request-target resolve retry \
retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service \
socks5-hostname Y:speed-limit y:speed-time ssl-sessions stderr t:telnet-option tftp-blksize z:time-cond tls-max \
tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket T:upload-file \
upload-flags url url-query u:user A:user-agent variable vlan-priority w:write-out";

/// A flag of curl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// Its long name, without dashes.
    pub name: &'static str,
    /// True when the next word is its argument.
    pub takes_value: bool,
}

fn all() -> impl Iterator<Item = (Option<char>, Flag)> {
    let of = |list: &'static str, takes_value| {
        list.split_ascii_whitespace().map(move |entry| {
            let mut chars = entry.chars();
            match (chars.next(), chars.next()) {
                (Some(letter), Some(':')) => {
                    (Some(letter), Flag { name: entry.get(letter.len_utf8() + 1..).unwrap_or_default(), takes_value })
                }
                _ => (None, Flag { name: entry, takes_value }),
            }
        })
    };
    of(PLAIN, false).chain(of(WITH_VALUE, true))
}

/// The lists, ready to be looked up: a command may have very many flags.
struct Flags {
    by_letter: HashMap<char, Flag>,
    /// By name, in order.
    by_name: Vec<Flag>,
}

static FLAGS: LazyLock<Flags> = LazyLock::new(|| {
    let mut by_name: Vec<Flag> = all().map(|(_, flag)| flag).collect();
    by_name.sort_unstable_by_key(|flag| flag.name);
    Flags { by_letter: all().filter_map(|(letter, flag)| Some((letter?, flag))).collect(), by_name }
});

/// The flag after one dash.
pub(super) fn by_letter(letter: char) -> Option<Flag> {
    FLAGS.by_letter.get(&letter).copied()
}

/// The flag after two dashes: by its whole name, else by a beginning that only one flag has, as curl takes it.
pub(super) fn by_name(name: &str) -> Option<Flag> {
    let from = FLAGS.by_name.partition_point(|flag| flag.name < name);
    let mut beginning = FLAGS.by_name.iter().skip(from).take_while(|flag| flag.name.starts_with(name));
    match (beginning.next(), beginning.next()) {
        (Some(flag), _) if flag.name == name => Some(*flag),
        (Some(flag), None) if name.len() > 1 => Some(*flag),
        _ => None,
    }
}

/// The first of several flags that a beginning may mean, when none of them has anything to do with the request.
pub(super) fn of_beginning(name: &str) -> Option<Flag> {
    let from = FLAGS.by_name.partition_point(|flag| flag.name < name);
    let all: Vec<Flag> = FLAGS.by_name.iter().skip(from).take_while(|flag| flag.name.starts_with(name)).copied().collect();
    let first = *all.first().filter(|_| name.len() > 2)?;
    all.iter().all(|flag| flag.takes_value == first.takes_value && !concerns_request(flag.name)).then_some(first)
}

/// True for a flag without which another request goes out.
fn concerns_request(name: &str) -> bool {
    const BEGINNINGS: [&str; 17] = [
        "basic",
        "cookie",
        "data",
        "form",
        "get",
        "head",
        "json",
        "location",
        "oauth2",
        "proxy",
        "range",
        "referer",
        "request",
        "upload",
        "url",
        "user",
        "aws-sigv4",
    ];
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

/// Flags that change what is printed, and the code at the end.
const PRINTS: [&str; 21] = [
    "silent",
    "show-error",
    "verbose",
    "include",
    "no-buffer",
    "buffer",
    "progress-bar",
    "progress-meter",
    "no-progress-meter",
    "write-out",
    "trace",
    "trace-ascii",
    "trace-time",
    "trace-ids",
    "trace-config",
    "stderr",
    "styled-output",
    "suppress-connect-headers",
    "fail",
    "fail-with-body",
    "fail-early",
];

/// Flags that say where the answer is written to, and how.
const WRITES: [&str; 13] = [
    "output",
    "output-dir",
    "out-null",
    "remote-name",
    "remote-name-all",
    "remote-header-name",
    "remote-time",
    "remove-on-error",
    "dump-header",
    "create-dirs",
    "create-file-mode",
    "no-clobber",
    "skip-existing",
];

/// True for a flag that is about the output of curl alone: without it the same request goes out.
pub(super) fn is_of_output(name: &str) -> bool {
    PRINTS.contains(&name) || WRITES.contains(&name)
}

/// Why a flag is not carried over, as the end of a sentence.
pub(super) fn reason(name: &str) -> &'static str {
    match name {
        name if PRINTS.contains(&name) => "changes only what curl prints",
        name if WRITES.contains(&name) => "writes a file, which is not done here",
        "cookie-jar" => "writes a file, which is not done here",
        "config" => "names a file of further options, which is not opened",
        "netrc" | "netrc-file" | "netrc-optional" => "takes the login from .netrc, which is not read",
        "cert" | "key" | "cacert" | "capath" | "cert-type" | "key-type" | "pass" | "pinnedpubkey" | "crlfile" | "proxy-cacert" => {
            "names certificates or keys of the connection, which are not part of the request"
        }
        "aws-sigv4" => "would sign the request with the key of -u; the signature is not made here",
        "digest" | "ntlm" | "ntlm-wb" | "negotiate" | "anyauth" => {
            "answers the server's challenge in a second request; only the first one is shown, without a credential"
        }
        "location-trusted" => "follows redirects, which is done; no credential goes to another origin with them, which is not trusted here",
        "resolve" | "connect-to" | "unix-socket" | "abstract-unix-socket" | "interface" | "ipv4" | "ipv6" | "dns-servers" | "doh-url" => {
            "changes where the connection goes, which cannot be set here"
        }
        "proxy-user" => "is sent to the proxy alone when the address is https",
        "max-time" | "connect-timeout" | "retry" | "retry-delay" | "retry-max-time" | "retry-all-errors" => {
            "is about waiting, not about the request"
        }
        _ => "has no counterpart here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_found_by_letter_name_and_beginning() {
        assert_eq!(by_letter('u').map(|f| (f.name, f.takes_value)), Some(("user", true)));
        assert_eq!(by_letter('#').map(|f| f.name), Some("progress-bar"));
        assert_eq!(by_letter(':').map(|f| f.name), Some("next"));
        assert_eq!(by_name("data").map(|f| f.name), Some("data"));
        assert_eq!(by_name("oauth2").map(|f| f.name), Some("oauth2-bearer"));
        assert_eq!(by_name("data-"), None);
    }

    #[test]
    fn no_flag_stands_twice() {
        let mut names: Vec<_> = all().map(|(_, f)| f.name).collect();
        let mut letters: Vec<_> = all().filter_map(|(l, _)| l).collect();
        let (n, l) = (names.len(), letters.len());
        names.sort_unstable();
        names.dedup();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!((names.len(), letters.len()), (n, l));
    }
}
