//! Players of sound, which a host lends ([`Device::audio`](super::device::Device::audio)).

use crate::bridge::message::{ApiFailure, ApiReply};
use crate::bridge::outbox::Responder;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Which player script has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum AudioKind {
    /// `createInnerAudioContext`: it is heard while the mini-program is seen.
    Inner,
    /// `getBackgroundAudioManager`: it goes on when the mini-program is not seen.
    Background,
}

/// What a player plays, and how.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct AudioSettings {
    /// A file of the program or an address.
    pub src: String,
    /// Where it begins, s.
    pub start_time: f64,
    /// It plays as soon as it can.
    pub autoplay: bool,
    /// It begins again at its end.
    pub looped: bool,
    /// From 0 to 1.
    pub volume: f64,
    /// From 0.5 to 2.
    pub rate: f64,
    /// What a system shows of it while it plays in the background.
    pub title: String,
    /// Who is heard.
    pub singer: String,
}

impl Default for AudioSettings {
    fn default() -> Self {
        AudioSettings {
            src: String::new(),
            start_time: 0.0,
            autoplay: false,
            looped: false,
            volume: 1.0,
            rate: 1.0,
            title: String::new(),
            singer: String::new(),
        }
    }
}

/// Why something is not heard, with the platform's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AudioFault {
    /// 10001.
    System,
    /// 10002.
    Network,
    /// 10003.
    File,
    /// 10004.
    Format,
    /// -1.
    Unknown,
}

impl AudioFault {
    /// `errCode`.
    pub fn code(self) -> i32 {
        match self {
            AudioFault::System => 10001,
            AudioFault::Network => 10002,
            AudioFault::File => 10003,
            AudioFault::Format => 10004,
            AudioFault::Unknown => -1,
        }
    }
}

/// What a player tells. Times are in s.
#[derive(Clone, PartialEq, Debug)]
pub enum AudioEvent {
    /// It can play; how long its sound is.
    CanPlay(f64),
    /// It plays.
    Play,
    /// It rests where it is.
    Pause,
    /// It was stopped.
    Stop,
    /// Its sound has ended.
    Ended,
    /// Where it is, and up to where its sound has come.
    TimeUpdate(f64, f64),
    /// It waits for its sound.
    Waiting,
    /// It goes to another place.
    Seeking,
    /// It is there.
    Seeked,
    /// The user wants the next piece (in the background).
    Next,
    /// The user wants the piece before (in the background).
    Prev,
    /// It cannot go on.
    Error(AudioFault, String),
}

/// Where a player tells what happens to it.
#[derive(Debug)]
pub struct AudioEvents(Responder);

impl AudioEvents {
    /// Events that go where a responder's answers go.
    pub(crate) fn new(responder: Responder) -> AudioEvents {
        AudioEvents(responder)
    }

    /// Where the events go.
    pub(crate) fn into_responder(self) -> Responder {
        self.0
    }

    /// Tells an event.
    pub fn tell(&self, event: &AudioEvent) {
        let (name, fields) = match event {
            AudioEvent::CanPlay(duration) => ("Canplay", json!({ "duration": duration })),
            AudioEvent::Play => ("Play", json!({})),
            AudioEvent::Pause => ("Pause", json!({})),
            AudioEvent::Stop => ("Stop", json!({})),
            AudioEvent::Ended => ("Ended", json!({})),
            AudioEvent::TimeUpdate(at, buffered) => ("TimeUpdate", json!({ "currentTime": at, "buffered": buffered })),
            AudioEvent::Waiting => ("Waiting", json!({})),
            AudioEvent::Seeking => ("Seeking", json!({})),
            AudioEvent::Seeked => ("Seeked", json!({})),
            AudioEvent::Next => ("Next", json!({})),
            AudioEvent::Prev => ("Prev", json!({})),
            AudioEvent::Error(fault, message) => ("Error", json!({ "errCode": fault.code(), "errMsg": message })),
        };
        self.0.progress(name, ApiReply::of(fields));
    }
}

/// A player of a host. What it does it tells by its events.
pub trait AudioPlayer: Send {
    /// Takes in another sound.
    fn load(&mut self, settings: &AudioSettings);
    /// Volume, speed and repetition are others.
    fn configure(&mut self, settings: &AudioSettings);
    /// Plays, or goes on.
    fn play(&mut self);
    /// Rests where it is.
    fn pause(&mut self);
    /// Ends; the next time it begins anew.
    fn stop(&mut self);
    /// Goes to a place, s.
    fn seek(&mut self, at: f64);
}

/// The answer of a host without sound.
///
/// # Errors
/// Always: there is none.
pub fn silent() -> Result<Box<dyn AudioPlayer>, ApiFailure> {
    Err(ApiFailure::unsupported())
}
