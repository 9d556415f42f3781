//! Scopes: asked for at first use, kept, shown, changed, taken back.

use crate::support::on_logic_thread;
use crate::wx::WxBench;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::ApiReply;
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::Extension;
use pellicle_script::capability::device::{Device, DeviceCall};
use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::storage::StorageQuota;
use pellicle_script::sandbox::AccessControl;
use pellicle_script::sandbox::audit_log::{AuditLimits, AuditLog};
use pellicle_script::sandbox::permissions::{Decision, PermissionPolicy, Permissions, PolicyRule, Standing};
use pellicle_script::sandbox::prompt::{
    PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A question, and where its answer goes until it is given.
type Asked = (PermissionRequest, Option<PermissionReply>);

/// A user who is asked, and answers when the test says so.
#[derive(Clone, Default)]
struct User {
    asked: Arc<Mutex<Vec<Asked>>>,
    switches: Arc<Mutex<Vec<PermissionSwitch>>>,
    changes: Arc<Mutex<BTreeMap<String, bool>>>,
}

impl User {
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(request, _)| request.scope.clone()).collect()
    }

    /// Answers the question of a number, from another thread.
    fn answer(&self, at: usize, decision: Option<Decision>) {
        let reply = self.asked.lock().unwrap()[at].1.take().expect("a question that is open");
        let answer = move || match decision {
            Some(decision) => reply.decide(decision),
            None => drop(reply),
        };
        std::thread::spawn(answer).join().unwrap();
    }
}

impl PermissionPrompt for User {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        self.asked.lock().unwrap().push((request, Some(reply)));
    }

    fn open_settings(&mut self, _: &str, switches: Vec<PermissionSwitch>, reply: SettingsReply) {
        *self.switches.lock().unwrap() = switches;
        reply.done(&self.changes.lock().unwrap());
    }
}

struct Phone;

impl Device for Phone {
    fn call(&mut self, _: DeviceCall, reply: Responder) {
        reply.ok(ApiReply::empty());
    }
}

impl Extension for Phone {
    fn offers(&self, _: &str) -> bool {
        true
    }

    fn call(&mut self, _: &str, _: Json, reply: Responder) {
        reply.ok(ApiReply::of(json!({ "latitude": 1 })));
    }
}

const SAVE: &str = "wx.saveImageToPhotosAlbum({ filePath: 'a.png', complete(e) { out.push(e.errMsg, e.errno || 0) } })";
const WHERE: &str = "wx.getLocation({ complete(e) { out.push(e.errMsg) } })";
const ALBUM: &str = "scope.writePhotosAlbum";

fn bench(codes: &[&str], permissions: &Permissions, user: &User) -> WxBench {
    let access = AccessControl { permissions: permissions.clone(), ..AccessControl::default() };
    with_access(codes, access, user)
}

fn with_access(codes: &[&str], access: AccessControl, user: &User) -> WxBench {
    let user = user.clone();
    WxBench::with(ServiceProfile::Host, codes, move |c| {
        c.access = access;
        c.prompt = Box::new(user);
        (c.device, c.extension) = (Box::new(Phone), Box::new(Phone));
    })
}

