//! Files: nothing hangs, nothing leads out of its folder, nothing is lost.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use authtui::io::store::disk::{Disk, RealDisk};
use authtui::io::store::save::save_on;
use authtui::io::store::{
    Expected, Folder, FolderError, MAX_TEXT, ReadFault, SaveError, Stamp, Workspace, private_folder, read, read_argument, save_atomic,
};
use proptest::prelude::*;
use tempfile::{NamedTempFile, TempDir};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn fifo(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

mod reading {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_by_name_and_never_waited_for() {
        let folder = folder();
        let pipe = folder.path().join("pipe.http");
        fifo(&pipe);
        let socket = folder.path().join("socket");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let fault = |path: &Path| read(path, MAX_TEXT).unwrap_err().fault;
        assert_eq!(fault(&pipe), ReadFault::Special("pipe"));
        assert_eq!(fault(&socket), ReadFault::Special("socket"));
        assert_eq!(fault(Path::new("/dev/zero")), ReadFault::Special("device"));
        assert_eq!(fault(folder.path()), ReadFault::Folder);
        assert_eq!(fault(&folder.path().join("none")), ReadFault::Missing);
        assert!(read(&pipe, 1).unwrap_err().to_string().ends_with("pipe.http: is a pipe, not a file"));
    }

    #[test]
    fn a_pipe_that_is_named_is_read_to_its_end_and_limit() {
        let folder = folder();
        let pipe = folder.path().join("pipe");
        fifo(&pipe);
        for (pieces, limit, read) in [
            (vec![&b"one "[..], b"two"], 7, Ok(b"one two".to_vec())),
            (vec![&b"one "[..], b"two"], 6, Err(ReadFault::TooLarge(6))),
            (vec![], 6, Ok(Vec::new())),
            (vec![&[b'x'; 200_000][..]], 200_000, Ok(vec![b'x'; 200_000])),
        ] {
            let writer = std::thread::spawn({
                let pipe = pipe.clone();
                move || {
                    // Opening waits for the reader; who has read enough closes.
                    let mut pipe = File::options().write(true).open(pipe).unwrap();
                    for piece in pieces {
                        std::thread::sleep(Duration::from_millis(50));
                        let _ = io::Write::write_all(&mut pipe, piece);
                    }
                }
            });
            assert_eq!(read_argument(&pipe, limit).map_err(|e| e.fault), read);
            writer.join().unwrap();
        }
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
        let folder = folder();
        let pipe = folder.path().join("pipe");
        fifo(&pipe);
        let begin = Instant::now();
        assert_eq!(read_argument(&pipe, 10).unwrap_err().fault, ReadFault::NoWriter);
        assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    }

    #[test]
    fn only_pipes_and_files_are_read_when_they_are_named() {
        let folder = folder();
        fs::write(folder.path().join("a"), "x").unwrap();
        let read = |path: &Path| read_argument(path, 10).map_err(|e| e.fault);
        assert_eq!(read(&folder.path().join("a")), Ok(b"x".to_vec()));
        assert_eq!(read(Path::new("/dev/zero")), Err(ReadFault::Special("device")));
        assert_eq!(read(folder.path()), Err(ReadFault::Folder));
        assert_eq!(read(&folder.path().join("none")), Err(ReadFault::Missing));
    }

    #[test]
    fn the_limit_is_exact_and_named() {
        let folder = folder();
        let path = folder.path().join("a");
        fs::write(&path, [b'x'; 10]).unwrap();
        assert_eq!(read(&path, 10).unwrap().len(), 10);
        assert_eq!(read(&path, 9).unwrap_err().fault, ReadFault::TooLarge(9));
    }

    #[test]
    fn a_symlink_is_followed() {
        let folder = folder();
        fs::write(folder.path().join("a"), "x").unwrap();
        symlink("a", folder.path().join("b")).unwrap();
        assert_eq!(read(&folder.path().join("b"), 9).unwrap(), b"x");
    }
}

mod saving {
    use super::*;

    #[test]
    fn a_new_file_is_the_users_alone() {
        let folder = folder();
        let path = folder.path().join("a.http");
        let stamp = save_atomic(&path, b"new", Expected::Nothing).unwrap().stamp;
        assert_eq!((fs::read(&path).unwrap(), stamp, mode(&path)), (b"new".to_vec(), Stamp::of(b"new"), 0o600));
        assert_eq!(names(folder.path()), ["a.http"]);
    }

    #[test]
    fn an_old_file_keeps_its_mode() {
        let folder = folder();
        let path = folder.path().join("a.http");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        save_atomic(&path, b"new", Expected::Stamped(Stamp::of(b"old"))).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"new".to_vec(), 0o640));
    }

    #[test]
    fn a_change_by_another_program_is_a_conflict_with_both_versions() {
        let folder = folder();
        let path = folder.path().join("a.http");
        fs::write(&path, "theirs").unwrap();
        let theirs = SaveError::Conflict { theirs: Some(b"theirs".to_vec()) };
        assert_eq!(save_atomic(&path, b"ours", Expected::Stamped(Stamp::of(b"old"))), Err(theirs.clone()));
        assert_eq!(save_atomic(&path, b"ours", Expected::Nothing), Err(theirs));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert!(save_atomic(&path, b"ours", Expected::Anything).is_ok());
        fs::remove_file(&path).unwrap();
        let gone = SaveError::Conflict { theirs: None };
        assert_eq!(save_atomic(&path, b"again", Expected::Stamped(Stamp::of(b"ours"))), Err(gone));
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_symlink_stays_one_and_its_target_is_saved() {
        let folder = folder();
        fs::create_dir(folder.path().join("real")).unwrap();
        let (real, link) = (folder.path().join("real/a.http"), folder.path().join("a.http"));
        fs::write(&real, "old").unwrap();
        symlink(&real, &link).unwrap();
        save_atomic(&link, b"new", Expected::Stamped(Stamp::of(b"old"))).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        symlink("nowhere", folder.path().join("b.http")).unwrap();
        assert!(save_atomic(&folder.path().join("b.http"), b"new", Expected::Nothing).is_err());
    }

    #[test]
    fn what_may_not_be_written_is_left() {
        let folder = folder();
        let path = folder.path().join("a.http");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        assert_eq!(save_atomic(&path, b"new", Expected::Anything), Err(SaveError::ReadOnly));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(save_atomic(&folder.path().join("none/a"), b"new", Expected::Nothing), Err(SaveError::NoFolder));
        assert_eq!(save_atomic(folder.path(), b"new", Expected::Anything), Err(SaveError::NotAFile(ReadFault::Folder)));
        let pipe = folder.path().join("pipe");
        fifo(&pipe);
        assert_eq!(save_atomic(&pipe, b"new", Expected::Anything), Err(SaveError::NotAFile(ReadFault::Special("pipe"))));
    }

    /// A disk on which one step fails; a write fails half-way.
    struct Failing {
        at: usize,
        step: AtomicUsize,
        fault: io::ErrorKind,
    }

    impl Failing {
        fn passes(&self) -> io::Result<()> {
            if self.step.fetch_add(1, Ordering::SeqCst) == self.at { Err(self.fault.into()) } else { Ok(()) }
        }
    }

    impl Disk for Failing {
        fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
            self.passes().and_then(|()| RealDisk.create(folder, prefix))
        }
        fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
            if let Err(fault) = self.passes() {
                RealDisk.write(file, &bytes[..bytes.len() / 2])?;
                return Err(fault);
            }
            RealDisk.write(file, bytes)
        }
        fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()> {
            self.passes().and_then(|()| RealDisk.allow(file, permissions))
        }
        fn sync(&self, file: &File) -> io::Result<()> {
            self.passes().and_then(|()| RealDisk.sync(file))
        }
        fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
            self.passes().and_then(|()| RealDisk.replace(file, to))
        }
        fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
            self.passes().and_then(|()| RealDisk.place(file, to))
        }
    }

    /// What belongs to the file besides its bytes: what this user may give is the same after a save, the rest is said.
    #[test]
    fn group_owner_mode_and_attributes_are_kept_or_said() {
        use std::os::unix::fs::MetadataExt as _;
        let about = |path: &Path| {
            let about = fs::metadata(path).unwrap();
            let mut value = [0; 16];
            let length = rustix::fs::getxattr(path, "user.origin", value.as_mut_slice()).unwrap_or(0);
            (about.uid(), about.gid(), about.mode() & 0o7777, value[..length].to_vec())
        };
        for (owner, group, mode) in [(0, 0, 0o600), (0, 100, 0o664), (65_534, 100, 0o640), (65_534, 65_534, 0o644)] {
            let folder = folder();
            let path = folder.path().join("a.http");
            fs::write(&path, "old").unwrap();
            // Only the superuser gives files away; without that the file stays as it is made.
            let _ = std::os::unix::fs::chown(&path, Some(owner), Some(group));
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let _ = rustix::fs::setxattr(&path, "user.origin", b"shared", rustix::fs::XattrFlags::empty());
            let before = about(&path);
            let saved = save_atomic(&path, b"new", Expected::Anything).unwrap();
            assert_eq!((about(&path), saved.not_kept), (before, Vec::new()), "{owner}:{group} {mode:o}");
        }
    }

    #[test]
    fn whichever_step_fails_the_file_is_old_or_new_and_nothing_lies_about() {
        let (old, new) = (vec![b'o'; 10_000], vec![b'n'; 20_000]);
        let mut failures = 0;
        for at in 0..10 {
            let folder = folder();
            let path = folder.path().join("a.http");
            fs::write(&path, &old).unwrap();
            let disk = Failing { at, step: AtomicUsize::new(0), fault: io::ErrorKind::StorageFull };
            let saved = save_on(&disk, &path, &new, Expected::Stamped(Stamp::of(&old)));
            let there = fs::read(&path).unwrap();
            match saved {
                Ok(saved) => assert_eq!((&there, saved.stamp), (&new, Stamp::of(&new))),
                Err(fault) => {
                    failures += 1;
                    assert_eq!(fault, SaveError::DiskFull);
                    assert!(there == old || there == new, "step {at} left a mix");
                }
            }
            assert_eq!(names(folder.path()), ["a.http"], "step {at}");
        }
        assert_eq!(failures, 6, "create, write, mode, sync, rename, sync of the folder");
    }

    #[test]
    fn hard_links_stay_one_file_and_a_failed_save_leaves_the_old_text() {
        let (long, short) = (vec![b'l'; 20_000], vec![b's'; 10_000]);
        for (old, new) in [(&short, &long), (&long, &short)] {
            for (at, fails) in (0..10).zip([true; 8].into_iter().chain([false; 2])) {
                // Shrinking writes nothing beyond the old end.
                let fails = fails && (at < 7 || new.len() > old.len());
                let folder = folder();
                let (path, link) = (folder.path().join("a.http"), folder.path().join("b.http"));
                fs::write(&path, old).unwrap();
                fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
                fs::hard_link(&path, &link).unwrap();
                let disk = Failing { at, step: AtomicUsize::new(0), fault: io::ErrorKind::StorageFull };
                let saved = save_on(&disk, &path, new, Expected::Stamped(Stamp::of(old)));
                assert_eq!(saved.err(), fails.then_some(SaveError::DiskFull), "step {at}");
                let there = if fails { old } else { new };
                assert!(&fs::read(&path).unwrap() == there && &fs::read(&link).unwrap() == there, "step {at}");
                assert_eq!((mode(&path), names(folder.path())), (0o640, vec!["a.http".to_string(), "b.http".to_string()]), "step {at}");
            }
        }
    }

    #[test]
    fn a_file_that_is_written_in_part_leaves_a_whole_copy() {
        /// A disk that is full once the copy was made.
        struct FullThen(AtomicUsize);
        impl Disk for FullThen {
            fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
                RealDisk.create(folder, prefix)
            }
            fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
                let is_copy = self.0.fetch_add(1, Ordering::SeqCst) == 0;
                RealDisk.write(file, if is_copy { bytes } else { &bytes[..bytes.len() / 2] })?;
                if is_copy { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
            }
            fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()> {
                RealDisk.allow(file, permissions)
            }
            fn sync(&self, file: &File) -> io::Result<()> {
                RealDisk.sync(file)
            }
            fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
                RealDisk.replace(file, to)
            }
            fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
                RealDisk.place(file, to)
            }
        }
        let folder = folder();
        let path = folder.path().join("a.http");
        fs::write(&path, "old").unwrap();
        fs::hard_link(&path, folder.path().join("b.http")).unwrap();
        let fault = save_on(&FullThen(AtomicUsize::new(0)), &path, b"all of the new", Expected::Anything).unwrap_err();
        let SaveError::WrittenInPart { copy, .. } = &fault else { panic!("{fault:?}") };
        assert_eq!((fs::read(copy).unwrap(), mode(copy)), (b"all of the new".to_vec(), 0o600));
        assert!(fault.to_string().contains(".a.http.authtui-"), "{fault}");
    }

    #[test]
    fn a_folder_for_secrets_is_the_users_alone() {
        let folder = folder();
        let made = folder.path().join(".authtui/answers");
        private_folder(&made).unwrap();
        private_folder(&made).unwrap();
        assert_eq!((mode(&made), mode(made.parent().unwrap())), (0o700, 0o700));
    }
}

