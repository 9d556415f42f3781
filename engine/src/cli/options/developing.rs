//! Options of `dev`.

use super::{InspectorOptions, ShowOptions};
use crate::cli::dev::devices::{DEVICES, Device};
use crate::host::services::simulated::{GeoPoint, NetworkQuality};
use clap::Args;
use std::path::PathBuf;

/// Options of `dev`.
#[derive(Args, Debug)]
pub struct DevOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// Be as large as this device, with what its screen covers: iphone-se, iphone-15, iphone-15-pro-max, pixel-8, galaxy-s24, ipad.
    #[arg(long, value_name = "NAME", value_parser = parse_device)]
    pub device: Option<&'static Device>,
    /// How good the network is: online, fast-3g, slow-3g, offline.
    #[arg(long, value_name = "NAME", default_value = "online", value_parser = parse_quality)]
    pub network_speed: NetworkQuality,
    /// Where the device is, in degrees: what wx.getLocation gives.
    #[arg(long, value_name = "LAT,LONG", allow_hyphen_values = true, value_parser = GeoPoint::parse)]
    pub place: Option<GeoPoint>,
    /// Show figures of the last frames over the picture; F12 shows and hides them.
    #[arg(long)]
    pub hud: bool,
    /// Who may look at it.
    #[command(flatten)]
    pub inspector: InspectorOptions,
    /// Which page, and how.
    #[command(flatten)]
    pub show: ShowOptions,
}

fn parse_device(name: &str) -> Result<&'static Device, String> {
    let names = || DEVICES.iter().map(|device| device.name).collect::<Vec<_>>().join(", ");
    DEVICES.iter().find(|device| device.name == name).ok_or_else(|| format!("there are {}", names()))
}

fn parse_quality(name: &str) -> Result<NetworkQuality, String> {
    let names = || NetworkQuality::ALL.map(|quality| quality.name).join(", ");
    NetworkQuality::named(name).ok_or_else(|| format!("there are {}", names()))
}