#[test]
fn a_call_waits_for_the_user_and_others_go_on() {
    on_logic_thread(|| {
        let (permissions, user) = (Permissions::default(), User::default());
        permissions.set_app("wx1", "Shop");
        permissions.set_reasons(&json!({ "scope.writePhotosAlbum": { "desc": "to keep the receipt" } }));
        let other = "wx.getClipboardData({ complete(e) { out.push(e.errMsg) } })";
        let mut bench = bench(&[SAVE, other, WHERE, SAVE], &permissions, &user);
        bench.run(0);
        bench.run(3);
        // The clipboard is granted unless a policy says otherwise; another scope is another question.
        assert_eq!(bench.run(1), r#"["getClipboardData:ok"]"#);
        bench.run(2);
        assert_eq!(user.asked(), [ALBUM, "scope.userLocation"]);
        let request = user.asked.lock().unwrap()[0].0.clone();
        assert_eq!((&*request.app_name, &*request.reason), ("Shop", "to keep the receipt"));
        assert_eq!((&*request.app, &*request.api), ("wx1", "saveImageToPhotosAlbum"));
        user.answer(1, Some(Decision::Deny));
        bench.settle(10.0);
        user.answer(0, Some(Decision::Grant));
        bench.settle(10.0);
        let saved = r#""saveImageToPhotosAlbum:ok",0"#;
        let expected = format!(r#"["getClipboardData:ok","getLocation:fail auth deny",{saved},{saved}]"#);
        assert_eq!(bench.out(), expected);
        // Both are known now.
        bench.run(0);
        bench.run(2);
        assert_eq!(user.asked().len(), 2);
    });
}

#[test]
fn a_grant_once_is_over_with_the_calls_that_waited_and_no_answer_is_asked_again() {
    on_logic_thread(|| {
        let (permissions, user) = (Permissions::default(), User::default());
        let mut bench = bench(&[SAVE, SAVE], &permissions, &user);
        bench.run(0);
        user.answer(0, Some(Decision::GrantOnce));
        bench.settle(10.0);
        assert_eq!(bench.out(), r#"["saveImageToPhotosAlbum:ok",0]"#);
        assert_eq!(permissions.standing(ALBUM), Standing::Undecided);
        bench.run(1);
        user.answer(1, None);
        bench.settle(10.0);
        assert!(bench.out().ends_with(r#""saveImageToPhotosAlbum:fail auth deny",103]"#), "{}", bench.out());
        assert_eq!(permissions.standing(ALBUM), Standing::Undecided);
    });
}

#[test]
fn a_grant_that_is_taken_back_is_told_and_denies_the_next_call() {
    on_logic_thread(|| {
        let (permissions, user) = (Permissions::default(), User::default());
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = told.clone();
        permissions.watch(move |change| log.lock().unwrap().push((change.scope.clone(), change.standing)));
        let mut bench = bench(
            &["wx.authorize({ scope: 'scope.writePhotosAlbum' }).then(e => out.push(e.errMsg))", SAVE],
            &permissions,
            &user,
        );
        bench.run(0);
        user.answer(0, Some(Decision::Grant));
        bench.settle(10.0);
        assert_eq!(bench.run(1), r#"["authorize:ok","saveImageToPhotosAlbum:ok",0]"#);
        let host = permissions.clone();
        std::thread::spawn(move || host.revoke(ALBUM).unwrap()).join().unwrap();
        let told = told.lock().unwrap().clone();
        assert_eq!(told, [(ALBUM.to_owned(), Standing::Granted), (ALBUM.to_owned(), Standing::Denied)]);
    });
    on_logic_thread(|| {
        let (permissions, user) = (Permissions::default(), User::default());
        permissions.decide(ALBUM, Some(true)).unwrap();
        let mut bench = bench(&[SAVE], &permissions, &user);
        permissions.revoke(ALBUM).unwrap();
        assert_eq!(bench.run(0), r#"["saveImageToPhotosAlbum:fail auth deny",103]"#);
        assert!(user.asked().is_empty());
    });
}

#[test]
fn what_app_json_does_not_declare_is_denied_where_it_declares_some() {
    let code = "wx.getLocation({ complete(e) { out.push(e.errMsg, e.errno || 0) } });
        wx.chooseAddress({ complete(e) { out.push(e.errMsg) } })";
    let refused = "getLocation:fail the api need to be declared in the requiredPrivateInfos field in app.json/ext.json";
    let cases = [
        (json!(["chooseAddress", "getFuzzyLocation", 5]), json!([refused, 112, "chooseAddress:ok"])),
        (json!(["getLocation", "chooseAddress"]), json!(["getLocation:ok", 0, "chooseAddress:ok"])),
        (Json::Null, json!(["getLocation:ok", 0, "chooseAddress:ok"])),
    ];
    for (declared, expected) in cases {
        on_logic_thread(move || {
            let (permissions, user) = (Permissions::default(), User::default());
            permissions.decide("scope.userLocation", Some(true)).unwrap();
            permissions.set_private_infos(&declared);
            let mut bench = bench(&[code], &permissions, &user);
            bench.run(0);
            bench.settle(10.0);
            let mut out: Vec<Json> = serde_json::from_str(&bench.out()).unwrap();
            // Who is refused hears of it first.
            out.sort_by_key(|told| told.as_str().is_some_and(|told| told.starts_with("choose")));
            assert_eq!(Json::Array(out), expected);
        });
    }
}

#[test]
fn settings_show_and_change_what_was_decided() {
    on_logic_thread(|| {
        let policy = PermissionPolicy::default().with("scope.record", PolicyRule::Deny);
        let (permissions, user) = (Permissions::new(policy), User::default());
        permissions.decide(ALBUM, Some(false)).unwrap();
        *user.changes.lock().unwrap() =
            [(ALBUM.to_owned(), true), ("scope.record".to_owned(), true), ("scope.werun".to_owned(), true)].into();
        let code = "wx.getSetting({ withSubscriptions: true, success(e) { out.push(e.authSetting, e.subscriptionsSetting.mainSwitch) } });
            wx.openSetting().then(e => out.push(e.authSetting));
            wx.authorize({ scope: 'scope.everything', fail(e) { out.push(e.errMsg) } })";
        let mut bench = bench(&[code], &permissions, &user);
        let out: Vec<Json> = serde_json::from_str(&bench.run(0)).unwrap();
        let before = json!({ "scope.record": false, "scope.writePhotosAlbum": false });
        // What the policy decided, and what was not offered, stays.
        let after = json!({ "scope.record": false, "scope.writePhotosAlbum": true });
        for expected in [before, json!(false), after, json!("authorize:fail parameter error: invalid scope")] {
            assert!(out.contains(&expected), "{expected} of {out:?}");
        }
        let switches = user.switches.lock().unwrap().clone();
        let shown: Vec<(&str, bool, bool)> = switches.iter().map(|s| (&*s.scope, s.on, s.changeable)).collect();
        assert_eq!(shown, [("scope.record", false, false), (ALBUM, false, true)]);
    });
}

#[test]
fn decisions_are_kept_per_app_and_user_and_no_storage_call_reaches_them() {
    let folder = tempfile::tempdir().unwrap();
    let open = |who: &str| {
        let store = RedbStorage::open(folder.path(), who, StorageQuota::default()).unwrap();
        Permissions::stored(PermissionPolicy::default(), Box::new(store)).unwrap()
    };
    {
        let permissions = open("ann app1");
        permissions.decide(ALBUM, Some(true)).unwrap();
        permissions.decide("scope.record", Some(false)).unwrap();
        permissions.decide("scope.camera", Some(true)).unwrap();
        permissions.decide("scope.camera", None).unwrap();
    }
    let again = open("ann app1");
    let standing = |scope: &str| again.standing(scope);
    assert_eq!(standing(ALBUM), Standing::Granted);
    assert_eq!(standing("scope.record"), Standing::Denied);
    assert_eq!(standing("scope.camera"), Standing::Undecided);
    assert_eq!(open("bob app1").standing(ALBUM), Standing::Undecided);
    on_logic_thread(move || {
        let mut bench =
            bench(&["wx.clearStorageSync(); out.push(wx.getStorageInfoSync().keys)"], &again, &User::default());
        assert_eq!(bench.run(0), "[[]]");
        assert_eq!(again.standing(ALBUM), Standing::Granted);
    });
}

#[test]
fn a_policy_file_says_what_is_asked_granted_and_denied() {
    let read = |json: Json| PermissionPolicy::from_json(&json);
    let policy =
        read(json!({ "default": "ask", "scopes": { "scope.record": "deny", "scope.clipboard": "ask" } })).unwrap();
    let rules =
        ["scope.camera", "scope.record", "scope.clipboard", "scope.phoneCall", "scope.ofHost"].map(|s| policy.rule(s));
    use PolicyRule::{Ask, Deny, Grant};
    assert_eq!(rules, [Ask, Deny, Ask, Grant, Ask]);
    assert_eq!(read(json!({})).unwrap().rule("scope.camera"), Deny);
    for wrong in [json!([]), json!({ "default": 1 }), json!({ "scopes": { "record": "deny" } }), json!({ "more": {} })]
    {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn grants_denials_and_sensitive_calls_stand_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    let sandbox =
        AccessControl { log: Some(AuditLog::open(&path, AuditLimits::default()).unwrap()), ..AccessControl::default() };
    sandbox.permissions.set_app("wx1", "Shop");
    let (user, given) = (User::default(), sandbox.clone());
    on_logic_thread(move || {
        let mut bench = with_access(&[SAVE, WHERE, "wx.showToast({ title: 'a' }); wx.showToast({})"], given, &user);
        bench.run(0);
        user.answer(0, Some(Decision::Grant));
        bench.run(1);
        user.answer(1, Some(Decision::Deny));
        bench.settle(10.0);
        bench.run(2);
    });
    drop(sandbox);
    let text = std::fs::read_to_string(&path).unwrap();
    let line = |line: &str| {
        let line: Json = serde_json::from_str(line).unwrap();
        assert!(line["time"].as_f64().unwrap() > 0.0 && line["app"] == "wx1");
        format!(
            "{} {} {}",
            line["api"].as_str().unwrap(),
            line["scope"].as_str().unwrap_or("-"),
            line["verdict"].as_str().unwrap()
        )
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    assert_eq!(
        lines,
        [
            "saveImageToPhotosAlbum scope.writePhotosAlbum granted",
            "saveImageToPhotosAlbum scope.writePhotosAlbum admitted",
            "getLocation scope.userLocation denied",
            "getLocation scope.userLocation denied",
            "showToast - invalid",
        ]
    );
}
