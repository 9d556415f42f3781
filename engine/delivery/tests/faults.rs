//! What goes wrong on the way: power, disks, servers. The version that was there runs, nothing is lost, the error says what happened.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use pellicle_delivery::client::{
    Body, Client, ClientConfig, Disk, FetchError, MemoryDisk, Source, Update, UpdateError,
};
use pellicle_delivery::repository::{Publication, Publisher, Terms};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{
    APP, Breaking, Cutting, Server, Shop, TestClock, client, copy, package, package_in_parts, run, start, update,
};

/// The power goes at each step that changes the disk, and what was not durable is there, or not, or in part.
#[test]
fn the_power_goes_at_each_write_of_an_install_and_an_update() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let first = tempfile::tempdir().unwrap();
    copy(shop.path(), first.path());
    shop.publish("1.1.0");
    let source = shop.source();
    let early = shop.source_by(Server::honest(first.path()));

    // From nothing to the first version, and from there to the next one; the next one whole, by a difference, and after the first one was
    // taken back.
    let empty = Cutting::new();
    let installed = Cutting::new();
    let device = client(installed.clone(), &clock);
    update(&device, &early).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    drop(device);
    let (mut cuts, mut kept) = (0, 0);
    for (from, source, before) in [(&empty, &early, None), (&installed, &source, Some("1.0.0"))] {
        let after = if before.is_some() { "1.1.0" } else { "1.0.0" };
        let whole = from.copy();
        let session = |disk: &Arc<Cutting>| {
            let device = Client::open(ClientConfig::new(disk.clone(), clock.clone()), &mut support::Numbers(7))?;
            update(&device, source)?;
            device.start(APP)?;
            device.ran_well(APP)
        };
        session(&whole).unwrap();
        for step in 1..=whole.steps() {
            for luck in 0..8 {
                let disk = from.copy();
                disk.cut_at(step);
                // What is not needed to run may be lost without a word.
                let _ = session(&disk);
                assert!(disk.is_off());
                cuts += 1;
                let found = disk.restart(luck * 1000 + step as u64);
                let device = client(found.clone(), &clock);
                // What is there runs: the old one or the new one, whole.
                let runs = run(&device);
                match runs.as_deref() {
                    None => assert_eq!(before, None, "step {step}"),
                    Some(version) => {
                        assert!(before == Some(version) || version == after, "step {step}: {version}");
                        kept += 1;
                    }
                }
                // And the next update succeeds.
                update(&device, source).unwrap();
                assert_eq!(run(&device).unwrap(), after, "step {step}");
            }
        }
    }
    assert!(cuts > 200 && kept > 100, "{cuts} cuts, {kept} with a version after them");
}

/// The power goes while a subpackage comes that is wanted, and while an update brings one that was.
#[test]
fn the_power_goes_at_each_write_of_a_subpackage() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish_in_parts("1.0.0");
    let first = tempfile::tempdir().unwrap();
    copy(shop.path(), first.path());
    shop.publish_in_parts("1.1.0");
    let (early, late) = (shop.source_by(Server::honest(first.path())), shop.source());
    let fetch = |device: &Client, source: &Source| {
        let part = device.installed(APP)?.unwrap().parts.remove("shop").unwrap();
        device.fetch_part(APP, &part, std::slice::from_ref(source), &mut |_| ControlFlow::Continue(()))
    };
    let whole = |version: &str| package_in_parts(version).1.remove(0);
    let without = Cutting::new();
    let device = client(without.clone(), &clock);
    update(&device, &early).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    let with = without.copy();
    assert!(fetch(&client(with.clone(), &clock), &early).unwrap() == whole("1.0.0"));
    let mut cuts = 0;
    for (from, source) in [(&without, &early), (&with, &late)] {
        let session = |disk: &Arc<Cutting>| {
            let device = Client::open(ClientConfig::new(disk.clone(), clock.clone()), &mut support::Numbers(7))?;
            update(&device, source)?;
            fetch(&device, source)
        };
        let disk = from.copy();
        session(&disk).unwrap();
        for step in 1..=disk.steps() {
            for luck in 0..3 {
                let disk = from.copy();
                disk.cut_at(step);
                let _ = session(&disk);
                cuts += 1;
                let device = client(disk.restart(luck * 1000 + step as u64), &clock);
                // Whichever version is there has its own subpackage, or gets it: never another's, never half of one.
                let version = run(&device).unwrap();
                let source = if version == "1.0.0" { &early } else { &late };
                assert!(fetch(&device, source).unwrap() == whole(&version), "step {step}: {version}");
                update(&device, &late).unwrap();
                assert_eq!(run(&device).unwrap(), "1.1.0", "step {step}");
                assert!(fetch(&device, &late).unwrap() == whole("1.1.0"), "step {step}");
            }
        }
    }
    assert!(cuts > 60, "{cuts} cuts");
}

