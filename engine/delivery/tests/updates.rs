//! The life of mini-programs on a device: from a repository that is shipped with the host, from one on a server, from both.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use pellicle_delivery::archive::{PublicKey, SecretKey};
use pellicle_delivery::client::{Client, ClientConfig, Disk, Freshness, MemoryDisk, Source, Update, UpdateError};
use pellicle_delivery::repository::{Publication, Terms};
use semver::Version;
use std::ops::ControlFlow;
use std::sync::Arc;
use support::{APP, Numbers, Server, Shop, TestClock, client, package, run, start, update};

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn ready(update: Update) -> (Version, u64, bool) {
    match update {
        Update::Ready { version, fetched, by_delta } => (version, fetched, by_delta),
        Update::Current(version) => panic!("{version} is there already"),
    }
}

#[test]
fn a_version_comes_and_runs_from_the_next_start_on() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let disk = Arc::new(MemoryDisk::default());
    let device = client(disk.clone(), &clock);
    assert!(device.start(APP).is_err_and(|error| matches!(error, UpdateError::NotInstalled(_))));
    assert_eq!(device.check(APP, &shop.source()).unwrap(), Some(version("1.0.0")));
    let (number, fetched, by_delta) = ready(update(&device, &shop.source()).unwrap());
    assert_eq!((number, fetched, by_delta), (version("1.0.0"), package("1.0.0").len() as u64, false));
    assert_eq!(run(&device).unwrap(), "1.0.0");
    assert_eq!(device.check(APP, &shop.source()).unwrap(), None);
    assert_eq!(update(&device, &shop.source()).unwrap(), Update::Current(version("1.0.0")));

    // One line of code is another: a twentieth of the package comes at most.
    let published = shop.publish("1.0.1");
    assert_eq!(published.deltas.len(), 1);
    let server = Server::honest(shop.path());
    let (number, fetched, by_delta) = ready(update(&device, &shop.source_by(server.clone())).unwrap());
    assert_eq!((number, by_delta), (version("1.0.1"), true));
    assert!(fetched * 20 <= package("1.0.1").len() as u64, "{fetched} of {}", package("1.0.1").len());
    assert_eq!((server.asked_for(".delta"), server.asked_for("package.ma")), (1, 0));
    // It is the same as if it had come whole.
    let whole = client(Arc::new(MemoryDisk::default()), &clock);
    update(&whole, &shop.source()).unwrap();
    assert_eq!(device.installed(APP).unwrap(), whole.installed(APP).unwrap());
    assert_eq!(ready(update(&device, &shop.source()).unwrap()), (version("1.0.1"), 0, false));
    assert_eq!(run(&device).unwrap(), "1.0.1");
    device.ran_well(APP).unwrap();

    // What is there survives the client; what no version needs does not stay.
    drop(device);
    let device = client(disk.clone(), &clock);
    assert_eq!(run(&device).unwrap(), "1.0.1");
    device.ran_well(APP).unwrap();
    shop.publish("1.1.0");
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    device.ran_well(APP).unwrap();
    shop.publish("1.2.0");
    update(&device, &shop.source()).unwrap();
    assert_eq!(disk.list(&format!("apps/{APP}/packages")).unwrap().len(), 3);
    assert!(disk.list(&format!("apps/{APP}/partial")).unwrap().is_empty());
    assert_eq!(device.apps().unwrap(), [APP]);
    assert!(device.bytes(APP).unwrap() > 2 * package("1.0.0").len() as u64);
    device.remove(APP).unwrap();
    assert!(device.apps().unwrap().is_empty() && run(&device).is_none());
    assert_eq!(device.bytes(APP).unwrap(), 0);
}

#[test]
fn a_host_is_shipped_with_a_version_and_fetches_newer_ones() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let shipped = tempfile::tempdir().unwrap();
    support::copy(shop.path(), shipped.path());
    let bundled = Source {
        name: "bundled".to_owned(),
        freshness: Freshness::Bundled,
        ..shop.source_by(Server::honest(shipped.path()))
    };
    // A year later, without a network.
    clock.days(400);
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    let nowhere = shop.source_by(Server::new(shop.path(), |path, _| {
        let (address, why) = (path.to_owned(), "no network".to_owned());
        Some(Err(pellicle_delivery::client::FetchError::Failed { address, why }))
    }));
    assert!(matches!(update(&device, &nowhere), Err(UpdateError::Fetch(_))));
    assert!(matches!(update(&device, &shop.source()), Err(UpdateError::Expired { .. })));
    update(&device, &bundled).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    // The network is there, and what is there is kept up.
    let (number, bytes) = (version("2.0.0"), package("2.0.0"));
    shop.publisher.publish(&Publication::new(APP, &number, &bytes)).unwrap();
    // The root has ended, too.
    let now = start().checked_add(jiff::SignedDuration::from_hours(400 * 24)).unwrap();
    shop.publisher.commit(&shop.keys, &Terms::default(), now).unwrap();
    let expired = update(&device, &shop.source()).unwrap_err().to_string();
    assert!(expired.contains("its root was good until 2027-11-01"), "{expired}");
    let role = pellicle_delivery::repository::Role::Root;
    shop.publisher.rotate(role, &shop.keys, &shop.keys, &Terms::default(), now).unwrap();
    let (number, _, by_delta) = ready(update(&device, &shop.source()).unwrap());
    assert_eq!((number, by_delta), (version("2.0.0"), true));
    assert_eq!(run(&device).unwrap(), "2.0.0");
    // What it was shipped with is older than what it has.
    assert_eq!(device.check(APP, &bundled).unwrap(), Some(version("1.0.0")));
}

