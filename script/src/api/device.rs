//! Small services of the device.

use super::call::{Call, Completion};
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::capability::device::DeviceCall;
use crate::realm::Random;
use crate::value::Value;
use crate::vm::to_text;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "setClipboardData",
        C::Device,
        &[required("data", T::String)],
        Handler::Async(set_clipboard),
        "Puts text on the clipboard.",
    )
    .rate(10, 30)
    .since("1.1.0"),
    Entry::new(
        "getClipboardData",
        C::Device,
        &[],
        Handler::Async(|c, k| device(c, k, DeviceCall::GetClipboard)),
        "Reads the clipboard.",
    )
    .needs("scope.clipboard")
    .rate(10, 30)
    .gives(&[field("data", T::String, "The text.")])
    .since("1.1.0"),
    Entry::new(
        "vibrateShort",
        C::Device,
        &[optional("type", T::String).one_of(&["heavy", "medium", "light"])],
        Handler::Async(vibrate),
        "Vibrates for 15 ms.",
    )
    .rate(20, 40)
    .since("1.2.0"),
    Entry::new(
        "vibrateLong",
        C::Device,
        &[],
        Handler::Async(|c, k| device(c, k, DeviceCall::VibrateLong)),
        "Vibrates for 400 ms.",
    )
    .rate(5, 10)
    .since("1.2.0"),
    Entry::new(
        "makePhoneCall",
        C::Device,
        &[required("phoneNumber", T::String).bytes(100)],
        Handler::Async(phone),
        "Opens the dialler.",
    )
    .needs("scope.phoneCall")
    .rate(1, 5),
    Entry::new(
        "setKeepScreenOn",
        C::Device,
        &[required("keepScreenOn", T::Boolean)],
        Handler::Async(keep_screen_on),
        "Keeps the screen on.",
    )
    .since("1.4.0"),
    Entry::new(
        "setScreenBrightness",
        C::Device,
        &[required("value", T::Number).range(0.0, 1.0)],
        Handler::Async(set_brightness),
        "Sets the brightness.",
    )
    .since("1.2.0"),
    Entry::new(
        "getScreenBrightness",
        C::Device,
        &[],
        Handler::Async(|c, k| device(c, k, DeviceCall::GetScreenBrightness)),
        "The brightness.",
    )
    .gives(&[field("value", T::Number, "From 0, the darkest, to 1.")])
    .since("1.2.0"),
    Entry::new(
        "getNetworkType",
        C::Device,
        &[],
        Handler::Async(|c, k| device(c, k, DeviceCall::GetNetworkType)),
        "The kind of network.",
    )
    .gives(&[field("networkType", T::String, "wifi, 2g, 3g, 4g, 5g, unknown or none.")]),
    Entry::new(
        "getBatteryInfo",
        C::Device,
        &[],
        Handler::Async(|c, k| device(c, k, DeviceCall::GetBatteryInfo)),
        "The battery.",
    )
    .gives(&[
        field("level", T::Number, "What is left, 1 to 100."),
        field("isCharging", T::Boolean, "It is being charged."),
    ]),
    Entry::new("getBatteryInfoSync", C::Device, &[], Handler::Sync(battery), "The battery, at once.").since("1.3.0"),
    Entry::new(
        "getRandomValues",
        C::None,
        &[required("length", T::Number).whole(1.0, MOST_RANDOM)],
        Handler::Async(random_values),
        "Random bytes that may guard secrets.",
    )
    .gives(&[field("randomValues", T::ArrayBuffer, "The bytes.")])
    .since("2.15.0"),
    Entry::new(
        "getImageInfo",
        C::Device,
        &[required("src", T::String).bytes(32 << 20)],
        Handler::Async(image_info),
        "Size of a picture.",
    )
    .gives(&[
        field("width", T::Number, "Width in px."),
        field("height", T::Number, "Height in px."),
        field("path", T::String, "Where it lies."),
        field("orientation", T::String, "How it is turned."),
        field("type", T::String, "Its format."),
    ]),
    Entry::new(
        "saveImageToPhotosAlbum",
        C::Device,
        &[required("filePath", T::String)],
        Handler::Async(save_image),
        "Saves a picture.",
    )
    .needs("scope.writePhotosAlbum")
    .rate(5, 20)
    .since("1.2.0"),
    Entry::new(
        "chooseImage",
        C::Device,
        &[
            optional("count", T::Number).whole(1.0, 100.0),
            optional("sizeType", T::Array).items(0, 2),
            optional("sourceType", T::Array).items(0, 2),
        ],
        Handler::Async(choose_image),
        "Lets the user choose pictures.",
    )
    .needs("scope.chooseFile")
    .rate(5, 20)
    .gives(&[
        field("tempFilePaths", T::Array, "Where they lie."),
        field("tempFiles", T::Array, "Their paths and sizes."),
    ]),
    Entry::new("scanCode", C::Device, &[optional("onlyFromCamera", T::Boolean)], Handler::Async(scan), "Scans a code.")
        .needs("scope.scanCode")
        .rate(5, 20)
        .gives(&[field("result", T::String, "What it says."), field("scanType", T::String, "Its kind.")]),
    Entry::new(
        "reportAnalytics",
        C::Device,
        &[required("eventName", T::String).bytes(1000), optional("data", T::Object)],
        Handler::Sync(report),
        "A figure for statistics.",
    ),
    Entry::new(
        "reportEvent",
        C::Device,
        &[required("eventId", T::String).bytes(1000), optional("data", T::Object)],
        Handler::Sync(report),
        "A figure for statistics.",
    )
    .since("2.14.4"),
    Entry::new(
        "reportMonitor",
        C::Device,
        &[required("name", T::String).bytes(1000), optional("value", T::Number)],
        Handler::Sync(report),
        "A figure for statistics.",
    )
    .since("2.0.1"),
    Entry::new(
        "reportPerformance",
        C::Device,
        &[required("id", T::Number), required("value", T::Number), optional("dimensions", T::Any)],
        Handler::Sync(report_performance),
        "A time that the program has taken for statistics.",
    )
    .since("2.9.2"),
];

