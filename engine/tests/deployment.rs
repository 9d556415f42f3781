//! From sources to a device, by the command line: build, publish, install, update, take back.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle::delivery::client::{Client, ClientConfig, FolderDisk};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{SystemClock, SystemRandom};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

/// Runs `pellicle` in a folder.
fn pellicle(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.current_dir(folder).args(line.split_whitespace());
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    command.output().unwrap()
}

/// What it prints; it succeeds.
fn done(folder: &Path, line: &str) -> String {
    let output = pellicle(folder, line);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{line}: {err}");
    out.into_owned()
}

/// What it says when it does not succeed, and its exit status.
fn refused(folder: &Path, line: &str) -> (Option<i32>, String) {
    let output = pellicle(folder, line);
    assert!(!output.status.success(), "{line}");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// The version of the shop that starts from the store, by what its code says.
fn starts(store: &Path) -> (String, String) {
    let disk = Arc::new(FolderDisk::open(store).unwrap());
    let config = ClientConfig::new(disk, Arc::new(SystemClock::local()));
    let started = Client::open(config, &mut SystemRandom::default()).unwrap().start("shop").unwrap();
    let code = started.package.text("app.js").unwrap();
    let said = code.split("release ").nth(1).unwrap_or("none").chars().take_while(|c| c.is_alphanumeric()).collect();
    (started.version.to_string(), said)
}

#[test]
fn a_program_is_published_installed_updated_and_taken_back() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop"), &work.join("shop"));
    let said = done(work, "repository init repository --keys keys");
    assert!(said.contains("1.root.json: hosts are shipped with it"), "{said}");
    assert!(refused(work, "repository init repository --keys keys").1.contains("there is a repository already"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| std::fs::metadata(work.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("keys/root.pem"), mode("repository/metadata/timestamp.json")), (0o600, 0o644));
    }
    done(work, "build shop -o shop-1.ma");
    let said = done(work, "publish repository shop-1.ma --app shop --app-version 1.0.0 --name Shop --keys keys");
    assert!(said.starts_with("shop 1.0.0: ") && said.ends_with("stable 100 %\n"), "{said}");

    // A line of code more: what comes is a twentieth of the package at most.
    let code = std::fs::read_to_string(work.join("shop/app.js")).unwrap();
    let from = "--from repository --root repository/metadata/1.root.json --store store";
    let said = done(work, &format!("install {from}"));
    assert!(said.starts_with("shop 1.0.0 Shop "), "{said}");
    let said = done(work, &format!("install shop {from}"));
    assert!(said.starts_with("shop 1.0.0: "), "{said}");
    assert_eq!(starts(&work.join("store")), ("1.0.0".to_owned(), "none".to_owned()));
    std::fs::write(work.join("shop/app.js"), format!("{code}\nconsole.log('release two');\n")).unwrap();
    done(work, "build shop -o shop-2.ma");
    let said = done(work, "publish repository shop-2.ma --app shop --app-version 1.1.0 --keys keys");
    let delta: u64 = said.lines().nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let whole = std::fs::metadata(work.join("shop-2.ma")).unwrap().len();
    assert!(delta * 20 <= whole, "{delta} of {whole}");
    let said = done(work, &format!("install shop {from}"));
    assert_eq!(said, format!("shop 1.1.0: {delta} bytes, the difference from the version before\n"));
    assert_eq!(starts(&work.join("store")), ("1.1.0".to_owned(), "two".to_owned()));
    assert_eq!(done(work, &format!("install shop {from}")), "shop 1.1.0 is there\n");

    // Shares, channels, and back.
    done(work, "repository share repository --app shop --app-version 1.1.0 --channel beta --share 50 --keys keys");
    let said = done(work, "repository list repository");
    assert!(said.starts_with("shop Shop\n") && said.contains("beta 50 %, stable 100 %"), "{said}");
    done(work, "repository withdraw repository --app shop --app-version 1.1.0 --keys keys");
    assert!(done(work, "repository list repository").contains("taken back"));
    done(work, &format!("install shop {from}"));
    assert_eq!(starts(&work.join("store")), ("1.0.0".to_owned(), "none".to_owned()));

    // Another key for the timestamp; the old one signs nothing any more.
    done(work, "repository rotate repository timestamp --new new --keys keys");
    let (status, said) = refused(work, "repository refresh repository --keys keys");
    assert_eq!((status, said.contains("none of the keys is one of the timestamp role")), (Some(1), true), "{said}");
    std::fs::copy(work.join("new/timestamp.pem"), work.join("keys/timestamp.pem")).unwrap();
    done(work, "repository refresh repository --keys keys");
    done(work, &format!("install shop {from}"));

    // What is asked for wrongly.
    std::fs::write(work.join("shop/app.js"), &code).unwrap();
    let (_, said) = refused(work, "publish repository shop-2.ma --app shop --app-version 1.0.0 --keys keys");
    assert!(said.contains("a version is published once"), "{said}");
    let (status, said) = refused(work, "publish repository shop-2.ma --app ../x --app-version 3.0.0 --keys keys");
    assert_eq!((status, said.contains("cannot be the identity")), (Some(2), true), "{said}");
    let (_, said) = refused(work, "publish repository shop/app.js --app shop --app-version 3.0.0 --keys keys");
    assert!(said.contains("shop/app.js: this is no package"), "{said}");
    let (_, said) = refused(work, &format!("install none {from}"));
    assert!(said.contains("the repository has no mini-program \"none\""), "{said}");
    let (status, said) = refused(work, "install shop --store store --from http://example.org/ --root shop/app.js");
    assert_eq!((status, said.contains("reached by https")), (Some(2), true), "{said}");
    let (_, said) = refused(work, "run none --installed --store store");
    assert!(said.contains("\"none\" is not installed"), "{said}");
    // Shipped with the host: installed from there before it is shown.
    let bundled = "--bundled repository --root repository/metadata/1.root.json --store other";
    let (_, said) = refused(work, &format!("run none --installed {bundled}"));
    assert!(said.contains("the repository has no mini-program \"none\""), "{said}");
    let (status, said) = refused(work, &format!("run shop --installed {bundled}"));
    assert_eq!((status, said.contains("no display")), (Some(1), true), "{said}");
    assert!(done(work, "install --store other").starts_with("shop 1.0.0 "));
    assert_eq!(refused(work, "run shop --bundled repository").0, Some(2));
    assert!(done(work, "install --store store").starts_with("shop 1.0.0 "));
    done(work, "install shop --remove --store store");
    assert_eq!(done(work, "install --store store"), "");
}

