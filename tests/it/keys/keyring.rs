//! `{{$keyring NAME}}`, and tokens that outlive a session, with a keyring in memory.

use std::any::Any;
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authtui::app::config::TokenStore;
use authtui::io::keyring::{Keyring, Purpose};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{CredentialStore, Entry, Error, mock};

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering};

const VALUE: &str = "s3cret-of-billing-0123";

fn empty() -> Arc<CredentialStore> {
    mock::Store::new().expect("a store")
}

/// A keyring with a secret.
fn keyring(name: &str, value: &str) -> Arc<CredentialStore> {
    let store = empty();
    put(&store, name, value);
    store
}

fn put(store: &Arc<CredentialStore>, name: &str, value: &str) {
    open(store).set(Purpose::Secret, name, value).expect("an entry");
}

fn open(store: &Arc<CredentialStore>) -> authtui::io::keyring::OpenKeyring {
    Keyring::of(Arc::clone(store)).open().expect("the store")
}

fn program(text: &str, store: &Arc<CredentialStore>) -> Program {
    Program::with_keyring(vec![document(text)], Keyring::of(Arc::clone(store)))
}

/// An API that accepts everything and repeats it, and what it hears.
fn api() -> (String, Arc<Mutex<Vec<String>>>) {
    answering(|request| answer("200 OK", "Content-Type: text/plain\r\n", request))
}

fn heard(all: &Mutex<Vec<String>>) -> Vec<String> {
    all.lock().unwrap().clone()
}

#[test]
fn what_the_keyring_has_is_read_on_sending_and_stays_hidden() {
    for written in [
        "GET URL/\nAuthorization: Bearer {{$keyring billing}}",
        "@token = {{$keyring billing}}\nGET URL/\nAuthorization: Bearer {{token}}",
        "POST URL/\n\n{\"note\": \"{{$keyring billing}}\"}",
        "GET URL/?x={{$keyring billing}}",
    ] {
        let (url, all) = api();
        let store = keyring("billing", VALUE);
        let mut program = program(&written.replace("URL", &url), &store);
        program.shows("{{").hides(VALUE);
        assert!(
            program.outcome("credential-placeholder").is_none_or(|outcome| outcome != "fail"),
            "{:?}",
            program.outcome("credential-placeholder")
        );
        program.keys("^R").waits_for("would go to").hides(VALUE).keys("Enter");
        program.waits_for("200 OK").hides(VALUE).keys("m").shows(VALUE).keys("m").hides(VALUE);
        assert!(heard(&all)[0].contains(VALUE), "{:?}", heard(&all));
        // Each send has what is there by then.
        put(&store, "billing", "another-s3cret-4567\n");
        program.keys("^R");
        while heard(&all).len() < 2 {
            program.rests(Duration::from_millis(20));
        }
        program.rests(Duration::from_millis(50)).hides("another-s3cret-4567");
        let last = heard(&all).pop().expect("a request");
        assert!(last.contains("another-s3cret-4567") && !last.contains("4567\n\""), "{last}");
    }
}

#[test]
fn a_secret_goes_to_a_host_only_after_a_yes_which_counts_for_that_host_and_this_session() {
    let (url, all) = api();
    let localhost = url.replace("127.0.0.1", "localhost");
    let store = keyring("billing", VALUE);
    let written = "### a\nGET URL/a\nAuthorization: Bearer {{$keyring billing}}\n\n### b\nGET URL/b\nX-Key: {{$keyring billing}}\n\n\
                   ### c\nGET LOCAL/c\nAuthorization: Bearer {{$keyring billing}}\n";
    let mut program = program(&written.replace("URL", &url).replace("LOCAL", &localhost), &store);
    program.keys("^R").waits_for("Send secrets of the keyring?").shows("“billing”").shows(&url).hides(VALUE);
    program.keys("Esc").hides("Send secrets").rests(Duration::from_millis(50));
    assert_eq!(heard(&all).len(), 0, "nothing is sent without a yes");
    program.keys("^R").waits_for("would go to").keys("s").waits_for("200 OK");
    program.keys("} ^R").waits_for("200 OK").keys("} ^R").waits_for("would go to").shows(&localhost);
    assert_eq!(heard(&all).len(), 2, "another host is another question");
}

#[test]
fn a_secret_in_the_address_is_not_shown_by_the_question() {
    let store = keyring("billing", "s3cret-host-0123");
    let mut program = program("GET http://{{$keyring billing}}.localhost:1/\n", &store);
    program.keys("^R").waits_for("Send secrets of the keyring?").hides("s3cret-host-0123").shows("***");
}

#[test]
fn an_unsent_one_is_an_open_question() {
    let program = program("GET https://api.example.com/\nAuthorization: Bearer {{$keyring billing}}\n", &empty());
    assert_eq!(program.outcome("credential-placeholder"), Some("unknown"), "{}", program.screen());
    assert_eq!(program.cause(), None);
}