#[test]
fn a_version_that_does_not_run_is_taken_back_and_not_tried_again() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source()).unwrap();
    // The first version has nothing to go back to.
    for _ in 0..6 {
        assert_eq!(run(&device).unwrap(), "1.0.0");
    }
    device.ran_well(APP).unwrap();
    shop.publish("1.1.0");
    update(&device, &shop.source()).unwrap();
    for _ in 0..3 {
        assert_eq!(run(&device).unwrap(), "1.1.0");
    }
    let started = device.start(APP).unwrap();
    assert_eq!((started.version, started.rolled_back), (version("1.0.0"), Some(version("1.1.0"))));
    assert_eq!(update(&device, &shop.source()).unwrap(), Update::Current(version("1.0.0")));
    assert_eq!(run(&device).unwrap(), "1.0.0");
    device.ran_well(APP).unwrap();
    // The one that mends it comes.
    shop.publish("1.1.1");
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.1");
    // A start that went well counts for those before it.
    for _ in 0..9 {
        device.ran_well(APP).unwrap();
        assert_eq!(run(&device).unwrap(), "1.1.1");
        assert_eq!(run(&device).unwrap(), "1.1.1");
    }
}

#[test]
fn an_operator_takes_a_version_back() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    shop.publish("1.1.0");
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
    device.ran_well(APP).unwrap();
    shop.publisher.withdraw(APP, &version("1.1.0")).unwrap();
    shop.commit();
    assert_eq!(device.check(APP, &shop.source()).unwrap(), Some(version("1.0.0")));
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    // What was not started yet goes, too.
    shop.publish("1.2.0");
    update(&device, &shop.source()).unwrap();
    shop.publisher.withdraw(APP, &version("1.2.0")).unwrap();
    shop.commit();
    assert_eq!(update(&device, &shop.source()).unwrap(), Update::Current(version("1.0.0")));
    assert_eq!(run(&device).unwrap(), "1.0.0");
    // And comes back.
    let (number, bytes) = (version("1.1.0"), package("1.1.0"));
    shop.publisher.publish(&Publication::new(APP, &number, &bytes)).unwrap();
    shop.commit();
    // It is there still from before, or comes by a difference or whole.
    update(&device, &shop.source()).unwrap();
    assert_eq!(run(&device).unwrap(), "1.1.0");
}

#[test]
fn channels_and_shares_decide_who_gets_what() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let (number, bytes) = (version("1.1.0"), package("1.1.0"));
    shop.publisher.publish(&Publication { channel: "beta", ..Publication::new(APP, &number, &bytes) }).unwrap();
    shop.publisher.roll_out(APP, &version("1.0.0"), "beta", Some(100.0)).unwrap();
    shop.commit();
    let device = |seed, channel: &str| {
        let config = ClientConfig::new(Arc::new(MemoryDisk::default()), clock.clone());
        Client::open(ClientConfig { channel: channel.to_owned(), ..config }, &mut Numbers(seed)).unwrap()
    };
    let offered = |seed, channel, shop: &Shop| {
        let offers = device(seed, channel).offers(&shop.source()).unwrap();
        assert_eq!((offers.len(), &*offers[0].app), (1, APP));
        offers[0].version.as_ref().map(Version::to_string)
    };
    assert_eq!(offered(1, "stable", &shop).unwrap(), "1.0.0");
    assert_eq!(offered(1, "beta", &shop).unwrap(), "1.1.0");
    assert_eq!(offered(1, "nightly", &shop), None);
    assert!(matches!(update(&device(1, "nightly"), &shop.source()), Err(UpdateError::NoVersion(_))));
    // A third of those who follow the channel for everybody.
    shop.publisher.roll_out(APP, &number, "stable", Some(33.0)).unwrap();
    shop.commit();
    let newer = (0..150).filter(|seed| offered(*seed, "stable", &shop).unwrap() == "1.1.0").count();
    assert!((30..70).contains(&newer), "{newer}");
    assert!(shop.publisher.roll_out(APP, &number, "stable", Some(101.0)).is_err());
    assert!(shop.publisher.roll_out(APP, &version("9.0.0"), "stable", None).is_err());
    shop.publisher.roll_out(APP, &number, "stable", None).unwrap();
    shop.commit();
    assert_eq!((0..20).filter(|seed| offered(*seed, "stable", &shop).unwrap() == "1.1.0").count(), 0);
}

