//! Services that only a host can offer. They are `undefined` unless the host's
//! [`Extension`](crate::capability::Extension) says that it offers them; arguments go to it as plain data.

use super::call::{Call, Completion};
use super::convert::script_json;
use super::row::CapabilityKind as C;
use super::table::{Entry, Handler};
use crate::value::Value;

/// A service of the host.
pub(super) const fn extension(name: &'static str) -> Entry {
    Entry::new(name, C::Extension, &[], Handler::Extension, "Offered by the host.")
}

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    extension("login"),
    extension("checkSession"),
    extension("getUserInfo"),
    extension("getUserProfile"),
    extension("getPhoneNumber"),
    extension("getSetting"),
    extension("openSetting"),
    extension("authorize"),
    extension("requirePrivacyAuthorize"),
    extension("getPrivacySetting"),
    extension("openPrivacyContract"),
    extension("getLocation"),
    extension("getFuzzyLocation"),
    extension("chooseLocation"),
    extension("openLocation"),
    extension("chooseAddress"),
    extension("chooseMedia"),
    extension("chooseVideo"),
    extension("chooseMessageFile"),
    extension("saveVideoToPhotosAlbum"),
    extension("compressImage"),
    extension("openDocument"),
    extension("requestPayment"),
    extension("requestSubscribeMessage"),
    extension("navigateToMiniProgram"),
    extension("navigateBackMiniProgram"),
    extension("openCustomerServiceChat"),
    extension("showShareMenu"),
    extension("hideShareMenu"),
    extension("updateShareMenu"),
    extension("getShareInfo"),
    extension("addPhoneContact"),
    extension("chooseContact"),
    extension("startSoterAuthentication"),
    extension("checkIsSupportSoterAuthentication"),
    extension("getWeRunData"),
    extension("addCard"),
    extension("openCard"),
    extension("chooseInvoiceTitle"),
    extension("startWifi"),
    extension("getConnectedWifi"),
    extension("openBluetoothAdapter"),
    extension("closeBluetoothAdapter"),
    extension("enableAlertBeforeUnload"),
    extension("disableAlertBeforeUnload"),
];

/// Hands a call to the host.
pub(super) fn forward(call: &mut Call<'_>, completion: Completion) {
    let options = call.options().map_or(Value::Undefined, Value::Script);
    let arguments = script_json(call.realm, &options);
    let reply = completion.responder(call.api);
    call.api.with(|c| c.extension.call(call.row.name, arguments, reply));
}
