//! Services that only a host can offer. They are `undefined` unless the host's
//! [`Extension`](crate::capability::Extension) says that it offers them; arguments go to it as plain data.

use super::call::{Call, Completion};
use super::convert::script_json;
use super::documented::DOCUMENTED;
use super::row::{Argument, CapabilityKind as C, Field};
use super::table::{Entry, Handler};
use crate::value::Value;

/// A service of the host, with the arguments and the result that are documented.
pub(super) const fn extension(name: &'static str) -> Entry {
    let (mut arguments, mut result): (&[Argument], &[Field]) = (&[], &[]);
    let mut at = 0;
    while at < DOCUMENTED.len() {
        if is_equal(DOCUMENTED[at].0, name) {
            (arguments, result) = (DOCUMENTED[at].1, DOCUMENTED[at].2);
        }
        at += 1;
    }
    Entry::new(name, C::Extension, arguments, Handler::Extension, "Offered by the host.").gives(result)
}

/// What `==` is where a constant is made.
const fn is_equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A service of the host that needs a scope: some calls a second are enough of it.
pub(super) const fn guarded(name: &'static str, scope: &'static str) -> Entry {
    extension(name).needs(scope).rate(10, 30)
}

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    extension("login"),
    extension("checkSession"),
    guarded("getUserInfo", "scope.userInfo"),
    extension("getUserProfile"),
    extension("getPhoneNumber"),
    extension("requirePrivacyAuthorize"),
    extension("getPrivacySetting"),
    extension("openPrivacyContract"),
    guarded("getLocation", "scope.userLocation"),
    guarded("getFuzzyLocation", "scope.userFuzzyLocation"),
    extension("chooseLocation"),
    extension("openLocation"),
    guarded("chooseAddress", "scope.address"),
    guarded("chooseMedia", "scope.chooseFile"),
    guarded("chooseVideo", "scope.chooseFile"),
    guarded("chooseMessageFile", "scope.chooseFile"),
    guarded("saveVideoToPhotosAlbum", "scope.writePhotosAlbum"),
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
    guarded("addPhoneContact", "scope.addPhoneContact"),
    extension("chooseContact"),
    extension("startSoterAuthentication"),
    extension("checkIsSupportSoterAuthentication"),
    guarded("getWeRunData", "scope.werun"),
    extension("addCard"),
    extension("openCard"),
    guarded("chooseInvoiceTitle", "scope.invoiceTitle"),
    extension("startWifi"),
    extension("getConnectedWifi"),
    guarded("openBluetoothAdapter", "scope.bluetooth"),
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
