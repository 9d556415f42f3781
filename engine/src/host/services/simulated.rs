//! A network and a place as a developer wants them to be, so that a mini-program can be tried where its users are.

use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::Extension;
use pellicle_script::capability::audio::{AudioEvents, AudioKind, AudioPlayer};
use pellicle_script::capability::device::{Device, DeviceCall};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a request sleeps before it looks whether it is wanted still.
const SLICE: Duration = Duration::from_millis(20);

/// How good a network is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NetworkQuality {
    /// Its name on the command line and in menus.
    pub name: &'static str,
    /// What script is told: `wifi`, `3g`, `none`, ...
    pub kind: &'static str,
    /// Before an answer begins to come, ms.
    pub latency: f64,
    /// Bytes that come in a second.
    pub down: f64,
    /// Bytes that go in a second.
    pub up: f64,
}

impl NetworkQuality {
    /// As the machine has it.
    pub const ONLINE: NetworkQuality =
        NetworkQuality { name: "online", kind: "wifi", latency: 0.0, down: f64::INFINITY, up: f64::INFINITY };
    /// There is none.
    pub const OFFLINE: NetworkQuality = NetworkQuality { name: "offline", kind: "none", ..NetworkQuality::ONLINE };
    /// Those that browsers' developer tools have, by the same figures: a factor of 3.75 and 5 on the latency of the lines, 0.9 and 0.8
    /// of what they carry.
    pub const ALL: [NetworkQuality; 4] = [
        NetworkQuality::ONLINE,
        NetworkQuality { name: "fast-3g", kind: "3g", latency: 562.5, down: 180_000.0, up: 84_375.0 },
        NetworkQuality { name: "slow-3g", kind: "3g", latency: 2000.0, down: 50_000.0, up: 50_000.0 },
        NetworkQuality::OFFLINE,
    ];

    /// The one of a name.
    pub fn named(name: &str) -> Option<NetworkQuality> {
        NetworkQuality::ALL.into_iter().find(|quality| quality.name == name)
    }
}

/// Somewhere on earth, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub struct GeoPoint {
    pub latitude: f64,
    pub longitude: f64,
}

impl GeoPoint {
    /// A place as people write it: `LATITUDE,LONGITUDE`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<GeoPoint, String> {
        let wrong = || format!("{text:?} is no place: LATITUDE,LONGITUDE in degrees, such as 31.23,121.47");
        let (latitude, longitude) = text.split_once(',').ok_or_else(wrong)?;
        let degrees = |text: &str, most: f64| {
            text.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= most).ok_or_else(wrong)
        };
        Ok(GeoPoint { latitude: degrees(latitude, 90.0)?, longitude: degrees(longitude, 180.0)? })
    }
}

/// What the world is like for a mini-program. It may change while that runs.
#[derive(Debug)]
pub struct Simulation(Mutex<(NetworkQuality, Option<GeoPoint>)>);

impl Default for Simulation {
    fn default() -> Self {
        Simulation(Mutex::new((NetworkQuality::ONLINE, None)))
    }
}

impl Simulation {
    fn now(&self) -> (NetworkQuality, Option<GeoPoint>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How good the network is.
    pub fn network(&self) -> NetworkQuality {
        self.now().0
    }

    /// The network gets better or worse: for what is sent from now on.
    pub fn set_network(&self, quality: NetworkQuality) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = quality;
    }

    /// Where the device is; `None` if nobody knows.
    pub fn place(&self) -> Option<GeoPoint> {
        self.now().1
    }

    /// The device is somewhere else.
    pub fn set_place(&self, place: Option<GeoPoint>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = place;
    }

    /// A request goes out with so many bytes: sleeps for as long as it is on its way, while it is wanted.
    ///
    /// # Errors
    /// There is no network, or that takes longer than the request may.
    pub(super) fn send(&self, bytes: usize, timeout: Duration, wanted: impl Fn() -> bool) -> Result<(), ApiFailure> {
        let quality = self.network();
        if quality.kind == NetworkQuality::OFFLINE.kind {
            return Err(ApiFailure::internal("there is no network"));
        }
        let takes = Duration::from_secs_f64((quality.latency / 1000.0 + bytes as f64 / quality.up).min(3600.0));
        rest(takes.min(timeout), wanted);
        match takes >= timeout && !takes.is_zero() {
            true => Err(ApiFailure::new(ApiFailure::TIMEOUT, "timeout")),
            false => Ok(()),
        }
    }

