//! Saving against a simple model: whatever is done in whatever order, the file on disk holds the requests of the list, and what
//! cannot be saved costs nobody else's request.

use std::collections::BTreeMap;
use std::path::PathBuf;

use authtui::app::dialogs::Overlay;
use authtui::app::effect::{Effect, OnConflict};
use authtui::app::ids::RequestId;
use authtui::app::key::Key;
use authtui::app::keymap::Action;
use authtui::app::message::{Message, Target};
use authtui::app::workspace::reload::OnDisk;
use authtui::app::{LoadedFile, Model, update};
use authtui::domain::request::{Request, RequestText};
use authtui::formats::http_file::Document;
use authtui::formats::no_files;
use proptest::prelude::*;

use crate::keys::harness::Program;

/// What a person may do.
#[derive(Clone, Debug)]
enum Command {
    New(String),
    NewEmpty,
    Paste(&'static str),
    Type(char),
    TypeAtEnd(&'static str),
    TypeInNext(char),
    UseToken(&'static str),
    RemoveBody,
    Undo,
    Redo,
    Rename(String),
    Duplicate,
    Delete,
    DeleteAndUndo,
    Next,
    Previous,
    Save,
    SaveWithFault,
    SaveAs(String),
    TheirChange,
    TheirEdit(usize),
    TheirRemoval(usize),
    Overwrite(bool),
    Reload,
    Quit(bool),
}

fn command() -> impl Strategy<Value = Command> {
    use Command::*;
    prop_oneof![
        3 => "[a-z]{1,4}".prop_map(New),
        1 => Just(NewEmpty),
        3 => prop_oneof![
            Just("curl https://h.example/pasted -H 'X-A: b'"),
            Just("curl https://h.example/bad --data-raw '###'"),
            Just("curl https://h.example/worse -H '#c: x'"),
            Just("### p\nGET https://h.example/p\n\n### q\n# @expect-scope read\nPOST https://h.example/q\n\nbody\n"),
        ].prop_map(Paste),
        4 => proptest::char::range('a', 'z').prop_map(Type),
        1 => prop_oneof![Just("\n\n### x"), Just("\nX-B: c"), Just("\n\n{\"a\": 1}"), Just("\n\na\0b")].prop_map(TypeAtEnd),
        3 => proptest::char::range('a', 'z').prop_map(TypeInNext),
        2 => prop_oneof![Just("ghp_0123456789abcdefghijABCDEFGHIJ0123"), Just("ghp_abcdefghijABCDEFGHIJ01230123456789")].prop_map(UseToken),
        1 => Just(RemoveBody),
        4 => Just(Undo),
        2 => Just(Redo),
        2 => " ?[a-z]{1,5}( [a-z]{1,3})? ?".prop_map(Rename),
        3 => Just(Duplicate),
        3 => Just(Delete),
        2 => Just(DeleteAndUndo),
        4 => Just(Next),
        3 => Just(Previous),
        5 => Just(Save),
        1 => Just(SaveWithFault),
        1 => "[a-z]{1,2}".prop_map(SaveAs),
        1 => Just(TheirChange),
        1 => (0usize..4).prop_map(TheirEdit),
        1 => (0usize..4).prop_map(TheirRemoval),
        2 => any::<bool>().prop_map(Overwrite),
        3 => Just(Reload),
        2 => any::<bool>().prop_map(Quit),
    ]
}

const THREE: &str = "# head\n@v = 1\n\n### one\n# keep-0\nGET https://h.example/1\nAuthorization: Bearer shared-0123456789abcdef\n\n# loose-0\n\n### two\n# keep-1\nGET https://h.example/2\nAuthorization: Bearer shared-0123456789abcdef\nX-Two: precious\n\n\
                     > {% keep.script-1() %}\n\n# loose-1\n\n### three\n# keep-2\nGET https://h.example/{{v}}\n";

/// What a request is, as far as a file keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    id: RequestId,
    name: String,
    text: String,
}

impl Item {
    /// Whether the format has a place for it, by the rules as a person knows them.
    fn can_be_saved(&self) -> bool {
        let line = self.text.lines().next().unwrap_or_default().trim();
        let has_address = match line.split_once(' ') {
            Some((method, address)) => !address.trim().is_empty() && method.bytes().all(|b| b.is_ascii_alphabetic()),
            None => !line.is_empty() && line != "GET",
        };
        let mut headers = self.text.lines().skip(1).take_while(|line| !line.is_empty());
        // What ends with comments cannot be told from a comment before the next request.
        let ends_with_comment = self.text.trim_end().lines().last().is_some_and(|line| line.starts_with('#'));
        has_address
            && !headers.any(|line| line.starts_with('#'))
            && !self.text.lines().any(|line| line.starts_with("###"))
            && !self.text.contains('\0')
            && !ends_with_comment
    }

    fn is_empty(&self) -> bool {
        matches!(self.text.trim(), "" | "GET")
    }
}

/// Whether the bytes on disk are those that are to be replaced.
fn is_expected(over: &OnConflict, before: Option<&[u8]>, there: &[u8]) -> bool {
    match over {
        OnConflict::Overwrite(seen) => seen.as_deref() == Some(there),
        OnConflict::Ask | OnConflict::AskIfGone => before == Some(there),
    }
}

/// A request without what the format does not keep: blank lines around a body.
fn held(request: &Request) -> Request {
    Request { body: request.body.trim_matches('\n').into(), ..request.clone() }
}

/// The program, its disk, and what ought to be on it.
struct World {
    model: Model,
    disk: BTreeMap<PathBuf, Vec<u8>>,
    path: PathBuf,
    /// The requests in order, by a model as simple as can be.
    list: Vec<RequestId>,
    open: usize,
    /// The lists before each change of the list that can be undone, and those that were left by undoing one.
    before: Vec<Vec<RequestId>>,
    undone: Vec<Vec<RequestId>>,
    /// The texts that requests had when they came into the list, by whatever change.
    came: Vec<(RequestId, String)>,
    /// What a new credential made of texts: request, text before, text after.
    made: Vec<(RequestId, String, String)>,
    /// What the file holds: requests in order.
    saved: Vec<Item>,
    /// What the program knows of the file: what it held when the program wrote or read it last.
    known: Vec<Item>,
    /// What undoing a change of the list leads to is as before no more.
    is_reloaded: bool,
    /// Files of other programs must never change.
    fault: bool,
    quit: bool,
}

impl World {
    fn new() -> Self {
        let path = PathBuf::from("a.http");
        let loaded = LoadedFile::document("a.http", Some(path.clone()), THREE, BTreeMap::default(), &no_files);
        let model = Model::new(vec![loaded], "2026-11-23T07:22:41Z".parse().expect("a moment"));
        let mut world = Self {
            disk: BTreeMap::from([(path.clone(), THREE.as_bytes().to_vec())]),
            path,
            list: model.files[0].entries.iter().map(|e| e.id).collect(),
            model,
            open: 0,
            before: Vec::new(),
            undone: Vec::new(),
            came: Vec::new(),
            made: Vec::new(),
            saved: Vec::new(),
            known: Vec::new(),
            is_reloaded: false,
            fault: false,
            quit: false,
        };
        world.saved = world.items();
        world.known = world.items();
        world
    }

    fn items(&self) -> Vec<Item> {
        let entries = &self.model.files[0].entries;
        entries.iter().map(|e| Item { id: e.id, name: e.exchange.name.clone(), text: e.editor.text().to_string() }).collect()
    }

    fn send(&mut self, msg: Message) {
        let mut effects: std::collections::VecDeque<Effect> = update(&mut self.model, msg).into();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Save { file, path, bytes, before, over } => {
                    let there = self.disk.get(&path);
                    let answer = if std::mem::take(&mut self.fault) {
                        Message::SaveFailed(file, "the disk is full".into())
                    } else if there.is_some_and(|there| !is_expected(&over, before.as_deref(), there)) {
                        Message::ChangedOnDisk(file, there.map(|there| there.as_slice().into()))
                    } else {
                        self.written(path, bytes);
                        Message::Saved(file)
                    };
                    effects.extend(update(&mut self.model, answer));
                }
                Effect::Reload { file, path, .. } => {
                    let text = String::from_utf8_lossy(&self.disk[&path]).into_owned();
                    let read = LoadedFile::document("a.http", Some(path), &text, BTreeMap::default(), &no_files);
                    effects.extend(update(&mut self.model, Message::Reloaded(file, Ok(OnDisk::requests(read)))));
                }
                Effect::Quit => self.quit = true,
                _ => {}
            }
        }
    }

