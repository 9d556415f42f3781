//! A whole mini-program as a logic thread runs it: the script engine, the framework and the `wx` surface.
//!
//! Everything here lives on the logic thread. What it needs of the host comes in with [`LogicSetup`], what
//! it finds goes out through the audit sink and the diagnostics callback.
//!
//! Faults of timers, promises and API callbacks happen outside of the framework; they are kept until the end
//! of the turn and then told to `App.onError`, `App.onUnhandledRejection` and the listeners of `wx`.

use crate::api::{ApiConfig, ServiceProfile, WxApi, convert, network};
use crate::bridge::message::{HostCommand, Message};
use crate::bridge::outbox::{HostMessage, Outbox, Responder};
use crate::bridge::thread::{Program, ThreadContext, TurnEnd};
use crate::capability::Capabilities;
use crate::capability::audit::{AuditConsole, AuditSink, Record};
use crate::capability::shell::ShellCall;
use crate::framework::performance::EVENT as PERFORMANCE;
use crate::framework::route::ROUTE_DONE;
use crate::framework::{FirstRender, LogicApp, PropertyPassing, PropertyTyping, Services};
use crate::package::{PackageSource, with_line};
use crate::phases::{self, Phase};
use crate::realm::{
    Clock, CodeCache, NativeFunction, Random, Realm, RealmConfig, ScriptEngine, ScriptFault, ScriptSink, SharedRandom,
};
use crate::record;
use crate::sandbox;
use crate::sandbox::counters::CountingAudit;
use crate::template::text::to_text;
use crate::tool::ToolDesk;
use crate::value::Value;
use crate::worker::WorkerSetup;
use crate::worklet::{LogicWorklets, MotionHub};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::Commit;
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Promise jobs that one turn may run; what is left runs in turns that follow at once, so that a storm of
/// promises starves neither messages nor timers.
const JOBS_PER_TURN: usize = 10_000;

/// Time between launch and the first page in the profile `oracle`, ms.
const ORACLE_LAUNCH_MS: f64 = 50.0;

/// Where findings about a program's files go; called on the logic thread.
pub type DiagnosticSink = Arc<dyn Fn(Diagnostic) + Send + Sync>;

/// What a mini-program runs on.
pub struct LogicSetup {
    /// The script engine that it runs on, with its worklets and workers.
    pub engine: ScriptEngine,
    /// Compiled code that is kept, where it runs on a thread: a process of its own has none ([`crate::realm::code`]).
    pub code: Option<Arc<CodeCache>>,
    /// Its files.
    pub package: Arc<dyn PackageSource>,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub random: Box<dyn Random>,
    /// What the host grants.
    pub capabilities: Capabilities,
    /// Which services stand behind `wx`.
    pub profile: ServiceProfile,
    /// Where calls, console lines and faults are recorded.
    pub audit: Arc<dyn AuditSink>,
    /// Where findings about its files go.
    pub diagnostics: DiagnosticSink,
    /// Further names of the `wx` object, such as `my`.
    pub aliases: Vec<String>,
    /// What runs its worklets; without it there are none.
    pub motion: Option<MotionHub>,
}

/// Faults of one turn that are told to script; more are only recorded.
const TOLD_FAULTS: usize = 100;

/// How often in a row error handlers may cause further errors before these are only recorded.
const TELLINGS: u32 = 10;

/// Records what happens outside of the framework, and keeps the faults.
struct Outside {
    console: AuditConsole,
    faults: RefCell<Vec<Told>>,
}

/// A fault that script is told of.
enum Told {
    Fault(ScriptFault),
    /// And the promise that was rejected.
    Rejection(ScriptFault, Value),
}

impl Outside {
    fn keep(&self, told: Told) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < TOLD_FAULTS {
            faults.push(told);
        }
    }
}

impl ScriptSink for Outside {
    fn console(&self, level: &'static str, text: &str) {
        self.console.console(level, text);
    }

    fn fault(&self, context: &str, fault: &ScriptFault) {
        self.console.fault(context, fault);
        self.keep(Told::Fault(fault.clone()));
    }

    fn rejection(&self, fault: &ScriptFault, promise: &Value) {
        self.console.rejection(fault, promise);
        self.keep(Told::Rejection(fault.clone(), promise.clone()));
    }
}

