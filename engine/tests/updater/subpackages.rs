//! Subpackages in files of their own: fetched when a page, a module or a component of theirs is wanted, or ahead of that; kept
//! from then on, and brought up to date with the program.

use crate::delivery::{self, APP, Shop};
use crate::device::{Device, Gate, Running, USUAL, realms};
use pellicle::delivery::archive::SecretKey;
use pellicle::delivery::client::{Client, Update};
use pellicle::delivery::repository::{Publication, Release};
use pellicle::tools::build;
use pellicle_script::package::{MemoryPackage, PackageSource};

/// A program with four subpackages. What they hold names the version.
fn files(version: &str) -> MemoryPackage {
    let mut files = MemoryPackage::default();
    files.insert(
        "app.json",
        br#"{ "pages": ["pages/a/a", "pages/b/b", "pages/c/c"],
              "subPackages": [{ "root": "shop", "name": "s", "pages": ["list", "deep/item"] },
                              { "root": "club", "name": "c", "pages": ["page"] },
                              { "root": "parts/of", "pages": ["page"] },
                              { "root": "ahead", "pages": ["page"] }],
              "preloadRule": { "pages/b/b": { "packages": ["ahead"] }, "/pages/c/c": { "network": "all", "packages": ["c"] } } }"#,
    );
    files.insert("app.js", b"App({})");
    files.insert(
        "pages/a/a.wxml",
        format!(
            "<view class='version'>{version}</view>
             <view class='shop' bindtap='shop'>s</view><view class='sync' bindtap='sync'>y</view>
             <view class='module' bindtap='module'>m</view><view class='fetch' bindtap='fetch'>f</view>
             <view class='b' bindtap='b'>b</view><view class='both' bindtap='both'>2</view>"
        )
        .into_bytes(),
    );
    files.insert("pages/a/a.wxss", b"view { height: 30px }");
    files.insert(
        "pages/a/a.js",
        b"
        const go = (url) => wx.navigateTo({ url, success: () => console.log('at ' + url), fail: e => console.log(e.errMsg) })
        Page({
            shop() { go('/shop/list?x=1') },
            both() { go('/club/page'); go('/pages/b/b') },
            b() { go('/pages/b/b') },
            sync() { try { console.log(require('../../shop/price').of) } catch (e) { console.log(e.message) } },
            module() {
                require.async('../../shop/price').then(m => console.log('price ' + m.of), e => console.log(e.mod + '|' + e.errMsg))
                console.log('asked')
            },
            fetch() {
                const task = wx.preDownloadSubpackage({ packageType: 'normal', name: 's',
                    success: r => console.log(r.errMsg), fail: e => console.log(e.errMsg) })
                let last = 0
                task.onProgressUpdate(p => {
                    if (p.progress === 100 && last < 100) console.log('all ' + (p.totalBytesWritten === p.totalBytesExpectedToWrite))
                    last = p.progress
                })
            },
        })",
    );
    files.insert("pages/b/b.wxml", b"<view class='version'>b</view>");
    files.insert("pages/b/b.js", b"Page({})");
    files.insert("pages/c/c.wxml", b"<view class='version'>c</view>");
    files.insert("pages/c/c.js", b"Page({})");
    let filler = |seed| format!("module.exports = {{ words: '{}' }}", delivery::text(seed, 4000)).into_bytes();
    files.insert(
        "shop/list.js",
        b"const price = require('./price'); Page({ onLoad(q) { console.log('list', q.x, price.of) } })",
    );
    files.insert(
        "shop/list.wxml",
        format!("<view class='version'>list {version}</view><far-part class='far'/>").into_bytes(),
    );
    files.insert("shop/list.json", br#"{ "usingComponents": { "far-part": "../parts/of/part" } }"#);
    files.insert("shop/list.wxss", b".version { color: rgb(1, 2, 3) }");
    files.insert("shop/price.js", format!("console.log('price runs'); exports.of = '{version}'").into_bytes());
    files.insert("shop/words.js", filler(3));
    files.insert("shop/deep/item.js", b"Page({})");
    files.insert("shop/deep/item.wxml", b"<view>i</view>");
    files.insert("club/page.js", b"Page({})");
    files.insert("club/page.wxml", b"<view class='version'>club</view>");
    files.insert("club/words.js", filler(4));
    files.insert("parts/of/page.js", b"Page({})");
    files.insert("parts/of/page.wxml", b"<view class='version'>parts</view>");
    files.insert("parts/of/part.js", b"Component({ attached() { console.log('part is there') } })");
    files.insert("parts/of/part.json", br#"{ "component": true }"#);
    files.insert("parts/of/part.wxml", b"<view>part</view>");
    files.insert("ahead/page.js", b"Page({})");
    files.insert("ahead/page.wxml", b"<view class='version'>ahead</view>");
    files
}

/// Builds a version with its subpackages apart and publishes it.
fn publish(shop: &mut Shop, version: &str) -> Release {
    let files = files(version);
    let (roots, number) = (build::roots(&files), version.parse().unwrap());
    assert_eq!(roots, ["ahead", "club", "parts/of", "shop"]);
    let key = SecretKey::from_seed(&[99; 32]);
    let settings =
        build::Settings { version: Some(&number), keys: &[&key], apart: &roots, ..build::Settings::default() };
    let built = build::program(&files, &settings).unwrap();
    let parts: Vec<Vec<u8>> = built.apart.into_values().collect();
    let publication = Publication { parts: &parts, ..Publication::new(APP, &number, &built.bytes) };
    let published = shop.publisher.publish(&publication).unwrap();
    shop.commit();
    published.release
}

/// Which subpackages a device has.
fn kept(client: &Client) -> Vec<String> {
    let installed = client.installed(APP).unwrap().unwrap();
    let nowhere = |part| client.fetch_part(APP, part, &[], &mut |_| std::ops::ControlFlow::Continue(()));
    installed.parts.iter().filter(|(_, part)| nowhere(part).is_ok()).map(|(root, _)| root.clone()).collect()
}

/// The end of the name of the file that a subpackage is in the repository.
fn file_of(release: &Release, root: &str) -> &'static str {
    let target = &release.parts[root].file.target;
    ["/1.part", "/2.part", "/3.part", "/4.part"]
        .into_iter()
        .find(|end| target.ends_with(end))
        .map(|end| &end[1..])
        .unwrap()
}

