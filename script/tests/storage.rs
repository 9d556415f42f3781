//! The key-value store: types, quota, crash and damage.

use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::storage::{DataType, MemoryStorage, Storage, StorageError, StorageQuota, Stored};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn text(json: &str) -> Stored {
    Stored { data_type: DataType::String, json: json.to_owned() }
}

fn open(root: &std::path::Path) -> RedbStorage {
    RedbStorage::open(root, "app", StorageQuota::default()).expect("the store opens")
}

#[test]
fn every_type_comes_back_as_what_it_was() {
    let root = tempfile::tempdir().expect("a folder");
    let mut storage = open(root.path());
    let samples = [
        (DataType::Undefined, "null"),
        (DataType::Null, "null"),
        (DataType::Boolean, "true"),
        (DataType::Number, "1.5"),
        (DataType::String, "\"中\""),
        (DataType::Date, "1705284000000"),
        (DataType::Array, "[1]"),
        (DataType::Object, "{\"a\":1}"),
    ];
    for (data_type, json) in samples {
        let value = Stored { data_type, json: json.to_owned() };
        storage.set("k", value.clone()).expect("set");
        assert_eq!(storage.get("k").expect("get"), Some(value));
    }
}

#[test]
fn what_was_written_before_a_crash_is_there_after_it() {
    let root = tempfile::tempdir().expect("a folder");
    let copy = tempfile::tempdir().expect("a folder");
    let mut storage = open(root.path());
    storage.set("a", text("\"1\"")).expect("set");
    storage.set("b", text("\"2\"")).expect("set");
    // The file as a killed process would leave it: no orderly close.
    std::fs::copy(storage.path(), copy.path().join("app.redb")).expect("copy");
    storage.set("c", text("\"3\"")).expect("set");
    let mut after = open(copy.path());
    assert_eq!(after.damaged(), None);
    assert_eq!(after.info().expect("info").keys, ["a", "b"]);
    assert_eq!(after.get("b").expect("get"), Some(text("\"2\"")));
}

#[test]
fn a_damaged_file_is_kept_aside_and_a_new_store_begins() {
    let root = tempfile::tempdir().expect("a folder");
    let file = {
        let mut storage = open(root.path());
        storage.set("a", text("\"1\"")).expect("set");
        storage.path().to_owned()
    };
    std::fs::write(&file, b"this is no database, but somebody's bytes").expect("write");
    let mut storage = open(root.path());
    let aside = storage.damaged().expect("damage is told").to_owned();
    assert_eq!(std::fs::read(aside).expect("kept"), b"this is no database, but somebody's bytes");
    assert_eq!(storage.get("a").expect("get"), None);
    storage.set("a", text("\"2\"")).expect("the new store works");
}

#[test]
fn any_flipped_byte_gives_the_old_value_or_a_clear_error_and_never_a_panic() {
    let root = tempfile::tempdir().expect("a folder");
    let file = {
        let mut storage = open(root.path());
        for i in 0..40 {
            storage.set(&format!("key{i}"), text(&format!("\"{}\"", "x".repeat(200)))).expect("set");
        }
        storage.path().to_owned()
    };
    let original = std::fs::read(&file).expect("read");
    let mut asides = 0;
    for step in 0..60 {
        let mut bytes = original.clone();
        let at = step * (bytes.len() / 60);
        bytes[at] ^= 0xff;
        std::fs::write(&file, &bytes).expect("write");
        match RedbStorage::open(root.path(), "app", StorageQuota::default()) {
            Ok(mut storage) => {
                asides += usize::from(storage.damaged().is_some());
                match storage.get("key7") {
                    Ok(Some(value)) => assert_eq!(value, text(&format!("\"{}\"", "x".repeat(200)))),
                    Ok(None) => assert!(storage.damaged().is_some(), "a value vanished without a word"),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    assert!(asides > 0, "damage was never noticed");
}

#[test]
fn a_full_store_refuses_and_keeps_what_it_has() {
    let quota = StorageQuota { total: 100, key: 60 };
    let root = tempfile::tempdir().expect("a folder");
    let mut stores: [Box<dyn Storage>; 2] = [
        Box::new(MemoryStorage::new(quota)),
        Box::new(RedbStorage::open(root.path(), "app", quota).expect("the store opens")),
    ];
    for storage in &mut stores {
        storage.set("a", text(&"1".repeat(50))).expect("fits");
        assert!(matches!(storage.set("b", text(&"1".repeat(60))), Err(StorageError::KeyTooLarge { .. })));
        assert_eq!(storage.set("b", text(&"1".repeat(50))), Err(StorageError::Full { size: 102, limit: 100 }));
        assert_eq!(storage.get("a").expect("get"), Some(text(&"1".repeat(50))));
        storage.set("a", text("1")).expect("shrinking always fits");
        storage.set("b", text(&"1".repeat(50))).expect("now it fits");
        assert_eq!(storage.info().expect("info").size, 2 + 51);
        storage.clear().expect("clear");
        assert_eq!(storage.info().expect("info").size, 0);
    }
}

#[test]
fn the_size_in_use_is_known_again_after_reopening() {
    let root = tempfile::tempdir().expect("a folder");
    let before = {
        let mut storage = open(root.path());
        storage.set("a", text("\"12345\"")).expect("set");
        storage.set("bb", text("\"1\"")).expect("set");
        storage.info().expect("info")
    };
    assert_eq!(open(root.path()).info().expect("info"), before);
}

#[test]
fn an_app_id_cannot_leave_the_folder() {
    let root = tempfile::tempdir().expect("a folder");
    let inside = root.path().join("stores");
    for app in ["../evil", "/etc/x", "", "a/b", "日本"] {
        let storage = RedbStorage::open(&inside, app, StorageQuota::default()).expect("the store opens");
        assert_eq!(storage.path().parent(), Some(inside.as_path()));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Set(u8, String),
    Remove(u8),
    Clear,
    Reopen,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_file_behaves_as_the_store_in_memory(steps in prop::collection::vec(prop_oneof![
        8 => (0u8..5, "[a-z]{0,40}").prop_map(|(k, v)| Step::Set(k, v)),
        2 => (0u8..5).prop_map(Step::Remove),
        1 => Just(Step::Clear),
        2 => Just(Step::Reopen),
    ], 0..30)) {
        let quota = StorageQuota { total: 120, key: 50 };
        let root = tempfile::tempdir().expect("a folder");
        let mut file = Some(RedbStorage::open(root.path(), "app", quota).expect("opens"));
        let mut memory = MemoryStorage::new(quota);
        for step in steps {
            if let Step::Reopen = step {
                drop(file.take());
                file = Some(RedbStorage::open(root.path(), "app", quota).expect("opens"));
                continue;
            }
            let file = file.as_mut().expect("open");
            match step {
                Step::Set(k, v) => {
                    prop_assert_eq!(file.set(&format!("k{k}"), text(&v)), memory.set(&format!("k{k}"), text(&v)));
                }
                Step::Remove(k) => prop_assert_eq!(file.remove(&format!("k{k}")), memory.remove(&format!("k{k}"))),
                Step::Clear => prop_assert_eq!(file.clear(), memory.clear()),
                Step::Reopen => {}
            }
            let (f, m) = (file.info().expect("info"), memory.info().expect("info"));
            prop_assert_eq!(f.size, m.size);
            let keys: BTreeMap<_, _> = m.keys.iter().map(|k| (k.clone(), ())).collect();
            prop_assert_eq!(f.keys, keys.into_keys().collect::<Vec<_>>());
        }
    }
}