/// Servers that give something else in the place of a subpackage, or nothing.
#[test]
fn a_server_lies_about_a_subpackage() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    let release = shop.publish_in_parts("1.0.0").release;
    let part = release.parts["shop"].file.clone();
    let disk = Arc::new(MemoryDisk::default());
    let device = client(disk.clone(), &clock);
    update(&device, &shop.source()).unwrap();
    type Lie = fn(Vec<u8>) -> Vec<u8>;
    let lies: [(&str, Lie); 4] = [
        ("another byte", |mut bytes| {
            bytes[100] ^= 1;
            bytes
        }),
        ("less", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("more", |bytes| [bytes, vec![0]].concat()),
        ("nothing", |_| Vec::new()),
    ];
    let fetch = |source: Source| device.fetch_part(APP, &part, &[source], &mut |_| ControlFlow::Continue(()));
    for (lie, told) in lies {
        let bytes = told(package_in_parts("1.0.0").1.remove(0));
        let server = Server::new(shop.path(), move |path, from| {
            let rest = bytes.get(from as usize..).unwrap_or_default().to_vec();
            path.ends_with(".part").then(|| Ok(Body { from, bytes: Box::new(io::Cursor::new(rest)) }))
        });
        let error = fetch(shop.source_by(server)).unwrap_err();
        let known = matches!(error, UpdateError::Tampered(_) | UpdateError::Fetch(FetchError::Failed { .. }));
        assert!(known, "{lie}: {error}");
        assert_eq!(run(&device).unwrap(), "1.0.0");
    }
    assert!(matches!(
        device.fetch_part(APP, &part, &[], &mut |_| ControlFlow::Continue(())),
        Err(UpdateError::Fetch(FetchError::Missing(_)))
    ));
    let whole = package_in_parts("1.0.0").1.remove(0);
    assert!(fetch(shop.source()).unwrap() == whole);
    // One that is damaged on the disk comes again, and stays.
    let place =
        disk.list(&format!("apps/{APP}/packages")).unwrap().into_iter().find(|file| file.ends_with(".part")).unwrap();
    let place = format!("apps/{APP}/packages/{place}");
    disk.replace(&place, &vec![0; whole.len()]).unwrap();
    assert!(fetch(shop.source()).unwrap() == whole && disk.read(&place).unwrap().unwrap() == whole);
}

#[test]
fn the_disk_is_full() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let disk = Cutting::new();
    let device = client(disk.clone(), &clock);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    shop.publish("1.1.0");
    let used = disk.used();
    for more in [0, 10, 500, 2000, 5000, 20_000, 40_000, 50_000] {
        disk.room(Some(used + more));
        let error = update(&device, &shop.source()).unwrap_err();
        assert!(
            matches!(&error, UpdateError::Disk { source, .. } if source.kind() == io::ErrorKind::StorageFull),
            "{error}"
        );
        // Nothing half done takes room.
        assert!(disk.used() < used + 5000, "{more}: {} of {used}", disk.used());
        // The start is not counted where there is no room for that.
        assert_eq!(run(&device).unwrap(), "1.0.0");
        let _ = device.ran_well(APP);
    }
    disk.room(None);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
}

