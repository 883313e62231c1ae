//! Bodies that are files.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use authtui::io::load;

use super::sending::REFUSED;
use crate::keys::harness::Program;

/// A body that names a file is that file or nothing: neither its own text nor a part of it goes out.
#[test]
fn a_body_file_that_cannot_be_read_is_not_sent_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a port that is not waited for");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let was_reached = || listener.accept().is_ok();
    std::fs::write(folder.path().join("binary"), b"\xff\xfe\xff").expect("a file");
    std::fs::create_dir(folder.path().join("inside")).expect("a folder");
    std::fs::write(folder.path().join("good.json"), "{}").expect("a file");
    let bodies = [
        ("< ./missing.json", "missing.json"),
        ("<@ ./missing.json", "missing.json"),
        ("{\"a\": 1}\n< ./missing.json", "missing.json"),
        ("< ./good.json\n< ./missing.json", "missing.json"),
        ("< /etc/passwd", "/etc/passwd"),
        ("< ../outside", "../outside"),
        ("< ./inside", "inside"),
        ("< ./binary", "binary"),
        ("< {{nowhere}}", "nowhere"),
    ];
    for (body, name) in bodies {
        let file = folder.path().join("a.http");
        std::fs::write(&file, format!("POST {address}/\n\n{body}\n")).expect("a file");
        let mut program = Program::open(load::input(file.to_str().expect("UTF-8")).expect("a file of requests").requests());
        program.keys("Esc ^R").waits_for("Not sent").shows(name).hides("press Esc to stop");
        // Also after an edit of something else, and when it is asked for again.
        program.keys("i End").types("x").keys("Esc ^R").waits_for("Not sent").hides("press Esc to stop");
        assert!(!was_reached(), "{body:?}");
        let mut pasted = Program::empty();
        pasted.pastes(&format!("### a\nPOST {address}/\n\n{body}\n")).keys("Esc ^R").shows("Not sent").hides("press Esc to stop");
        assert!(!was_reached(), "{body:?}, pasted");
    }
    for flags in ["-d @b.json", "--data-binary @b", "--json @b", "-T b", "-F a=@b", "-F 'a=<b'", "--data-urlencode a@b", "-d a=1 -d @b"] {
        let mut program = Program::empty();
        program.pastes(&format!("curl {flags} {address}/")).keys("Esc ^R").shows("Not sent").hides("press Esc to stop");
        assert!(!was_reached(), "{flags}");
        program.keys("i ^End").types("\n\nbody").keys("Esc ^R").shows("press Esc to stop");
        // It is on its way: the next check must not see it come.
        let end = Instant::now() + Duration::from_secs(10);
        while !was_reached() {
            assert!(Instant::now() < end, "{flags}: never sent");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A server that takes some requests and gives the last line of each, which is the whole body of those that are sent here.
fn bodies(count: usize) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().take(count).flatten() {
            let (mut request, mut buffer) = (String::new(), [0; 4096]);
            while !request.ends_with('.') {
                let Ok(read @ 1..) = stream.read(&mut buffer) else { break };
                request.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            let _ = tell.send(request.rsplit('\n').next().unwrap_or_default().to_string());
            let _ = stream.write_all(REFUSED.as_bytes());
        }
    });
    (format!("http://{address}"), told)
}

/// What is sent is what is in a body file at that moment, and that it was changed is said.
#[test]
fn a_body_file_is_sent_as_it_is_now() {
    type Change = fn(&Path);
    let write = |path: &Path, text: &str| std::fs::write(path, text).expect("a file");
    let unchanged: Change = |_| {};
    let changed: Change = |path| std::fs::write(path, "new.").expect("a file");
    let replaced: Change = |path| {
        std::fs::write(path.with_extension("tmp"), "new.").expect("a file");
        std::fs::rename(path.with_extension("tmp"), path).expect("the file");
    };
    let away_and_back: Change = |path| {
        std::fs::remove_file(path).expect("the file");
        std::fs::write(path, "new.").expect("a file");
    };
    let table = [(unchanged, "old."), (changed, "new."), (replaced, "new."), (away_and_back, "new.")];
    for (at, (change, sent)) in table.into_iter().enumerate() {
        for line in ["< ./body.json", "<@ ./body.json", "< {{name}}", "{\n< ./body.json"] {
            let folder = tempfile::tempdir().expect("a folder");
            let (body, file) = (folder.path().join("body.json"), folder.path().join("a.http"));
            let (address, told) = bodies(2);
            write(&body, "old.");
            write(&file, &format!("@name = ./body.json\n\n### a\nPOST {address}/\n\n{line}\n\n### b\nPOST {address}/\n\n{line}\n"));
            let mut program = Program::open(load::here(folder.path()));
            change(&body);
            program.keys("Esc ^R").waits_for("401 Unauthorized");
            assert_eq!(told.recv_timeout(Duration::from_secs(10)).as_deref(), Ok(sent), "{at} {line:?}");
            match sent {
                "new." => program.shows("Sent with what changed on disk: ./body.json"),
                _ => program.hides("changed on disk"),
            };
            // The other request that names it is sent with the same, and nothing is said again.
            program.keys("} ^R").waits_for("401 Unauthorized").hides("changed on disk");
            assert_eq!(told.recv_timeout(Duration::from_secs(10)).as_deref(), Ok(sent), "{at} {line:?}");
        }
    }
}