/// A route that is done as it is recorded.
fn route_record(event: &Value) -> Record {
    let text = |name: &str| match event {
        Value::Object(fields) => fields.borrow().get(name).map_or_else(String::new, |value| to_text(value).to_string()),
        _ => String::new(),
    };
    Record::Route { open_type: text("openType"), path: text("path") }
}

/// A mini-program on its thread.
pub struct LogicProgram {
    // Handles into the realm go before it.
    app: Rc<LogicApp>,
    api: WxApi,
    tools: ToolDesk,
    outside: Rc<Outside>,
    realm: Box<dyn Realm>,
    outbox: Outbox,
    worklets: Option<LogicWorklets>,
    launched: bool,
    /// Turn ends since the last message or timer that told script of faults.
    tellings: u32,
    audit: Arc<dyn AuditSink>,
    clock: Arc<dyn Clock>,
    oracle: bool,
    /// The next commit is to hold the whole tree.
    replay: bool,
}

impl LogicProgram {
    /// Builds the program on its logic thread; nothing of it runs yet.
    ///
    /// # Errors
    /// The reason why the script engine cannot be set up.
    pub fn new(setup: LogicSetup, context: ThreadContext) -> Result<LogicProgram, String> {
        let _framework = phases::enter(Phase::Framework);
        let setup = record::recorded(setup);
        let LogicSetup { engine, code, package, clock, random, capabilities, profile, .. } = setup;
        let LogicSetup { audit, diagnostics, aliases, motion, .. } = setup;
        let audit: Arc<dyn AuditSink> = Arc::new(CountingAudit::new(audit, &capabilities.access, clock.clone()));
        let text = |fault: ScriptFault| fault.to_string();
        let outside = Rc::new(Outside { console: AuditConsole(audit.clone()), faults: RefCell::default() });
        let sink = outside.clone();
        let shared = SharedRandom::new(random);
        let random = Box::new(shared.clone());
        let config =
            RealmConfig { engine, code: code.clone(), package: package.clone(), clock: clock.clone(), random, sink };
        let mut realm = crate::realm::open(config).map_err(text)?;
        let oracle = matches!(profile, ServiceProfile::Oracle(_));
        // The framework tells script of its faults itself.
        let files = package.clone();
        let tell = Rc::new(move |found| diagnostics(with_line(&*files, found)));
        let time = clock.clone();
        let workers = motion.as_ref().map(|hub| WorkerSetup {
            engine,
            code: code.clone(),
            package: package.clone(),
            clock: clock.clone(),
            steps: hub.is_stepped(),
            audit: audit.clone(),
        });
        let mut services = Services::new(AuditConsole::sink(audit.clone()), tell, clock);
        services.limits = context.sandbox.budgets().framework;
        if oracle {
            // The reference runtime hands objects on as they are and makes components with the first picture.
            services.property_passing = PropertyPassing::Share;
            services.property_typing = PropertyTyping::Lenient;
            services.first_render = FirstRender::AfterLoad;
        }
        let worklets = motion.map(|hub| {
            hub.attach(context.mailbox.clone());
            LogicWorklets::new(hub)
        });
        services.worklets.clone_from(&worklets);
        services.journal = context.journal;
        let app = LogicApp::new(&mut *realm, package, services).map_err(text)?;
        let api = WxApi::new(ApiConfig {
            capabilities,
            profile,
            pages: app.pages(),
            audit: audit.clone(),
            sink: outside.clone(),
            mailbox: context.mailbox,
            worklets: worklets.clone(),
            workers,
            random: Some(shared),
            clock: time.clone(),
        });
        let names: Vec<&str> = std::iter::once("wx").chain(aliases.iter().map(String::as_str)).collect();
        api.install(&mut *realm, &names).map_err(text)?;
        let (told, routes) = (api.clone(), audit.clone());
        app.set_notify(Rc::new(move |realm, event, argument| match event {
            PERFORMANCE => told.timed(realm, argument),
            event => {
                if event == ROUTE_DONE {
                    routes.record(route_record(&argument));
                }
                told.notify(realm, event, &[argument]);
            }
        }));
        app.set_bringing(Rc::new(api.clone()));
        let (app, outbox) = (Rc::new(app), context.outbox);
        Ok(LogicProgram {
            app,
            api,
            tools: ToolDesk::default(),
            outside,
            realm,
            outbox,
            worklets,
            launched: false,
            tellings: 0,
            audit,
            clock: time,
            oracle,
            replay: false,
        })
    }

