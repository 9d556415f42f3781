//! Devices that a window can be as large as.

use crate::host::types::SafeInsets;

/// A device, upright.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Device {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its name in menus.
    pub title: &'static str,
    /// Size of its screen, logical px.
    pub size: (f32, f32),
    /// What is covered of it.
    pub safe_area: SafeInsets,
}

const fn device(name: &'static str, title: &'static str, size: (f32, f32), top: f32, bottom: f32) -> Device {
    Device { name, title, size, safe_area: SafeInsets { top, right: 0.0, bottom, left: 0.0 } }
}

/// Those that there are. Sizes and insets are what their makers publish (Apple's Human Interface Guidelines, Android's
/// device catalogue).
pub static DEVICES: [Device; 6] = [
    device("iphone-se", "iPhone SE", (375.0, 667.0), 20.0, 0.0),
    device("iphone-15", "iPhone 15", (393.0, 852.0), 59.0, 34.0),
    device("iphone-15-pro-max", "iPhone 15 Pro Max", (430.0, 932.0), 59.0, 34.0),
    device("pixel-8", "Pixel 8", (412.0, 915.0), 36.0, 24.0),
    device("galaxy-s24", "Galaxy S24", (360.0, 780.0), 33.0, 24.0),
    device("ipad", "iPad", (820.0, 1180.0), 24.0, 20.0),
];
