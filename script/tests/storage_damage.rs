//! What becomes of what a mini-program keeps when its process is killed, or its files are damaged.

use pellicle_script::capability::files::{DirectoryFiles, FileArea, FilePath, FileQuota, FileSystem, WriteAt};
use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::seal::StorageKey;
use pellicle_script::capability::storage::{DataType, Storage, StorageError, StorageQuota, Stored};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn text(json: String) -> Stored {
    Stored { data_type: DataType::String, json }
}

fn key() -> StorageKey {
    StorageKey::new([9; 32])
}

fn open(root: &Path, sealed: bool) -> Result<RedbStorage, StorageError> {
    match sealed {
        true => RedbStorage::open_sealed(root, "app", &key(), StorageQuota::default()),
        false => RedbStorage::open(root, "app", StorageQuota::default()),
    }
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// A folder where flushing costs little, if there is one.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

/// Says which of two processes this is: one that writes until it is killed runs only this test, with a folder.
const WRITER: &str = "PELLICLE_TEST_WRITER";

fn file(n: u64) -> FilePath {
    FilePath::in_area(FileArea::User, &format!("f{}", n % 5)).expect("a path")
}

/// The contents of a file: its length and its bytes tell the number.
fn contents(n: u64) -> Vec<u8> {
    vec![(n % 251) as u8; 10_000 + (n % 1000) as usize]
}

/// Files as they are, and sealed ones.
fn files(root: &Path) -> [DirectoryFiles; 2] {
    let quota = FileQuota::default();
    let sealed = DirectoryFiles::open_sealed(&root.join("sealed"), "app", &key(), quota);
    [DirectoryFiles::open(&root.join("files"), quota), sealed].map(|files| files.expect("files"))
}

/// A file that is written on and on; each line tells its number.
fn diary() -> FilePath {
    FilePath::in_area(FileArea::User, "diary").expect("a path")
}

/// Writes on and on, and says what is written.
fn write(root: &Path) {
    let mut files = files(root);
    let mut stores = [false, true].map(|sealed| open(&root.join(format!("store-{sealed}")), sealed).expect("a store"));
    let mut out = std::io::stdout().lock();
    let first = std::env::var("PELLICLE_TEST_FIRST").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    for n in first.. {
        for store in &mut stores {
            store.set(&format!("k{}", n % 7), text(format!("\"{n}{}\"", "x".repeat(n as usize % 3000)))).expect("set");
        }
        for files in &mut files {
            files.write(&file(n), WriteAt::Whole, &contents(n)).expect("written");
            files.write(&diary(), WriteAt::End, format!("{n}\n").as_bytes()).expect("written");
        }
        // Acknowledged.
        writeln!(out, "wrote {n}").expect("said");
        out.flush().expect("said");
    }
}

#[test]
fn whoever_is_killed_loses_nothing_that_was_acknowledged() {
    if let Ok(root) = std::env::var(WRITER) {
        return write(Path::new(&root));
    }
    let root = folder();
    let (rounds, mut last) = (number("PELLICLE_KILLS", 240), None::<u64>);
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "whoever_is_killed_loses_nothing_that_was_acknowledged", "--nocapture"])
            .env(WRITER, root.path())
            .env("PELLICLE_TEST_FIRST", last.map_or(0, |n| n + 1).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        let killer = std::thread::spawn(move || {
            // Somewhere within opening, writing, flushing.
            std::thread::sleep(Duration::from_micros(20_000 + 1_731 * (round as u64 * 37 % 29)));
            child.kill().expect("killed");
            child.wait().expect("gone");
        });
        for line in lines.lines().map_while(Result::ok) {
            if let Some(n) = line.strip_prefix("wrote ").and_then(|n| n.parse().ok()) {
                last = Some(n);
            }
        }
        killer.join().expect("killed");
        let Some(last) = last else { continue };
        // The one after may be there, too, or the first of its parts.
        for sealed in [false, true] {
            let mut store = open(&root.path().join(format!("store-{sealed}")), sealed).expect("it opens");
            assert_eq!(store.damaged(), None, "round {round}");
            for back in 0..7.min(last + 1) {
                let n = last - back;
                let value = store.get(&format!("k{}", n % 7)).expect("read").expect("there").json;
                let digits: String = value[1..].chars().take_while(char::is_ascii_digit).collect();
                let found: u64 = digits.parse().expect("a number");
                assert!(found == n || found == last + 1, "round {round}: {n} became {found}");
                assert_eq!(value.len(), digits.len() + found as usize % 3000 + 2);
            }
        }
        for mut files in files(root.path()) {
            for back in 0..5.min(last + 1) {
                let n = last - back;
                let bytes = files.read(&file(n), 0, 1 << 20).expect("read");
                assert!(bytes == contents(n) || bytes == contents(last + 1), "round {round}: {n}");
            }
            let bytes = files.read(&diary(), 0, 1 << 20).expect("read");
            let lines = String::from_utf8(bytes).expect("text");
            // What was not acknowledged may be there, and be written again by the next one.
            let known: std::collections::BTreeSet<&str> = lines.lines().collect();
            let lost: Vec<u64> = (0..=last).filter(|n| !known.contains(&*n.to_string())).collect();
            assert_eq!(lost, [0_u64; 0], "round {round}");
        }
    }
    assert!(last.is_some(), "nothing was ever written");
}

