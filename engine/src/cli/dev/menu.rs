//! The menu of `dev`: what the capsule's dots and F1 open.

use super::devices::{DEVICES, Device};
use crate::host::services::simulated::{GeoPoint, NetworkQuality, Simulation};
use crate::host::types::SafeInsets;
use crate::shell::Chosen;
use pellicle_script::bridge::message::HostCommand;
use std::sync::Arc;

/// Languages that can be chosen.
const LANGUAGES: [(&str, &str); 4] =
    [("zh_CN", "简体中文"), ("zh_TW", "繁體中文"), ("en", "English"), ("ja", "日本語")];

/// Places that can be chosen: name, latitude and longitude.
const PLACES: [(&str, f64, f64); 4] = [
    ("北京 Beijing", 39.9042, 116.4074),
    ("上海 Shanghai", 31.2304, 121.4737),
    ("London", 51.5074, -0.1278),
    ("San Francisco", 37.7749, -122.4194),
];

/// A list of the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum List {
    #[default]
    Main,
    Devices,
    Networks,
    Places,
    Languages,
}

/// What else a choice asks for.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Asked {
    /// Start the program again.
    StartAgain,
    /// The same in this language.
    Language(String),
    /// Open it on such a screen from now on.
    Covered(SafeInsets),
}

/// The menu, and what was chosen in it.
pub(super) struct Menu {
    world: Arc<Simulation>,
    device: Option<&'static Device>,
    dark: bool,
    language: String,
    /// The list that is open, and the one that is opened next.
    open: List,
    next: List,
}

impl Menu {
    /// A menu for a window as it is opened.
    pub fn new(world: Arc<Simulation>, device: Option<&'static Device>, dark: bool, language: &str) -> Menu {
        Menu { world, device, dark, language: language.to_owned(), open: List::Main, next: List::Main }
    }

    /// Title and items of the list that is opened now.
    pub fn list(&mut self) -> (String, Vec<String>) {
        self.open = std::mem::take(&mut self.next);
        let named = |language: &str| LANGUAGES.iter().find(|(code, _)| *code == language).map_or("", |(_, name)| *name);
        let chosen = |now: bool, text: &str| if now { format!("{text}  ✓") } else { text.to_owned() };
        match self.open {
            List::Main => {
                let place = self.world.place().map_or("unknown".to_owned(), name_of);
                let items = vec![
                    "Start again".to_owned(),
                    format!("Device: {}", self.device.map_or("window", |device| device.title)),
                    format!("Appearance: {}", if self.dark { "dark" } else { "light" }),
                    format!("Network: {}", self.world.network().name),
                    format!("Place: {place}"),
                    format!("Language: {}", named(&self.language)),
                    "Figures of frames".to_owned(),
                ];
                ("Pellicle".to_owned(), items)
            }
            List::Devices => {
                let items = DEVICES.iter().map(|device| chosen(Some(device) == self.device, device.title));
                ("Device".to_owned(), items.collect())
            }
            List::Networks => {
                let now = self.world.network();
                let items = NetworkQuality::ALL.iter().map(|quality| chosen(*quality == now, quality.name));
                ("Network".to_owned(), items.collect())
            }
            List::Places => {
                let now = self.world.place();
                let mut items = vec![chosen(now.is_none(), "unknown")];
                items.extend(PLACES.iter().map(|place| chosen(now == Some(point(place)), place.0)));
                ("Place".to_owned(), items)
            }
            List::Languages => {
                let items = LANGUAGES.iter().map(|(code, name)| chosen(*code == self.language, name));
                ("Language".to_owned(), items.collect())
            }
        }
    }