/// The platform's own demonstration, of which a device fetches what it shows.
#[test]
fn subpackages_of_a_real_program_are_files_of_their_own() {
    let Some(programs) = std::env::var_os("PELLICLE_PROGRAMS") else {
        println!("not run: PELLICLE_PROGRAMS is not set");
        return;
    };
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    let sources = Path::new(&programs).join("D08-hotel.src/miniprogram").display().to_string();
    done(work, &format!("build {sources} -o whole.ma --app-version 1.0.0"));
    let said = done(work, &format!("build {sources} --split -o hotel.ma --app-version 1.0.0"));
    let length = |file: &str| std::fs::metadata(work.join(file)).unwrap().len();
    let roots = ["packageAPI", "packageComponent", "packageIndependent"];
    let parts = roots.map(|root| format!("hotel.{root}.part"));
    for (root, part) in roots.iter().zip(&parts) {
        assert!(said.contains(&format!("{root}: {part}")) && length(part) > 1000, "{said}");
    }
    let main = length("hotel.ma");
    assert!(main * 2 < length("whole.ma"), "{main} of {}", length("whole.ma"));
    // The same bytes at another place.
    std::fs::create_dir(work.join("again")).unwrap();
    done(work, &format!("build {sources} --split -o again/hotel.ma --app-version 1.0.0"));
    for file in parts.iter().map(String::as_str).chain(["hotel.ma"]) {
        assert!(std::fs::read(work.join(file)).unwrap() == std::fs::read(work.join("again").join(file)).unwrap());
    }
    assert!(
        done(work, "verify hotel.ma").contains("packageAPI: ") && done(work, "verify hotel.ma").contains("as it was")
    );
    // With its parts beside it, it is the program that it was.
    let page = "--page packageComponent/pages/form/label/label --viewport 320x480";
    let picture = |package: &str| {
        done(work, &format!("render {package} {page} -o {package}.png"));
        std::fs::read(work.join(format!("{package}.png"))).unwrap()
    };
    assert!(picture("hotel.ma") == picture("whole.ma"), "a page of a subpackage looks the same");
    // Without one it says what is missing.
    std::fs::create_dir(work.join("alone")).unwrap();
    std::fs::copy(work.join("hotel.ma"), work.join("alone/hotel.ma")).unwrap();
    assert!(done(work, "verify alone/hotel.ma").contains("its file is not beside it"));
    let (_, said) = refused(work, &format!("render alone/hotel.ma {page} -o alone.png"));
    assert!(said.contains("the file of the subpackage \"packageComponent\" is not beside the package"), "{said}");

    done(work, "repository init repository --keys keys");
    let (_, said) = refused(work, "publish repository alone/hotel.ma --app hotel --keys keys");
    assert!(said.contains("the file of the subpackage \"packageAPI\" is missing"), "{said}");
    let said = done(work, "publish repository hotel.ma --app hotel --keys keys");
    assert!(said.contains(&format!("{} bytes for packageAPI, fetched when it is wanted", length(&parts[0]))), "{said}");
    let from = "--from repository --root repository/metadata/1.root.json --store store";
    let said = done(work, &format!("install hotel {from}"));
    assert_eq!(said, format!("hotel 1.0.0: {main} bytes\n"));
    let said = done(work, &format!("install hotel --subpackages {from}"));
    assert!(said.contains(&format!("packageIndependent: {} bytes", length(&parts[2]))), "{said}");
}
