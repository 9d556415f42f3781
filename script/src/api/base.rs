//! The basics: `canIUse`, `env`, base64, `nextTick`.

use super::call::Call;
use super::row::{ApiKind, ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, find, optional, required};
use super::{WxApi, components};
use crate::bridge::message::ApiFailure;
use crate::realm::Realm;
use crate::value::Value;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Decodes with and without padding, as script is used to.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "canIUse",
        C::None,
        &[optional("schema", T::String).bytes(1000)],
        Handler::Sync(can_i_use),
        "Whether an API, option or component is there.",
    )
    .since("1.1.1"),
    Entry::new("env", C::None, &[], Handler::Constant(env), "Paths of the file system."),
    Entry::new("worklet", C::None, &[], Handler::Constant(worklet), "Functions that run beside the frames.")
        .since("2.22.2"),
    Entry::new(
        "nextTick",
        C::None,
        &[required("callback", T::Function)],
        Handler::Sync(next_tick),
        "Calls back after the changes of this turn are handed on.",
    )
    .since("2.2.3"),
    Entry::new(
        "base64ToArrayBuffer",
        C::None,
        &[required("base64", T::String).bytes(super::row::BUFFER_BYTES)],
        Handler::Sync(from_base64),
        "Decodes base64.",
    ),
    Entry::new(
        "arrayBufferToBase64",
        C::None,
        &[required("arrayBuffer", T::Any)],
        Handler::Sync(to_base64),
        "Encodes base64.",
    ),
];

fn worklet(realm: &mut dyn Realm, api: &WxApi) -> Value {
    let Some(worklets) = &api.state.worklets else { return Value::Undefined };
    match worklets.object(realm) {
        Ok(object) => Value::Script(object),
        Err(fault) => {
            api.warn(format!("wx.worklet cannot be made: {fault}"));
            Value::Undefined
        }
    }
}

fn env(_realm: &mut dyn Realm, _api: &WxApi) -> Value {
    Value::object([("USER_DATA_PATH", Value::string("wxfile://usr"))])
}

/// `api.object.option.value`, `api.return.field` (also `success` and `callback`), `component.attribute.value`; each may
/// end early.
fn can_i_use(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let Value::String(schema) = call.argument(0) else { return Ok(Value::Bool(false)) };
    let parts: Vec<&str> = schema.split('.').collect();
    let name = parts.first().copied().unwrap_or("");
    match parts[..] {
        ["FileSystemManager", method] => return Ok(Value::Bool(super::files::has_method(method))),
        ["UpdateManager", method] => return Ok(Value::Bool(super::update::has_method(method))),
        _ => {}
    }
    if call.api.state().hosts.find(name).is_some() && parts.len() == 1 {
        return Ok(Value::Bool(true));
    }
    let Some(entry) = find(name).filter(|e| call.api.offers(e)) else {
        let known = parts.len() <= 3 && components::knows(name, parts.get(1).copied(), parts.get(2).copied());
        return Ok(Value::Bool(known));
    };
    let known = match parts[1..] {
        [] | ["object" | "return" | "success" | "callback"] => true,
        // Every asynchronous API takes these.
        ["object", "success" | "fail" | "complete"] => matches!(entry.row.kind, ApiKind::Async | ApiKind::Task),
        ["object", option] => entry.row.arguments.iter().any(|a| a.name == option),
        ["object", "method", value] => name == "request" && super::network::METHODS.contains(&value),
        ["return" | "success" | "callback", field] => results(call, name).iter().any(|known| known == field),
        _ => false,
    };
    Ok(Value::Bool(known))
}

/// The fields of an API's result.
fn results(call: &mut Call<'_>, name: &str) -> Vec<String> {
    if let Some(fields) = super::system::results(call.api, name) {
        return fields;
    }
    let fields = match name {
        "request" => "data statusCode header cookies",
        "getStorage" => "data",
        "getStorageInfo" | "getStorageInfoSync" => "keys currentSize limitSize",
        "showModal" => "confirm cancel content",
        "showActionSheet" => "tapIndex",
        "getClipboardData" => "data",
        "getScreenBrightness" => "value",
        "getNetworkType" => "networkType",
        "getBatteryInfo" => "level isCharging",
        "getImageInfo" => "width height path type orientation",
        "chooseImage" => "tempFilePaths tempFiles",
        "scanCode" => "result scanType",
        "navigateTo" => "eventChannel",
        "getExtConfig" => "extConfig",
        "getLaunchOptionsSync" | "getEnterOptionsSync" => "path query scene referrerInfo apiCategory",
        _ => "",
    };
    fields.split_whitespace().chain(["errMsg"]).map(str::to_owned).collect()
}

fn next_tick(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    if let Value::Script(callback) = call.argument(0) {
        call.api.pages().next_tick(call.realm, callback);
    }
    Ok(Value::Undefined)
}

/// Decodes base64 with and without padding, white space left out.
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    LENIENT.decode(plain)
}

/// Decodes base64 as script sees it.
pub(super) fn from_base64(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let Value::String(text) = call.argument(0) else { return Ok(Value::Undefined) };
    let bytes = decode_base64(&text).map_err(|e| ApiFailure::parameter(format!("invalid base64: {e}")))?;
    Ok(Value::Script(call.realm.array_buffer(&bytes)))
}

/// Encodes base64 as script sees it.
pub(super) fn to_base64(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let Value::Script(buffer) = call.argument(0) else {
        return Err(ApiFailure::parameter("parameter error: parameter should be ArrayBuffer;"));
    };
    let bytes = call
        .realm
        .bytes(&buffer)
        .ok_or_else(|| ApiFailure::parameter("parameter error: parameter should be ArrayBuffer;"))?;
    Ok(Value::string(STANDARD.encode(bytes)))
}
