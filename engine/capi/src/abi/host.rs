//! Hosts.
//!
//! Unsafe: exported functions that take pointers. They are sound for a host that passes what the header asks for, since all
//! pointers but handles go through [`raw`], and handles are looked up and never followed.

use super::raw;
use crate::handles;
use crate::host::{HostSetup, HostState};
use crate::status::{PellicleStatus, guard};
use crate::types::{PellicleHost, PellicleHostOptions, PellicleText};

/// Makes a host; null options are the usual ones.
///
/// # Safety
/// `options` is null or points at a struct of the size that it says; `host` points at a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_host_create(
    options: *const PellicleHostOptions,
    host: *mut *mut PellicleHost,
) -> PellicleStatus {
    guard(|| {
        raw::check_out(host, "host")?;
        let setup = if options.is_null() {
            HostSetup::default()
        } else {
            // SAFETY: the host passes a struct of the size that it says, with texts that can be read.
            let (options, data, permissions) = unsafe {
                let options = raw::read(options)?;
                let data = raw::text(options.data_folder, "data_folder")?;
                (options, data, raw::text(options.permissions, "permissions")?)
            };
            HostSetup { data, network: options.network, picture_bytes: options.picture_bytes, permissions }
        };
        let number = handles::reserve();
        let made = handles::insert(number, HostState::new(setup)?);
        // SAFETY: the host passes a pointer to a pointer.
        unsafe { raw::put(host, made) }
    })
}

/// Ends a host. Its mini-programs go on.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_host_destroy(host: *mut PellicleHost) -> PellicleStatus {
    guard(|| handles::remove::<HostState>(host).map(drop))
}

/// Registers an API of the host's own, for mini-programs that are opened later. Its description is JSON: `name`, `description`,
/// `permission`, `rate` (`perSecond`, `burst`), and `arguments` and `result` in a part of JSON Schema (`type`, `properties`,
/// `required`, `description`, `enum`, `minimum`, `maximum`, `minItems`, `maxItems`, `maxBytes`). Script calls it as `wx.name({...})`; what does
/// not fit never reaches the host.
///
/// # Safety
/// `description` can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_host_register_api(
    host: *mut PellicleHost,
    description: PellicleText,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a text that can be read.
        let description = unsafe { raw::text(description, "description")? };
        handles::with(host, |host: &mut HostState| host.register_api(description))
    })
}

/// Registers an event of the host's own, for mini-programs that are opened later: `CartChange` is listened to with
/// `wx.onCartChange` and told with `pellicle_program_tell`.
///
/// # Safety
/// `event` can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_host_register_event(host: *mut PellicleHost, event: PellicleText) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a text that can be read.
        let event = unsafe { raw::text(event, "event")? };
        handles::with(host, |host: &mut HostState| host.register_event(event))
    })
}

/// Lets go of what mini-programs that have ended left in the shared caches.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_host_trim(host: *mut PellicleHost) -> PellicleStatus {
    guard(|| {
        handles::with(host, |host: &mut HostState| {
            host.trim();
            Ok(())
        })
    })
}
