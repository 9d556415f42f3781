//! `preDownloadSubpackage`: a part of the package that is to be there before it is asked for; and how the framework has such
//! parts brought.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::pages::{Fields, Internal};
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional, required};
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::capability::device::DeviceCall;
use crate::capability::shell::ShellCall;
use crate::framework::subpackages::Bringing;
use crate::package::parts::PROGRESS;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "preDownloadSubpackage",
    C::Pages,
    &[required("packageType", T::String), optional("name", T::String)],
    Handler::Task(pre_download, &[PROGRESS]),
    "Fetches a subpackage before it is needed.",
)
.since("2.27.3")];

fn pre_download(call: &mut Call<'_>, completion: Completion, task: Rc<Task>) {
    let (kind, name) = (call.text("packageType", ""), call.text_field("name"));
    let pages = call.api.pages();
    let Some(subpackage) = pages.subpackage(&kind, name.as_deref()) else {
        let reason = match name {
            Some(name) => format!("no subpackage named \"{name:.200}\""),
            None => format!("no subpackage of type \"{kind:.200}\""),
        };
        return completion.defer(call.realm, call.api, Err(ApiFailure::parameter(reason)));
    };
    let reply = completion.responder_with(call.api, Some(task), |_, _| Ok(Fields::new()));
    pages.bring(&subpackage, reply);
}

impl Bringing for WxApi {
    fn expect(&self, done: Internal) -> Responder {
        self.expect_internal(done)
    }

    fn network(&self, reply: Responder) {
        self.with(|capabilities| capabilities.device.call(DeviceCall::GetNetworkType, reply));
    }

    fn busy(&self, shown: bool) {
        let call = ShellCall::NavigationBarLoading { shown };
        self.with(|capabilities| capabilities.shell.call(None, call, Responder::nobody()));
    }
}
