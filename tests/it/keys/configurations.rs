//! Configurations of servers, named in the expectations and opened.

use std::fs;

use super::harness::Program;

#[test]
fn a_configuration_of_the_server_in_front_counts_once_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("nginx.conf");
    fs::write(&config, "server {\n  location / {\n    proxy_set_header Authorization \"\";\n    proxy_pass http://app;\n  }\n}\n")
        .expect("a file");
    let path = folder.path().join("a.har");
    let har = r#"{"log": {"version": "1.2", "entries": [{
        "request": {"method": "GET", "url": "https://api.example/users", "headers": [{"name": "Authorization", "value": "Bearer b7f3c1e59d2a4f608c7e"}]},
        "response": {"status": 401, "headers": [], "content": {"size": 0, "text": "Unauthorized"}}}]}}"#;
    fs::write(&path, har).expect("a file");
    let mut program = Program::open(authtui::io::load::input(&path.to_string_lossy()).expect("a recording").requests());
    assert_ne!(program.outcome("header-stripped-by-proxy"), Some("fail"));
    program.keys("e ↑").types(&config.to_string_lossy()).keys("Esc").waits_for("Authorization is emptied");
    assert_eq!(program.outcome("header-stripped-by-proxy"), Some("fail"));
    // The same where the file itself is opened, which lists what it does.
    let mut program = Program::open(authtui::io::load::input(&path.to_string_lossy()).expect("a recording").requests());
    program.keys("o").types(&config.to_string_lossy()).keys("Enter").waits_for("Configuration of the server");
    program.shows("line 3: Authorization is emptied").shows("write proxy_set_header Authorization $http_authorization;");
    program.keys("Esc").shows("Authorization is emptied");
    assert_eq!(program.outcome("header-stripped-by-proxy"), Some("fail"));
}