fn installed(shop: &mut Shop) -> (Device, Release) {
    let release = publish(shop, "1.0.0");
    let device = Device::new();
    delivery::update(&device.client(), &shop.source()).unwrap();
    assert_eq!(kept(&device.client()), [""; 0]);
    (device, release)
}

fn asked(gate: &Gate, release: &Release) -> Vec<String> {
    let roots = release.parts.keys().filter(|root| !gate.asked(file_of(release, root)).is_empty());
    roots.cloned().collect()
}

#[test]
fn a_page_waits_for_its_subpackage_and_those_of_its_components() {
    for realm in realms() {
        let mut shop = Shop::new();
        let (device, release) = installed(&mut shop);
        let gate = Gate::new(shop.path(), &[".part"]);
        let mut running = device.start(realm, vec![shop.source_by(gate.clone())]).unwrap();
        running.until_version("1.0.0");
        assert_eq!(asked(&gate, &release), [""; 0]);
        running.tap(".sync");
        let early = "module '../../shop/price' lies in the subpackage \"shop\", which has not come yet, required by 'pages/a/a.js'";
        assert_eq!(running.lines(1), [early], "{realm:?}");
        running.tap(".shop");
        assert_eq!(running.rest(), [""; 0], "{realm:?}");
        assert_eq!(running.version().as_deref(), Some("1.0.0"));
        gate.release(".part");
        let lines = ["price runs", "part is there", "list 1 1.0.0", "at /shop/list?x=1"];
        assert_eq!(running.lines(4), lines, "{realm:?}");
        running.until_version("list 1.0.0");
        assert_eq!(asked(&gate, &release), ["parts/of", "shop"], "nothing that nobody wanted");
        drop(running);
        // From now on they are there, without a repository.
        assert_eq!(kept(&device.client()), ["parts/of", "shop"]);
        let mut running = device.start_at(realm, Vec::new(), "shop/list").unwrap();
        running.until_version("list 1.0.0");
        assert_eq!(running.lines(3)[0], "price runs", "{realm:?}");
        assert_eq!(running.rest(), [""; 0]);
    }
}

#[test]
fn modules_and_calls_have_a_subpackage_brought() {
    for realm in realms() {
        let mut shop = Shop::new();
        let (device, release) = installed(&mut shop);
        let gate = Gate::new(shop.path(), &[".part"]);
        let mut running = device.start(realm, vec![shop.source_by(gate.clone())]).unwrap();
        running.tap(".module");
        assert_eq!(running.lines(1), ["asked"], "{realm:?}");
        assert_eq!(running.rest(), [""; 0], "{realm:?}");
        running.tap(".fetch");
        gate.release(".part");
        let mut lines = running.lines(4);
        lines.sort();
        assert_eq!(lines, ["all true", "preDownloadSubpackage:ok", "price 1.0.0", "price runs"], "{realm:?}");
        running.tap(".sync");
        assert_eq!(running.lines(1), ["1.0.0"]);
        running.tap(".module");
        assert_eq!(running.lines(2), ["asked", "price 1.0.0"]);
        assert_eq!(gate.asked(file_of(&release, "shop")).len(), 1);
        assert_eq!(asked(&gate, &release), ["shop"]);
    }
}

