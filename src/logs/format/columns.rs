//! Logs with their columns named in the file: W3C extended (IIS, <https://www.w3.org/TR/WD-logfile.html>) and CloudFront
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>).
//!
//! ```text
//! #Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)
//! 2002-05-02 17:42:15 172.22.255.255 GET /images/picture.jpg 200 Mozilla/4.0+(compatible;MSIE+5.5)
//! ```
//!
//! Values are separated by blanks, in CloudFront's by tabs; times are UTC.

use memchr::memchr;

use super::iis;
use crate::logs::bytes::{field, number, status};
use crate::logs::calendar;
use crate::logs::line::{Line, Record};

/// The columns as the last `#Fields` named them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    columns: Vec<Column>,
}

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Other,
    Date,
    Time,
    Client,
    User,
    Method,
    Path,
    Status,
    SubStatus,
    Win32Status,
    Bytes,
    Agent,
    Reason,
}

impl Columns {
    /// Reads a line.
    pub fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        if let Some(names) = line.strip_prefix(b"#Fields:") {
            self.columns = names.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty()).map(column).collect();
        }
        if line.starts_with(b"#") || line.trim_ascii().is_empty() {
            return Line::Skipped;
        }
        self.values(line).map_or(Line::Unparsed(line), Line::Record)
    }

    fn values<'l>(&self, line: &'l [u8]) -> Option<Record<'l>> {
        let separator = if memchr(b'\t', line).is_some() { b'\t' } else { b' ' };
        let mut record = Record::default();
        let (mut date, mut time) = (None, None);
        let (mut has_status, mut substatus, mut win32) = (false, 0, 0);
        let mut values = line.split(|byte| *byte == separator);
        for column in &self.columns {
            // A line that was cut has fewer values.
            let Some(value) = values.next() else { break };
            match column {
                Column::Other => {}
                Column::Date => date = Some(calendar::date(value)?),
                Column::Time => time = Some(calendar::time_of_day(value)?),
                Column::Client => record.client = field(value),
                Column::User => record.user = field(value),
                Column::Method => record.method = field(value),
                Column::Path => record.path = field(value),
                Column::Status => {
                    record.status = status(value)?;
                    has_status = true;
                }
                Column::SubStatus => substatus = number(value).unwrap_or(0),
                Column::Win32Status => win32 = number(value).unwrap_or(0),
                Column::Bytes => record.bytes = number(value),
                Column::Agent => record.agent = field(value),
                Column::Reason => record.reason = field(value),
            }
        }
        record.at = date.zip(time).map(|(date, time)| date * 86_400 + time);
        if let Some(reason) = iis::reason(record.status, substatus, win32) {
            record.reason = reason.into();
        }
        has_status.then_some(record)
    }
}

fn column(name: &[u8]) -> Column {
    match name {
        b"date" => Column::Date,
        b"time" => Column::Time,
        b"c-ip" => Column::Client,
        b"cs-username" => Column::User,
        b"cs-method" => Column::Method,
        b"cs-uri-stem" | b"cs-uri" => Column::Path,
        b"sc-status" => Column::Status,
        b"sc-substatus" => Column::SubStatus,
        b"sc-win32-status" => Column::Win32Status,
        b"sc-bytes" => Column::Bytes,
        b"cs(User-Agent)" => Column::Agent,
        b"x-edge-detailed-result-type" => Column::Reason,
        _ => Column::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Columns {
        let mut columns = Columns::default();
        assert_eq!(columns.read(header.as_bytes()), Line::Skipped);
        columns
    }

    #[test]
    fn the_example_of_iis() {
        let mut log =
            columns("#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)");
        let line = b"2002-05-02 17:42:15 172.22.255.255 - 172.30.255.255 80 GET /images/picture.jpg - 200 Mozilla/4.0+(compatible;MSIE+5.5;+Windows+2000+Server)";
        let read = log.read(line).record().unwrap();
        assert_eq!((read.at, read.status), (Some(1_020_361_335), 200));
        assert_eq!((&*read.client, &*read.path), (&b"172.22.255.255"[..], &b"/images/picture.jpg"[..]));
        for skipped in ["#Software: Microsoft Internet Information Services 6.0", "#Version: 1.0", "#Date: 2002-05-02 17:42:15", ""] {
            assert_eq!(log.read(skipped.as_bytes()), Line::Skipped);
        }
    }

    #[test]
    fn the_columns_can_change_in_the_middle() {
        let mut log = columns("#Fields: date time cs-uri-stem sc-status");
        assert_eq!(log.read(b"2024-05-13 12:00:00 /a 401").record().unwrap().status, 401);
        assert_eq!(log.read(b"#Fields: sc-status sc-substatus sc-win32-status cs-uri-stem c-ip"), Line::Skipped);
        let read = log.read(b"401 1 1331 /b 2001:db8::1").record().unwrap();
        assert_eq!((read.at, read.status, &*read.path, &*read.client), (None, 401, &b"/b"[..], &b"2001:db8::1"[..]));
        assert_eq!(&*read.reason, b"win32 1331 account disabled");
    }

    #[test]
    fn cloudfront_separates_by_tabs() {
        let mut log = columns(
            "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id",
        );
        let line = b"2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t403\t-\tMozilla/5.0%20(Windows%20NT%2010.0)\t-\t-\tError\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==";
        let read = log.read(line).record().unwrap();
        assert_eq!((read.at, read.status, read.bytes), (Some(1_575_493_351), 403, Some(392)));
        assert_eq!((&*read.client, &*read.agent), (&b"192.0.2.100"[..], &b"Mozilla/5.0%20(Windows%20NT%2010.0)"[..]));
    }

    #[test]
    fn lines_that_do_not_fit_the_columns() {
        let mut log = Columns::default();
        assert!(matches!(log.read(b"2024-05-13 12:00:00 /a 401"), Line::Unparsed(_)), "no columns are known");
        let mut log = columns("#Fields: date time cs-uri-stem sc-status");
        for line in ["2024-05-13 12:00:00 /a", "yesterday 12:00:00 /a 401", "2024-05-13 12:00:00 /a 4011"] {
            assert!(matches!(log.read(line.as_bytes()), Line::Unparsed(_)), "{line}");
        }
    }
}
