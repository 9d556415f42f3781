//! What the chrome shows, and how calls of the program change it.

use super::dialogs::{Chooser, Overlay};
use super::fade::{Fade, Timing};
use super::fault::Fault;
use super::viewer::Viewer;
use crate::package::{NavigationStyle, TabBar, WindowConfig};
use crate::widgets::picker::Picker;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::shell::ShellCall;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The top of the page.
#[derive(Clone, PartialEq, Debug)]
pub enum Navigation {
    /// Nothing at all: pictures without bars.
    None,
    /// The program draws its own bar; only the capsule is the engine's.
    CapsuleOnly {
        /// Black on light ground instead of white.
        dark_text: bool,
    },
    /// The engine's bar.
    Bar {
        /// Title.
        title: String,
        /// Background, a CSS colour.
        background: String,
        /// Title and icons in black instead of white.
        dark_text: bool,
        /// The back arrow is shown.
        back: bool,
        /// The home button is shown.
        home: bool,
        /// The spinner is shown.
        loading: bool,
    },
}

/// What a page's navigation bar shows: what its files say until script says something else.
#[derive(Clone, PartialEq, Debug)]
pub struct PageBar {
    /// Whose bar it is.
    pub style: NavigationStyle,
    /// Title.
    pub title: String,
    /// Background, a CSS colour.
    pub background: String,
    /// The background is on its way to that colour.
    pub(super) fade: Option<Fade>,
    /// Title and icons in black instead of white.
    pub dark_text: bool,
    /// The spinner is shown.
    pub loading: bool,
    /// The home button is hidden.
    pub home_hidden: bool,
    /// Colour behind the page, a CSS colour.
    pub canvas: String,
    /// Colour behind what the page shows, a CSS colour, where it is another one.
    pub content: Option<String>,
    /// Colour above a page that is pulled down, a CSS colour, where it is another one than `canvas`.
    pub above: Option<String>,
    /// The dots of the pull-down are light.
    pub light_dots: bool,
}

impl PageBar {
    /// The bar of a page that script has not spoken of.
    pub fn new(window: &WindowConfig) -> PageBar {
        PageBar {
            style: window.navigation_style,
            title: window.navigation_bar_title.clone(),
            background: window.navigation_bar_background.clone(),
            fade: None,
            dark_text: window.navigation_bar_dark_text,
            loading: false,
            home_hidden: false,
            canvas: window.background.clone(),
            content: None,
            above: window.background_top.clone(),
            light_dots: window.background_light_text,
        }
    }
}

/// Where a page stands among the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PageRank {
    /// Pages below it on the stack.
    pub depth: u32,
    /// Its tab, if it is one of a tab.
    pub tab: Option<u32>,
    /// It is the program's first page.
    pub entry: bool,
}

/// A tab as it is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Tab {
    /// Label.
    pub text: String,
    /// Path of its picture.
    pub icon: String,
    /// Path of its picture while chosen.
    pub selected_icon: String,
    /// Text of its badge.
    pub badge: Option<String>,
    /// It has a red dot.
    pub dot: bool,
}

/// The tab bar as it is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Tabs {
    /// Its items.
    pub items: Vec<Tab>,
    /// The item whose page is on top, if one is.
    pub selected: Option<u32>,
    /// Label colour.
    pub color: String,
    /// Label colour of the chosen item.
    pub selected_color: String,
    /// Background.
    pub background: String,
    /// The line above is white.
    pub white_border: bool,
    /// Hidden by `wx.hideTabBar`.
    pub hidden: bool,
    /// At the top, under the navigation bar.
    pub at_top: bool,
}

/// What the chrome shows.
#[derive(Debug)]
pub struct ChromeState {
    /// The top.
    pub navigation: Navigation,
    /// The tab bar, if the program has one that the engine draws.
    pub tabs: Option<Tabs>,
    /// The bars of all pages, also of those behind the shown one.
    pub(super) bars: FxHashMap<u32, PageBar>,
    /// The page that is shown, and where it stands.
    shown: Option<(u32, PageRank)>,
    /// Toast or loading.
    pub toast: Option<Overlay>,
    /// The picker that is open, below dialogs.
    pub picker: Option<Picker>,
    /// Pictures that are looked at, over the picker and below dialogs.
    pub viewer: Option<Viewer>,
    /// Dialog or sheet; later ones wait.
    pub dialogs: Vec<Overlay>,
    /// What is wrong with the program's files, over everything.
    pub fault: Option<Arc<Fault>>,
    /// Dialogs, sheets and panels are drawn dark.
    pub(super) dark: bool,
    /// The time of the frame clock, ms.
    pub(super) now: f64,
    /// Counts changes: a new number means that the document has to be built again.
    pub revision: u64,
}

