//! `API.md`: every member of `wx` that the platform's typings have, and what the table of APIs makes of it.

use pellicle_script::api::row::{ApiKind, CapabilityKind};
use pellicle_script::api::{generate, table};
use pellicle_script::sandbox::host_api::HostApis;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The members of the typings, one a line.
fn members() -> Vec<String> {
    let text = std::fs::read_to_string(file("tests/data/wx-members.txt")).expect("the list of members");
    text.lines().map(str::to_owned).collect()
}

/// What must stand behind an API for it to do something.
fn behind(capability: CapabilityKind) -> &'static str {
    match capability {
        CapabilityKind::None => "",
        CapabilityKind::Pages => "its pages",
        CapabilityKind::Storage => "`Storage`",
        CapabilityKind::Network => "`Network`",
        CapabilityKind::Shell => "`Shell`",
        CapabilityKind::System => "`System`",
        CapabilityKind::Files => "`FileSystem`",
        CapabilityKind::Device => "`Device`",
        CapabilityKind::Extension => "`Extension`",
    }
}

fn page() -> String {
    let (mut works, mut hosts, mut absent) = (0, 0, 0);
    let mut rows = String::new();
    let members = members();
    for name in &members {
        let entry = table::find(name);
        let detail = entry.map_or_else(String::new, |entry| {
            let row = &entry.row;
            let permission = row.permission.map_or_else(String::new, |scope| format!("`{scope}`"));
            format!("{} | {permission} | {}", generate::arguments(row), generate::limit(row))
        });
        let detail = if detail.is_empty() { " | | ".to_owned() } else { detail };
        let (state, behind, note) = match entry {
            Some(entry) if entry.row.capability == CapabilityKind::Extension => {
                hosts += 1;
                ("host-supplied", behind(entry.row.capability), entry.row.doc)
            }
            Some(entry) => {
                works += 1;
                ("works", behind(entry.row.capability), entry.row.doc)
            }
            None => {
                absent += 1;
                ("absent", "", "")
            }
        };
        let _ = writeln!(rows, "| `{name}` | {state} | {behind} | {detail} | {note} |");
    }
    let listed: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    let beyond: Vec<String> = table::entries()
        .map(|entry| entry.row.name)
        .filter(|name| !listed.contains(name))
        .map(|name| format!("`{name}`"))
        .collect();
    let beyond = if beyond.is_empty() { "none".to_owned() } else { beyond.join(", ") };
    format!(
        "# The members of `wx`\n\n\
         Written from the table of APIs (`src/api/table.rs`) by `UPDATE=1 cargo test -p pellicle-script --test api`; \
         the members\nare those of `miniprogram-api-typings` 5.2.3 (`tests/typings`).\n\n\
         - **works**: it is there, checks its arguments and does what it says through the capability behind it. A host \
         that\n  grants none gets a failed call.\n\
         - **host-supplied**: only a host can do it. It is `undefined` unless the host's `Extension` offers it by \
         name.\n\
         - **absent**: `undefined`, as `canIUse` says.\n\n\
         {total} members: {works} work, {hosts} are host-supplied, {absent} are absent. Beyond the typings: {beyond}.\n\n\
         | member | state | behind it | arguments | permission | calls | what it does |\n| --- | --- | --- | --- | --- | --- | --- |\n{rows}",
        total = members.len(),
    )
}

/// `API.md` is what the table says; `UPDATE=1` writes it anew.
#[test]
fn the_page_of_apis_is_that_of_the_table() {
    let path = file("API.md");
    let new = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &new).expect("the page can be written");
        return;
    }
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(old == new, "script/API.md is not what the table of APIs says; run this test with UPDATE=1");
}