#[test]
fn a_package_on_the_disk_that_is_not_what_it_was_does_not_run() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(pellicle_delivery::client::FolderDisk::open(folder.path()).unwrap());
    let device = client(disk, &clock);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    shop.publish("1.1.0");
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    let packages = folder.path().join(format!("apps/{APP}/packages"));
    let damage = |version: &str| {
        for entry in std::fs::read_dir(&packages).unwrap() {
            let path = entry.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            if bytes == package(version) {
                let place = bytes.len() / 2;
                bytes[place] ^= 1;
                std::fs::write(path, bytes).unwrap();
            }
        }
    };
    damage("1.1.0");
    let started = device.start(APP).unwrap();
    assert_eq!(started.version.to_string(), "1.0.0");
    assert_eq!(started.rolled_back.unwrap().to_string(), "1.1.0");
    // It is not refused: it comes again, whole or by its difference.
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    damage("1.0.0");
    damage("1.1.0");
    let error = device.start(APP).err().unwrap();
    assert!(matches!(error, UpdateError::Tampered(_)), "{error}");
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
}

/// A device that has 1.0.0, and a repository that has 1.1.0.
fn behind() -> (Shop, Arc<TestClock>, Client) {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    shop.publish("1.1.0");
    (shop, clock, device)
}

fn body(bytes: Vec<u8>) -> Option<Result<Body, FetchError>> {
    Some(Ok(Body { from: 0, bytes: Box::new(io::Cursor::new(bytes)) }))
}

/// A bit of each file that is fetched is another one: nothing of it is taken.
#[test]
fn a_server_that_lies_is_found_out() {
    let (shop, _, device) = behind();
    let honest = Server::honest(shop.path());
    let fresh = client(Arc::new(MemoryDisk::default()), &TestClock::new());
    update(&fresh, &shop.source_by(honest.clone())).unwrap();
    let files: Vec<String> = honest.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect();
    assert!(files.iter().any(|path| path.ends_with("package.ma")) && files.len() >= 6, "{files:?}");
    for file in files.iter().filter(|file| shop.path().join(file).exists()) {
        let bytes = std::fs::read(shop.path().join(file)).unwrap();
        for place in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let mut wrong = bytes.clone();
            // A letter in the other case is the same digit of a signature.
            wrong[place] ^= 1 << (place % 5);
            let file = file.clone();
            let path = file.clone();
            let server = Server::new(shop.path(), move |asked, _| (asked == path).then(|| body(wrong.clone()))?);
            let new = client(Arc::new(MemoryDisk::default()), &TestClock::new());
            // What kind of metadata it says it is, is told by its place: that it is said is not looked at.
            let said = String::from_utf8_lossy(&bytes).find(r#""_type":"timestamp""#);
            if said.is_some_and(|said| (said + 9..said + 18).contains(&place)) {
                continue;
            }
            let updated = update(&new, &shop.source_by(server));
            let Err(error) = updated else { panic!("{file}, byte {place} taken: {}", String::from_utf8_lossy(&bytes)) };
            let is_found = matches!(error, UpdateError::Metadata(_) | UpdateError::Tampered(_));
            assert!(is_found, "{file}, byte {place}: {error}");
            assert!(run(&new).is_none());
        }
    }
    // A difference that is another one does no harm: the package comes whole.
    let server = Server::new(
        shop.path(),
        |asked, _| {
            if asked.ends_with(".delta") { body(b"BSDIFF40".repeat(100)) } else { None }
        },
    );
    let update = update(&device, &shop.source_by(server)).unwrap();
    assert!(matches!(update, Update::Ready { by_delta: false, .. }));
    assert_eq!(run(&device).unwrap(), "1.1.0");
}