#[test]
fn a_host_asks_for_signatures_and_engines_of_its_own() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let signed_by = |seed: u8, engine: &str| {
        let signers: Vec<PublicKey> = vec![SecretKey::from_seed(&[seed; 32]).public()];
        let config = ClientConfig::new(Arc::new(MemoryDisk::default()), clock.clone());
        let config = ClientConfig { signers: Some(signers), engine: version(engine), ..config };
        Client::open(config, &mut Numbers(1)).unwrap()
    };
    update(&signed_by(99, "0.1.0"), &shop.source()).unwrap();
    let refused = update(&signed_by(98, "0.1.0"), &shop.source()).unwrap_err();
    assert!(refused.to_string().contains("none of those who signed it is known"), "{refused}");
    // For engines to come.
    let bytes = pellicle_delivery::archive::pack(&support::files("2.0.0"), ">=7.0.0".parse().unwrap(), &[]).unwrap();
    shop.publisher.publish(&Publication::new(APP, &version("2.0.0"), &bytes)).unwrap();
    shop.commit();
    let config = ClientConfig::new(Arc::new(MemoryDisk::default()), clock.clone());
    let device = Client::open(config, &mut Numbers(1)).unwrap();
    assert_eq!(device.check(APP, &shop.source()).unwrap(), Some(version("1.0.0")));
    assert_eq!(signed_by(99, "7.0.0").check(APP, &shop.source()).unwrap(), Some(version("2.0.0")));
}

#[test]
fn keys_are_replaced_under_devices_that_know_the_old_ones() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source()).unwrap();
    for (place, role) in pellicle_delivery::repository::Role::ALL.into_iter().enumerate() {
        let new = support::keys(50 + 10 * place as u8);
        shop.publisher.rotate(role, &shop.keys, &new, &Terms::default(), start()).unwrap();
        // Only the new key signs from now on.
        let keep = pellicle_delivery::repository::Role::ALL.into_iter().map(|kept| {
            let from = if kept == role { &new } else { &shop.keys };
            (kept, from.of(kept).next().unwrap().clone())
        });
        shop.keys = pellicle_delivery::repository::Keys::new(keep.collect());
        let number = format!("1.{}.0", place + 1);
        shop.publish(&number);
        update(&device, &shop.source()).unwrap();
        assert_eq!(run(&device).unwrap(), number, "{role}");
    }
    // A device that was off all the time, and one that is new, follow from the first root to the last one.
    let late = client(Arc::new(MemoryDisk::default()), &clock);
    update(&late, &shop.source()).unwrap();
    assert_eq!(run(&late).unwrap(), "1.4.0");
    // What the first keys sign is worth nothing.
    shop.keys = support::keys(1);
    let number = version("6.6.6");
    shop.publisher.publish(&Publication::new(APP, &number, &package("6.6.6"))).unwrap();
    assert!(shop.publisher.commit(&shop.keys, &Terms::default(), start()).is_err());
}

#[test]
fn watching_breaks_off_and_what_came_is_used() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    let mut files = support::files("1.0.0");
    files.insert("data/more.txt", support::text(3, 100_000).into_bytes());
    let bytes = pellicle_delivery::archive::pack(&files, "*".parse().unwrap(), &[]).unwrap();
    shop.publisher.publish(&Publication::new(APP, &version("1.0.0"), &bytes)).unwrap();
    shop.commit();
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    let server = Server::honest(shop.path());
    let source = shop.source_by(server.clone());
    let (mut last, total) = (0, bytes.len() as u64);
    let broken = device.update(APP, &source, &mut |progress| {
        assert!(progress.done > last && progress.total == total);
        last = progress.done;
        if last * 2 > total { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(broken, Err(UpdateError::Cancelled)));
    let (_, fetched, _) = ready(update(&device, &source).unwrap());
    assert_eq!(fetched, total - last);
    assert_eq!(server.asked.lock().unwrap().last().unwrap().1, last);
    assert_eq!(run(&device).unwrap(), "1.0.0");
}