/// A body file that is gone or cannot be read any more is named, and nothing is sent; one that is there again is sent.
#[test]
fn a_body_file_that_is_gone_is_not_sent_from_memory() {
    type Change = fn(&Path);
    let gone: Change = |path| std::fs::remove_file(path).expect("the file");
    let odd: Change = |path| std::fs::write(path, b"\xff\xfe").expect("a file");
    let folder_instead: Change = |path| {
        std::fs::remove_file(path).expect("the file");
        std::fs::create_dir(path).expect("a folder");
    };
    for (at, change) in [gone, odd, folder_instead].into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let (body, file) = (folder.path().join("body.json"), folder.path().join("a.http"));
        let (address, told) = bodies(1);
        std::fs::write(&body, "old.").expect("a file");
        std::fs::write(&file, format!("### a\nPOST {address}/\n\n< ./body.json\n")).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        change(&body);
        program.keys("Esc ^R").waits_for("Not sent").shows("body.json").hides("press Esc to stop");
        assert_eq!(told.try_recv(), Err(mpsc::TryRecvError::Empty), "{at}");
        let _ = std::fs::remove_dir(&body);
        std::fs::write(&body, "back.").expect("a file");
        program.keys("^R").waits_for("401 Unauthorized");
        assert_eq!(told.recv_timeout(Duration::from_secs(10)).as_deref(), Ok("back."), "{at}");
    }
}

/// A body file that carries a credential by now asks as one does that carried it before.
#[test]
fn a_body_file_that_carries_a_credential_by_now_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body.json");
    let request = "POST https://api.\u{435}xample.invalid/\nContent-Type: application/json\n\n< ./body.json\n";
    std::fs::write(folder.path().join("a.http"), format!("### known\nGET https://api.example.com/\n\n### alike\n{request}"))
        .expect("a file");
    std::fs::write(&body, r#"{"a": "b"}"#).expect("a file");
    Program::open(load::here(folder.path())).keys("} ^R").rests(Duration::from_millis(300)).hides("Credentials would go");
    let mut program = Program::open(load::here(folder.path()));
    std::fs::write(&body, r#"{"password": "hunter2-hunter2"}"#).expect("a file");
    program.keys("} ^R").waits_for("Credentials would go to api.xn--xample-2of.invalid").shows("offline");
    assert!(program.app.model.running().is_none());
    program.keys("Esc").hides("Credentials would go").shows("offline");
    program.keys("^R").waits_for("Credentials would go").keys("s").rests(Duration::from_millis(300));
    program.hides("Credentials would go").hides("offline");
}

/// In other formats `< path` is text. It is sent as such and never written where it would name a file.
#[test]
fn a_body_of_another_format_names_no_file() {
    let har = |address: &str| {
        let request = serde_json::json!({"method": "POST", "url": address, "headers": [], "postData": {"mimeType": "text/plain", "text": "< ./.env."}});
        serde_json::json!({"log": {"entries": [{"request": request, "response": {"status": 401, "headers": []}}]}}).to_string()
    };
    type Paste = fn(&str) -> String;
    let pastes: [(&str, Paste); 5] = [
        ("curl", |address| format!("curl {address}/ -H 'Content-Type: text/plain' --data-raw '< ./.env.'")),
        ("fetch", |address| format!("fetch('{address}/', {{method: 'POST', body: '< ./.env.'}})")),
        ("python", |address| format!("import requests\nrequests.post('{address}/', data='< ./.env.')")),
        ("powershell", |address| format!("Invoke-WebRequest -Uri '{address}/' -Method POST -Body '< ./.env.'")),
        ("raw", |address| {
            format!("POST / HTTP/1.1\nHost: {}\nContent-Type: text/plain\n\n< ./.env.", address.trim_start_matches("http://"))
        }),
    ];
    let (address, told) = bodies(pastes.len() + 1);
    let mut texts: Vec<(&str, String)> = pastes.iter().map(|(kind, paste)| (*kind, paste(&address))).collect();
    texts.push(("har", har(&address)));
    for (kind, text) in texts {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.http");
        std::fs::write(folder.path().join(".env."), "KEY=s3cr3t.").expect("a file");
        std::fs::write(&file, "### a\nGET https://h.example/\n").expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        program.pastes(&text).keys("Esc Esc ^R").waits_for("401 Unauthorized");
        assert_eq!(told.recv_timeout(Duration::from_secs(10)).as_deref(), Ok("< ./.env."), "{kind}");
        program.keys("^S").waits_for("names a file");
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), "### a\nGET https://h.example/\n", "{kind}");
    }
}
