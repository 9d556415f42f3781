//! Light and dark: the colours of what lies over a page, and bars whose files name others for each.

use super::ChromeState;
use crate::package::{TabBar, WindowConfig};

/// Colours of dialogs, sheets and panels.
#[derive(Clone, Copy)]
pub struct Palette {
    /// Ground.
    pub ground: &'static str,
    /// Ground between the parts of a sheet.
    pub gap: &'static str,
    /// Ground of a text field.
    pub field: &'static str,
    /// Text.
    pub ink: &'static str,
    /// Text that matters less.
    pub faint: &'static str,
    /// Text that stands for one that is not there.
    pub placeholder: &'static str,
    /// Lines between parts.
    pub line: &'static str,
    /// Text of the button that confirms.
    pub confirm: &'static str,
    /// Ground of a toast.
    pub toast: &'static str,
    /// Red, green and blue of what pales the rows of a picker.
    pub mask: &'static str,
}

const LIGHT: Palette = Palette {
    ground: "#fff",
    gap: "#f7f7f7",
    field: "#f2f2f2",
    ink: "#000000",
    faint: "rgba(0,0,0,.5)",
    placeholder: "rgba(0,0,0,.3)",
    line: "rgba(0,0,0,.1)",
    confirm: "#576B95",
    toast: "rgba(76,76,76,.95)",
    mask: "255,255,255",
};

const DARK: Palette = Palette {
    ground: "#2c2c2c",
    gap: "#1e1e1e",
    field: "#3d3d3d",
    ink: "rgba(255,255,255,.8)",
    faint: "rgba(255,255,255,.5)",
    placeholder: "rgba(255,255,255,.3)",
    line: "rgba(255,255,255,.1)",
    confirm: "#7d90a9",
    toast: "rgba(64,64,64,.95)",
    mask: "44,44,44",
};

/// A setting follows its files where script has not set another one.
fn follow<T: PartialEq + Clone>(shown: &mut T, old: &T, new: &T) {
    if shown == old {
        shown.clone_from(new);
    }
}

impl ChromeState {
    /// What lies over the page is drawn light or dark from now on.
    pub fn set_dark(&mut self, dark: bool) {
        self.dark = dark;
        self.revision += 1;
    }

    /// True if what lies over the page is drawn dark.
    pub fn is_dark(&self) -> bool {
        self.dark
    }

    /// The colours of what lies over the page.
    pub fn palette(&self) -> Palette {
        if self.dark { DARK } else { LIGHT }
    }

    /// The files of a page name other colours now.
    pub fn change_theme(&mut self, page: u32, old: &WindowConfig, new: &WindowConfig) {
        self.change_bar(Some(page), |bar| {
            if bar.background == old.navigation_bar_background {
                bar.fade = None;
            }
            follow(&mut bar.background, &old.navigation_bar_background, &new.navigation_bar_background);
            follow(&mut bar.dark_text, &old.navigation_bar_dark_text, &new.navigation_bar_dark_text);
            follow(&mut bar.canvas, &old.background, &new.background);
            follow(&mut bar.above, &old.background_top, &new.background_top);
            follow(&mut bar.light_dots, &old.background_light_text, &new.background_light_text);
        });
    }

    /// `app.json` names other colours and pictures for its tab bar now.
    pub fn change_tab_theme(&mut self, old: Option<&TabBar>, new: Option<&TabBar>) {
        let (Some(tabs), Some(old), Some(new)) = (&mut self.tabs, old, new) else { return };
        follow(&mut tabs.color, &old.color, &new.color);
        follow(&mut tabs.selected_color, &old.selected_color, &new.selected_color);
        follow(&mut tabs.background, &old.background, &new.background);
        follow(&mut tabs.white_border, &old.white_border, &new.white_border);
        for (tab, (old, new)) in tabs.items.iter_mut().zip(old.items.iter().zip(&new.items)) {
            follow(&mut tab.icon, &old.icon, &new.icon);
            follow(&mut tab.selected_icon, &old.selected_icon, &new.selected_icon);
        }
        self.revision += 1;
    }
}