mod paths_inside_files {
    use super::*;

    fn tree() -> (TempDir, Folder) {
        let outer = folder();
        let inner = outer.path().join("inner");
        fs::create_dir_all(inner.join("sub")).unwrap();
        fs::write(outer.path().join("secret"), "secret").unwrap();
        fs::write(inner.join("body.json"), "{}").unwrap();
        fs::write(inner.join("sub/keys.json"), "[]").unwrap();
        symlink("../secret", inner.join("out")).unwrap();
        symlink("sub/keys.json", inner.join("in")).unwrap();
        symlink("..", inner.join("up")).unwrap();
        let folder = Folder::of_file(&inner.join("a.http")).unwrap();
        (outer, folder)
    }

    #[test]
    fn inside_is_read() {
        let (_keep, folder) = tree();
        for (path, bytes) in [("body.json", "{}"), ("./sub/keys.json", "[]"), ("sub/../body.json", "{}"), ("in", "[]")] {
            assert_eq!(folder.read(path, 9).unwrap(), bytes.as_bytes(), "{path}");
        }
        assert!(matches!(folder.read("body.json", 1), Err(FolderError::Read(e)) if e.fault == ReadFault::TooLarge(1)));
        assert!(matches!(folder.read("none", 1), Err(FolderError::Read(e)) if e.fault == ReadFault::Missing));
    }