#[test]
fn no_api_stands_in_the_table_twice_and_listeners_come_in_pairs() {
    let mut seen = BTreeSet::new();
    for entry in table::entries() {
        assert!(seen.insert(entry.row.name), "{} stands in the table twice", entry.row.name);
        assert!(!entry.row.doc.contains(['|', '\n']), "{}", entry.row.name);
        if entry.row.kind == ApiKind::Unlisten {
            let on = entry.row.name.replacen("off", "on", 1);
            assert!(table::find(&on).is_some(), "{} has no {on}", entry.row.name);
        }
    }
}

/// What a script beside the typings says of them; `None` where they are not installed.
fn of_typings<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let folder = file("tests/typings");
    if !folder.join("node_modules").is_dir() {
        println!("not run: no typings in {}", folder.display());
        return None;
    }
    let said = std::process::Command::new("node").args(arguments).current_dir(&folder).output().expect("node runs");
    Some(String::from_utf8(said.stdout).expect("text"))
}

/// The list of members is that of the typings, where they are installed (`npm ci` in `tests/typings`).
#[test]
fn the_list_of_members_is_that_of_the_typings() {
    let Some(found) = of_typings(["list.mjs"]) else { return };
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(found, members(), "run `node list.mjs > ../data/wx-members.txt` in tests/typings");
}

/// What is said of services that only a host can offer is what the typings say, where they are installed. `UPDATE=1`
/// writes it anew.
#[test]
fn services_of_hosts_take_what_the_typings_say() {
    let offered = table::entries().filter(|entry| entry.row.capability == CapabilityKind::Extension);
    let names = offered.filter(|entry| entry.row.kind == ApiKind::Async).map(|entry| entry.row.name);
    let Some(found) = of_typings(["schema.mjs"].into_iter().chain(names)) else { return };
    let path = file("src/api/documented.rs");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("written");
    }
    let kept = std::fs::read_to_string(path).expect("the table");
    assert!(kept == found, "run this with UPDATE=1: the typings say something else");
    let pay = table::find("requestPayment").expect("an API").row;
    assert!(pay.arguments.iter().any(|argument| argument.name == "paySign" && argument.required));
    assert!(table::find("login").expect("an API").row.result.iter().any(|field| field.name == "code"));
}

/// What is documented and is not in the table: arguments that have no effect, and results that nobody here knows, so that
/// `canIUse` must not promise them.
const NOT_THERE: &[&str] = &[
    "connectSocket.forceCellularNetwork",
    "connectSocket.perMessageDeflate",
    "connectSocket.tcpNoDelay",
    "downloadFile.enableHttp2",
    "downloadFile.enableProfile",
    "downloadFile.enableQuic",
    "downloadFile.profile",
    "getBatteryInfo.isLowPowerModeEnabled",
    "getNetworkType.hasSystemProxy",
    "getNetworkType.signalStrength",
    "getNetworkType.weakNet",
    "getSetting.miniprogramAuthSetting",
    "hideLoading.noConflict",
    "hideToast.noConflict",
    "navigateTo.routeConfig",
    "navigateTo.routeOptions",
    "navigateTo.withOpenContainer",
    "previewImage.referrerPolicy",
    "scanCode.charSet",
    "scanCode.path",
    "scanCode.rawData",
    "scanCode.scanType",
    "uploadFile.enableHttp2",
    "uploadFile.enableProfile",
    "uploadFile.enableQuic",
    "uploadFile.profile",
];