#[test]
fn a_server_that_breaks_off_is_asked_for_the_rest() {
    let (shop, clock, _) = behind();
    // Each time a bit more.
    let pieces = AtomicUsize::new(0);
    let folder = shop.path().to_owned();
    let server = Server::new(shop.path(), move |asked, from| {
        if !asked.ends_with("package.ma") {
            return None;
        }
        let bytes = std::fs::read(folder.join(asked)).unwrap();
        let end = bytes.len().min(from as usize + 10_000);
        let piece = bytes[from as usize..end].to_vec();
        let bytes: Box<dyn Read + Send> = match pieces.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => Box::new(Breaking(io::Cursor::new(piece))),
            _ => Box::new(io::Cursor::new(piece)),
        };
        Some(Ok(Body { from, bytes }))
    });
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source_by(server.clone())).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    assert!(server.asked_for("package.ma") >= 5);
    // One that gives whole files only.
    let folder = shop.path().to_owned();
    let first = AtomicUsize::new(0);
    let server = Server::new(shop.path(), move |asked, _| {
        let bytes = std::fs::read(folder.join(asked)).ok().filter(|_| asked.ends_with("package.ma"))?;
        match first.fetch_add(1, Ordering::Relaxed) {
            0 => Some(Ok(Body { from: 0, bytes: Box::new(Breaking(io::Cursor::new(bytes[..20_000].to_vec()))) })),
            _ => body(bytes),
        }
    });
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source_by(server)).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
}

#[test]
fn a_server_that_gives_nothing_too_little_or_too_much_is_left() {
    let (shop, clock, device) = behind();
    let whole = |answer: fn(Vec<u8>) -> Vec<u8>| {
        let folder = shop.path().to_owned();
        Server::new(shop.path(), move |asked, _| {
            let is_large = asked.ends_with("package.ma") || asked.ends_with(".delta");
            is_large.then(|| body(answer(std::fs::read(folder.join(asked)).unwrap())))?
        })
    };
    let error = update(&device, &shop.source_by(whole(|_| Vec::new()))).unwrap_err();
    assert!(error.to_string().contains("it ends after 0 of"), "{error}");
    let error = update(&device, &shop.source_by(whole(|bytes| bytes[..bytes.len() / 2].to_vec()))).unwrap_err();
    assert!(matches!(error, UpdateError::Fetch(_)), "{error}");
    // More than was promised is nothing that is waited for.
    let endless = Server::new(shop.path(), |asked, _| {
        let endless: Box<dyn Read + Send> = Box::new(io::repeat(b'x'));
        asked.starts_with("targets").then(|| Ok(Body { from: 0, bytes: endless }))
    });
    assert!(matches!(update(&device, &shop.source_by(endless)).unwrap_err(), UpdateError::Tampered(_)));
    let endless = Server::new(shop.path(), |asked, _| {
        let endless: Box<dyn Read + Send> = Box::new(io::repeat(b'x'));
        asked.ends_with("timestamp.json").then(|| Ok(Body { from: 0, bytes: endless }))
    });
    assert!(matches!(update(&device, &shop.source_by(endless)).unwrap_err(), UpdateError::Fetch(_)));
    // A byte a minute.
    struct Dripping(Arc<TestClock>);
    impl Read for Dripping {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.seconds(60);
            buffer[0] = 0;
            Ok(1)
        }
    }
    let turning = clock.clone();
    let dripping = Server::new(shop.path(), move |asked, from| {
        let bytes: Box<dyn Read + Send> = Box::new(Dripping(turning.clone()));
        asked.ends_with(".delta").then_some(Ok(Body { from, bytes }))
    });
    let error = update(&device, &shop.source_by(dripping)).unwrap_err();
    assert!(error.to_string().contains("bytes came in"), "{error}");
    // The repository is not there at all, or has another mini-program.
    let gone = Server::new(shop.path(), |asked, _| Some(Err(FetchError::Missing(asked.to_owned()))));
    assert!(matches!(update(&device, &shop.source_by(gone)).unwrap_err(), UpdateError::Fetch(_)));
    let other = device.update("other", &shop.source(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(other.unwrap_err(), UpdateError::Unknown(app) if app == "other"));
    for odd in ["", "..", "a/b", "nul", "a b", "-x"] {
        let odd = device.update(odd, &shop.source(), &mut |_| ControlFlow::Continue(()));
        assert!(matches!(odd.unwrap_err(), UpdateError::Identity(_)));
    }
    assert_eq!(run(&device).unwrap(), "1.0.0");
}