/// What a call asks of the app beyond the chrome.
#[derive(Debug)]
pub enum Rest {
    /// Nothing.
    Done,
    /// The app has to deal with it.
    Other(ShellCall, Responder),
}

impl Default for ChromeState {
    fn default() -> Self {
        ChromeState {
            navigation: Navigation::None,
            tabs: None,
            bars: FxHashMap::default(),
            shown: None,
            toast: None,
            picker: None,
            viewer: None,
            dialogs: Vec::new(),
            fault: None,
            dark: false,
            now: 0.0,
            revision: 1,
        }
    }
}

impl ChromeState {
    /// The tab bar that `app.json` asks for.
    pub fn set_tab_bar(&mut self, bar: Option<&TabBar>) {
        self.tabs = bar.filter(|bar| !bar.custom).map(|bar| Tabs {
            items: bar
                .items
                .iter()
                .map(|item| Tab {
                    text: item.text.clone(),
                    icon: item.icon.clone(),
                    selected_icon: item.selected_icon.clone(),
                    badge: None,
                    dot: false,
                })
                .collect(),
            selected: None,
            color: bar.color.clone(),
            selected_color: bar.selected_color.clone(),
            background: bar.background.clone(),
            white_border: bar.white_border,
            hidden: false,
            at_top: bar.at_top,
        });
        self.revision += 1;
    }

    /// A page is there: it has the bar that its files ask for. One that is there already keeps what it has.
    pub fn add_page(&mut self, page: u32, window: &WindowConfig) {
        self.bars.entry(page).or_insert_with(|| PageBar::new(window));
    }

    /// A page is gone.
    pub fn remove_page(&mut self, page: u32) {
        self.bars.remove(&page);
    }

    /// The bar of a page.
    pub fn bar(&self, page: u32) -> Option<&PageBar> {
        self.bars.get(&page)
    }

    /// Another page is on top.
    pub fn show_page(&mut self, page: u32, rank: PageRank) {
        self.shown = Some((page, rank));
        if let Some(bar) = self.bars.get(&page).cloned() {
            self.show_bar(&bar, rank);
        }
    }

    /// Shows a bar.
    pub fn show_bar(&mut self, bar: &PageBar, rank: PageRank) {
        self.navigation = match bar.style {
            NavigationStyle::Custom => Navigation::CapsuleOnly { dark_text: bar.dark_text },
            NavigationStyle::Default => Navigation::Bar {
                title: bar.title.clone(),
                background: bar.ground(self.now),
                dark_text: bar.dark_text,
                back: rank.depth > 0,
                home: rank.depth == 0 && rank.tab.is_none() && !rank.entry && !bar.home_hidden,
                loading: bar.loading,
            },
        };
        if let Some(tabs) = &mut self.tabs {
            tabs.selected = rank.tab;
        }
        self.revision += 1;
    }

    /// Script changes the bar of a page, or of the one that is shown.
    pub fn change_bar(&mut self, page: Option<u32>, change: impl FnOnce(&mut PageBar)) {
        let Some(page) = page.or(self.shown.map(|(page, _)| page)) else { return };
        let Some(bar) = self.bars.get_mut(&page) else { return };
        change(bar);
        if self.shown_page() == Some(page) {
            self.show_again();
        }
    }

    /// The page that is shown.
    pub(super) fn shown_page(&self) -> Option<u32> {
        self.shown.map(|(page, _)| page)
    }

    /// The bar of the page that is shown.
    pub(super) fn shown_bar(&self) -> Option<&PageBar> {
        self.bar(self.shown_page()?)
    }

    /// The bar of the page that is shown is another one now.
    pub(super) fn show_again(&mut self) {
        // Without bars nothing is drawn, but the title counts all the same.
        if let Some((page, rank)) = self.shown.filter(|_| self.navigation != Navigation::None)
            && let Some(bar) = self.bars.get(&page).cloned()
        {
            self.show_bar(&bar, rank);
        }
    }

    /// True if the tab bar is on the screen: only pages of a tab have it.
    pub fn tabs_visible(&self) -> bool {
        self.tabs.as_ref().is_some_and(|tabs| !tabs.hidden && tabs.selected.is_some())
    }