#[test]
fn what_the_keyring_does_not_have_is_said_and_nothing_is_sent() {
    let (url, all) = api();
    let text = format!("GET {url}/\nAuthorization: Bearer {{{{$keyring billing}}}}\n");
    let mut missing = program(&text, &empty());
    missing.keys("^R").waits_for("has no entry “billing”").shows("authtui keyring set billing");
    program(&text, &keyring("billing", "\n")).keys("^R").waits_for("is empty");
    for (error, said) in [
        (Error::NoStorageAccess("the prompt was dismissed".into()), "is locked, or its question was not answered"),
        (Error::BadEncoding(vec![0xff, b's', b'3', b'c']), "is no text"),
        (Error::PlatformFailure("no such bus".into()), "cannot be used: no such bus"),
        (Error::Ambiguous(Vec::new()), "delete all but one"),
    ] {
        let store = keyring("billing", VALUE);
        let entry = Entry::new_in_store(&store, Purpose::Secret.service(), "billing").expect("an entry");
        entry.as_any().downcast_ref::<mock::Cred>().expect("a mock").set_error(error);
        // The next try may succeed: what is said of the first one is gone then.
        program(&text, &store).keys("^R").waits_for(said).hides(VALUE).keys("^R").waits_for("would go to").keys("s").waits_for("200 OK");
    }
    assert_eq!(heard(&all).len(), 4);
}

/// A keyring that asks its user something first.
#[derive(Debug)]
struct Asking {
    store: Arc<CredentialStore>,
    asked: Sender<()>,
    answered: Mutex<Receiver<()>>,
}

impl CredentialStoreApi for Asking {
    fn vendor(&self) -> String {
        "asking".into()
    }