#[test]
fn old_metadata_is_not_taken_again() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let old = tempfile::tempdir().unwrap();
    copy(shop.path(), old.path());
    shop.publish("1.1.0");
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    // The whole repository as it was.
    let error = update(&device, &shop.source_by(Server::honest(old.path()))).unwrap_err();
    assert!(matches!(error, UpdateError::Metadata(_)), "{error}");
    // Old and new mixed: a new timestamp over an old snapshot, a new snapshot over an old list.
    for name in ["snapshot.json", "targets.json"] {
        let folder = old.path().join("metadata");
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.to_string_lossy().ends_with(name));
        files.sort();
        let bytes = std::fs::read(files.last().unwrap()).unwrap();
        let server = Server::new(shop.path(), move |asked, _| asked.ends_with(name).then(|| body(bytes.clone()))?);
        let new = client(Arc::new(MemoryDisk::default()), &clock);
        let error = update(&new, &shop.source_by(server)).unwrap_err();
        assert!(matches!(error, UpdateError::Metadata(_)), "{name}: {error}");
    }
    // Held back: what it says ends after two weeks.
    clock.days(13);
    update(&device, &shop.source()).unwrap();
    clock.days(2);
    let error = update(&device, &shop.source()).unwrap_err().to_string();
    assert!(error.contains("its timestamp was good until 2026-11-15 00:00 UTC"), "{error}");
    assert_eq!(run(&device).unwrap(), "1.1.0");
    // Said anew, with the timestamp's key alone.
    let key = pellicle_delivery::repository::Role::Timestamp;
    let alone = shop.keys.of(key).next().unwrap().clone();
    let alone = pellicle_delivery::repository::Keys::new(vec![(key, alone)]);
    let now = start().checked_add(jiff::SignedDuration::from_hours(15 * 24)).unwrap();
    Publisher::open(shop.path()).unwrap().commit(&alone, &Terms::default(), now).unwrap();
    assert_eq!(update(&device, &shop.source()).unwrap(), Update::Current("1.1.0".parse().unwrap()));
}

#[test]
fn somebody_elses_repository_is_not_this_one() {
    let (shop, _, device) = behind();
    let mut other = Shop::new();
    other.keys = support::keys(100);
    let folder = tempfile::tempdir().unwrap();
    other.publisher = Publisher::create(folder.path(), &other.keys, &Terms::default(), start()).unwrap();
    let (number, bytes) = ("9.0.0".parse().unwrap(), package("9.0.0"));
    other.publisher.publish(&Publication::new(APP, &number, &bytes)).unwrap();
    other.commit();
    let error = update(&device, &shop.source_by(Server::honest(folder.path()))).unwrap_err();
    assert!(matches!(error, UpdateError::Metadata(_)), "{error}");
    // A root that the host was not shipped with, in place of the next one.
    let root = std::fs::read(folder.path().join("metadata/1.root.json")).unwrap();
    let server =
        Server::new(shop.path(), move |asked, _| asked.ends_with("2.root.json").then(|| body(root.clone()))?);
    assert!(update(&device, &shop.source_by(server)).is_err());
    let mut source = shop.source();
    source.root = b"{}".to_vec();
    assert!(matches!(update(&device, &source).unwrap_err(), UpdateError::Root(_)));
    assert_eq!(run(&device).unwrap(), "1.0.0");
}