    #[test]
    fn outside_is_refused() {
        let (_keep, folder) = tree();
        for path in ["/etc/passwd", "~/.netrc", "\\\\server\\share", "C:\\secret", "C:/secret"] {
            assert_eq!(folder.resolve(path), Err(FolderError::Absolute(path.into())));
        }
        for path in ["../secret", "sub/../../secret", "../inner/body.json", "..", "out", "up/secret"] {
            assert_eq!(folder.resolve(path), Err(FolderError::Escapes(path.into())), "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_is_written_nothing_outside_is_reached(path in "(\\.\\./|\\./|sub/|up/|out|in|secret|body\\.json|/|~|\\PC){0,6}") {
            let (_keep, folder) = tree();
            if let Ok(real) = folder.resolve(&path) {
                prop_assert!(real.starts_with(folder.root()), "{path} led to {}", real.display());
            }
        }
    }
}

mod workspaces {
    use super::*;

    fn tree() -> TempDir {
        let folder = folder();
        for path in [
            "b.http",
            "a.REST",
            "notes.md",
            "http-client.env.json",
            ".env",
            "sub/c.http",
            ".git/d.http",
            "target/e.http",
            "node_modules/x/f.http",
        ] {
            let path: PathBuf = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        symlink(".", folder.path().join("sub/circle")).unwrap();
        folder
    }

    fn names(workspace: &Workspace) -> Vec<&str> {
        workspace.files.iter().map(|f| f.name.as_str()).collect()
    }

    #[test]
    fn without_an_argument_only_the_folder_itself_counts() {
        let folder = tree();
        let workspace = Workspace::here(folder.path());
        assert_eq!(names(&workspace), [".env", "a.REST", "b.http", "http-client.env.json"]);
        assert_eq!(workspace.requests().count(), 2);
        assert_eq!(workspace.problems, []);
    }

    #[test]
    fn a_folder_that_is_named_is_walked_but_not_what_tools_keep_there() {
        let folder = tree();
        assert_eq!(names(&Workspace::walk(folder.path())), [".env", "a.REST", "b.http", "http-client.env.json", "sub/c.http"]);
    }

    #[test]
    fn what_is_written_under_a_chosen_name_is_found_again() {
        use authtui::formats::env::ValueKind;
        use authtui::formats::import::{NOT_WALKED, file_name};
        let folder = folder();
        let requests = NOT_WALKED.iter().map(|name| format!("{}/a.http", file_name(name)));
        let values =
            [ValueKind::Public, ValueKind::Private, ValueKind::Settings, ValueKind::Dotenv].map(|kind| kind.file_name().to_string());
        let mut written: Vec<String> = requests.chain(values).collect();
        for path in &written {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let workspace = Workspace::walk(folder.path());
        let mut found = names(&workspace);
        found.sort_unstable();
        written.sort_unstable();
        assert_eq!(found, written);
    }

    #[test]
    fn beside_one_file_only_the_variables_count() {
        let folder = tree();
        fs::create_dir(folder.path().join("http-client.private.env.json")).unwrap();
        assert_eq!(names(&Workspace::beside(folder.path())), [".env", "http-client.env.json"]);
        assert_eq!(Workspace::beside(&folder.path().join("none")).problems, []);
    }

    #[test]
    fn what_cannot_be_read_is_listed_and_the_rest_is_there() {
        let folder = tree();
        fifo(&folder.path().join("pipe.http"));
        symlink("nowhere", folder.path().join("gone.http")).unwrap();
        let workspace = Workspace::here(folder.path());
        assert_eq!(workspace.requests().count(), 2);
        let faults: Vec<&ReadFault> = workspace.problems.iter().map(|p| &p.fault).collect();
        assert_eq!(faults, [&ReadFault::Missing, &ReadFault::Special("pipe")]);
        let nowhere = Workspace::walk(&folder.path().join("none"));
        assert_eq!((nowhere.files.len(), &nowhere.problems[0].fault), (0, &ReadFault::Missing));
    }
}
