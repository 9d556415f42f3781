//! The basics: `canIUse`, `env`, base64, `nextTick`.

use super::WxApi;
use super::call::Call;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, find, optional, required};
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
        &[optional("schema", T::String)],
        Handler::Sync(can_i_use),
        "Whether an API, option or component is there.",
    )
    .since("1.1.1"),
    Entry::new("env", C::None, &[], Handler::Constant(env), "Paths of the file system."),
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
        &[required("base64", T::String)],
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

fn env(_realm: &mut dyn Realm, _api: &WxApi) -> Value {
    Value::object([("USER_DATA_PATH", Value::string("wxfile://usr"))])
}

/// `api`, `api.object.option`, `api.return.field`, `component`, `component.attribute`, ...
fn can_i_use(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let Value::String(schema) = call.argument(0) else { return Ok(Value::Bool(false)) };
    let mut parts = schema.split('.');
    let name = parts.next().unwrap_or("");
    let Some(entry) = find(name).filter(|e| call.api.offers(e)) else {
        return Ok(Value::Bool(call.api.pages().knows_component(name)));
    };
    let known = match (parts.next(), parts.next()) {
        // Every asynchronous API takes these.
        (Some("object"), Some("success" | "fail" | "complete")) => true,
        (Some("object"), Some(option)) => entry.row.arguments.iter().any(|a| a.name == option),
        _ => true,
    };
    Ok(Value::Bool(known))
}

fn next_tick(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    if let Value::Script(callback) = call.argument(0) {
        call.api.pages().next_tick(call.realm, callback);
    }
    Ok(Value::Undefined)
}

/// Decodes base64 as script sees it.
pub(super) fn from_base64(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let Value::String(text) = call.argument(0) else { return Ok(Value::Undefined) };
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = LENIENT.decode(plain).map_err(|e| ApiFailure::parameter(format!("invalid base64: {e}")))?;
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
