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
        (
            "a_host_that_does_not_answer_holds_script_up_for_so_long",
            host::a_host_that_does_not_answer_holds_script_up_for_so_long,
        ),
        ("calls_of_all_apis_together_have_a_rate", host::calls_of_all_apis_together_have_a_rate),
    ]);
}

#[cfg(target_os = "linux")]
#[path = "support/engine.rs"]
mod engine;

mod host {
    use super::engine::engine;
    use pellicle_script::api::ServiceProfile;
    use pellicle_script::api::row::ArgumentType;
    use pellicle_script::bridge::message::{ApiReply, FrameTimes, HostCommand, LaunchOptions};
    use pellicle_script::bridge::outbox::HostMessage;
    use pellicle_script::bridge::outbox::Responder;
    use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, spawn};
    use pellicle_script::capability::audit::{MemoryAudit, Record};
    use pellicle_script::capability::storage::{Storage, StorageError, StorageInfo, Stored};
    use pellicle_script::capability::{Capabilities, Denied, Extension};
    use pellicle_script::logic::{LogicProgram, LogicSetup};
    use pellicle_script::package::MemoryPackage;
    use pellicle_script::process::{self, ProcessOptions};
    use pellicle_script::realm::{Mulberry32, SystemClock};
    use pellicle_script::sandbox::host_api::{HostApi, HostApis, HostArgument, HostRule};
    use pellicle_script::sandbox::permissions::{Decision, Standing};
    use pellicle_script::sandbox::prompt::{
        PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply,
    };
    use pellicle_script::sandbox::{AccessControl, Bounds, Budget, Budgets, Trust};
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
        start_with(in_process.then(ProcessOptions::default), page, budgets, Box::new(Denied))
    }

    fn start_with(options: Option<ProcessOptions>, page: &str, budgets: Budgets, storage: Box<dyn Storage>) -> Run {
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
            storage,
            ..Capabilities::default()
        };
        let setup = LogicSetup {
            engine: engine(),
            code: None,
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
        config.trust = if options.is_some() { Trust::Foreign } else { Trust::Own };
        let logic = match options {
            Some(options) => process::spawn(config, options, |_| setup).unwrap(),
            None => spawn(config, move |context| LogicProgram::new(setup, context)).unwrap(),
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

    /// A store that takes long over one of its keys.
    struct Slow;

    impl Storage for Slow {
        fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
            if key == "slow" {
                std::thread::sleep(Duration::from_secs(3));
            }
            Ok(None)
        }

        fn set(&mut self, _: &str, _: Stored) -> Result<(), StorageError> {
            Ok(())
        }

        fn remove(&mut self, _: &str) -> Result<(), StorageError> {
            Ok(())
        }

        fn clear(&mut self) -> Result<(), StorageError> {
            Ok(())
        }

        fn info(&mut self) -> Result<StorageInfo, StorageError> {
            Err(StorageError::Io("it has no size".to_owned()))
        }
    }

    pub fn a_host_that_does_not_answer_holds_script_up_for_so_long() {
        let page = r"
            const read = (key) => { try { wx.getStorageSync(key); return 'read' } catch (error) { return error.message } };
            console.log(read('slow')); console.log(read('fast'));
            const timer = setInterval(() => { if (read('fast') === 'read') { clearInterval(timer); console.log('over') } }, 20)";
        let options = ProcessOptions { call_deadline: Duration::from_millis(500), ..ProcessOptions::default() };
        let mut run = start_with(Some(options), page, Budgets::default(), Box::new(Slow));
        let lines = run.until("over", &mut Vec::new());
        // What is called behind it would have to wait as well.
        let late = lines.iter().filter(|line| line.contains("the host does not answer in time")).count();
        assert_eq!(late, 2, "{lines:?}");
    }

    pub fn calls_of_all_apis_together_have_a_rate() {
        let page = r"
            let said = '';
            setInterval(() => {
                for (let i = 0; i < 100; i++) {
                    try { wx.getStorageSync('a') } catch (error) { if (/too often/.test(error.message)) said = error.message }
                }
                if (said) { console.log(said); console.log('over') }
            }, 1)";
        for in_process in [false, true] {
            let budgets = Budgets { api_rate: Bounds { soft: 50, hard: 200 }, ..Budgets::default() };
            let mut run = start(in_process, page, budgets);
            let mut messages = Vec::new();
            let lines = run.until("over", &mut messages);
            let said = "getStorageSync:fail APIs are called too often: at most 200 times a second";
            assert!(lines.iter().any(|line| line == said), "{lines:?}");
            let warned = |message: &HostMessage| matches!(message, HostMessage::Budget(event) if event.budget == Budget::ApiRate && event.limit == 50);
            assert_eq!(messages.iter().filter(|message| warned(message)).count(), 1, "{messages:?}");
            let figures = run.logic.sandbox().figures();
            assert!(figures.api_rate > 50 && figures.refusals > 0, "{figures:?}");
            assert!(run.access.counters.figures(0.0).rate > 0);
        }
    }
}