/// A store with some values, and its file.
fn kept(root: &Path, sealed: bool) -> Vec<u8> {
    let path = {
        let mut store = open(root, sealed).expect("a store");
        for n in 0..12 {
            store.set(&format!("key{n}"), text(format!("\"{}\"", "x".repeat(20 * n)))).expect("set");
        }
        store.path().to_owned()
    };
    std::fs::read(path).expect("its bytes")
}

/// Opens what a damaged file holds: all that there was, or a clear word.
fn judge(root: &Path, sealed: bool, what: &str) {
    let mut store = match open(root, sealed) {
        Ok(store) => store,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let told = store.damaged().map(Path::to_owned);
    for n in 0..12 {
        match store.get(&format!("key{n}")) {
            Ok(Some(value)) => assert_eq!(value, text(format!("\"{}\"", "x".repeat(20 * n))), "{what}"),
            Ok(None) => assert!(told.is_some(), "{what}: a value vanished without a word"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Some(aside) = told {
        std::fs::remove_file(aside).expect("kept aside");
    }
}

#[test]
fn any_flipped_byte_and_any_cut_is_told_of_or_does_no_harm() {
    for sealed in [false, true] {
        let root = folder();
        let bytes = kept(root.path(), sealed);
        let path = root.path().join("app.redb");
        // Pages that were never used are all zero, and many.
        let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0 || at % 512 == 0).collect();
        let step = if number("PELLICLE_ALL_BYTES", 0) > 0 { 1 } else { used.len() / 400 };
        for &at in used.iter().step_by(step.max(1)) {
            for flip in [0xff, 1] {
                let mut flipped = bytes.clone();
                flipped[at] ^= flip;
                std::fs::write(&path, flipped).expect("written");
                judge(root.path(), sealed, &format!("byte {at} flipped by {flip}"));
            }
        }
        for cut in used.iter().step_by(step.max(1) * 2) {
            std::fs::write(&path, &bytes[..*cut]).expect("written");
            judge(root.path(), sealed, &format!("cut after {cut} bytes"));
        }
    }
}

#[test]
fn a_sealed_store_shows_nothing_and_opens_with_its_key_only() {
    let root = folder();
    let secret = "a very secret value";
    let mut store = open(root.path(), true).expect("a store");
    store.set("secret name", text(format!("\"{secret}\""))).expect("set");
    assert_eq!(store.info().expect("info").keys, ["secret name"]);
    let size = store.info().expect("info").size;
    assert_eq!(size, "secret name".len() + secret.len() + 2);
    let path = store.path().to_owned();
    drop(store);
    let bytes = std::fs::read(&path).expect("its bytes");
    let shows = |bytes: &[u8], what: &str| bytes.windows(what.len()).any(|w| w == what.as_bytes());
    assert!(!shows(&bytes, secret) && !shows(&bytes, "secret name"));
    let other = StorageKey::new([1; 32]);
    let quota = StorageQuota::default();
    assert!(matches!(RedbStorage::open_sealed(root.path(), "app", &other, quota), Err(StorageError::WrongKey)));
    assert!(matches!(RedbStorage::open(root.path(), "app", quota), Err(StorageError::WrongKey)));
    let mut store = open(root.path(), true).expect("it opens again");
    assert_eq!(store.get("secret name"), Ok(Some(text(format!("\"{secret}\"")))));
    assert_eq!(store.info().expect("info").size, size);
    store.remove("secret name").expect("removed");
    assert_eq!((store.get("secret name"), store.info().expect("info").size), (Ok(None), 0));
}

#[test]
fn what_was_kept_without_a_key_is_sealed_with_it() {
    let root = folder();
    let mut store = open(root.path(), false).expect("a store");
    for n in 0..50 {
        store.set(&format!("old name {n}"), text(format!("\"old value {n}\""))).expect("set");
    }
    let (path, before) = (store.path().to_owned(), store.info().expect("info"));
    drop(store);
    // What a run left that was killed while it sealed.
    std::fs::write(path.with_extension("redb.sealing"), b"half").expect("written");
    let mut store = open(root.path(), true).expect("it is sealed");
    assert_eq!(store.damaged(), None);
    assert_eq!(store.info().expect("info"), before);
    for n in 0..50 {
        assert_eq!(store.get(&format!("old name {n}")), Ok(Some(text(format!("\"old value {n}\"")))));
    }
    drop(store);
    let bytes = std::fs::read(&path).expect("its bytes");
    assert!(!bytes.windows(8).any(|w| w == b"old name") && !bytes.windows(9).any(|w| w == b"old value"));
    assert_eq!(std::fs::read_dir(root.path()).expect("the folder").count(), 1);
}