    /// An item of the list that is open was chosen.
    pub fn chosen(&mut self, item: u32) -> (Chosen, Option<Asked>) {
        let item = item as usize;
        let nothing = (Chosen::default(), None);
        let with = |chosen: Chosen| (chosen, None);
        match (self.open, item) {
            (List::Main, 0) => (Chosen::default(), Some(Asked::StartAgain)),
            (List::Main, 2) => {
                self.dark = !self.dark;
                with(Chosen { dark: Some(self.dark), ..Chosen::default() })
            }
            (List::Main, 6) => with(Chosen { hud: true, ..Chosen::default() }),
            (List::Main, item) => {
                self.next = match item {
                    1 => List::Devices,
                    3 => List::Networks,
                    4 => List::Places,
                    5 => List::Languages,
                    _ => return nothing,
                };
                with(Chosen { stays: true, ..Chosen::default() })
            }
            (List::Devices, item) => {
                let Some(device) = DEVICES.get(item) else { return nothing };
                self.device = Some(device);
                let covered = device.safe_area;
                let chosen = Chosen { size: Some(device.size), safe_area: Some(covered), ..Chosen::default() };
                (chosen, Some(Asked::Covered(covered)))
            }
            (List::Networks, item) => {
                let Some(quality) = NetworkQuality::ALL.get(item) else { return nothing };
                self.world.set_network(*quality);
                let connected = quality.kind != NetworkQuality::OFFLINE.kind;
                let command = HostCommand::NetworkChange { connected, network: quality.kind.to_owned() };
                with(Chosen { command: Some(command), ..Chosen::default() })
            }
            (List::Places, item) => {
                self.world.set_place(item.checked_sub(1).and_then(|item| PLACES.get(item)).map(point));
                nothing
            }
            (List::Languages, item) => {
                let Some((code, _)) = LANGUAGES.get(item) else { return nothing };
                self.language = (*code).to_owned();
                (Chosen::default(), Some(Asked::Language(self.language.clone())))
            }
        }
    }
}

fn point(&(_, latitude, longitude): &(&str, f64, f64)) -> GeoPoint {
    GeoPoint { latitude, longitude }
}

/// What a place is called.
fn name_of(place: GeoPoint) -> String {
    let known = PLACES.iter().find(|known| point(known) == place);
    known.map_or_else(|| format!("{}, {}", place.latitude, place.longitude), |(name, ..)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_leads_to_others_and_what_is_chosen_shows_in_it() {
        let world: Arc<Simulation> = Arc::default();
        let mut menu = Menu::new(world.clone(), None, false, "zh_CN");
        let items = menu.list().1;
        assert!(items.contains(&"Device: window".to_owned()) && items.contains(&"Language: 简体中文".to_owned()));
        assert!(menu.chosen(3).0.stays);
        assert_eq!(menu.list().1, ["online  ✓", "fast-3g", "slow-3g", "offline"]);
        let told = menu.chosen(3).0.command;
        let offline = |told: &HostCommand| matches!(told, HostCommand::NetworkChange { connected: false, .. });
        assert!(told.as_ref().is_some_and(offline), "{told:?}");
        assert_eq!(world.network(), NetworkQuality::OFFLINE);
        assert!(menu.list().1.contains(&"Network: offline".to_owned()));
        menu.chosen(4);
        assert_eq!(menu.list().1[0], "unknown  ✓");
        menu.chosen(2);
        assert_eq!(world.place(), Some(GeoPoint { latitude: 31.2304, longitude: 121.4737 }));
        // One that was left leads back to the first.
        menu.list();
        menu.chosen(1);
        menu.list();
        assert_eq!(menu.list().0, "Pellicle");
        menu.chosen(1);
        menu.list();
        let (chosen, asked) = menu.chosen(1);
        assert_eq!((chosen.size, asked), (Some((393.0, 852.0)), Some(Asked::Covered(DEVICES[1].safe_area))));
        menu.list();
        assert_eq!((menu.chosen(2).0.dark, menu.chosen(0).1), (Some(true), Some(Asked::StartAgain)));
        menu.chosen(5);
        menu.list();
        assert_eq!(menu.chosen(2).1, Some(Asked::Language("en".to_owned())));
        assert_eq!(menu.chosen(99).1, None);
    }
}
