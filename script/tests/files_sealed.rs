//! Files that are sealed with a key of the host's: what they hold, what they hide, and what becomes of damaged ones.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle_script::capability::files::{
    DirectoryFiles, FileArea, FileError, FilePath, FileQuota, FileSystem, WriteAt,
};
use pellicle_script::capability::seal::StorageKey;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn key() -> StorageKey {
    StorageKey::new([3; 32])
}

fn open(root: &Path) -> DirectoryFiles {
    DirectoryFiles::open_sealed(root, "app", &key(), FileQuota::default()).unwrap()
}

fn user(name: &str) -> FilePath {
    FilePath::in_area(FileArea::User, name).unwrap()
}

/// All files below a folder.
fn below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { below(&path, into) } else { into.push(path) }
    }
}

/// What somebody who has the disk sees.
fn shows(root: &Path, what: &str) -> bool {
    let mut files = Vec::new();
    below(root, &mut files);
    let holds = |bytes: &[u8]| bytes.windows(what.len()).any(|window| window == what.as_bytes());
    files.iter().any(|file| holds(file.to_string_lossy().as_bytes()) || holds(&std::fs::read(file).unwrap()))
}

/// What is done to a file.
#[derive(Clone, Debug)]
enum Step {
    Whole(usize),
    End(usize),
    At(u64, usize),
    Cut(u64),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0..200_000usize).prop_map(Step::Whole),
        6 => (0..3000usize).prop_map(Step::End),
        4 => (0..250_000u64, 0..3000usize).prop_map(|(at, count)| Step::At(at, count)),
        2 => (0..250_000u64).prop_map(Step::Cut),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_sealed_file_holds_what_was_written_to_it(steps in prop::collection::vec(step(), 1..30), from in 0..260_000u64) {
        let root = tempfile::tempdir().unwrap();
        let (mut files, file) = (open(root.path()), user("folder/file"));
        files.make_folder(&user("folder")).unwrap();
        files.write(&file, WriteAt::Whole, b"").unwrap();
        let mut model: Vec<u8> = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            let bytes = |count: usize| -> Vec<u8> { (0..count).map(|k| (k * 7 + n * 31) as u8).collect() };
            match step {
                Step::Whole(count) => {
                    model = bytes(count);
                    files.write(&file, WriteAt::Whole, &model).unwrap();
                }
                Step::End(count) => {
                    model.extend(bytes(count));
                    files.write(&file, WriteAt::End, &bytes(count)).unwrap();
                }
                Step::At(at, count) => {
                    let end = at as usize + count;
                    model.resize(model.len().max(end), 0);
                    model[at as usize..end].copy_from_slice(&bytes(count));
                    files.write(&file, WriteAt::Byte(at), &bytes(count)).unwrap();
                }
                Step::Cut(length) => {
                    model.resize(length as usize, 0);
                    files.truncate(&file, length).unwrap();
                }
                Step::Reopen => files = open(root.path()),
            }
            prop_assert_eq!(files.stat(&file).unwrap().size, model.len() as u64);
            let start = (from as usize).min(model.len());
            let end = (start + 5000).min(model.len());
            prop_assert_eq!(&files.read(&file, from, 5000).unwrap(), &model[start..end]);
        }
        prop_assert_eq!(files.read(&file, 0, u64::MAX).unwrap(), model);
    }
}

#[test]
fn a_file_that_is_written_over_and_over_does_not_grow() {
    let root = tempfile::tempdir().unwrap();
    let (mut files, file) = (open(root.path()), user("file"));
    for n in 0..5000_u32 {
        files.write(&file, WriteAt::Byte(u64::from(n % 100) * 4), &n.to_le_bytes()).unwrap();
    }
    let bytes = files.read(&file, 0, 1000).unwrap();
    let last: Vec<u8> = (4900..5000_u32).flat_map(u32::to_le_bytes).collect();
    assert_eq!(bytes, last);
    let mut kept = Vec::new();
    below(&root.path().join("usr.sealed"), &mut kept);
    assert!(std::fs::metadata(&kept[0]).unwrap().len() < 100_000);
    // The quota counts what is in the file, not what it takes on the disk; before and after a restart.
    let quota = FileQuota { kept: 1000, ..FileQuota::default() };
    let mut small = DirectoryFiles::open_sealed(root.path(), "app", &key(), quota).unwrap();
    assert_eq!(small.write(&user("more"), WriteAt::Whole, &[1; 601]), Err(FileError::Full));
    assert_eq!(small.write(&user("more"), WriteAt::Whole, &[1; 600]), Ok(()));
    assert_eq!(small.write(&user("more"), WriteAt::End, &[1]), Err(FileError::Full));
}

#[test]
fn sealed_files_show_nothing_and_open_with_their_key_only() {
    let root = tempfile::tempdir().unwrap();
    let (quota, path) = (FileQuota::default(), root.path());
    let mut files = open(path);
    files.make_folder(&user("private folder")).unwrap();
    files.write(&user("private folder/private name"), WriteAt::Whole, b"private words").unwrap();
    let temporary = FilePath::in_area(FileArea::Temporary, "private picture").unwrap();
    files.write(&temporary, WriteAt::End, b"private pixels").unwrap();
    assert_eq!(files.list(&user("private folder")).unwrap(), ["private name"]);
    assert!(!shows(path, "private"));
    drop(files);
    let other = StorageKey::new([1; 32]);
    assert_eq!(DirectoryFiles::open_sealed(path, "app", &other, quota).err(), Some(FileError::WrongKey));
    assert_eq!(DirectoryFiles::open_sealed(path, "another", &key(), quota).err(), Some(FileError::WrongKey));
    assert_eq!(DirectoryFiles::open(path, quota).err(), Some(FileError::WrongKey));
    let mut files = open(path);
    files.rename(&user("private folder"), &user("renamed")).unwrap();
    files.rename(&user("renamed/private name"), &user("name")).unwrap();
    assert_eq!(files.list(&user("")).unwrap(), ["name", "renamed"]);
    assert_eq!(files.read(&user("name"), 8, 100).unwrap(), b"words");
    assert_eq!(files.stat(&temporary), Err(FileError::NotFound), "what is temporary is gone");
    let long = "n".repeat(200);
    assert_eq!(files.write(&user(&long), WriteAt::Whole, b""), Err(FileError::NameTooLong));
}

