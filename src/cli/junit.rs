//! `--format junit`: the XML that continuous integration reads (the schema of Jenkins' xUnit plug-in, junit-10.xsd).

use super::report_format::{Case, CaseCounts, CaseFormat, CaseResult};

/// One test case per request.
pub const FORMAT: CaseFormat = CaseFormat { write: document, has_lines: false, has_details: true };

fn document(cases: &[Case]) -> String {
    let CaseCounts { all, failures, errors, skipped, .. } = CaseCounts::of(cases);
    let cases: String = cases.iter().map(case).collect();
    let counted = format!("tests=\"{all}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"authtui\" {counted}>\n  <testsuite name=\"authtui\" {counted} \
         skipped=\"{skipped}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(case: &Case) -> String {
    let time = case.seconds.as_ref().map_or_else(String::new, |seconds| format!(" time=\"{seconds}\""));
    let open = format!("    <testcase classname=\"{}\" name=\"{}\"{time}", escaped(&case.source), escaped(&case.name));
    let inside = match &case.result {
        CaseResult::Passed => return format!("{open}/>\n"),
        CaseResult::Failed { id, message, detail, .. } => {
            format!("<failure type=\"{id}\" message=\"{}\">{}</failure>", escaped(message), escaped(detail))
        }
        CaseResult::Error(trouble, why) => format!("<error type=\"{}\" message=\"{}\"/>", trouble.id(), escaped(why)),
        CaseResult::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
    };
    format!("{open}>\n      {inside}\n    </testcase>\n")
}

/// A text in an attribute or an element. Characters that XML cannot have are shown by their names already.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