    fn launch(&mut self, options: crate::bridge::message::LaunchOptions) {
        if std::mem::replace(&mut self.launched, true) {
            self.audit.record(Record::Warning("the mini-program is launched already".to_owned()));
            return;
        }
        if !options.data.is_empty() {
            self.app.merge_data(object_of(&options.data));
        }
        self.app.launch(&mut *self.realm, options);
        if !self.oracle {
            self.open_first_page();
            return;
        }
        // The oracle lets the program's own launch settle before the page is made.
        let app = Rc::downgrade(&self.app);
        let audit = self.audit.clone();
        let open: NativeFunction = Rc::new(move |realm, _, _| {
            if let Some(app) = app.upgrade()
                && !app.open_first_page(realm)
            {
                audit.record(Record::Warning("there is no page to open".to_owned()));
            }
            Ok(Value::Undefined)
        });
        self.realm.set_timer(ORACLE_LAUNCH_MS, open);
    }

    fn open_first_page(&mut self) {
        if !self.app.open_first_page(&mut *self.realm) {
            self.audit.record(Record::Warning("there is no page to open".to_owned()));
        }
    }

    fn command(&mut self, command: HostCommand) {
        let LogicProgram { app, api, realm, .. } = self;
        let realm = &mut **realm;
        match command {
            HostCommand::Launch(options) => self.launch(options),
            HostCommand::Show(options) => app.show(realm, options),
            HostCommand::Hide => app.hide(realm),
            HostCommand::KeepData { token } => app.keep_data(realm, token),
            HostCommand::NavigateBack { delta } => {
                if !self.oracle && !app.navigate_back(realm, delta) {
                    let reply = Responder::nobody();
                    self.outbox.send(HostMessage::Shell { page: None, call: ShellCall::ExitMiniProgram, reply });
                }
            }
            HostCommand::Route { kind, url, events } => {
                let open_type = kind.api();
                if !api.navigator_tapped(open_type, &url) {
                    app.route(realm, kind, url, *events);
                }
            }
            HostCommand::PageScroll { page, scroll_top } => app.page_scroll(realm, page, scroll_top),
            HostCommand::ReachBottom { page } => app.reach_bottom(realm, page),
            HostCommand::PullDownRefresh { page } => app.pull_down_refresh(realm, page),
            HostCommand::SavePicture { address } => api.save_picture(address),
            HostCommand::TabItemTap { index, text } => app.tab_item_tap(realm, index, &text),
            HostCommand::Resize { width, height } => app.resize(realm, width, height),
            HostCommand::ThemeChange { dark } => app.theme_change(realm, dark),
            HostCommand::KeyboardHeight { height } => {
                let argument = Value::object([("height", Value::Number(f64::from(height)))]);
                api.notify(realm, "KeyboardHeightChange", &[argument]);
            }
            HostCommand::NetworkChange { connected, network } => {
                let argument =
                    Value::object([("isConnected", Value::Bool(connected)), ("networkType", Value::string(network))]);
                api.notify(realm, "NetworkStatusChange", &[argument]);
            }
            HostCommand::Tell { event, argument } => {
                api.notify(realm, &event, &[convert::value_of(&argument)]);
            }
            HostCommand::MemoryWarning { level } => {
                let argument = Value::object([("level", Value::Number(f64::from(level)))]);
                api.notify(realm, "MemoryWarning", &[argument]);
            }
            HostCommand::Update(state) => api.update_state(realm, state),
            HostCommand::Replay => self.replay = true,
            HostCommand::Respond(response) => app.respond(realm, &response),
            HostCommand::Tool(request) => self.tools.serve(realm, app, &*self.audit, *request),
            // These are the thread's own.
            HostCommand::Stop | HostCommand::Suspend | HostCommand::Resume => {}
        }
    }
}