#[test]
fn what_a_rule_names_comes_when_its_page_is_seen() {
    for realm in realms() {
        let mut shop = Shop::new();
        let (device, release) = installed(&mut shop);
        let gate = Gate::new(shop.path(), &[]);
        let mut running = device.start(realm, vec![shop.source_by(gate.clone())]).unwrap();
        running.until_version("1.0.0");
        running.wait();
        assert_eq!(asked(&gate, &release), [""; 0]);
        running.tap(".b");
        running.until_version("b");
        running.until("it is there", |_| kept(&device.client()) == ["ahead"]);
        assert_eq!(asked(&gate, &release), ["ahead"], "{realm:?}");
    }
    // Where a network costs, only what is wanted over any of them.
    for (network, page, expected) in
        [("4g", "b", ""), ("none", "b", ""), ("4g", "c", "club"), ("wifi", "b", "ahead"), ("wifi", "c", "club")]
    {
        let mut shop = Shop::new();
        let (mut device, release) = installed(&mut shop);
        device.network = network;
        let gate = Gate::new(shop.path(), &[]);
        let mut running =
            device.start_at(USUAL, vec![shop.source_by(gate.clone())], &format!("pages/{page}/{page}")).unwrap();
        running.until_version(page);
        running.until("it is there", |_| kept(&device.client()).join(" ") == expected);
        running.wait();
        assert_eq!(asked(&gate, &release).join(" "), expected, "{network} {page}");
    }
}

#[test]
fn a_subpackage_that_does_not_come_is_told_and_may_come_later() {
    for realm in realms() {
        let mut shop = Shop::new();
        let (device, _) = installed(&mut shop);
        let gate = Gate::new(shop.path(), &[]);
        gate.break_off(".part");
        let mut running = device.start(realm, vec![shop.source_by(gate.clone())]).unwrap();
        running.until_version("1.0.0");
        running.tap(".shop");
        let failed = running.lines(1).remove(0);
        assert!(failed.starts_with("navigateTo:fail the subpackage \"shop\" has not come: "), "{failed}");
        assert_eq!(running.version().as_deref(), Some("1.0.0"));
        running.tap(".module");
        let failed = running.lines(2).remove(1);
        assert!(failed.starts_with("../../shop/price|Error: the subpackage \"shop\" has not come: "), "{failed}");
        running.tap(".fetch");
        let failed = running.lines(1).remove(0);
        assert!(failed.starts_with("preDownloadSubpackage:fail "), "{failed}");
        // Routes behind one that fails are performed.
        running.tap(".both");
        let lines = running.lines(2);
        assert!(
            lines[0].starts_with("navigateTo:fail the subpackage \"club\"") && lines[1] == "at /pages/b/b",
            "{lines:?}"
        );
        drop(running);
        // The first page may be one of a subpackage: the way in is open all the same.
        let mut running = device.start_at(realm, vec![shop.source_by(gate.clone())], "club/page").unwrap();
        running.until_version("1.0.0");
        gate.mend();
        running.tap(".shop");
        assert_eq!(running.lines(4)[3], "at /shop/list?x=1", "{realm:?}");
        drop(running);
        let mut running = device.start_at(realm, vec![shop.source_by(gate)], "club/page").unwrap();
        running.until_version("club");
    }
}

#[test]
fn an_update_brings_the_subpackages_that_were_used_and_no_others() {
    let mut shop = Shop::new();
    let (device, _) = installed(&mut shop);
    let mut running = device.start(USUAL, vec![shop.source()]).unwrap();
    running.tap(".shop");
    running.until_version("list 1.0.0");
    running.updater.ran_well().unwrap();
    drop(running);
    let second = publish(&mut shop, "1.1.0");
    let sizes: u64 = second.parts.values().map(|part| part.file.length).sum();
    assert!(second.parts["shop"].deltas.len() == 1 && second.parts["club"].deltas.is_empty());
    let gate = Gate::new(shop.path(), &[]);
    let client = device.client();
    let Update::Ready { fetched, by_delta, .. } = delivery::update(&client, &shop.source_by(gate.clone())).unwrap()
    else {
        panic!("there is a newer version")
    };
    assert!(by_delta && fetched < sizes / 4, "{fetched} of {sizes}");
    // Of what did not change the file that was there is good for both.
    assert_eq!((asked(&gate, &second), kept(&client)), (Vec::new(), vec!["parts/of".to_owned(), "shop".to_owned()]));
    let mut running: Running = device.start_at(USUAL, Vec::new(), "shop/list").unwrap();
    running.until_version("list 1.1.0");
    // What no version needs any more goes.
    drop(running);
    publish(&mut shop, "1.2.0");
    publish(&mut shop, "1.3.0");
    for _ in 0..2 {
        delivery::update(&client, &shop.source()).unwrap();
        client.start(APP).unwrap();
        client.ran_well(APP).unwrap();
    }
    delivery::update(&client, &shop.source()).unwrap();
    let files = device.disk.list(&format!("apps/{APP}/packages")).unwrap();
    let parts = files.iter().filter(|file| file.ends_with(".part")).count();
    assert!(parts <= 3 && files.len() - parts <= 2, "{files:?}");
    assert!(device.disk.list(&format!("apps/{APP}/partial")).unwrap().is_empty());
    let package = client.start(APP).unwrap().package;
    assert!(package.contains("club/page.js") && package.read("club/page.js").is_none());
}
