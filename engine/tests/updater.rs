//! `wx.getUpdateManager()`: whole mini-programs of a repository, shipped with their host, fetched, or both, that hear of a newer
//! version while they run and have it started.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "../delivery/tests/support/mod.rs"]
mod delivery;
#[path = "updater/device.rs"]
mod device;
#[path = "updater/http.rs"]
mod http;
#[path = "updater/subpackages.rs"]
mod subpackages;

use delivery::{APP, Shop, copy};
use device::{Device, Gate, Lines, USUAL, bundled, publish, publish_files, realms};
use http::Server;
use pellicle::delivery::client::{FetchError, HttpFetch, HttpLimits, UpdateError};
use pellicle::host::hosting::{Host, HostConfig};
use pellicle::host::life::container::LifeState;
use pellicle::host::program::{self, ProgramConfig};
use pellicle::host::types::UpdateState;
use pellicle_script::package::MemoryPackage;
use pellicle_script::sandbox::Trust;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CHECKED: &str = r#"check [{"hasUpdate":true}]"#;
const NONE: &str = r#"check [{"hasUpdate":false}]"#;

/// A device on which the first version is installed.
fn installed(shop: &mut Shop) -> Device {
    publish(shop, "1.0.0");
    let device = Device::new();
    delivery::update(&device.client(), &shop.source()).unwrap();
    device
}