#[test]
fn what_was_kept_without_a_key_is_sealed_with_it() {
    let root = tempfile::tempdir().unwrap();
    let mut plain = DirectoryFiles::open(root.path(), FileQuota::default()).unwrap();
    plain.make_folder(&user("old")).unwrap();
    plain.make_folder(&user("old/deep")).unwrap();
    plain.write(&user("old/deep/words"), WriteAt::Whole, b"old words").unwrap();
    plain.write(&user("one"), WriteAt::Whole, &[7; 70_000]).unwrap();
    let saved = FilePath::in_area(FileArea::Saved, "kept").unwrap();
    plain.write(&saved, WriteAt::Whole, b"old words").unwrap();
    drop(plain);
    let quota = FileQuota { kept: 70_018, ..FileQuota::default() };
    for round in 0..2 {
        let mut files = DirectoryFiles::open_sealed(root.path(), "app", &key(), quota).unwrap();
        assert_eq!(files.read(&user("old/deep/words"), 0, 100).unwrap(), b"old words");
        assert_eq!(files.read(&user("one"), 0, 100_000).unwrap(), [7; 70_000]);
        assert_eq!(files.read(&saved, 0, 100).unwrap(), b"old words");
        assert_eq!(files.write(&user("more"), WriteAt::Whole, b"x"), Err(FileError::Full), "round {round}");
        drop(files);
        assert!(!shows(root.path(), "old"));
        // Somebody was killed before the plain file went.
        std::fs::create_dir_all(root.path().join("usr/old/deep")).unwrap();
        std::fs::write(root.path().join("usr/old/deep/words"), "old words").unwrap();
    }
}

#[test]
fn any_flipped_byte_of_a_sealed_file_is_told_of_and_any_cut_leaves_what_stood_before() {
    let root = tempfile::tempdir().unwrap();
    let (mut files, file) = (open(root.path()), user("file"));
    let mut states = vec![Vec::new()];
    files.write(&file, WriteAt::Whole, b"first").unwrap();
    states.push(b"first".to_vec());
    for (at, bytes) in [(WriteAt::End, &b" second"[..]), (WriteAt::Byte(2), b"RST"), (WriteAt::Byte(20), b"far")] {
        files.write(&file, at, bytes).unwrap();
        states.push(files.read(&file, 0, 100).unwrap());
    }
    files.truncate(&file, 9).unwrap();
    states.push(files.read(&file, 0, 100).unwrap());
    let whole = states.last().unwrap().clone();
    assert_eq!(whole, b"fiRST sec");
    let mut kept = Vec::new();
    below(&root.path().join("usr.sealed"), &mut kept);
    let (place, bytes) = (&kept[0], std::fs::read(&kept[0]).unwrap());
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut flipped = bytes.clone();
            flipped[at] ^= flip;
            std::fs::write(place, flipped).unwrap();
            let read = open(root.path()).read(&file, 0, 100);
            // What is cut off and written over says nothing any more: damage in it harms nobody.
            assert!(matches!(&read, Err(FileError::Io(_))) || read.as_ref() == Ok(&whole), "byte {at}: {read:?}");
        }
        std::fs::write(place, &bytes[..at]).unwrap();
        match open(root.path()).read(&file, 0, 100) {
            Ok(read) => assert!(states.contains(&read), "cut at {at}: {read:?}"),
            Err(error) => assert!(at < 24 && matches!(error, FileError::Io(_)), "cut at {at}: {error}"),
        }
        // Written on, it is whole again.
        if at >= 24 {
            let mut files = open(root.path());
            let before = files.read(&file, 0, 100).unwrap();
            files.write(&file, WriteAt::End, b"!").unwrap();
            assert_eq!(open(root.path()).read(&file, 0, 100).unwrap(), [&before[..], b"!"].concat());
        }
    }
    // A damaged file can be replaced, and removed.
    for n in 0..2 {
        std::fs::write(place, b"PELSEAL1 and so much else that it is no record that was not written to its end")
            .unwrap();
        let mut files = open(root.path());
        assert!(matches!(files.stat(&file), Err(FileError::Io(_))));
        assert!(matches!(files.write(&file, WriteAt::End, b"!"), Err(FileError::Io(_))));
        match n {
            0 => files.write(&file, WriteAt::Whole, b"new").unwrap(),
            _ => files.remove_file(&file).unwrap(),
        }
    }
    // The system gave room to a record whose bytes never came.
    std::fs::write(place, [&bytes[..], &[0; 300]].concat()).unwrap();
    let mut files = open(root.path());
    assert_eq!(files.read(&file, 0, 100).unwrap(), whole);
    files.write(&file, WriteAt::End, b"!").unwrap();
    assert_eq!(open(root.path()).read(&file, 0, 100).unwrap(), [&whole[..], b"!"].concat());
}
