//! Folding JSON of an answer.

use super::harness::Program;

fn answered(body: &str) -> Program {
    let response = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n";
    let mut program = Program::sized(Vec::new(), 160, 48);
    program.pastes(&format!("GET /me HTTP/1.1\nHost: h.example\nAuthorization: Bearer x7Qw9LmX2nZ8vTbR4\n\n{response}{body}\n"));
    program
}

#[test]
fn nested_json_is_folded_level_by_level() {
    let mut program = answered(r#"{"data":{"list":[1,2,{"deep":"seen"}],"more":"shown"},"none":null}"#);
    program.keys("3").shows(r#""deep": "seen""#).hides("· folded");
    program.keys("-").shows(r#""data": { … 2 }"#).shows(r#""none": null"#).shows("· folded").hides("shown");
    program.keys("+").shows(r#""list": [ … 3 ]"#).shows(r#""more": "shown""#).hides("seen");
    program.keys("-").shows(r#""data": { … 2 }"#);
    program.keys("+ + +").shows(r#""deep": "seen""#).hides("· folded");
    program.keys("+").shows("Nothing is folded");
}

#[test]
fn what_is_found_or_proves_the_cause_is_never_folded_away() {
    let mut program = answered(r#"{"data":{"list":[{"deep":"needle"}]},"other":{"a":1}}"#);
    program.keys("3 -").hides("needle");
    program.keys("/").types("needle").shows("1 of 1").shows(r#""deep": "needle""#).keys("Enter Esc");
    let mut program = answered(r#"{"errors":[{"extensions":{"code":"x","message":"jwt expired"}}]}"#);
    program.keys("3 -").shows("jwt expired");
}

#[test]
fn the_top_stays_at_the_top() {
    let members: Vec<String> = (0..200).map(|number| format!("\"m{number:03}\":{{\"a\":{number},\"b\":[{number}]}}")).collect();
    let mut program = answered(&format!("{{{}}}", members.join(",")));
    program.keys("3 G").shows("\"m199\": {");
    program.keys("-").shows("\"m199\": { … 2 }").hides("\"m100\"");
    program.keys("g").shows("\"m000\": { … 2 }").keys("G").shows("\"m199\": { … 2 }");
}

#[test]
fn other_bodies_have_nothing_to_fold() {
    let mut program = answered("plain words");
    program.keys("3 -").shows("Only JSON that is laid out can be folded");
    let mut program = answered(r#"{"a":{"b":1}}"#);
    program.keys("3 r -").shows("Only JSON that is laid out can be folded");
}
