//! URLs of pages and what a route does to the page stack.

use crate::package::resolve;

/// A page's URL: its path inside the package and its query in written order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageUrl {
    /// Path without a leading slash and ending.
    pub path: String,
    /// Names and values, decoded.
    pub query: Vec<(String, String)>,
}

impl PageUrl {
    /// The URL as written in `from` (a page's path), where it may be relative.
    pub fn parse(from: &str, url: &str) -> PageUrl {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        // Fragments are no part of a page's address.
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let path = path.split_once('#').map_or(path, |(path, _)| path);
        let path = path.strip_suffix(".html").unwrap_or(path);
        PageUrl {
            path: resolve(from, path).unwrap_or_else(|| path.trim_start_matches('/').to_owned()),
            query: parse_query(query),
        }
    }
}

/// The names and values of a query string, percent-decoded; a repeated name keeps its last value.
pub fn parse_query(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        match pairs.iter_mut().find(|(n, _)| *n == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    pairs
}

/// Percent-decodes; what is not valid UTF-8 or no escape stays as written.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The seven route types of the platform.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RouteType {
    /// The first page.
    AppLaunch,
    /// A page on top.
    NavigateTo,
    /// The top page is replaced.
    RedirectTo,
    /// Pages are taken off.
    NavigateBack,
    /// To a tab page.
    SwitchTab,
    /// Everything is replaced.
    ReLaunch,
    /// As `ReLaunch`, by the platform.
    AutoReLaunch,
}

impl RouteType {
    /// The platform's name, as `routeType` and `errMsg` have it.
    pub fn name(self) -> &'static str {
        match self {
            RouteType::AppLaunch => "appLaunch",
            RouteType::NavigateTo => "navigateTo",
            RouteType::RedirectTo => "redirectTo",
            RouteType::NavigateBack => "navigateBack",
            RouteType::SwitchTab => "switchTab",
            RouteType::ReLaunch => "reLaunch",
            RouteType::AutoReLaunch => "autoReLaunch",
        }
    }
}

/// A page on the stack, as a route decision sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackEntry<'a> {
    /// Its path.
    pub path: &'a str,
    /// It is a tab page.
    pub is_tab: bool,
}

/// What a route does, in order: unload, then create or show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoutePlan {
    /// Indices of stack entries that are unloaded, top first.
    pub unload: Vec<usize>,
    /// Index of a stack entry that is hidden and kept.
    pub hide: Option<usize>,
    /// Index of a stack entry (or, for a tab page taken off the stack earlier, none) that is shown again.
    pub show: Option<usize>,
    /// A new page is made.
    pub create: bool,
    /// The tab page in question may live off the stack: show that one if it is there, else create it.
    pub tab: bool,
}

/// Why a route is refused, in the words of `errMsg`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RouteError {
    /// The program has no such page.
    #[error("page \"{0}\" is not found")]
    NotFound(String),
    /// `navigateTo` and `redirectTo` do not go to tab pages.
    #[error("can not {0} a tabbar page")]
    TabPage(&'static str),
    /// `switchTab` goes to tab pages only.
    #[error("can not switch to no-tabBar page")]
    NotTab,
    /// The stack is full.
    #[error("webview count limit exceed")]
    Full,
    /// There is nothing below the page.
    #[error("cannot navigate back at first page")]
    First,
}

