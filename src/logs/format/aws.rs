//! Access logs of AWS Application Load Balancers
//! (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>). Their `error_reason`
//! says why the balancer's own authentication refused a request.

use super::nginx;
use super::pattern::{FormatError, Pattern};
use super::role::Role;

/// The fields in their order, with the names of nginx where those fit. The client's always has a port.
const FIELDS: &str = r#"$type $time_iso8601 $elb $client_port $target $t1 $t2 $t3 $status $target_status $received $body_bytes_sent "$request" "$http_user_agent" $cipher $protocol $group "$trace" "$domain" "$certificate" $priority $created "$actions" "$redirect" "$error_reason" "$targets" "$statuses""#;

/// The pattern of a line.
///
/// # Errors
/// None in truth: the format has a status.
pub fn balancer() -> Result<Pattern, FormatError> {
    nginx::compile_with(FIELDS, |name| match name {
        "client_port" => Role::ClientWithPort,
        "error_reason" => Role::Reason,
        other => nginx::role(other),
    })
}

#[cfg(test)]
mod tests {
    use crate::logs::format::{Format, tests::record};

    #[test]
    fn the_line_of_the_documentation() {
        let line = br#"http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#;
        let read = record(&mut Format::named("alb").unwrap(), line);
        assert_eq!((read.at, read.status, read.bytes), (Some(1_530_570_180), 200, Some(366)));
        assert_eq!((&*read.client, &*read.path), (&b"192.168.131.39"[..], &b"http://www.example.com:80/"[..]));
        assert!(read.reason.is_empty());
    }

    #[test]
    fn the_balancer_says_why_it_refused() {
        let line = br#"https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 2001:db8::7:2817 - -1 -1 -1 401 - 34 366 "GET https://www.example.com:443/a HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 - "Root=1" "example.com" "arn" 0 2018-07-02T22:22:48.364000Z "authenticate" "-" "AuthInvalidCookie" "-" "-""#;
        let read = record(&mut Format::named("alb").unwrap(), line);
        assert_eq!((&*read.client, read.status, &*read.reason), (&b"2001:db8::7"[..], 401, &b"AuthInvalidCookie"[..]));
    }
}
