//! What IIS says in numbers: substatus
//! (<https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-status-code>) and Windows
//! error codes (<https://learn.microsoft.com/windows/win32/debug/system-error-codes>).

/// The reason as a text of `logs.toml`.
pub fn reason(status: u16, substatus: u64, win32: u64) -> Option<&'static [u8]> {
    let text: &str = match (status, substatus, win32) {
        (401 | 403, _, 1326) => "win32 1326 unknown user name or bad password",
        (401 | 403, _, 1327..=1329) => "win32 1327 account restriction",
        (401 | 403, _, 1330 | 1907) => "win32 1330 password expired",
        (401 | 403, _, 1331) => "win32 1331 account disabled",
        (401 | 403, _, 1793) => "win32 1793 account expired",
        (401 | 403, _, 1909) => "win32 1909 account locked out",
        (401, 1, _) => "iis 401.1 logon failed",
        (401, 2, _) => "iis 401.2 logon failed due to server configuration",
        (401, 3, _) => "iis 401.3 unauthorized due to ACL on resource",
        (401, 4, _) => "iis 401.4 authorization failed by filter",
        (401, 5, _) => "iis 401.5 authorization failed by application",
        (403, 1..=3, _) => "iis 403.1 execute, read or write access forbidden",
        (403, 4 | 5, _) => "iis 403.4 ssl required",
        (403, 6 | 8 | 501 | 502 | 503, _) => "iis 403.6 address rejected",
        (403, 7 | 12 | 13 | 16 | 17, _) => "iis 403.7 client certificate required",
        (403, 14, _) => "iis 403.14 directory listing denied",
        _ => return None,
    };
    Some(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_exact_number_counts() {
        assert_eq!(reason(401, 1, 1909), Some(&b"win32 1909 account locked out"[..]));
        assert_eq!(reason(401, 1, 2_148_074_254), Some(&b"iis 401.1 logon failed"[..]));
        assert_eq!(reason(200, 0, 0), None);
        assert_eq!(reason(404, 1, 1909), None);
    }
}