    fn id(&self) -> String {
        "asking".into()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        let _ = self.asked.send(());
        let _ = self.answered.lock().unwrap().recv();
        self.store.build(service, user, modifiers)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[test]
fn a_question_of_the_keyring_holds_nothing_up_and_esc_stops_waiting() {
    let (url, all) = api();
    let ((asked, was_asked), (answer, answered)) = (mpsc::channel(), mpsc::channel());
    let store: Arc<CredentialStore> = Arc::new(Asking { store: keyring("billing", VALUE), asked, answered: Mutex::new(answered) });
    let text = format!("### one\nGET {url}/\nAuthorization: Bearer {{{{$keyring billing}}}}\n\n### two\nGET {url}/two\n");
    let mut program = program(&text, &store);
    program.keys("^R").waits_for("reading the keyring");
    was_asked.recv().expect("a question");
    // Keys work meanwhile, and other requests are sent.
    program.keys("}").shows("two").keys("^R").waits_for("200 OK").keys("{").shows("reading the keyring");
    program.keys("Esc").hides("reading the keyring");
    answer.send(()).expect("the keyring");
    program.rests(Duration::from_millis(100)).hides(VALUE);
    assert_eq!(heard(&all).len(), 1, "what comes late is not sent");
    // What was changed meanwhile is not what the user wanted to send.
    program.keys("^R").waits_for("reading the keyring");
    was_asked.recv().expect("a question");
    program.keys("i").types("x").keys("Esc");
    answer.send(()).expect("the keyring");
    program.waits_for("you went on while the keyring was read");
    assert_eq!(heard(&all).len(), 1);
}

/// An authorization server that gives out numbered tokens, and an API that believes the one that is named.
fn provider(good: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let mut issued = 0;
    answering(move |request| {
        let json = "Content-Type: application/json\r\n";
        if request.starts_with("POST /token") && request.contains("refresh_token=gone") {
            return answer("400 Bad Request", json, r#"{"error":"invalid_grant"}"#);
        }
        if request.starts_with("POST /token") {
            issued += 1;
            let body =
                format!(r#"{{"access_token":"opaque-{issued}","token_type":"bearer","expires_in":3600,"refresh_token":"r{issued}"}}"#);
            return answer("200 OK", json, &body);
        }
        let is_good = request.contains(&format!("Authorization: Bearer {good}\r\n"));
        if is_good { answer("200 OK", json, "{}") } else { answer("401 Unauthorized", json, "{}") }
    })
}

fn requests(url: &str, secret: &str) -> String {
    format!(
        "### a\n# @auth oauth2 token_url={url}/token client_id=cli client_secret={secret} cache_key=main\n\
         GET {url}/me\nAuthorization: Bearer {{{{$auth.token(\"main\")}}}}\n"
    )
}

fn paths(all: &Mutex<Vec<String>>) -> Vec<String> {
    heard(all).iter().map(|request| request.split(' ').nth(1).unwrap_or_default().to_string()).collect()
}

#[test]
fn a_token_is_obtained_with_a_secret_of_the_keyring() {
    let (url, all) = provider("opaque-1");
    let store = keyring("client", "cl13nt-s3cret");
    let mut program = program(&requests(&url, "{{$keyring client}}"), &store);
    program.keys("R").waits_for("Renew the token?").hides("cl13nt-s3cret");
    program.keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 OK");
    assert!(heard(&all)[0].contains("Basic ") && paths(&all) == ["/token", "/me"], "{:?}", heard(&all));
    let missing = &mut self::program(&requests(&url, "{{$keyring none}}"), &store);
    missing.keys("R").waits_for("has no entry “none”");
}

/// The name that the tokens of these requests are kept under.
fn name(url: &str) -> String {
    format!("main, cli at {url}/token")
}

fn kept(store: &Arc<CredentialStore>, url: &str) -> Option<String> {
    open(store).get(Purpose::Tokens, &name(url)).expect("the store")
}

fn keeping(text: &str, store: &Arc<CredentialStore>) -> Program {
    let mut program = program(text, store);
    program.app.model.keep_tokens = TokenStore::Keyring;
    program
}

#[test]
fn tokens_are_kept_for_the_next_session_where_that_is_set() {
    let (url, all) = provider("opaque-1");
    let (text, store) = (requests(&url, "s"), empty());
    let obtain = |program: &mut Program| {
        program.keys("R").waits_for("Renew the token?").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 OK");
    };
    obtain(&mut program(&text, &store));
    assert_eq!(kept(&store, &url), None, "only where it is set");
    all.lock().unwrap().clear();
    let (url, all) = provider("opaque-1");
    let text = requests(&url, "s");
    obtain(&mut keeping(&text, &store));
    let written = kept(&store, &url).expect("tokens");
    assert!(written.contains("opaque-1") && written.contains("\"r1\""), "{written}");
    // Nothing is obtained again.
    let mut next = keeping(&text, &store);
    next.hides("opaque-1").keys("^R").waits_for("200 OK").hides("opaque-1");
    assert_eq!(paths(&all), ["/token", "/me", "/me"]);
    // Neither for another client: it is asked.
    keeping(&text.replace("client_id=cli", "client_id=other"), &store).keys("^R").waits_for("The token can be obtained first");
}

#[test]
fn a_kept_token_that_is_refused_is_dropped_and_its_refresh_token_used() {
    let (url, all) = provider("opaque-1");
    let (text, store) = (requests(&url, "s"), empty());
    let old = |token: &str, refresh: &str, obtained: i64| {
        format!(
            r#"{{"version":1,"id":"main","environment":"","token_url":"{url}/token","client_id":"cli","access_token":"{token}","refresh_token":"{refresh}","token_type":"Bearer","expires_in":60,"obtained_at":{obtained}}}"#
        )
    };
    let now = jiff::Timestamp::now().as_second();
    let put = |text: &str| open(&store).set(Purpose::Tokens, &name(&url), text).expect("tokens");
    put(&old("revoked-1", "r0", now - 1));
    let mut program = keeping(&text, &store);
    program.keys("^R").waits_for("401 Unauthorized").rests(Duration::from_millis(100));
    let left = kept(&store, &url).expect("the refresh token");
    assert!(!left.contains("revoked-1") && left.contains("r0"), "{left}");
    // An expired one is not even sent.
    all.lock().unwrap().clear();
    put(&old("expired-1", "r0", now - 61));
    let mut program = keeping(&text, &store);
    program.keys("^R").waits_for("The token can be obtained first");
    assert!(paths(&all).is_empty());
    program.keys("Esc R").waits_for("by the refresh token").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 OK");
    assert!(heard(&all)[0].contains("refresh_token=r0"), "{:?}", heard(&all));
    // A refresh token that is refused is of no use to anybody.
    put(&old("expired-1", "gone", now - 61));
    let mut program = keeping(&text, &store);
    program.keys("R").waits_for("by the refresh token").keys("Enter").waits_for("is of no use").rests(Duration::from_millis(100));
    assert_eq!(kept(&store, &url), None);
}

#[test]
fn what_is_broken_in_the_keyring_is_said_in_a_line() {
    let (url, _) = provider("opaque-1");
    let (text, store) = (requests(&url, "s"), empty());
    for broken in ["s3cret", "{}", "{\"version\":1}", &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))] {
        open(&store).set(Purpose::Tokens, &name(&url), broken).expect("tokens");
        let mut program = keeping(&text, &store);
        program.keys("R").waits_for("The tokens kept for “main” cannot be used").hides("s3cret").shows("Renew the token?");
        drop(program);
        // It is the user's, who may look at it.
        assert_eq!(kept(&store, &url).as_deref(), Some(broken));
    }
}
