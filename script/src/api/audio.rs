//! `createInnerAudioContext` and `getBackgroundAudioManager`: players that a host lends, and the state that script sees.
//!
//! A host without sound is told of by `onError`, as a sound that cannot be played is.

use super::WxApi;
use super::call::{Call, Task};
use super::convert::value_of;
use super::lifecycle::put;
use super::row::CapabilityKind as C;
use super::table::{Entry, Handler};
use crate::bridge::message::{Answer, ApiFailure, ApiReply, CapabilityReply};
use crate::bridge::outbox::Responder;
use crate::capability::audio::{AudioEvents, AudioFault, AudioKind, AudioPlayer, AudioSettings};
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new("createInnerAudioContext", C::Device, &[], Handler::Sync(inner), "A player of sounds.")
        .since("1.6.0")
        .object(),
    Entry::new(
        "getBackgroundAudioManager",
        C::Device,
        &[],
        Handler::Sync(background),
        "The player that goes on in the background.",
    )
    .since("1.2.0")
    .object(),
];

/// Players that may be there at a time.
const MOST: usize = 64;
/// Characters of an address or a title.
const LONGEST: usize = 1 << 20;

const EVENTS: [&str; 10] =
    ["Canplay", "Play", "Pause", "Stop", "Ended", "TimeUpdate", "Error", "Waiting", "Seeking", "Seeked"];
const BACKGROUND_EVENTS: [&str; 12] = [
    "Canplay",
    "Play",
    "Pause",
    "Stop",
    "Ended",
    "TimeUpdate",
    "Error",
    "Waiting",
    "Seeking",
    "Seeked",
    "Next",
    "Prev",
];

/// A player as script sees it.
struct PlayerState {
    id: u32,
    kind: AudioKind,
    task: Rc<Task>,
    settings: RefCell<AudioSettings>,
    /// Texts that only the host's system would show.
    texts: RefCell<BTreeMap<&'static str, Rc<str>>>,
    /// The host's player, once there is something to play.
    player: RefCell<Option<Box<dyn AudioPlayer>>>,
    duration: Cell<f64>,
    current: Cell<f64>,
    buffered: Cell<f64>,
    paused: Cell<bool>,
    gone: Cell<bool>,
}

/// The players of a mini-program.
#[derive(Default)]
pub struct Players {
    open: RefCell<BTreeMap<u32, Rc<PlayerState>>>,
    background: RefCell<Option<ScriptRef>>,
}

fn inner(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let open = call.api.state().players.open.borrow().len();
    if open >= MOST {
        return Err(ApiFailure::internal(format!(
            "there are {MOST} players already: destroy() those that are not used"
        )));
    }
    Ok(Value::Script(object(call, AudioKind::Inner)))
}

fn background(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let known = call.api.state().players.background.borrow().clone();
    if let Some(known) = known {
        return Ok(Value::Script(known));
    }
    let object = object(call, AudioKind::Background);
    *call.api.state().players.background.borrow_mut() = Some(object.clone());
    Ok(Value::Script(object))
}