    /// True if taps do not reach the page.
    pub fn blocks_page(&self) -> bool {
        !self.dialogs.is_empty()
            || self.picker.is_some()
            || self.viewer.is_some()
            || matches!(self.toast, Some(Overlay::Toast { mask: true, .. }))
    }

    /// When something of it changes by itself, ms.
    pub fn next_due(&self) -> Option<f64> {
        // While a colour changes, at the next frame.
        self.is_fading().then_some(self.now).or(self.toast_due())
    }

    /// When a toast goes by itself, ms.
    fn toast_due(&self) -> Option<f64> {
        match self.toast {
            Some(Overlay::Toast { until, .. }) if until.is_finite() => Some(until),
            _ => None,
        }
    }

    /// Moves on to a time.
    pub fn advance(&mut self, now: f64) {
        self.advance_fades(now);
        if self.toast_due().is_some_and(|due| now >= due) {
            self.toast = None;
            self.revision += 1;
        }
    }

    /// A call of the program, made while `page` was on top. What the chrome cannot do itself is handed back.
    pub fn call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder, now: f64) -> Rest {
        self.revision += 1;
        match call {
            ShellCall::ShowToast { title, icon, image, duration_ms, mask } => {
                let until = now + duration_ms.clamp(0.0, 600_000.0);
                self.toast = Some(Overlay::Toast { title, icon, image, mask, until });
            }
            ShellCall::ShowLoading { title, mask } => {
                let (icon, image, until) = ("loading".to_owned(), String::new(), f64::INFINITY);
                self.toast = Some(Overlay::Toast { title, icon, image, mask, until });
            }
            ShellCall::HideToast | ShellCall::HideLoading => self.toast = None,
            ShellCall::ShowModal { .. } => {
                self.dialogs.push(Overlay::Modal { call, content: String::new(), reply });
                return Rest::Done;
            }
            ShellCall::AskPermission(request) => {
                self.dialogs.push(Overlay::Permission { request, reply });
                return Rest::Done;
            }
            ShellCall::OpenSettings { app_name, switches } => {
                let changes = Default::default();
                self.dialogs.push(Overlay::Settings { app_name, switches, changes, reply });
                return Rest::Done;
            }
            ShellCall::ShowActionSheet { alert_text, item_list, item_color } => {
                let (title, items, color, chooser) = (alert_text, item_list, item_color, Chooser::Script(reply));
                self.dialogs.push(Overlay::Sheet { title, items, color, chooser });
                return Rest::Done;
            }
            ShellCall::PreviewImage { current, urls } => self.viewer = Some(Viewer::new(urls, &current)),
            ShellCall::SetNavigationBarTitle { title } => self.change_bar(page, |bar| bar.title = title),
            ShellCall::SetNavigationBarColor { front_color, background_color, duration_ms, timing } => {
                self.change_bar(page, |bar| {
                    bar.dark_text = front_color == "#000000";
                    bar.fade_to(background_color, Timing::new(duration_ms, &timing), now);
                });
            }
            ShellCall::NavigationBarLoading { shown } => self.change_bar(page, |bar| bar.loading = shown),
            ShellCall::HideHomeButton => self.change_bar(page, |bar| bar.home_hidden = true),
            ShellCall::SetBackgroundColor { color, top } => self.change_bar(page, |bar| {
                if !color.is_empty() {
                    bar.canvas = color;
                }
                if !top.is_empty() {
                    bar.above = Some(top);
                }
            }),
            ShellCall::SetBackgroundTextStyle { style } => {
                self.change_bar(page, |bar| bar.light_dots = style == "light");
            }
            ShellCall::SetTabBarItem { .. }
            | ShellCall::SetTabBarStyle { .. }
            | ShellCall::SetTabBarBadge { .. }
            | ShellCall::TabBarRedDot { .. }
            | ShellCall::TabBar { .. } => return self.tab_call(page, call, reply),
            other => return Rest::Other(other, reply),
        }
        reply.ok(ApiReply::empty());
        Rest::Done
    }

    /// A call that concerns the tab bar: only pages of a tab may change it.
    fn tab_call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder) -> Rest {
        let beside = self.shown.is_some_and(|(shown, rank)| page == Some(shown) && rank.tab.is_none());
        let Some(tabs) = self.tabs.as_mut().filter(|_| !beside) else {
            reply.fail(ApiFailure::internal("not TabBar page"));
            return Rest::Done;
        };
        let set = |field: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *field = value;
            }
        };
        let found = match call {
            ShellCall::SetTabBarStyle { color, selected_color, background_color, border_style } => {
                set(&mut tabs.color, color);
                set(&mut tabs.selected_color, selected_color);
                set(&mut tabs.background, background_color);
                if let Some(style) = border_style {
                    tabs.white_border = style == "white";
                }
                true
            }
            ShellCall::TabBar { shown, .. } => {
                tabs.hidden = !shown;
                true
            }
            ShellCall::SetTabBarItem { index, text, icon, selected_icon } => tabs.item(index, |item| {
                set(&mut item.text, text);
                set(&mut item.icon, icon);
                set(&mut item.selected_icon, selected_icon);
            }),
            ShellCall::SetTabBarBadge { index, text } => tabs.item(index, |item| item.badge = text),
            ShellCall::TabBarRedDot { index, shown } => tabs.item(index, |item| item.dot = shown),
            _ => false,
        };
        if found {
            reply.ok(ApiReply::empty());
        } else {
            reply.fail(ApiFailure::parameter("tabbar item not found"));
        }
        Rest::Done
    }

    /// Shows the panel of a picker, or none; gives the one that was shown.
    pub fn set_picker(&mut self, picker: Option<Picker>) -> Option<Picker> {
        self.revision += 1;
        std::mem::replace(&mut self.picker, picker)
    }
}