fn device(call: &mut Call<'_>, completion: Completion, request: DeviceCall) {
    let reply = completion.responder(call.api);
    call.api.with(|c| c.device.call(request, reply));
}

fn battery(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let (level, charging) = call.api.with(|c| c.device.battery()).ok_or_else(ApiFailure::unsupported)?;
    let level = Value::Number(f64::from(level.min(100)));
    Ok(Value::object([
        ("level", level),
        ("isCharging", Value::Bool(charging)),
        ("isLowPowerModeEnabled", Value::Bool(false)),
    ]))
}

/// Most bytes that are given at once.
const MOST_RANDOM: f64 = 1_048_576.0;

fn random_values(call: &mut Call<'_>, completion: Completion) {
    let length = call.number("length", 0.0).clamp(0.0, MOST_RANDOM);
    let result = {
        let mut bytes = vec![0; length as usize];
        let filled = match &call.api.state().random {
            Some(random) => random.clone().fill(&mut bytes),
            None => Err("there is no randomness".to_owned()),
        };
        let realm = &mut *call.realm;
        filled
            .map_err(ApiFailure::internal)
            .map(|()| vec![("randomValues".to_owned(), Value::Script(realm.array_buffer(&bytes)))])
    };
    completion.defer(call.realm, call.api, result);
}

fn set_clipboard(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::SetClipboard { data: call.text("data", "") };
    device(call, completion, request);
}

fn vibrate(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::VibrateShort { strength: call.text("type", "medium") };
    device(call, completion, request);
}

fn phone(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::MakePhoneCall { phone_number: call.text("phoneNumber", "") };
    device(call, completion, request);
}

fn keep_screen_on(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::SetKeepScreenOn { keep: call.flag("keepScreenOn", false) };
    device(call, completion, request);
}

fn set_brightness(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::SetScreenBrightness { value: call.number("value", 1.0).clamp(0.0, 1.0) };
    device(call, completion, request);
}

fn image_info(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::GetImageInfo { src: call.text("src", "") };
    device(call, completion, request);
}

fn save_image(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::SaveImageToPhotosAlbum { file_path: call.text("filePath", "") };
    device(call, completion, request);
}

fn choose_image(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::ChooseImage {
        count: call.number("count", 9.0).clamp(1.0, 100.0) as u32,
        size_type: call.texts("sizeType"),
        source_type: call.texts("sourceType"),
    };
    device(call, completion, request);
}

fn scan(call: &mut Call<'_>, completion: Completion) {
    let request = DeviceCall::ScanCode { only_from_camera: call.flag("onlyFromCamera", false) };
    device(call, completion, request);
}

/// A time by the number that its program has registered it under, with what tells its cases apart.
fn report_performance(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let mut data = serde_json::Map::new();
    for (at, name) in [(1, "value"), (2, "dimensions")] {
        let value = call.argument(at);
        if !matches!(value, Value::Undefined) {
            data.insert(name.to_owned(), super::convert::script_json(call.realm, &value));
        }
    }
    let event = to_text(&call.argument(0)).to_string();
    let report = DeviceCall::Report { event, data: serde_json::Value::Object(data).to_string() };
    call.api.with(|c| c.device.call(report, Responder::nobody()));
    Ok(Value::Undefined)
}

/// Statistics are fire and forget: nobody waits for the answer.
fn report(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let event = match call.argument(0) {
        Value::String(event) => event.to_string(),
        _ => String::new(),
    };
    let data = call.argument(1);
    let data = super::convert::script_json(call.realm, &data).to_string();
    call.api.with(|c| c.device.call(DeviceCall::Report { event, data }, Responder::nobody()));
    Ok(Value::Undefined)
}