/// A field of the object that script sets: read from the state, and taken into it.
type Field = (&'static str, fn(&PlayerState) -> Value, fn(&WxApi, &mut dyn Realm, &Rc<PlayerState>, &Value));

/// Sets a number or truth value of the settings and tells the player.
fn configure(state: &PlayerState, change: impl FnOnce(&mut AudioSettings)) {
    change(&mut state.settings.borrow_mut());
    if let Some(player) = &mut *state.player.borrow_mut() {
        player.configure(&state.settings.borrow());
    }
}

fn number(value: &Value, low: f64, high: f64, set: impl FnOnce(f64)) {
    if let Value::Number(n) = value
        && n.is_finite()
    {
        set(n.clamp(low, high));
    }
}

fn is_on(value: &Value) -> bool {
    crate::vm::truthy(value)
}

const FIELDS: &[Field] = &[
    (
        "src",
        |s| Value::string(&s.settings.borrow().src),
        |api, realm, state, value| {
            let text = realm.display(value);
            state.settings.borrow_mut().src = text.chars().take(LONGEST).collect();
            state.load(api, realm);
        },
    ),
    (
        "startTime",
        |s| Value::Number(s.settings.borrow().start_time),
        |_, _, s, v| number(v, 0.0, 1e9, |n| s.settings.borrow_mut().start_time = n),
    ),
    (
        "volume",
        |s| Value::Number(s.settings.borrow().volume),
        |_, _, s, v| number(v, 0.0, 1.0, |n| configure(s, |settings| settings.volume = n)),
    ),
    (
        "playbackRate",
        |s| Value::Number(s.settings.borrow().rate),
        |_, _, s, v| number(v, 0.5, 2.0, |n| configure(s, |settings| settings.rate = n)),
    ),
    (
        "autoplay",
        |s| Value::Bool(s.settings.borrow().autoplay),
        |_, _, s, v| configure(s, |settings| settings.autoplay = is_on(v)),
    ),
    (
        "loop",
        |s| Value::Bool(s.settings.borrow().looped),
        |_, _, s, v| configure(s, |settings| settings.looped = is_on(v)),
    ),
];

/// Fields that are kept as they are set.
const INNER_TEXTS: [&str; 2] = ["referrerPolicy", "sessionCategory"];
const BACKGROUND_TEXTS: [&str; 8] =
    ["title", "epname", "singer", "coverImgUrl", "webUrl", "protocol", "audioId", "referrerPolicy"];

/// A figure of the object, and where it is read from.
type Figure = (&'static str, fn(&PlayerState) -> Value);

/// Figures that only the player sets.
const FIGURES: [Figure; 4] = [
    ("duration", |s| Value::Number(s.duration.get())),
    ("currentTime", |s| Value::Number(s.current.get())),
    ("buffered", |s| Value::Number(s.buffered.get())),
    ("paused", |s| Value::Bool(s.paused.get())),
];

/// A method of the object, and what it asks of the player.
type Method = (&'static str, fn(&mut dyn AudioPlayer));

/// What the methods without arguments ask of the player.
const METHODS: [Method; 3] = [("play", |p| p.play()), ("pause", |p| p.pause()), ("stop", |p| p.stop())];

impl PlayerState {
    /// Hands an address to the player, which is asked for now if there is none yet.
    fn load(&self, api: &WxApi, realm: &mut dyn Realm) {
        if self.gone.get() || self.settings.borrow().src.is_empty() {
            return;
        }
        self.duration.set(0.0);
        self.current.set(0.0);
        self.buffered.set(0.0);
        self.paused.set(true);
        let missing = self.player.borrow().is_none();
        if missing {
            let events = AudioEvents::new(Responder::new(self.id, api.state().mailbox.clone()));
            let made = api.with(|c| c.device.audio(self.kind, events));
            match made {
                Ok(player) => *self.player.borrow_mut() = Some(player),
                Err(failure) => return self.fail(api, realm, failure.reason),
            }
        }
        let settings = self.settings.borrow().clone();
        if let Some(player) = &mut *self.player.borrow_mut() {
            player.load(&settings);
            // In the background a sound plays as soon as it is there.
            if self.kind == AudioKind::Background {
                player.play();
            }
        }
    }

    /// Tells in a later turn that there is no sound.
    fn fail(&self, api: &WxApi, realm: &mut dyn Realm, reason: String) {
        let (api, task) = (api.clone(), self.task.clone());
        let told = json!({ "errCode": AudioFault::System.code(), "errMsg": reason });
        let later = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
            tell(&api, realm, &task, "Error", &ApiReply::of(told.clone()));
            Ok(Value::Undefined)
        };
        realm.set_timer(0.0, Rc::new(later));
    }
}

/// The object of a player.
fn object(call: &mut Call<'_>, kind: AudioKind) -> ScriptRef {
    let state = Rc::new(PlayerState {
        id: call.api.next_id(),
        kind,
        task: Rc::default(),
        settings: RefCell::default(),
        texts: RefCell::default(),
        player: RefCell::new(None),
        duration: Cell::new(0.0),
        current: Cell::new(0.0),
        buffered: Cell::new(0.0),
        paused: Cell::new(true),
        gone: Cell::new(false),
    });
    call.api.state().players.open.borrow_mut().insert(state.id, state.clone());
    let (realm, api) = (&mut *call.realm, call.api);
    let object = realm.object(None);
    let events: &[&'static str] = if kind == AudioKind::Inner { &EVENTS } else { &BACKGROUND_EVENTS };
    state.task.listen_methods(realm, &object, events);
    for &(name, read, write) in FIELDS {
        if kind == AudioKind::Background && matches!(name, "volume" | "loop" | "autoplay") {
            continue;
        }
        let own = state.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| Ok(read(&own));
        let (own, api) = (state.clone(), api.clone());
        let set = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            write(&api, realm, &own, arguments.first().unwrap_or(&Value::Undefined));
            Ok(Value::Undefined)
        };
        // A fresh object takes any field.
        let _ = realm.define_accessor(&object, name, Rc::new(get), Some(Rc::new(set)));
    }
    let texts: &[&'static str] = if kind == AudioKind::Inner { &INNER_TEXTS } else { &BACKGROUND_TEXTS };
    for &name in texts {
        let own = state.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            Ok(own.texts.borrow().get(name).map_or_else(|| Value::string(""), |text| Value::String(text.clone())))
        };
        let own = state.clone();
        let set = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            let text: String = arguments.first().map(|v| realm.display(v)).unwrap_or_default();
            let text: String = text.chars().take(LONGEST).collect();
            match name {
                "title" => own.settings.borrow_mut().title.clone_from(&text),
                "singer" => own.settings.borrow_mut().singer.clone_from(&text),
                _ => {}
            }
            own.texts.borrow_mut().insert(name, Rc::from(text));
            Ok(Value::Undefined)
        };
        let _ = realm.define_accessor(&object, name, Rc::new(get), Some(Rc::new(set)));
    }
    if kind == AudioKind::Inner {
        // A desktop has no switch that silences; the field is kept.
        let _ = realm.set(&object, "obeyMuteSwitch", Value::Bool(true));
    }
    for (name, read) in FIGURES {
        let own = state.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| Ok(read(&own));
        let _ = realm.define_accessor(&object, name, Rc::new(get), None);
    }
    for (name, act) in METHODS {
        let (own, api) = (state.clone(), api.clone());
        let run = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
            ask(&own, &api, realm, act);
            Ok(Value::Undefined)
        };
        put(realm, &object, name, Rc::new(run));
    }
    let (own, owner) = (state.clone(), api.clone());
    let seek = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        if let Some(Value::Number(at)) = arguments.first()
            && at.is_finite()
        {
            let at = at.max(0.0);
            ask(&own, &owner, realm, |player| player.seek(at));
        }
        Ok(Value::Undefined)
    };
    put(realm, &object, "seek", Rc::new(seek));
    if kind == AudioKind::Inner {
        let (own, owner) = (state.clone(), api.clone());
        let destroy = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            own.gone.set(true);
            owner.state().players.open.borrow_mut().remove(&own.id);
            let player = own.player.borrow_mut().take();
            if let Some(mut player) = player {
                player.stop();
            }
            own.task.close();
            Ok(Value::Undefined)
        };
        put(realm, &object, "destroy", Rc::new(destroy));
    }
    object
}