impl LogicProgram {
    /// Tells script of faults that happened outside of the framework; true if there were any.
    fn tell_faults(&mut self) -> bool {
        let faults = std::mem::take(&mut *self.outside.faults.borrow_mut());
        if faults.is_empty() || self.tellings >= TELLINGS {
            return false;
        }
        self.tellings += 1;
        for told in faults {
            match told {
                Told::Fault(fault) => self.app.error(&mut *self.realm, &fault),
                Told::Rejection(fault, promise) => {
                    let reason = if fault.value.is_nullish() { Value::string(&fault.message) } else { fault.value };
                    self.app.unhandled_rejection(&mut *self.realm, reason, promise);
                }
            }
        }
        true
    }
}

impl Drop for LogicProgram {
    fn drop(&mut self) {
        // The two hold each other.
        self.app.end();
        self.api.end();
    }
}

fn object_of(fields: &Map<String, Json>) -> Value {
    Value::object(fields.iter().map(|(name, value)| (name, convert::value_of(value))))
}

impl Program for LogicProgram {
    fn message(&mut self, message: Message) {
        let _framework = phases::enter(Phase::Framework);
        self.tellings = 0;
        let LogicProgram { app, api, realm, .. } = self;
        let realm = &mut **realm;
        match message {
            Message::Event(event) => app.handle(realm, &event),
            Message::ShowItems(items) => app.show_items(realm, &items),
            Message::Applied(applied) => {
                app.settling(applied.times.settled - applied.times.laid_out);
                app.acknowledged(realm, applied.commit);
                app.settling(0.0);
            }
            Message::QueryReply(reply) => api.query_reply(realm, reply),
            Message::Watched(watched) => api.watched(realm, &watched),
            Message::Reply(reply) => api.reply(realm, reply),
            Message::Worklet(call) => {
                let called = self.worklets.as_ref().map_or(Ok(()), |worklets| worklets.call(realm, &call));
                if let Err(fault) = called {
                    self.outside.fault("runOnJS", &fault);
                }
            }
            Message::Worker(said) => api.worker_message(realm, &said),
            Message::Host(command) => self.command(command),
        }
    }

    fn run_timer(&mut self) -> bool {
        let _framework = phases::enter(Phase::Framework);
        let now = self.clock.monotonic();
        if let Some(due) = self.api.worker_due().filter(|due| *due <= now)
            && self.realm.next_timer().is_none_or(|own| due < own)
        {
            self.api.let_worker_work();
            return true;
        }
        let ran = self.realm.run_timer();
        if ran {
            self.tellings = 0;
        }
        ran
    }

    fn next_timer(&self) -> Option<f64> {
        [self.realm.next_timer(), self.api.worker_due()].into_iter().flatten().min_by(f64::total_cmp)
    }

    fn end_turn(&mut self) -> TurnEnd {
        let _framework = phases::enter(Phase::Framework);
        let mut done = self.realm.run_jobs(JOBS_PER_TURN);
        // Error handlers and routes run script: what its promise jobs set belongs into the same commit.
        let told = self.tell_faults();
        let ran = self.app.perform_routes(&mut *self.realm) | told;
        if ran {
            done &= self.realm.run_jobs(JOBS_PER_TURN);
        }
        let changes = self.app.turn_end(&mut *self.realm);
        self.api.flush_canvases();
        let nodes = self.app.nodes();
        sandbox::count(|counters| counters.nodes.store(nodes, Ordering::Relaxed));
        TurnEnd { more: !done || ran || self.app.has_work(), changes: changes || self.replay }
    }

    fn write(&mut self, commit: &mut Commit) {
        let _framework = phases::enter(Phase::Framework);
        if std::mem::take(&mut self.replay) {
            self.app.replay(commit);
        } else {
            self.app.write_commit(commit);
        }
        sandbox::commit(commit.ops.len() as u64, self.app.name_bytes());
    }

    fn idle(&mut self) {
        let _framework = phases::enter(Phase::Framework);
        self.realm.idle();
    }

    fn rest(&mut self, resting: bool) {
        self.api.let_worker_rest(resting);
        if resting {
            network::interrupt(&self.api);
        }
    }

    fn is_launching(&self) -> bool {
        !self.launched
    }

    fn broken(&self) -> Option<String> {
        self.realm.broken()
    }
}