/// Decides what a route does to the stack (bottom first).
///
/// # Errors
/// [`RouteError`] in the platform's words.
pub fn plan(
    kind: RouteType,
    stack: &[StackEntry<'_>],
    target: &str,
    target_is_tab: bool,
    delta: u32,
    limit: usize,
) -> Result<RoutePlan, RouteError> {
    let top = stack.len().checked_sub(1);
    match kind {
        RouteType::NavigateTo => {
            if target_is_tab {
                return Err(RouteError::TabPage("navigateTo"));
            }
            if stack.len() >= limit {
                return Err(RouteError::Full);
            }
            Ok(RoutePlan { hide: top, create: true, ..RoutePlan::default() })
        }
        RouteType::RedirectTo => {
            if target_is_tab {
                return Err(RouteError::TabPage("redirectTo"));
            }
            Ok(RoutePlan { unload: top.into_iter().collect(), create: true, ..RoutePlan::default() })
        }
        RouteType::NavigateBack => {
            let Some(top) = top.filter(|&top| top > 0) else { return Err(RouteError::First) };
            let below = top.saturating_sub(delta.max(1) as usize);
            Ok(RoutePlan { unload: (below + 1..=top).rev().collect(), show: Some(below), ..RoutePlan::default() })
        }
        RouteType::SwitchTab => {
            if !target_is_tab {
                return Err(RouteError::NotTab);
            }
            // Everything above the tab page goes; the tab page itself is kept aside when another one comes.
            let unload = (0..stack.len()).rev().filter(|&i| !stack[i].is_tab).collect();
            let current = stack.iter().position(|entry| entry.is_tab);
            let same = current.filter(|&i| stack[i].path == target);
            Ok(RoutePlan {
                unload,
                hide: current.filter(|_| same.is_none() && stack.len() == 1),
                show: same,
                create: false,
                tab: same.is_none(),
            })
        }
        RouteType::AppLaunch | RouteType::ReLaunch | RouteType::AutoReLaunch => {
            Ok(RoutePlan { unload: (0..stack.len()).rev().collect(), create: true, ..RoutePlan::default() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack<'a>(paths: &[&'a str]) -> Vec<StackEntry<'a>> {
        paths.iter().map(|path| StackEntry { path, is_tab: path.starts_with("tab") }).collect()
    }

    #[test]
    fn a_url_gives_its_path_and_decoded_query() {
        let url = PageUrl::parse("pages/a/a", "../b/b?x=1&name=%E4%BD%A0%20a&flag&x=2#top");
        assert_eq!(url.path, "pages/b/b");
        assert_eq!(url.query, [("x", "2"), ("name", "你 a"), ("flag", "")].map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(PageUrl::parse("pages/a/a", "/pages/c/c").path, "pages/c/c");
        assert_eq!(parse_query("a=%zz&b=%ff")[0].1, "%zz");
    }

    #[test]
    fn going_back_takes_pages_off_and_shows_the_one_below() {
        let plan = plan(RouteType::NavigateBack, &stack(&["a", "b", "c"]), "", false, 2, 10).unwrap();
        assert_eq!((plan.unload, plan.show, plan.create), (vec![2, 1], Some(0), false));
    }

    #[test]
    fn going_back_too_far_stops_at_the_first_page() {
        let plan = plan(RouteType::NavigateBack, &stack(&["a", "b"]), "", false, 99, 10).unwrap();
        assert_eq!((plan.unload, plan.show), (vec![1], Some(0)));
        assert_eq!(super::plan(RouteType::NavigateBack, &stack(&["a"]), "", false, 1, 10), Err(RouteError::First));
    }

    #[test]
    fn tab_pages_are_for_switch_tab_alone() {
        assert!(plan(RouteType::NavigateTo, &stack(&["a"]), "tab/a", true, 1, 10).is_err());
        assert_eq!(plan(RouteType::SwitchTab, &stack(&["a"]), "b", false, 1, 10), Err(RouteError::NotTab));
        let there = plan(RouteType::SwitchTab, &stack(&["tab/a", "b"]), "tab/a", true, 1, 10).unwrap();
        assert_eq!((there.unload, there.show, there.tab), (vec![1], Some(0), false));
        let other = plan(RouteType::SwitchTab, &stack(&["tab/a"]), "tab/b", true, 1, 10).unwrap();
        assert_eq!((other.unload, other.hide, other.tab), (vec![], Some(0), true));
    }

    #[test]
    fn the_stack_has_a_limit() {
        let paths = vec!["a"; 10];
        assert_eq!(plan(RouteType::NavigateTo, &stack(&paths), "b", false, 1, 10), Err(RouteError::Full));
        assert!(plan(RouteType::RedirectTo, &stack(&paths), "b", false, 1, 10).is_ok());
    }
}