/// Asks something of a player; without one, `onError` is told.
fn ask(state: &Rc<PlayerState>, api: &WxApi, realm: &mut dyn Realm, act: impl FnOnce(&mut dyn AudioPlayer)) {
    if state.gone.get() {
        return;
    }
    let asked = match &mut *state.player.borrow_mut() {
        Some(player) => {
            act(&mut **player);
            true
        }
        None => false,
    };
    if !asked {
        let reason = if state.settings.borrow().src.is_empty() { "src is empty" } else { "this host has no sound" };
        state.fail(api, realm, reason.to_owned());
    }
}

/// Takes what a player has to say; gives back an answer that is none of a player.
pub(super) fn answer(api: &WxApi, realm: &mut dyn Realm, reply: CapabilityReply) -> Option<CapabilityReply> {
    let known = api.state().players.open.borrow().get(&reply.id).cloned();
    let Some(state) = known else { return Some(reply) };
    let (event, fields) = match reply.answer {
        Answer::Progress { event, reply } => (event, reply),
        // The host has let go of the player.
        Answer::Done(result) => {
            let player = state.player.borrow_mut().take();
            // One that was never there has been told of.
            drop(player?);
            state.paused.set(true);
            let Err(failure) = result else { return None };
            let told = json!({ "errCode": AudioFault::Unknown.code(), "errMsg": failure.reason });
            ("Error", ApiReply::of(told))
        }
    };
    let figure = |name: &str| fields.fields.get(name).and_then(serde_json::Value::as_f64);
    let keep = |cell: &Cell<f64>, name: &str| {
        if let Some(n) = figure(name) {
            cell.set(n);
        }
    };
    match event {
        "Canplay" => keep(&state.duration, "duration"),
        "TimeUpdate" => {
            keep(&state.current, "currentTime");
            keep(&state.buffered, "buffered");
        }
        "Play" => state.paused.set(false),
        "Pause" | "Error" => state.paused.set(true),
        "Stop" | "Ended" => {
            state.paused.set(true);
            if event == "Stop" {
                state.current.set(0.0);
            }
        }
        _ => {}
    }
    // Script reads figures from the object; only of errors is there something to say.
    let told = if event == "Error" { fields } else { ApiReply::empty() };
    tell(api, realm, &state.task, event, &told);
    None
}

fn tell(api: &WxApi, realm: &mut dyn Realm, task: &Task, event: &'static str, reply: &ApiReply) {
    let value = Value::object(reply.fields.iter().map(|(name, field)| (name.as_str(), value_of(field))));
    for listener in task.listeners(event) {
        let result = realm.call(&listener, &Value::Undefined, std::slice::from_ref(&value));
        api.report(event, result);
    }
}
