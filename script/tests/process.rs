//! Script in a process of its own, with a host that asks its user and has APIs of its own. The process is this test, started
//! again, so it has no harness of its own.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[cfg(target_os = "linux")]
#[path = "support/own_main.rs"]
mod own_main;

fn main() {
    pellicle_script::process::child_main_if_asked();
    #[cfg(target_os = "linux")]
    own_main::run_asked(&[
        ("the_host_asks_keeps_and_logs", host::the_host_asks_keeps_and_logs),
        ("warnings_of_budgets_and_figures_come_over", host::warnings_of_budgets_and_figures_come_over),
    ]);
}

#[cfg(target_os = "linux")]
mod host {
    use pellicle_script::api::ServiceProfile;
    use pellicle_script::api::row::ArgumentType;
    use pellicle_script::bridge::message::{ApiReply, FrameTimes, HostCommand, LaunchOptions};
    use pellicle_script::bridge::outbox::HostMessage;
    use pellicle_script::bridge::outbox::Responder;
    use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, spawn};
    use pellicle_script::capability::audit::{MemoryAudit, Record};
    use pellicle_script::capability::{Capabilities, Extension};
    use pellicle_script::logic::{LogicProgram, LogicSetup};
    use pellicle_script::package::MemoryPackage;
    use pellicle_script::process::{self, ProcessOptions};
    use pellicle_script::realm::{Mulberry32, SystemClock};
    use pellicle_script::sandbox::host_api::{HostApi, HostApis, HostArgument, HostRule};
    use pellicle_script::sandbox::permissions::{Decision, Standing};
    use pellicle_script::sandbox::prompt::{
        PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply,
    };
    use pellicle_script::sandbox::{AccessControl, Bounds, Budgets, Trust};
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A user who grants the microphone for good, his place once, and nothing else; in the settings he takes the
    /// microphone back.
    struct User(Arc<Mutex<Vec<PermissionRequest>>>);

    impl PermissionPrompt for User {
        fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
            let decision = match &*request.scope {
                "scope.record" => Decision::Grant,
                "scope.userLocation" => Decision::GrantOnce,
                _ => Decision::Deny,
            };
            self.0.lock().unwrap().push(request);
            reply.decide(decision);
        }

        fn open_settings(&mut self, _: &str, _: Vec<PermissionSwitch>, reply: SettingsReply) {
            reply.done(&BTreeMap::from([("scope.record".to_owned(), false), ("scope.camera".to_owned(), true)]));
        }
    }

    struct Places;

    impl Extension for Places {
        fn offers(&self, api: &str) -> bool {
            api == "getLocation"
        }

        fn call(&mut self, _: &str, _: serde_json::Value, reply: Responder) {
            reply.ok(ApiReply::of(serde_json::json!({ "latitude": 52 })));
        }
    }

    struct Run {
        logic: LogicHandle,
        audit: Arc<MemoryAudit>,
        access: AccessControl,
        asked: Arc<Mutex<Vec<PermissionRequest>>>,
    }

    fn start(in_process: bool, page: &str, budgets: Budgets) -> Run {
        let files = [
            ("app.json", r#"{"pages": ["pages/a/a"]}"#.to_owned()),
            ("pages/a/a.wxml", "<view/>".to_owned()),
            ("pages/a/a.js", format!("Page({{ onLoad() {{ {page} }} }})")),
        ];
        let package: MemoryPackage = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes())).collect();
        let clock = Arc::new(SystemClock::new(0));
        let (audit, asked) = (Arc::new(MemoryAudit::default()), Arc::new(Mutex::new(Vec::new())));
        let access = AccessControl::default();
        access.permissions.set_app("app", "An app");
        let greet = HostApi {
            name: "greet".to_owned(),
            arguments: vec![HostArgument {
                name: "name".to_owned(),
                kind: ArgumentType::String,
                required: true,
                rule: HostRule::Bytes(10),
            }],
            permission: None,
            rate: None,
            result: Vec::new(),
            doc: "Greets.".to_owned(),
            handler: Arc::new(|arguments, reply: Responder| {
                let name = arguments["name"].as_str().unwrap_or_default();
                reply.ok(ApiReply::of(serde_json::json!({ "text": format!("hello {name}") })));
            }),
        };
        let capabilities = Capabilities {
            access: access.clone(),
            prompt: Box::new(User(asked.clone())),
            apis: HostApis::new(vec![greet]).unwrap(),
            extension: Box::new(Places),
            ..Capabilities::default()
        };
        let setup = LogicSetup {
            package: Arc::new(package),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            capabilities,
            profile: ServiceProfile::Host,
            audit: audit.clone(),
            diagnostics: Arc::new(|_| {}),
            aliases: Vec::new(),
            motion: None,
        };
        let mut config = ThreadConfig::new(Drive::Free(clock), Arc::new(|| {}));
        config.budgets = budgets;
        config.trust = if in_process { Trust::Foreign } else { Trust::Own };
        let logic = match in_process {
            true => process::spawn(config, ProcessOptions::default(), |_| setup).unwrap(),
            false => spawn(config, move |context| LogicProgram::new(setup, context)).unwrap(),
        };
        logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
        Run { logic, audit, access, asked }
    }

    impl Run {
        /// Goes on until script has said a line of the console that ends so; gives all lines.
        fn until(&mut self, end: &str, messages: &mut Vec<HostMessage>) -> Vec<String> {
            let began = Instant::now();
            loop {
                let mut commits = Vec::new();
                self.logic.take(&mut commits);
                for commit in commits {
                    self.logic.acknowledge(commit, 1, FrameTimes::default());
                }
                messages.extend(std::iter::from_fn(|| self.logic.receive()));
                let lines: Vec<String> = self
                    .audit
                    .records()
                    .into_iter()
                    .filter_map(|record| match record {
                        Record::Console { text, .. } => Some(text),
                        _ => None,
                    })
                    .collect();
                if lines.iter().any(|line| line == end) {
                    return lines;
                }
                assert!(began.elapsed() < PATIENCE, "{lines:?} {messages:?}");
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    const ASKS: &str = r"
        const ask = (scope) => new Promise((done) => wx.authorize({ scope,
            success: () => { console.log(scope + ' granted'); done() }, fail: (e) => { console.log(scope + ' ' + e.errMsg); done() } }));
        const where = () => new Promise((done) => wx.getLocation({
            success: (r) => { console.log('at ' + r.latitude); done() }, fail: (e) => { console.log(e.errMsg); done() } }));
        const greet = (name) => new Promise((done) => wx.greet({ name,
            success: (r) => { console.log(r.text); done() }, fail: (e) => { console.log(e.errMsg); done() } }));
        const settings = () => new Promise((done) => wx.getSetting({
            success: (r) => { console.log(JSON.stringify(r.authSetting)); done() } }));
        (async () => {
            await settings();
            await ask('scope.record'); await ask('scope.camera'); await ask('scope.nothing');
            await where(); await where();
            await greet('you'); await greet(7); await greet('x'.repeat(100));
            await settings();
            await new Promise((done) => wx.openSetting({ success: (r) => { console.log(JSON.stringify(r.authSetting)); done() } }));
            console.log('over');
        })();";

    pub fn the_host_asks_keeps_and_logs() {
        let mut outcomes = Vec::new();
        for in_process in [false, true] {
            let mut run = start(in_process, ASKS, Budgets::default());
            let lines = run.until("over", &mut Vec::new());
            let asked: Vec<_> = run.asked.lock().unwrap().clone();
            let counts = run.access.counters.figures(0.0);
            let standing = |scope: &str| run.access.permissions.standing(scope);
            assert_eq!(standing("scope.record"), Standing::Denied, "taken back in the settings: {lines:?}");
            assert_eq!(standing("scope.userLocation"), Standing::Undecided, "once is not kept");
            assert!(asked.iter().all(|request| request.app_name == "An app"));
            outcomes.push((lines, asked, counts.denied, counts.invalid));
        }
        assert_eq!(outcomes[0], outcomes[1]);
        let said = outcomes[1].0.join("\n");
        for expected in ["scope.record granted", "auth deny", "at 52", "hello you"] {
            assert!(said.contains(expected), "{said}");
        }
    }

    pub fn warnings_of_budgets_and_figures_come_over() {
        let page = "for (let i = 0; i < 20; i++) setTimeout(() => {}, 1e6); setTimeout(() => console.log('over'), 50)";
        let budgets = Budgets { timers: Bounds { soft: 10, hard: 100 }, ..Budgets::default() };
        let mut run = start(true, page, budgets);
        let mut messages = Vec::new();
        run.until("over", &mut messages);
        let warned = |message: &HostMessage| matches!(message, HostMessage::Budget(event) if event.limit == 10);
        assert!(messages.iter().any(warned), "{messages:?}");
        let began = Instant::now();
        while run.logic.sandbox().figures().timers < 20 {
            assert!(began.elapsed() < PATIENCE);
            std::thread::sleep(Duration::from_millis(5));
        }
        let process = run.logic.sandbox().process().unwrap();
        assert!(process.received > 3 && process.sent > 0 && process.resident_bytes > 1 << 20, "{process:?}");
    }
}