impl Tabs {
    fn item(&mut self, index: u32, change: impl FnOnce(&mut Tab)) -> bool {
        let item = self.items.get_mut(index as usize);
        item.map(change).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::bridge::message::{Answer, Message};
    use pellicle_script::bridge::queue::{Mailbox, MailboxLimits, mailbox};
    use serde_json::json;

    fn responder() -> (Responder, Mailbox) {
        let (sender, mailbox) = mailbox(MailboxLimits::default());
        (Responder::new(1, sender), mailbox)
    }

    fn answer(mailbox: &Mailbox) -> Option<Result<ApiReply, ApiFailure>> {
        match mailbox.take()? {
            Message::Reply(reply) => match reply.answer {
                Answer::Done(result) => Some(result),
                Answer::Progress { .. } => None,
            },
            _ => None,
        }
    }

    #[test]
    fn a_toast_goes_after_its_time_and_a_loading_one_stays() {
        let mut state = ChromeState::default();
        let (reply, mailbox) = responder();
        let toast = ShellCall::ShowToast {
            title: "ok".into(),
            icon: "success".into(),
            image: String::new(),
            duration_ms: 1500.0,
            mask: false,
        };
        state.call(None, toast, reply, 100.0);
        assert_eq!(answer(&mailbox), Some(Ok(ApiReply::empty())));
        assert_eq!(state.next_due(), Some(1600.0));
        state.advance(1599.0);
        assert!(state.toast.is_some());
        state.advance(1600.0);
        assert!(state.toast.is_none());
        state.call(None, ShellCall::ShowLoading { title: String::new(), mask: true }, responder().0, 0.0);
        state.advance(1e9);
        assert!(state.blocks_page());
    }

    #[test]
    fn a_dialog_answers_once_and_the_next_one_follows() {
        let mut state = ChromeState::default();
        let (reply, modal) = responder();
        let (second, sheet) = responder();
        let call = ShellCall::ShowModal {
            title: "t".into(),
            content: "c".into(),
            show_cancel: true,
            cancel_text: String::new(),
            cancel_color: String::new(),
            confirm_text: String::new(),
            confirm_color: String::new(),
            editable: true,
            placeholder_text: String::new(),
        };
        state.call(None, call, reply, 0.0);
        state.call(
            None,
            ShellCall::ShowActionSheet {
                alert_text: String::new(),
                item_list: vec!["a".into()],
                item_color: String::new(),
            },
            second,
            0.0,
        );
        state.field_mut().unwrap().push_str("typed");
        state.answer(true, None);
        let fields = json!({"confirm": true, "cancel": false, "content": "typed"});
        assert_eq!(answer(&modal), Some(Ok(ApiReply::of(fields))));
        assert!(state.blocks_page());
        state.answer(false, None);
        assert_eq!(answer(&sheet), Some(Err(ApiFailure::new(ApiFailure::DENIED, "cancel"))));
        assert!(!state.blocks_page());
    }

    #[test]
    fn calls_about_tabs_fail_where_there_are_none() {
        let mut state = ChromeState::default();
        let (reply, mailbox) = responder();
        state.call(None, ShellCall::TabBarRedDot { index: 0, shown: true }, reply, 0.0);
        assert!(matches!(answer(&mailbox), Some(Err(_))));
    }
}