    /// So many bytes have come: sleeps for as long as they take, while they are wanted.
    pub(super) fn receive(&self, bytes: usize, wanted: impl Fn() -> bool) {
        rest(Duration::from_secs_f64((bytes as f64 / self.network().down).min(3600.0)), wanted);
    }
}

fn rest(time: Duration, wanted: impl Fn() -> bool) {
    let until = Instant::now() + time;
    while wanted() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// Services of a device in a world that is simulated: it knows where it is and what network it has.
#[derive(Clone)]
pub struct SimulatedDevice<D> {
    inner: D,
    world: Arc<Simulation>,
}

impl<D> SimulatedDevice<D> {
    /// A device in a world.
    pub fn new(inner: D, world: Arc<Simulation>) -> SimulatedDevice<D> {
        SimulatedDevice { inner, world }
    }
}

impl<D: Device> Device for SimulatedDevice<D> {
    fn battery(&mut self) -> Option<(u8, bool)> {
        self.inner.battery()
    }

    fn audio(&mut self, kind: AudioKind, events: AudioEvents) -> Result<Box<dyn AudioPlayer>, ApiFailure> {
        self.inner.audio(kind, events)
    }

    fn call(&mut self, call: DeviceCall, reply: Responder) {
        match call {
            DeviceCall::GetNetworkType => reply.ok(ApiReply::of(json!({ "networkType": self.world.network().kind }))),
            call => self.inner.call(call, reply),
        }
    }
}

impl<D: Extension> Extension for SimulatedDevice<D> {
    fn offers(&self, api: &str) -> bool {
        self.inner.offers(api)
    }

    fn call(&mut self, api: &str, arguments: Json, reply: Responder) {
        match (api, self.world.place()) {
            ("getLocation" | "getFuzzyLocation" | "chooseLocation", Some(place)) => {
                reply.ok(ApiReply::of(location(api, place)));
            }
            _ => self.inner.call(api, arguments, reply),
        }
    }
}

/// What an API says of a place.
fn location(api: &str, GeoPoint { latitude, longitude }: GeoPoint) -> Json {
    match api {
        // To about a kilometre.
        "getFuzzyLocation" => {
            json!({ "latitude": (latitude * 100.0).round() / 100.0, "longitude": (longitude * 100.0).round() / 100.0 })
        }
        "chooseLocation" => json!({
            "name": format!("{latitude}, {longitude}"), "address": "", "latitude": latitude, "longitude": longitude,
        }),
        _ => json!({
            "latitude": latitude, "longitude": longitude, "speed": -1, "accuracy": 30, "altitude": 0,
            "verticalAccuracy": 0, "horizontalAccuracy": 30,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        assert_eq!(GeoPoint::parse("31.23, -121.47"), Ok(GeoPoint { latitude: 31.23, longitude: -121.47 }));
        for wrong in ["", "31", "91,0", "0,181", "a,b", "NaN,0", "1,2,3"] {
            assert!(GeoPoint::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            location("getFuzzyLocation", GeoPoint { latitude: 31.2345, longitude: 121.4789 })["latitude"],
            31.23
        );
    }

    #[test]
    fn what_is_sent_without_a_network_fails_and_what_takes_too_long_is_given_up() {
        let world = Simulation::default();
        let second = Duration::from_secs(1);
        assert!(world.send(1 << 30, second, || true).is_ok());
        world.set_network(NetworkQuality::OFFLINE);
        assert!(world.send(0, second, || true).is_err());
        world.set_network(NetworkQuality::named("slow-3g").unwrap());
        let began = Instant::now();
        assert_eq!(world.send(0, Duration::from_millis(50), || true).unwrap_err().errno, ApiFailure::TIMEOUT);
        assert!(began.elapsed() >= Duration::from_millis(50));
        // Nobody waits for what is not wanted.
        assert!(world.send(0, Duration::from_secs(1000), || false).is_ok());
        world.receive(usize::MAX, || false);
        assert!(NetworkQuality::named("fast-3g").is_some() && NetworkQuality::named("dial-up").is_none());
    }
}