/// Arguments and results of the table are those of the typings, where they are installed.
#[test]
fn the_table_takes_and_gives_what_is_documented() {
    let own: Vec<_> = table::entries().map(|entry| &entry.row).filter(|row| row.takes_object()).collect();
    let Some(said) = of_typings(["schema.mjs", "--json"].into_iter().chain(own.iter().map(|row| row.name))) else {
        return;
    };
    let documented: serde_json::Value = serde_json::from_str(&said).expect("plain data");
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for row in own {
        let Some(said) = documented.get(row.name) else { continue };
        let list = |what: &str| said[what].as_array().cloned().unwrap_or_default();
        let kinds = row.arguments.iter().map(|argument| (argument.name, argument.kind.name()));
        let given = row.result.iter().map(|field| (field.name, field.kind.name()));
        let both = [(list("arguments"), kinds.collect::<Vec<_>>()), (list("result"), given.collect())];
        for (said, there) in both {
            for field in said {
                let (name, kind) = (field["name"].as_str().expect("a name"), field["kind"].as_str().expect("a kind"));
                let place = format!("{}.{name}", row.name);
                match there.iter().find(|(own, _)| *own == name) {
                    None => missing.push(place),
                    Some((_, own)) if *own != kind && *own != "Any" && kind != "Any" => {
                        wrong.push(format!("{place}: {own}, documented as {kind}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    missing.retain(|place| !NOT_THERE.contains(&&**place));
    assert_eq!(missing, [""; 0]);
}

/// The typings that are generated are TypeScript, and the mocks a module, where the tools are installed.
#[test]
fn typings_and_mocks_have_every_api() {
    let none = HostApis::default();
    let (typings, mocks, docs) = (generate::typings(&none), generate::mocks(&none), generate::docs(&none));
    for entry in table::entries() {
        let name = entry.row.name;
        assert!(typings.contains(&format!("  {name}(")) || typings.contains(&format!("readonly {name}:")), "{name}");
        assert!(docs.contains(&format!("| `{name}` |")), "{name}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("wx.js"), mocks).expect("written");
    let test = "const { wx, calls, answers } = require('./wx.js');
        answers.getSetting = Object.assign(new Error('no'), { errno: 3 });
        answers.getStorageSync = 7;
        (async () => {
            const info = await wx.getImageInfo({ src: 'a' });
            const failed = await wx.getSetting().catch(e => e);
            const told = await new Promise(done => wx.chooseImage({ success: done }));
            console.log(JSON.stringify([info, failed, told, wx.getStorageSync('k'), calls.length]));
        })()";
    let run = std::process::Command::new("node").args(["-e", test]).current_dir(folder.path()).output().expect("node");
    let said = String::from_utf8_lossy(&run.stdout).trim().to_owned();
    let expected = r#"[{"width":1,"height":1,"path":"","orientation":"","type":"","errMsg":"getImageInfo:ok"},{"errMsg":"getSetting:fail no","errno":3},{"tempFilePaths":[],"tempFiles":[],"errMsg":"chooseImage:ok"},7,4]"#;
    assert_eq!(said, expected, "{}", String::from_utf8_lossy(&run.stderr));
}

/// What a host adds stands in all three, with its types.
#[test]
fn apis_and_events_of_a_host_are_in_typings_mocks_and_docs() {
    let hosts = HostApis::described(
        r#"{ "events": ["CartChange"], "apis": [
             { "name": "getLoyaltyCard", "description": "The user's loyalty card.", "permission": "scope.loyaltyCard",
               "rate": { "perSecond": 5, "burst": 10 },
               "arguments": { "properties": { "shop": { "type": "string", "enum": ["garden", "house"] },
                                              "year": { "type": "integer" }, "from": { "type": "number", "minimum": 3 } }, "required": ["shop"] },
               "result": { "properties": { "points": { "type": "number", "description": "What is on it." } } } }] }"#,
    )
    .expect("a description");
    let (typings, mocks, docs) = (generate::typings(&hosts), generate::mocks(&hosts), generate::docs(&hosts));
    let row = "| `getLoyaltyCard` | `shop`: String, garden or house; `year?`: Number, an integer; `from?`: Number, a number of at least 3 | `scope.loyaltyCard` | 5/s, 10 at once | `points`: Number, What is on it. | The user's loyalty card. |";
    let of_card = docs.lines().find(|line| line.contains("getLoyaltyCard")).unwrap_or_default();
    assert_eq!(of_card, row);
    assert!(docs.contains("| `onCartChange`, `offCartChange` |"));
    let folder = tempfile::tempdir().expect("a folder");
    let run = |program: &std::path::Path, arguments: &[&str]| {
        let run =
            std::process::Command::new(program).args(arguments).current_dir(folder.path()).output().expect("it runs");
        let said = [run.stdout, run.stderr].concat();
        String::from_utf8_lossy(&said).trim().to_owned()
    };
    std::fs::write(folder.path().join("wx.js"), mocks).expect("written");
    let test = "const { wx, calls } = require('./wx.js'); wx.onCartChange(() => {});
        wx.getLoyaltyCard({ shop: 'garden' }).then(card => console.log(card.points, card.errMsg, calls.length))";
    assert_eq!(run("node".as_ref(), &["-e", test]), "1 getLoyaltyCard:ok 2");
    // The compiler takes what is right and names what is wrong.
    let compiler =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typings/node_modules/typescript/bin/tsc");
    if !compiler.exists() {
        println!("not run: TypeScript is not installed");
        return;
    }
    std::fs::write(folder.path().join("wx.d.ts"), typings).expect("written");
    let code = "wx.onCartChange(cart => cart.items)\nwx.offCartChange()\n\
        wx.getLoyaltyCard({ shop: 'garden' }).then(card => card.points.toFixed())\n\
        wx.getLoyaltyCard({ shop: 'barn' })\nwx.getLoyaltyCard({})\n";
    std::fs::write(folder.path().join("page.ts"), code).expect("written");
    let compiler = compiler.to_str().expect("a path").to_owned();
    let said = run("node".as_ref(), &[&compiler, "--noEmit", "--target", "es2020", "--strict", "wx.d.ts", "page.ts"]);
    let lines: Vec<&str> =
        said.lines().filter_map(|line| line.split(' ').next()).filter(|at| at.starts_with("page")).collect();
    assert_eq!(lines, ["page.ts(4,21):", "page.ts(5,19):"], "{said}");
    // Apps, pages and components, with what `this` is in them.
    let code = "Page({ data: { count: 0 }, timer: 0, onLoad(query) { this.more(query.by); this.timer = 1 },\n\
          more(by?: string) { this.setData({ count: this.data.count + Number(by) }); this.data.count.toFixed() } })\n\
        Component({ properties: { size: Number, text: { type: String, value: '' } }, data: { open: false },\n\
          observers: { size(now) { this.toggle() } },\n\
          methods: { toggle() { this.setData({ open: !this.data.open }); this.properties.text.trim(); this.data.size.toFixed() } } })\n\
        App({ name: 'x', onLaunch({ scene }) { scene.toFixed(); this.name.trim() } })\n\
        getApp<{ name: string }>().name.trim(); getCurrentPages()[0].route.trim()\n\
        Page({ data: { count: 0 }, onLoad() { this.less() } })\n\
        Component({ properties: { size: Number }, methods: { grow() { this.data.size.trim() } } })\n";
    std::fs::write(folder.path().join("page.ts"), code).expect("written");
    let said = run("node".as_ref(), &[&compiler, "--noEmit", "--target", "es2020", "--strict", "wx.d.ts", "page.ts"]);
    let lines: Vec<&str> =
        said.lines().filter_map(|line| line.split(' ').next()).filter(|at| at.contains(".ts(")).collect();
    assert_eq!(lines, ["page.ts(8,44):", "page.ts(9,78):"], "{said}");
    // What cannot be understood is said.
    for (wrong, why) in [
        (r#"{ "apis": [{ "name": "request" }] }"#, "wx.request is the platform's"),
        (r#"{ "apis": [{ "name": "pay", "color": 1 }] }"#, "pay: unknown field `color`"),
        (r#"{ "events": ["small"] }"#, "no name of an event"),
        ("7", "invalid"),
    ] {
        let said = HostApis::described(wrong).err().unwrap_or_default();
        assert!(said.contains(why), "{said}");
    }
}
