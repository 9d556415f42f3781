//! Packages in one file: what is built opens and shows the same, and what was touched does not open.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle::package::archive::{
    ArchiveError, ArchiveLimits, ArchivePackage, ContainerError, INDEX_FILE, Index, IndexError, PackError, PublicKey,
    SecretKey, SignatureError, Trust, pack, pack_in_parts,
};
use pellicle_script::package::{MemoryPackage, PackageSource};
use std::path::Path;
use std::process::{Command, Output};

fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

fn this_engine() -> semver::VersionReq {
    semver::VersionReq::parse(concat!("^", env!("CARGO_PKG_VERSION"))).unwrap()
}

fn files() -> MemoryPackage {
    let text = "a line of a page\n".repeat(20);
    [("app.json", r#"{"pages":["pages/a/a"]}"#), ("pages/a/a.wxml", text.as_str()), ("pages/a/a.js", "Page({})")]
        .into_iter()
        .collect()
}

fn open(bytes: &[u8], trust: Trust<'_>) -> Result<ArchivePackage, ArchiveError> {
    ArchivePackage::open(bytes, trust, &ArchiveLimits::default())
}

/// With all files, as who installs or publishes does.
fn verified(bytes: &[u8], trust: Trust<'_>) -> Result<ArchivePackage, ArchiveError> {
    let package = open(bytes, trust)?;
    package.verify()?;
    Ok(package)
}

fn said(bytes: &[u8]) -> String {
    verified(bytes, Trust::Anybody).err().map(|error| error.to_string()).unwrap_or_else(|| "it opened".to_owned())
}

/// A container as tools that mean harm may write it: nothing about it is checked.
#[derive(Clone)]
struct Raw {
    name: Vec<u8>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    attributes: u32,
    /// The length that it claims.
    length: u32,
    crc: u32,
    extra: Vec<u8>,
}

impl Raw {
    fn stored(name: &str, data: &[u8]) -> Raw {
        let mut crc = flate2::Crc::new();
        crc.update(data);
        Raw {
            name: name.as_bytes().to_vec(),
            data: data.to_vec(),
            method: 0,
            flags: 0,
            attributes: 0,
            length: data.len() as u32,
            crc: crc.sum(),
            extra: Vec::new(),
        }
    }
}

fn container(entries: &[Raw], between: &[u8], comment: &[u8]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = out.len() as u32;
        let shared: Vec<u8> = [
            &20_u16.to_le_bytes()[..],
            &entry.flags.to_le_bytes(),
            &entry.method.to_le_bytes(),
            &[0; 4],
            &entry.crc.to_le_bytes(),
            &(entry.data.len() as u32).to_le_bytes(),
            &entry.length.to_le_bytes(),
            &(entry.name.len() as u16).to_le_bytes(),
        ]
        .concat();
        out.extend([b"PK\x03\x04", &shared[..], &(entry.extra.len() as u16).to_le_bytes(), &entry.name].concat());
        out.extend(entry.extra.iter().chain(&entry.data));
        directory.extend([b"PK\x01\x02", &20_u16.to_le_bytes()[..], &shared].concat());
        directory.extend([&(entry.extra.len() as u16).to_le_bytes()[..], &[0; 6]].concat());
        directory.extend([&entry.attributes.to_le_bytes()[..], &at.to_le_bytes(), &entry.name, &entry.extra].concat());
    }
    out.extend(between);
    let (at, count) = (out.len() as u32, entries.len() as u16);
    out.extend(&directory);
    out.extend([b"PK\x05\x06", &[0; 4][..], &count.to_le_bytes(), &count.to_le_bytes()].concat());
    out.extend([&(directory.len() as u32).to_le_bytes()[..], &at.to_le_bytes()].concat());
    out.extend([&(comment.len() as u16).to_le_bytes()[..], comment].concat());
    out
}

/// A package of one file whose form is right, to be changed.
fn raw() -> Vec<Raw> {
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let index = format!(
        "{{\n  \"format\": 1,\n  \"engine\": \">=0.1.0\",\n  \"files\": {{\n    \"app.json\": {{\n      \"length\": 5,\n      \
         \"sha256\": \"{digest}\"\n    }}\n  }}\n}}"
    );
    vec![Raw::stored(INDEX_FILE, index.as_bytes()), Raw::stored("app.json", b"hello")]
}

#[test]
fn what_was_packed_is_what_is_read() {
    let files = files();
    let bytes = pack(&files, this_engine(), &[&key(1)]).unwrap();
    let package = open(&bytes, Trust::Keys(&[key(2).public(), key(1).public()])).unwrap();
    assert_eq!(package.paths(), files.paths());
    for path in files.paths() {
        assert_eq!(package.read(&path), files.read(&path), "{path}");
        assert_eq!(package.length(&path), files.length(&path));
    }
    assert!(package.read(INDEX_FILE).is_none() && package.read("none").is_none() && !package.contains("none"));
    assert_eq!(package.signers(), [key(1).public()]);
    assert!(open(&container(&raw(), b"", b""), Trust::Anybody).is_ok(), "the form of these tests is right");
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let turned: MemoryPackage = {
        let (files, mut turned) = (files(), MemoryPackage::default());
        for path in files.paths().iter().rev() {
            turned.insert(path, files.read(path).unwrap());
        }
        turned
    };
    let keys = [&key(1), &key(2)];
    let bytes = pack(&files(), this_engine(), &keys).unwrap();
    assert_eq!(bytes, pack(&turned, this_engine(), &[keys[1], keys[0], keys[1]]).unwrap());
}

#[test]
fn every_byte_of_a_signed_package_counts() {
    let bytes = pack(&files(), this_engine(), &[&key(1), &key(2)]).unwrap();
    let keys = [key(1).public(), key(2).public()];
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            assert!(open(&changed, Trust::Keys(&keys)).is_err(), "byte {at} may be changed");
            assert!(open(&changed, Trust::Anybody).is_err(), "byte {at} may be changed where anybody is trusted");
        }
    }
    for length in 0..bytes.len() {
        assert!(open(&bytes[..length], Trust::Anybody).is_err(), "it may end after {length} bytes");
    }
    for more in [&b"\0"[..], b"PK\x05\x06", &bytes] {
        assert!(open(&[&bytes, more].concat(), Trust::Anybody).is_err());
        assert!(open(&[more, &bytes].concat(), Trust::Anybody).is_err());
    }
}