#[test]
fn what_is_there_runs_at_once_and_hears_of_what_comes_meanwhile() {
    for realm in realms() {
        let mut shop = Shop::new();
        let device = installed(&mut shop);
        publish(&mut shop, "2.0.0");
        let gate = Gate::new(shop.path(), &["timestamp.json", ".delta", "package.ma"]);
        let mut running = device.start(realm, vec![shop.source_by(gate.clone())]).unwrap();
        // Nobody waits for the repository.
        running.until_version("1.0.0");
        assert_eq!((running.rest(), running.updater.state()), (vec!["registered".to_owned()], UpdateState::Checking));
        gate.release("timestamp.json");
        assert_eq!(running.lines(1), [CHECKED], "{realm:?}");
        // It cannot be started before it is there.
        running.tap(".apply");
        let refused = "warning: UpdateManager.applyUpdate: there is no newer version that is ready";
        assert_eq!(running.lines(2), [refused, "apply undefined"], "{realm:?}");
        assert_eq!(running.updater.state(), UpdateState::Downloading);
        gate.release(".delta");
        gate.release("package.ma");
        assert_eq!(running.lines(1), ["ready []"], "{realm:?}");
        assert_eq!(running.told(), ["Found", "Ready"]);
        // Who comes late hears of it all the same, once, in a later turn and in the order of what happened to be asked for.
        running.tap(".late");
        let late = ["registered late", "late ready []", r#"late check [{"hasUpdate":true}]"#];
        assert_eq!(running.lines(3), late, "{realm:?}");
        assert!(running.rest().is_empty());
        // Until it is asked for, the old one runs.
        assert_eq!((running.version().as_deref(), running.asked), (Some("1.0.0"), 0));
        running.tap(".twice");
        // There is a page to be seen at any time: the last one until the new one is there.
        running.until("the new version", |running| {
            running.version().unwrap_or_else(|| panic!("nothing is seen")) == "2.0.0"
        });
        assert_eq!(running.asked, 1, "{realm:?}");
        // It went as one that is hidden, and the new one knows of none that is newer.
        assert_eq!(running.lines(4), ["applied twice", "hide", "registered", NONE], "{realm:?}");
        assert!(running.rest().is_empty() && running.container.state() == LifeState::Running);
        assert_eq!(device.client().installed(APP).unwrap().unwrap().version.to_string(), "2.0.0");
    }
}

#[test]
fn without_being_asked_for_a_version_runs_from_the_next_start_on() {
    let mut shop = Shop::new();
    let device = installed(&mut shop);
    publish(&mut shop, "2.0.0");
    let mut running = device.start(USUAL, vec![shop.source()]).unwrap();
    assert_eq!(running.lines(3), ["registered", CHECKED, "ready []"]);
    assert_eq!(running.version().as_deref(), Some("1.0.0"));
    drop(running);
    let mut running = device.start(USUAL, vec![shop.source()]).unwrap();
    running.until_version("2.0.0");
    assert_eq!(running.lines(2), ["registered", NONE]);
    running.until("it has asked", |running| !running.told().is_empty());
    assert_eq!(running.told(), ["Current"]);
    // Once: nothing has changed.
    assert!(running.rest().is_empty());
}

#[test]
fn a_host_that_brings_no_updates_has_none() {
    for realm in realms() {
        let mut shop = Shop::new();
        let device = installed(&mut shop);
        publish(&mut shop, "2.0.0");
        let mut running = device.start(realm, Vec::new()).unwrap();
        assert_eq!(running.lines(2), ["registered", NONE], "{realm:?}");
        running.tap(".late");
        assert_eq!(running.lines(2), ["registered late", r#"late check [{"hasUpdate":false}]"#], "{realm:?}");
        running.tap(".twice");
        let refused = "warning: UpdateManager.applyUpdate: there is no newer version that is ready";
        assert_eq!(running.lines(3), [refused, refused, "applied twice"], "{realm:?}");
        assert!(running.rest().is_empty() && running.asked == 0);
        assert_eq!(running.version().as_deref(), Some("1.0.0"));
    }
}

#[test]
fn a_download_that_breaks_off_is_told_and_goes_on_with_the_next_start() {
    let mut shop = Shop::new();
    let device = Device::new();
    publish(&mut shop, "1.0.0");
    delivery::update(&device.client(), &shop.source()).unwrap();
    // Without a difference, so that there is much to fetch.
    let mut other = MemoryPackage::default();
    other.insert("app.json", br#"{ "pages": ["a"] }"#);
    other.insert("app.js", b"App({})");
    other.insert("a.js", b"Page({})");
    other.insert("a.wxml", b"<view class='version'>other</view>");
    other.insert("words.txt", delivery::text(9, 60_000).into_bytes());
    let length = publish_files(&mut shop, "2.0.0", &other);
    let gate = Gate::new(shop.path(), &[]);
    gate.break_off("package.ma");
    gate.break_off(".delta");
    let mut running = device.start(USUAL, vec![shop.source_by(gate.clone())]).unwrap();
    assert_eq!(running.lines(3), ["registered", CHECKED, "failed []"]);
    assert_eq!((running.told(), running.updater.state()), (vec!["Found".into(), "Failed".into()], UpdateState::Failed));
    running.tap(".late");
    let late = ["registered late", "late failed []", r#"late check [{"hasUpdate":true}]"#];
    assert_eq!(running.lines(3), late);
    running.tap(".apply");
    assert_eq!(running.lines(2).pop().unwrap(), "apply undefined");
    assert!(running.rest().is_empty() && running.asked == 0);
    drop(running);
    gate.mend();
    let before = gate.asked("").len();
    let mut running = device.start(USUAL, vec![shop.source_by(gate.clone())]).unwrap();
    running.until_version("1.0.0");
    assert_eq!(running.lines(3), ["registered", CHECKED, "ready []"]);
    // What had come is not fetched again.
    let file = if gate.asked(".delta").is_empty() { "package.ma" } else { ".delta" };
    let from = gate.asked(file).pop().unwrap();
    assert!(gate.asked("").len() > before && from > 0 && from < length, "{file} from {from} of {length}");
    running.tap(".apply");
    running.until_version("other");
}

#[test]
fn a_repository_that_does_not_answer_has_nothing_newer() {
    let mut shop = Shop::new();
    let device = installed(&mut shop);
    // Nobody listens there.
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let fetch = Arc::new(HttpFetch::new(&address, &HttpLimits::default()).unwrap());
    let source = shop.source_by(fetch);
    let mut running = device.start(USUAL, vec![source.clone()]).unwrap();
    running.until_version("1.0.0");
    assert_eq!(running.lines(2), ["registered", NONE]);
    running.until("it has asked", |running| !running.told().is_empty());
    assert_eq!(running.told(), ["Unknown"]);
    assert!(running.rest().is_empty());
    // Where nothing is installed there is nothing to start.
    let nothing = Device::new().start(USUAL, vec![source]);
    assert!(matches!(nothing.err(), Some(UpdateError::Fetch(FetchError::Failed { .. }))));
}

#[test]
fn a_program_that_is_shipped_runs_at_once_and_is_brought_up_to_date_over_http() {
    let mut shop = Shop::new();
    let first = publish(&mut shop, "1.0.0");
    let shipped = tempfile::tempdir().unwrap();
    copy(shop.path(), shipped.path());
    publish(&mut shop, "2.0.0");
    let server = Server::over(shop.path());
    let sources = || {
        let fetch = HttpFetch::new(&server.address, &HttpLimits::default()).unwrap();
        vec![bundled(&shop, shipped.path()), shop.source_by(Arc::new(fetch))]
    };
    let device = Device::new();
    server.hold(true);
    let mut running = device.start(USUAL, sources()).unwrap();
    // The folder was enough.
    running.until_version("1.0.0");
    server.hold(false);
    assert_eq!(running.lines(3), ["registered", CHECKED, "ready []"]);
    // The difference, not the whole.
    let fetched = server.bytes(".ma") + server.bytes(".delta");
    assert!(fetched > 0 && fetched * 4 < first, "{fetched} of {first}");
    running.tap(".apply");
    running.until_version("2.0.0");
    drop(running);
    // What is newer on the server is what runs; the copy is not asked any more, and not needed.
    let mut running = device.start(USUAL, sources()).unwrap();
    running.until_version("2.0.0");
    // A device without a network runs what it was shipped with, one without the copy fetches before it starts.
    let offline = Device::new();
    let mut running = offline.start(USUAL, vec![bundled(&shop, shipped.path())]).unwrap();
    running.until_version("1.0.0");
    assert_eq!((running.lines(2), running.told()), (vec!["registered".to_owned(), NONE.to_owned()], Vec::new()));
    let online = Device::new();
    let mut running = online.start(USUAL, sources().split_off(1)).unwrap();
    running.until_version("2.0.0");
    assert_eq!((running.lines(2), running.told()), (vec!["registered".to_owned(), NONE.to_owned()], Vec::new()));
}

#[test]
fn a_program_that_was_at_rest_or_ended_hears_of_it_when_it_is_back() {
    let mut shop = Shop::new();
    let device = installed(&mut shop);
    publish(&mut shop, "2.0.0");
    let gate = Gate::new(shop.path(), &["timestamp.json"]);
    let mut running = device.start(USUAL, vec![shop.source_by(gate.clone())]).unwrap();
    running.until_version("1.0.0");
    assert_eq!(running.lines(1), ["registered"]);
    running.hide();
    assert_eq!(running.lines(1), ["hide"]);
    running.skip(6_000.0);
    assert_eq!(running.container.state(), LifeState::Suspended);
    gate.release("timestamp.json");
    running.until("it is there", |running| running.updater.state() == UpdateState::Ready);
    assert!(running.rest().is_empty());
    running.show();
    assert_eq!(running.lines(2), [CHECKED, "ready []"]);
    // Ended and started again, it knows nothing of what it was told.
    running.hide();
    assert_eq!(running.lines(1), ["hide"]);
    running.skip(6_000.0);
    running.skip(1_900_000.0);
    assert_eq!(running.container.state(), LifeState::Frozen);
    running.show();
    running.until_version("1.0.0");
    assert_eq!(running.lines(3), ["registered", CHECKED, "ready []"]);
    running.tap(".apply");
    running.until_version("2.0.0");
}

#[test]
fn a_restart_begins_at_the_entry_page_and_one_that_is_behind_begins_when_it_is_shown() {
    let mut shop = Shop::new();
    let device = installed(&mut shop);
    publish(&mut shop, "2.0.0");
    let mut running = device.start(USUAL, vec![shop.source()]).unwrap();
    assert_eq!(running.lines(3), ["registered", CHECKED, "ready []"]);
    running.tap(".go");
    assert_eq!(running.lines(1), ["gone"]);
    running.until_version("b");
    // A host may start it without being asked.
    running.hide();
    assert_eq!(running.lines(1), ["hide"]);
    running.apply();
    assert_eq!((running.container.state(), running.container.frozen().is_none()), (LifeState::Frozen, true));
    assert!(running.rest().is_empty());
    running.show();
    running.until_version("2.0.0");
    assert_eq!(running.lines(2), ["registered", NONE]);
    assert_eq!(running.container.app().unwrap().stage().document.pages().len(), 1);
}

#[test]
fn script_finds_one_manager_and_what_it_has() {
    let mut files = MemoryPackage::default();
    files.insert("app.json", br#"{ "pages": ["a"] }"#);
    files.insert(
        "app.js",
        b"
        const one = wx.getUpdateManager(), names = Object.keys(one).sort().join()
        console.log(`${one === wx.getUpdateManager()} ${names} ${wx.canIUse('getUpdateManager')}`)
        const can = ['onCheckForUpdate', 'applyUpdate', 'later'].map(name => wx.canIUse(`UpdateManager.${name}`))
        console.log(can.join())
        one.onCheckForUpdate(() => { throw new Error('on purpose') })
        one.onCheckForUpdate(() => console.log('all the same'))
        App({})",
    );
    files.insert("a.js", b"Page({})");
    files.insert("a.wxml", b"<view class='version'>a</view>");
    for realm in realms() {
        let mut shop = Shop::new();
        publish_files(&mut shop, "1.0.0", &files);
        let mut running = Device::new().start(realm, vec![shop.source()]).unwrap();
        let said = [
            "true applyUpdate,onCheckForUpdate,onUpdateFailed,onUpdateReady true",
            "true,true,false",
            "fault: Error: on purpose (onCheckForUpdate)",
            "all the same",
        ];
        assert_eq!(running.lines(4), said, "{realm:?}");
    }
}

#[test]
fn a_host_gives_a_newer_version_what_the_one_before_had_stored() {
    let data = tempfile::tempdir().unwrap();
    let host = Host::new(HostConfig { data: Some(data.path().to_owned()), ..HostConfig::default() });
    let version = |js: &str| {
        let mut files = MemoryPackage::default();
        files.insert("app.json", br#"{ "pages": ["a"] }"#);
        files.insert("a.js", format!("Page({{ onLoad() {{ {js} }} }})").into_bytes());
        files.insert("a.wxml", b"<view/>");
        files.insert("app.js", b"App({})");
        Arc::new(files)
    };
    let first = host.program("shop", version("wx.setStorageSync('of', 'first'); console.log('first')")).unwrap();
    let second = first.with_package(version("console.log('second after ' + wx.getStorageSync('of'))"));
    for (program, line) in [(&first, "first"), (&second, "second after first")] {
        let lines = Arc::new(Lines::default());
        let config = ProgramConfig { trust: Trust::Own, ..program.config(lines.clone(), Arc::new(|| ())) };
        let mut app = program::open(config).unwrap();
        let started = Instant::now();
        while lines.all().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(60));
            app.tick(started.elapsed().as_secs_f64() * 1000.0);
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(lines.all(), [line]);
    }
}