    /// What is on disk now has to be what the list holds.
    fn written(&mut self, path: PathBuf, bytes: Vec<u8>) {
        let old = std::mem::take(&mut self.known);
        self.saved.clear();
        for item in self.items() {
            let before = old.iter().find(|o| o.id == item.id);
            match before {
                _ if item.can_be_saved() => self.saved.push(item),
                Some(before) => self.saved.push(before.clone()),
                None => {}
            }
        }
        self.known.clone_from(&self.saved);
        self.disk.insert(path.clone(), bytes);
        self.path = path;
    }

    fn action(&mut self, action: Action) {
        self.send(Message::Click(Target::Do(action)));
    }

    fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.send(Message::Key(Key::parse(key).unwrap_or_else(|| panic!("no key is written {key}"))));
        }
    }

    fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Message::Key(if c == '\n' { Key::parse("Enter").expect("a key") } else { Key::char(c) }));
        }
    }

    fn edits(&mut self, go: &str, text: &str) {
        self.action(Action::Edit);
        self.keys(go);
        self.types(text);
        self.keys("Esc Esc");
    }

    fn added(&mut self, count: usize) {
        let ids: Vec<RequestId> = self.model.files[0].entries.iter().map(|e| e.id).filter(|id| !self.list.contains(id)).collect();
        assert_eq!(ids.len(), count, "so many requests were to be added");
        for (i, id) in ids.into_iter().enumerate() {
            self.list.insert(self.open + 1 + i, id);
        }
        self.open += 1;
    }

    fn ids(&self) -> Vec<RequestId> {
        self.model.files[0].entries.iter().map(|e| e.id).collect()
    }

    /// Undo or redo changes the list as a whole change did, or leaves it alone and changes a text or a name.
    fn steps(&mut self, action: Action) {
        let (before, items, at) = (self.ids(), self.items(), self.list[self.open]);
        self.action(action);
        let now = self.ids();
        self.nothing_newer_went(&items, at, action);
        let (from, to) = match action {
            Action::Undo => (&mut self.before, &mut self.undone),
            _ => (&mut self.undone, &mut self.before),
        };
        if now != before {
            assert!(self.is_reloaded || Some(&now) == from.last(), "{action:?} leads to the list before: {now:?}, {from:?}");
            from.pop();
            to.push(before);
            self.list = now;
        }
        // What it is about is opened, a request with another name as well.
        let open = self.model.entry().map(|e| e.id);
        self.open = self.list.iter().position(|id| Some(*id) == open).expect("an open request");
    }

    /// Undo and redo remove only what nobody changed since it came, and take back nothing of another request that is newer than the
    /// change. The open request, where all can be seen, has its own history.
    fn nothing_newer_went(&self, before: &[Item], open: RequestId, action: Action) {
        let now = self.items();
        for old in before {
            match now.iter().find(|item| item.id == old.id) {
                None => {
                    let as_it_came = self.came.contains(&(old.id, old.text.clone()));
                    assert!(as_it_came, "{action:?} removes only what is as it came, not {old:?}");
                }
                Some(new) if old.id == open || new.text == old.text => {}
                Some(new) => {
                    let (from, to) = if action == Action::Undo { (&new.text, &old.text) } else { (&old.text, &new.text) };
                    let made = (old.id, from.clone(), to.clone());
                    assert!(self.made.contains(&made), "{action:?} takes back only what the change made of {old:?}: {new:?}");
                }
            }
        }
    }

    /// Another program writes a text of its own in the place of the head of a request, or nothing.
    fn they_change(&mut self, place: usize, change: impl Fn(&str) -> String) {
        let text = String::from_utf8_lossy(&self.disk[&self.path]).into_owned();
        let document = Document::read(&text);
        let blocks: Vec<_> = document.blocks().iter().filter_map(|block| block.request.as_deref()).collect();
        let Some(places) = blocks.get(place) else { return };
        let head = places.line.start..text.len().min(places.head_end + 1);
        let theirs = format!("{}{}{}", &text[..head.start], change(&text[head.clone()]), &text[head.end..]);
        let read = Document::read(&theirs);
        // A body without its head may be read as anything.
        if read.len() != document.len() - usize::from(change("").is_empty()) || places.body.is_some() {
            return;
        }
        if change("").is_empty() {
            self.saved.remove(place);
        } else if let (Some(item), Some(request)) = (self.saved.get_mut(place), read.raw_request(place)) {
            *item = Item { id: RequestId::default(), text: RequestText::render(&request).text, ..item.clone() };
        }
        self.disk.insert(self.path.clone(), theirs.into_bytes());
    }

    /// Reading the file again loses nothing of what was changed here, shows what they changed, and writes nothing.
    fn reloads(&mut self) {
        let entries = &self.model.files[0].entries;
        let unsaved: Vec<RequestId> = entries.iter().filter(|entry| entry.is_unsaved()).map(|entry| entry.id).collect();
        let (before, disk) = (self.items(), self.disk.clone());
        self.keys("r");
        assert_eq!(self.disk, disk, "reading writes nothing");
        let now = self.items();
        let same = |a: &Item, b: &Item| a.name == b.name && held(&RequestText::parse(&a.text).0) == held(&RequestText::parse(&b.text).0);
        for own in before.iter().filter(|item| unsaved.contains(&item.id)) {
            assert!(now.contains(own), "what was changed here stays: {own:?} of {now:?}");
        }
        for theirs in self.saved.iter().filter(|item| !self.known.iter().any(|known| same(known, item))) {
            assert!(now.iter().any(|item| same(item, theirs)), "what they wrote is in the list: {theirs:?} of {now:?}");
        }
        for kept in before.iter().filter(|item| self.saved.iter().any(|saved| saved.id == item.id && same(saved, item))) {
            assert!(now.iter().any(|item| same(item, kept)), "what nobody changed stays: {kept:?} of {now:?}");
        }
        // What the file holds is known by the requests that are in it now; those that were deleted here stay deleted.
        let is_saved = |id: RequestId| self.model.files[0].entries.iter().any(|entry| entry.id == id && !entry.is_unsaved());
        let mut taken: Vec<RequestId> = self.saved.iter().map(|item| item.id).collect();
        for theirs in self.saved.iter_mut().filter(|item| item.id == RequestId::default()) {
            if let Some(found) = now.iter().find(|item| same(item, theirs) && is_saved(item.id) && !taken.contains(&item.id)) {
                theirs.id = found.id;
                taken.push(found.id);
            }
        }
        self.known.clone_from(&self.saved);
        self.list = self.ids();
        let open = self.model.entry().map(|entry| entry.id);
        self.open = self.list.iter().position(|id| Some(*id) == open).expect("an open request");
        self.is_reloaded = true;
    }

    fn run(&mut self, command: &Command) {
        let before = self.list.clone();
        self.carry_out(command);
        for item in self.items().into_iter().filter(|item| !before.contains(&item.id)) {
            // What is typed right away into a new request is not what it came with.
            let text = if matches!(command, Command::New(_)) { "GET \n".to_string() } else { item.text };
            self.came.push((item.id, text));
        }
        if self.list != before && !matches!(command, Command::Undo | Command::Redo) {
            self.before.push(before);
            self.undone.clear();
        }
    }

    fn carry_out(&mut self, command: &Command) {
        let question = self.model.overlay.is_some();
        match command {
            Command::Reload => {
                if matches!(self.model.overlay, Some(Overlay::Conflict { .. })) && self.model.can(Action::Reload) {
                    self.reloads();
                } else {
                    self.keys("Esc");
                }
            }
            Command::Overwrite(yes) => {
                self.keys(if *yes && matches!(self.model.overlay, Some(Overlay::Conflict { .. })) { "o" } else { "Esc" })
            }
            // Whatever asks is left first, as a person has to.
            _ if question => self.keys("Esc"),
            Command::New(path) => {
                self.action(Action::New);
                self.types(&format!("https://h.example/{path}"));
                self.keys("Esc");
                self.added(1);
            }
            Command::NewEmpty => {
                self.action(Action::New);
                self.keys("Esc");
                self.added(1);
            }
            Command::Paste(text) => {
                let is_new = !self.known.iter().any(|s| s.id == self.list[self.open]);
                // A name or expectations are kept as any other work.
                let has_work = self.model.entry().is_some_and(|entry| entry.is_unsaved());
                let scratch = self.items()[self.open].is_empty() && is_new && !has_work;
                let count = text.matches("###\n").count().max(text.matches("### ").count()).max(1);
                if scratch {
                    self.list.remove(self.open);
                    // What comes is put where the empty one was.
                    let before = self.open.checked_sub(1);
                    self.send(Message::Paste((*text).into()));
                    let ids: Vec<RequestId> =
                        self.model.files[0].entries.iter().map(|e| e.id).filter(|id| !self.list.contains(id)).collect();
                    assert_eq!(ids.len(), count);
                    let at = before.map_or(0, |b| b + 1);
                    for (i, id) in ids.into_iter().enumerate() {
                        self.list.insert(at + i, id);
                    }
                } else {
                    self.send(Message::Paste((*text).into()));
                    self.added(count);
                }
                self.keys("Esc");
            }
            Command::Type(c) => self.edits("Ctrl-Home End", &c.to_string()),
            Command::TypeAtEnd(text) => self.edits("Ctrl-End", text),
            Command::TypeInNext(c) if self.open + 1 < self.list.len() => {
                self.action(Action::NextRequest);
                self.edits("Ctrl-Home End", &c.to_string());
                self.action(Action::PreviousRequest);
            }
            Command::TypeInNext(_) => {}
            Command::UseToken(_) if self.items()[self.open].is_empty() => {}
            Command::UseToken(token) => {
                let before = self.items();
                self.send(Message::Paste((*token).into()));
                self.keys(if self.model.can(Action::UseTokenInFile) { "f" } else { "Enter" });
                let now = self.items();
                self.made.extend(before.into_iter().zip(now).map(|(old, new)| (old.id, old.text, new.text)));
            }
            Command::RemoveBody => {
                self.action(Action::Edit);
                self.keys("Ctrl-End Backspace Backspace Backspace Backspace Esc Esc");
            }
            Command::Undo => self.steps(Action::Undo),
            Command::Redo => self.steps(Action::Redo),
            Command::Rename(name) => {
                self.action(Action::Rename);
                self.keys("^A");
                self.types(name);
                self.keys("Enter");
                assert_eq!(self.items()[self.open].name, name.trim());
            }
            Command::Duplicate => {
                self.action(Action::Duplicate);
                self.added(1);
            }
            Command::Delete => {
                self.action(Action::Delete);
                self.keys("d");
                self.list.remove(self.open);
                if self.list.is_empty() {
                    self.list = self.model.files[0].entries.iter().map(|e| e.id).collect();
                }
                self.open = self.open.min(self.list.len() - 1);
            }
            Command::DeleteAndUndo => {
                let (before, open) = (self.items(), self.open);
                self.action(Action::Delete);
                self.keys("d");
                self.undone = vec![self.ids()];
                self.keys("u");
                assert_eq!((self.items(), self.open), (before, open), "nothing is lost");
                // It came into the list anew, as it was when it was deleted.
                let back = self.items().swap_remove(self.open);
                self.came.push((back.id, back.text));
            }
            Command::Next => {
                self.action(Action::NextRequest);
                self.open = (self.open + 1).min(self.list.len() - 1);
            }
            Command::Previous => {
                self.action(Action::PreviousRequest);
                self.open = self.open.saturating_sub(1);
            }
            Command::Save => self.action(Action::Save),
            Command::SaveWithFault => {
                self.fault = true;
                self.action(Action::Save);
                self.fault = false;
            }
            Command::SaveAs(name) => {
                self.action(Action::SaveAs);
                self.keys("^A");
                self.types(name);
                self.keys("Enter");
            }
            Command::TheirChange => {
                let theirs = self.disk.get_mut(&self.path).expect("the file");
                theirs.extend_from_slice(b"\n### theirs\nGET https://h.example/theirs\n");
                let text = RequestText::render(&RequestText::parse("GET https://h.example/theirs").0).text;
                self.saved.push(Item { id: RequestId::default(), name: "theirs".into(), text });
            }
            Command::TheirEdit(place) => self.they_change(*place, |text| format!("{text}X-Theirs: {}\n", text.len())),
            Command::TheirRemoval(place) => self.they_change(*place, |_| String::new()),
            Command::Quit(save) => {
                self.action(Action::Quit);
                if !self.quit {
                    assert!(matches!(self.model.overlay, Some(Overlay::Quit)), "unsaved changes are asked about");
                    self.keys(if *save { "s" } else { "Esc" });
                }
            }
        }
        if let Some(id) = self.model.entry().map(|e| e.id)
            && let Some(open) = self.list.iter().position(|l| *l == id)
        {
            let asked = matches!(command, Command::Quit(_));
            assert!(asked || open == self.open, "the open request is the one that was opened");
            self.open = open;
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let items = self.items();
        prop_assert_eq!(&items.iter().map(|i| i.id).collect::<Vec<_>>(), &self.list, "the list holds what was put into it");
        let text = String::from_utf8_lossy(&self.disk[&self.path]).into_owned();
        let document = Document::read(&text);
        let on_disk: Vec<_> =
            (0..document.len()).map(|i| (document.name(i).to_string(), document.raw_request(i).as_ref().map(held))).collect();
        let wanted: Vec<_> = self.saved.iter().map(|i| (i.name.clone(), Some(held(&RequestText::parse(&i.text).0)))).collect();
        prop_assert_eq!(on_disk, wanted, "the file holds what was saved:\n{}", &text);
        prop_assert!(text.starts_with("# head\n@v = 1\n"), "what belongs to no request stays: {}", text);
        for loose in ["# loose-0\n", "# loose-1\n"] {
            prop_assert_eq!(text.matches(loose).count(), 1, "what belongs to no request stays, once: {}", text);
        }
        if self.quit {
            let unsaved: Vec<&Item> = items.iter().filter(|i| !i.is_empty() && !self.known.contains(i)).collect();
            prop_assert!(unsaved.is_empty(), "left without a word about {:?}", unsaved);
            let deleted: Vec<&Item> =
                self.known.iter().filter(|s| s.id != RequestId::default() && !items.iter().any(|i| i.id == s.id)).collect();
            prop_assert!(deleted.is_empty(), "left with deleted requests in the file {:?}", deleted);
        }
        Ok(())
    }
}

/// How many sequences are tried: few, unless more are asked for.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_file_holds_the_requests_of_the_list(commands in prop::collection::vec(command(), 1..30)) {
        let mut world = World::new();
        for command in &commands {
            world.run(command);
            world.check()?;
            if world.quit {
                break;
            }
        }
    }
}

#[test]
fn requests_are_not_saved_under_the_name_of_another_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::with("GET https://h.example/1\n");
    for (name, other) in [("x.har", "x.http"), ("x.JSON", "x.http"), ("a.b.yaml", "a.b.http")] {
        let path = folder.path().join(name);
        program
            .keys("S ^A")
            .types(&path.display().to_string())
            .keys("Enter")
            .shows("Not saved: requests are saved as .http text")
            .shows(other);
        assert!(!path.exists());
    }
}
