//! A server that says what its script says, whether that is HTTP or not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// One step of a connection.
#[derive(Clone)]
pub enum Step {
    /// Read a request, its body included, and keep its text.
    Hear,
    /// Write these bytes.
    Say(Vec<u8>),
    /// Write these bytes again and again until the client has had enough.
    Repeat(Vec<u8>, Duration),
    /// Do nothing for a while.
    Wait(Duration),
    /// Do nothing until the client closes.
    Hold,
}

/// The step that says a text.
pub fn say(text: &str) -> Step {
    Step::Say(text.as_bytes().to_vec())
}

/// A listening script.
pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicUsize>,
}

impl Server {
    /// Plays one script per connection, in order; the port is closed after the last.
    pub fn play(connections: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ended = Arc::new(AtomicUsize::new(0));
        let (keep, count) = (Arc::clone(&heard), Arc::clone(&ended));
        thread::spawn(move || {
            for steps in connections {
                let Ok((stream, _)) = listener.accept() else { return };
                // A client that goes away ends its script and nothing else.
                let _ = perform(stream, &steps, &keep);
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, heard, ended }
    }

    /// Hears a request and answers with this text, once.
    pub fn answer(text: &str) -> Self {
        Self::play(vec![vec![Step::Hear, say(text)]])
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Connections whose script has ended, or whose client has gone.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }

    /// The requests heard so far, as text.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn perform(mut stream: TcpStream, steps: &[Step], heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    for step in steps {
        match step {
            Step::Hear => {
                let text = hear(&mut stream)?;
                heard.lock().unwrap().push(text);
            }
            Step::Say(bytes) => stream.write_all(bytes)?,
            Step::Repeat(bytes, pause) => loop {
                stream.write_all(bytes)?;
                thread::sleep(*pause);
            },
            Step::Wait(pause) => thread::sleep(*pause),
            Step::Hold => while stream.read(&mut [0; 1024])? > 0 {},
        }
    }
    Ok(())
}

/// Reads one request: head, and as much body as its Content-Length says.
pub fn hear(stream: &mut impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            break;
        }
        bytes.extend_from_slice(&byte);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(head + &String::from_utf8_lossy(&body))
}

/// A server that answers each request by a rule, one after the other, and what it heard.
pub fn answering(mut rule: impl FnMut(&str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    answering_as(move |_, request| rule(request))
}

/// The same for a rule that names the server's own address, which comes first.
pub fn answering_as(mut rule: impl FnMut(&str, &str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (log, own) = (Arc::clone(&heard), address.clone());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(request) = hear(&mut stream) else { continue };
            let answer = rule(&own, &request);
            log.lock().unwrap().push(request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, heard)
}

/// An answer without a body of its own type.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}