#[test]
fn an_unsigned_package_has_the_files_of_its_index_or_does_not_open() {
    let files = files();
    let bytes = pack(&files, this_engine(), &[]).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let Ok(package) = open(&changed, Trust::Anybody) else { continue };
        let verified = package.verify();
        assert_eq!(package.paths(), files.paths(), "byte {at}");
        for path in files.paths() {
            // Whole, or not at all, and with the reason.
            match package.read(&path) {
                Some(contents) => assert_eq!(Some(contents), files.read(&path), "byte {at}"),
                None => {
                    let why = package.fault(&path).expect("a file that is not given has a reason");
                    assert_eq!(verified.as_ref().err().map(|error| error.to_string()), Some(why), "byte {at}");
                }
            }
        }
        // What opens with all of its files has changed in words that mean nothing here, such as permissions.
        let whole = files.paths().iter().all(|path| package.read(path) == files.read(path));
        assert_eq!(whole, verified.is_ok(), "byte {at}");
    }
}

#[test]
fn a_file_that_was_changed_in_an_unsigned_package_is_refused_by_name_when_the_program_starts() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("app.ma");
    for (path, named) in
        [("app.json", "app.json:1:1: the file is refused: "), ("x/y.js", "x/y.js:1:1: the file is refused: ")]
    {
        // Too short to be made smaller, so they are stored as they are.
        let page = [("x/y.wxml", "<view>here</view>"), ("x/y.js", "Page({})"), ("x/y.json", "{}")];
        let program: MemoryPackage = page.into_iter().chain([("app.json", r#"{"pages":["x/y"]}"#)]).collect();
        let bytes = pack(&program, this_engine(), &[]).unwrap();
        let contents = program.read(path).unwrap();
        let at = bytes.windows(contents.len()).position(|window| *window == *contents).expect("short files are stored");
        let mut changed = bytes.clone();
        changed[at + 3] ^= 1;
        std::fs::write(&out, changed).unwrap();
        let verified = pellicle(&["verify", out.to_str().unwrap()]);
        assert_eq!(verified.status.code(), Some(1), "{}", text(&verified.stdout));
        assert!(
            text(&verified.stderr).contains(&format!("entry \"{path}\": it is damaged")),
            "{}",
            text(&verified.stderr)
        );
        let shown = pellicle(&["layout", out.to_str().unwrap(), "--deterministic"]);
        assert!(text(&shown.stderr).contains(named), "{}", text(&shown.stderr));
        assert!(text(&shown.stderr).contains("it is damaged"), "{}", text(&shown.stderr));
        assert_eq!(shown.status.code(), Some(i32::from(path == "app.json")), "{}", text(&shown.stderr));
    }
}

#[test]
fn only_those_who_are_trusted_can_sign() {
    let unsigned = pack(&files(), this_engine(), &[]).unwrap();
    let signed = pack(&files(), this_engine(), &[&key(1)]).unwrap();
    let refused = |bytes: &[u8], trust| match open(bytes, trust) {
        Err(ArchiveError::Signature(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    };
    let other = [key(3).public()];
    assert_eq!(refused(&unsigned, Trust::Keys(&other)), SignatureError::Unsigned);
    assert_eq!(refused(&signed, Trust::Keys(&other)), SignatureError::Strangers);
    assert_eq!(refused(&signed, Trust::Keys(&[])), SignatureError::Strangers);
    // The signature of another package.
    let mut others = files();
    others.insert("more.js", b"1");
    let others = pack(&others, this_engine(), &[]).unwrap();
    let block = |bytes: &[u8]| {
        let directory = u32::from_le_bytes(bytes[bytes.len() - 6..bytes.len() - 2].try_into().unwrap()) as usize;
        bytes[directory - (8 + 96 + 8 + 16)..directory].to_vec()
    };
    let at = u32::from_le_bytes(others[others.len() - 6..others.len() - 2].try_into().unwrap()) as usize;
    let mut forged = [&others[..at], &block(&signed), &others[at..]].concat();
    let place = forged.len() - 6;
    forged[place..place + 4].copy_from_slice(&((at + 8 + 96 + 8 + 16) as u32).to_le_bytes());
    assert_eq!(refused(&forged, Trust::Anybody), SignatureError::Wrong);
}

#[test]
fn keys_are_those_of_openssl() {
    // openssl genpkey -algorithm ed25519; openssl pkey -pubout
    let secret = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    let key = SecretKey::from_pem(secret).unwrap();
    // RFC 8032, 7.1, test 1.
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(key.public().to_string(), public);
    assert_eq!(PublicKey::parse(public), Ok(key.public()));
    assert_eq!(PublicKey::parse(&key.public().to_pem().unwrap()), Ok(key.public()));
    assert_eq!(SecretKey::from_pem(&key.to_pem().unwrap()).unwrap().public(), key.public());
    assert!(!format!("{key:?}").contains("9d61"), "a secret is not told");
    assert!(
        PublicKey::parse("d75a98").is_err() && PublicKey::parse(secret).is_err() && SecretKey::from_pem("x").is_err()
    );
}

#[test]
fn names_that_could_mean_something_else_are_refused() {
    let with = |name: &str| {
        let mut entries = raw();
        entries.push(Raw { flags: if name.is_ascii() { 0 } else { 1 << 11 }, ..Raw::stored(name, b"") });
        said(&container(&entries, b"", b""))
    };
    for name in [
        "../a", "/a", "a/../b", "a//b", "./a", "a/.", "a/", "", "a\\b", "c:a", "a\0b", "a\nb", " a", "a ", "a.", "CON",
        "b/nul.js", "com1.txt",
    ] {
        let said = with(name);
        assert!(said.starts_with("this is no package: entry "), "{name:?}: {said}");
    }
    assert!(with(&"a".repeat(241)).contains("too long"));
    for twice in ["app.json", "App.JSON", INDEX_FILE, "APP.json"] {
        assert!(with(twice).contains("there twice, or differs in case only"), "{twice}: {}", with(twice));
    }
    assert!(with("app.json/x").contains("in the place of its folder"), "{}", with("app.json/x"));
    // A name like any other: what is wrong is that the index does not know it.
    for fine in ["a", "pages/ä/中文.png", ".hidden", "common.js", "a b"] {
        assert_eq!(with(fine), format!("{fine}: it is not in the index"));
    }
}

#[test]
fn containers_that_take_liberties_are_refused() {
    let changed = |change: &dyn Fn(&mut Raw)| {
        let mut entries = raw();
        change(&mut entries[1]);
        said(&container(&entries, b"", b""))
    };
    assert!(changed(&|entry| entry.flags = 1).contains("flags that are not allowed"), "encrypted");
    assert!(changed(&|entry| entry.flags = 8).contains("flags that are not allowed"), "a descriptor follows");
    assert!(changed(&|entry| entry.method = 12).contains("neither stored nor deflated"));
    assert!(changed(&|entry| entry.length = 4).contains("neither stored nor deflated"));
    assert!(changed(&|entry| entry.attributes = 0o120_777 << 16).contains("no ordinary file"), "a link");
    assert!(changed(&|entry| entry.extra = vec![1, 0, 0, 0]).contains("parts that are not allowed"));
    assert!(changed(&|entry| entry.crc ^= 1).contains("it is damaged"));
    assert!(changed(&|entry| entry.data = b"hallo".to_vec()).contains("it is damaged"));
    assert!(changed(&|entry| *entry = Raw::stored("app.json", b"hallo")).contains("not those of the index"));
    assert!(said(&container(&raw(), b"more", b"")).contains("do not lie where it says"));
    assert!(said(&container(&raw(), b"", b"comment")).contains("does not end with the record"));
    assert!(said(&container(&raw()[..1], b"", b"")).contains("it is in the index only"));
    assert!(said(&container(&raw()[1..], b"", b"")).contains("it is missing: this may be a ZIP file"));
    assert!(said(&container(&[], b"", b"")).contains("it is missing"));
    // A header that differs from the directory, byte for byte.
    let good = container(&raw(), b"", b"");
    let header = good.windows(4).rposition(|four| four == b"PK\x03\x04").unwrap();
    for at in header..header + 30 {
        let mut changed = good.clone();
        changed[at] ^= 1;
        assert!(open(&changed, Trust::Anybody).is_err(), "byte {} of a header", at - header);
    }
}

#[test]
fn what_unpacks_to_more_than_it_may_is_refused() {
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut deflate, &vec![0; 8 << 20]).unwrap();
    let bomb = deflate.finish().unwrap();
    let with = |length: u32| {
        let mut entries = raw();
        entries[1] = Raw { method: 8, data: bomb.clone(), length, ..Raw::stored("app.json", b"") };
        container(&entries, b"", b"")
    };
    // What it says counts before anything is unpacked, and nothing is unpacked past that.
    let limits = ArchiveLimits { content_bytes: 1 << 20, ..ArchiveLimits::default() };
    let refused = ArchivePackage::open(&with(8 << 20), Trust::Anybody, &limits).err().unwrap();
    assert!(matches!(refused, ArchiveError::TooLarge { found, .. } if found > 8 << 20), "{refused}");
    let refused = ArchivePackage::open(&with(5), Trust::Anybody, &limits).and_then(|package| package.verify());
    let refused = refused.unwrap_err();
    assert!(refused.to_string().contains("cannot be unpacked"), "{refused}");
    let few = ArchiveLimits { files: 1, ..limits };
    let refused = ArchivePackage::open(&container(&raw(), b"", b""), Trust::Anybody, &few).err().unwrap();
    assert_eq!(refused.to_string(), "the package has 2 files, at most 1 are allowed");
    let small = ArchiveLimits { archive_bytes: 100, ..limits };
    assert!(matches!(
        ArchivePackage::open(&with(1), Trust::Anybody, &small),
        Err(ArchiveError::TooLarge { most: 100, .. })
    ));
}

#[test]
fn packages_of_other_formats_and_engines_are_told_apart() {
    let with = |index: &str| {
        let mut entries = raw();
        entries[0] = Raw::stored(INDEX_FILE, index.as_bytes());
        open(&container(&entries, b"", b""), Trust::Anybody).err().unwrap()
    };
    assert!(matches!(with(r#"{"format":3,"news":1}"#), ArchiveError::Index(IndexError::Format(3))));
    let refused = with(r#"{"format":1,"engine":">=99.0.0","files":{}}"#);
    assert!(refused.to_string().contains("the package runs on engines >=99.0.0, this one is "), "{refused}");
    for odd in [
        "",
        "[]",
        r#"{"format":1}"#,
        r#"{"format":1,"engine":"no","files":{}}"#,
        r#"{"format":1,"engine":"*","files":{},"more":1}"#,
    ] {
        assert!(matches!(with(odd), ArchiveError::Index(IndexError::Form(_))), "{odd}");
    }
    assert!(matches!(with(r#"{"format":1,"engine":"*","files":{}}"#), ArchiveError::Index(IndexError::Written)));
    let mut odd = files();
    odd.insert("pages/con.js", Vec::new());
    assert!(matches!(pack(&odd, this_engine(), &[]), Err(PackError::Path { .. })));
    assert!(matches!(open(b"PK", Trust::Anybody), Err(ArchiveError::Container(ContainerError::End))));
}

fn pellicle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pellicle")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_program_is_built_checked_and_shown_from_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop");
    let shop = shop.to_str().unwrap();
    std::fs::write(at("key.pem"), key(1).to_pem().unwrap()).unwrap();
    std::fs::write(at("known.pem"), key(1).public().to_pem().unwrap()).unwrap();
    std::fs::write(at("other.txt"), key(2).public().to_string()).unwrap();

    let built = pellicle(&["build", shop, "-o", &at("shop.ma"), "--key", &at("key.pem")]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    assert!(text(&built.stdout).contains(&format!("signed by {}", key(1).public())), "{}", text(&built.stdout));
    let again = pellicle(&["build", shop, "-o", &at("again.ma"), "--key", &at("key.pem")]);
    assert!(again.status.success());
    assert_eq!(std::fs::read(at("shop.ma")).unwrap(), std::fs::read(at("again.ma")).unwrap());

    let known = pellicle(&["verify", &at("shop.ma"), "--key", &at("other.txt"), "--key", &at("known.pem")]);
    assert!(known.status.success() && text(&known.stdout).contains(", who is trusted"), "{}", text(&known.stderr));
    let unknown = pellicle(&["verify", &at("shop.ma"), "--key", &at("other.txt")]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        text(&unknown.stderr).contains("shop.ma: the package is not trusted: none of those who signed it is known")
    );
    let not_a_key = pellicle(&["verify", &at("shop.ma"), "--key", &at("shop.ma")]);
    assert_eq!(not_a_key.status.code(), Some(2));

    let show = |what: &str| {
        let shown = pellicle(&["layout", what, "--deterministic"]);
        assert!(shown.status.success(), "{}", text(&shown.stderr));
        text(&shown.stdout)
    };
    let boxes = show(&at("shop.ma"));
    assert!(boxes.len() > 2_000);
    assert_eq!(boxes, show(shop));

    let mut bytes = std::fs::read(at("shop.ma")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(at("bad.ma"), bytes).unwrap();
    let bad = pellicle(&["layout", &at("bad.ma")]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(text(&bad.stderr).contains("bad.ma: the package is not trusted: it was changed after it was signed"));
}

#[test]
fn only_what_is_reached_of_others_packages_is_shipped() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, contents: &str| {
        let path = folder.path().join("app").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    };
    put("app.json", r#"{"pages":["pages/a/a"]}"#);
    put("package.json", r#"{"dependencies":{"kit":"1","unused":"1"}}"#);
    put("README.md", "read me");
    put("key.pem", "nobody's business");
    put("older.ma", "an older package");
    put("drafts/a.png", "not done");
    put("project.config.json", r#"{"packOptions":{"ignore":[{"type":"folder","value":"drafts"}]}}"#);
    put("pages/a/a.json", r#"{"usingComponents":{"k-button":"kit/button/button"}}"#);
    put("pages/a/a.wxml", "<k-button/>");
    put("pages/a/a.js", "Page({ data: { n: require('kit/sum')(1, 2) } })");
    let kit = "node_modules/kit/miniprogram_dist";
    put("node_modules/kit/package.json", r#"{"name":"kit","miniprogram":"miniprogram_dist"}"#);
    put(&format!("{kit}/button/button.json"), r#"{"component":true}"#);
    put(
        &format!("{kit}/button/button.wxml"),
        "<wxs src=\"../w.wxs\" module=\"w\"/><view class=\"b\">press {{w.n}}</view>",
    );
    put(&format!("{kit}/w.wxs"), "module.exports = { n: 7 }");
    put(&format!("{kit}/button/button.vue"), "<template/>");
    put(&format!("{kit}/button/button.wxss"), ".b { background: url(./b.png) }");
    put(&format!("{kit}/button/button.js"), "Component({})");
    put(&format!("{kit}/button/button.d.ts"), "export {}");
    put(&format!("{kit}/button/b.png"), "a picture");
    put(&format!("{kit}/sum.js"), "module.exports = (a, b) => a + b");
    put(&format!("{kit}/never.js"), "module.exports = 1");
    put(&format!("{kit}/panel/panel.wxml"), "<view/>");
    put("node_modules/kit/docs/shot.png", "a picture of it");
    put("node_modules/unused/package.json", "{}");
    put("node_modules/unused/index.js", "1");
    let (dir, out) = (folder.path().join("app"), folder.path().join("app.ma"));
    let built = pellicle(&["build", dir.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let package = ArchivePackage::open_file(&out, Trust::Anybody, &ArchiveLimits::default()).unwrap();
    let expected = [
        "app.json",
        "manifest.json",
        "node_modules/kit/miniprogram_dist/button/b.png",
        "node_modules/kit/miniprogram_dist/button/button.js",
        "node_modules/kit/miniprogram_dist/button/button.json",
        "node_modules/kit/miniprogram_dist/button/button.wxml",
        "node_modules/kit/miniprogram_dist/button/button.wxss",
        "node_modules/kit/miniprogram_dist/sum.js",
        "node_modules/kit/miniprogram_dist/w.wxs",
        "node_modules/kit/package.json",
        "pages/a/a.js",
        "pages/a/a.json",
        "pages/a/a.wxml",
        "pellicle.compiled",
        "pellicle.scripts",
        "project.config.json",
    ];
    assert_eq!(package.paths(), expected);
    let shown = pellicle(&["layout", out.to_str().unwrap(), "--deterministic"]);
    assert!(text(&shown.stdout).contains("press 7"), "{}", text(&shown.stderr));
    assert!(!text(&shown.stderr).contains("kit"), "{}", text(&shown.stderr));
}

/// Files of a program with two subpackages, one in the other's folder.
fn in_parts() -> (MemoryPackage, Vec<String>) {
    let paths = ["app.json", "app.js", "shop/a.js", "shop/b.js", "shop/deep/c.js", "shopping.js"];
    let files = paths.into_iter().map(|path| (path, format!("// {path}"))).collect();
    (files, vec!["shop".to_owned(), "shop/deep".to_owned(), "none".to_owned()])
}

#[test]
fn subpackages_in_files_of_their_own_are_vouched_for_by_the_package() {
    let (files, roots) = in_parts();
    let packed = pack_in_parts(&files, &roots, this_engine(), &[&key(1)]).unwrap();
    assert_eq!(packed.parts.keys().collect::<Vec<_>>(), ["shop", "shop/deep"]);
    let keys = [key(1).public()];
    let package = verified(&packed.main, Trust::Keys(&keys)).unwrap();
    // All of it is known, and what is not there cannot be read.
    assert_eq!(package.paths(), files.paths());
    let there = |package: &ArchivePackage| -> Vec<String> {
        files.paths().into_iter().filter(|path| package.read(path).is_some()).collect()
    };
    assert_eq!(there(&package), ["app.js", "app.json", "shopping.js"]);
    assert!(package.contains("shop/a.js") && package.length("shop/a.js") == files.length("shop/a.js"));
    package.attach("shop", &packed.parts["shop"]).unwrap();
    assert_eq!(there(&package), ["app.js", "app.json", "shop/a.js", "shop/b.js", "shopping.js"]);
    package.attach("shop/deep", &packed.parts["shop/deep"]).unwrap();
    assert!(files.paths().iter().all(|path| package.read(path) == files.read(path)));
    package.verify().unwrap();
    // In one file it is the same program, and other bytes.
    let whole = pack(&files, this_engine(), &[&key(1)]).unwrap();
    assert!(whole != packed.main && verified(&whole, Trust::Anybody).unwrap().paths() == files.paths());
}

#[test]
fn a_part_that_is_not_the_one_of_the_package_is_refused() {
    let (files, roots) = in_parts();
    let packed = pack_in_parts(&files, &roots, this_engine(), &[]).unwrap();
    let package = verified(&packed.main, Trust::Anybody).unwrap();
    let shop = &packed.parts["shop"];
    let refused = |root: &str, bytes: &[u8]| package.attach(root, bytes).unwrap_err().to_string();
    for place in 0..shop.len() {
        let mut bytes = shop.clone();
        bytes[place] ^= 1;
        assert_eq!(refused("shop", &bytes), "shop: the file is not the part of this package", "byte {place}");
    }
    assert_eq!(refused("shop", &shop[..shop.len() - 1]), "shop: the file is not the part of this package");
    assert_eq!(refused("shop/deep", shop), "shop/deep: the file is not the part of this package");
    assert_eq!(refused("none", shop), "none: the package has no such part");
    assert!(!package.has_part("shop"));
    // Of another version.
    let mut other = files;
    other.insert("shop/a.js", b"// another");
    let other = pack_in_parts(&other, &roots, this_engine(), &[]).unwrap();
    assert_eq!(refused("shop", &other.parts["shop"]), "shop: the file is not the part of this package");
}

#[test]
fn an_index_that_puts_a_file_into_another_part_is_refused() {
    let (files, roots) = in_parts();
    let packed = pack_in_parts(&files, &roots, this_engine(), &[]).unwrap();
    let package = verified(&packed.main, Trust::Anybody).unwrap();
    let index = package.index();
    let refused = |change: &dyn Fn(&mut Index)| {
        let mut changed = index.clone();
        change(&mut changed);
        Index::parse(&changed.to_bytes().unwrap(), true).unwrap_err().to_string()
    };
    let elsewhere = "shop/a.js stands with another part than the one that it lies in";
    let take = |index: &mut Index| index.parts.get_mut("shop").unwrap().files.remove("shop/a.js").unwrap();
    let to_main = |index: &mut Index| {
        let file = take(index);
        index.files.insert("shop/a.js".into(), file);
    };
    assert_eq!(refused(&to_main), elsewhere);
    let deep = |index: &mut Index| {
        let file = take(index);
        index.parts.get_mut("shop/deep").unwrap().files.insert("shop/a.js".into(), file);
    };
    assert_eq!(refused(&deep), elsewhere);
    assert_eq!(refused(&|index| index.format = 1), "it has format 1, this engine reads formats 1 and 2");
    assert_eq!(refused(&|index| index.parts.clear()), "it has format 2, this engine reads formats 1 and 2");
    assert_eq!(refused(&|index| index.format = 3), "it has format 3, this engine reads formats 1 and 2");
    // What it promises counts before anything of it is there.
    let limits = ArchiveLimits { files: 5, ..ArchiveLimits::default() };
    let error = ArchivePackage::open(&packed.main, Trust::Anybody, &limits).unwrap_err().to_string();
    assert_eq!(error, "the package has 6 files, at most 5 are allowed");
}
