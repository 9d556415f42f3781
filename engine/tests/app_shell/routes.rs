//! Routes: which pages are told what, in which order, and what the stack is meanwhile.

use super::live::Live;
use super::program::Program;
use super::{log, run, value};
use serde_json::json;

/// Tells of every step of a page's life with the stack of that moment.
const TELLER: &str = "
    const stack = () => ' [' + getCurrentPages().map(p => p.route[0]).join('') + ']';
    const say = exports.say = text => console.log(text + stack());
    exports.page = (name, own = {}) => {
      const page = {};
      for (const event of ['Load', 'Show', 'Ready', 'RouteDone', 'Hide', 'Unload', 'TabItemTap', 'Resize'])
        page['on' + event] = function (e) {
          const told = event === 'Load' && Object.keys(e).length ? ' ' + JSON.stringify(e)
            : event === 'TabItemTap' ? ' ' + e.index + e.text + e.pagePath : '';
          say(name + '.' + event + told);
          if (own['on' + event]) own['on' + event].call(this, e);
        };
      return page;
    };
    exports.component = name => {
      const told = list => Object.fromEntries(list.map(event => [event, () => say(name + '.' + event)]));
      return { lifetimes: told(['created', 'attached', 'ready', 'moved', 'detached']),
        pageLifetimes: told(['show', 'hide', 'resize', 'routeDone']) };
    };";

const APP: &str = "const { say } = require('./teller');
    App({ onLaunch(o) { say('launch ' + o.path) }, onShow(o) { say('show ' + o.path) }, onHide() { say('hide') },
      onPageNotFound(e) { say('lost ' + e.path + JSON.stringify(e.query) + e.isEntryPage) } });
    globalThis.go = (api, options) => {
      const tell = which => r => say(api + ' ' + which + ' ' + r.errMsg.slice(api.length));
      wx[api]({ success: tell('success'), fail: tell('fail'), complete: tell('complete'), ...options });
    };";

/// A program with the tabs `a` and `b`, and pages `c`, `d` and `e` beside them; the first page has a component. What
/// `own` gives for a page it does of itself.
fn program(own: &[(&str, &str)], options: &[&str]) -> Live {
    let app = r#"{ "pages": ["a/a", "b/b", "c/c", "d/d", "deep/e/e"],
      "tabBar": { "list": [{ "pagePath": "a/a", "text": "A" }, { "pagePath": "b/b", "text": "B" }] } }"#;
    let mut files = vec![
        ("app.json".to_owned(), app.to_owned()),
        ("app.js".to_owned(), APP.to_owned()),
        ("teller.js".to_owned(), TELLER.to_owned()),
        ("k/k.js".to_owned(), "Component(require('../teller').component('k'))".to_owned()),
        ("k/k.json".to_owned(), r#"{ "component": true }"#.to_owned()),
        ("k/k.wxml".to_owned(), "<view>k</view>".to_owned()),
        ("a/a.json".to_owned(), r#"{ "usingComponents": { "k": "../k/k" } }"#.to_owned()),
    ];
    for (name, path) in [("a", "a/a"), ("b", "b/b"), ("c", "c/c"), ("d", "d/d"), ("e", "deep/e/e")] {
        let own = own.iter().find(|(page, _)| *page == name).map_or("{}", |(_, own)| own);
        files.push((format!("{path}.js"), format!("Page(require('/teller').page('{name}', {own}))")));
        files.push((format!("{path}.wxml"), format!("<view>{name}</view>{}", if name == "a" { "<k/>" } else { "" })));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Live::open_with(Program::new(&files), options)
}

#[test]
fn a_program_starts_its_first_page() {
    let mut live = program(&[], &["--query", "x=%E5%AD%97"]);
    assert_eq!(
        log(&mut live),
        [
            "launch a/a []",
            "show a/a []",
            "k.created []",
            "k.attached [a]",
            "a.Load {\"x\":\"字\"} [a]",
            "a.Show [a]",
            "k.show [a]",
            "k.ready [a]",
            "a.Ready [a]",
            "a.RouteDone [a]",
            "k.routeDone [a]",
        ]
    );
}

#[test]
fn pages_come_on_top_and_go_again() {
    let mut live = program(&[], &[]);
    log(&mut live);
    assert_eq!(
        run(&mut live, "go('navigateTo', { url: '/c/c?x=1' })"),
        [
            "a.Hide [a]",
            "k.hide [a]",
            "c.Load {\"x\":\"1\"} [ac]",
            "c.Show [ac]",
            "navigateTo success :ok [ac]",
            "navigateTo complete :ok [ac]",
            "c.Ready [ac]",
            "c.RouteDone [ac]",
        ]
    );
    run(&mut live, "go('navigateTo', { url: '../d/d' })");
    // More than there are: back to the first.
    assert_eq!(
        run(&mut live, "go('navigateBack', { delta: 9 })"),
        [
            "d.Unload [acd]",
            "c.Unload [ac]",
            "a.Show [a]",
            "k.show [a]",
            "navigateBack success :ok [a]",
            "navigateBack complete :ok [a]",
            "a.RouteDone [a]",
            "k.routeDone [a]",
        ]
    );
    let refused = "navigateBack fail :fail cannot navigate back at first page. [a]";
    assert_eq!(run(&mut live, "go('navigateBack')"), [refused, &refused.replacen("fail ", "complete ", 1)]);
}

#[test]
fn a_redirect_and_a_relaunch_close_pages_first() {
    let mut live = program(&[], &[]);
    log(&mut live);
    assert_eq!(
        run(&mut live, "go('redirectTo', { url: '/c/c' })"),
        [
            "a.Unload [a]",
            "k.detached [a]",
            "c.Load [c]",
            "c.Show [c]",
            "redirectTo success :ok [c]",
            "redirectTo complete :ok [c]",
            "c.Ready [c]",
            "c.RouteDone [c]",
        ]
    );
    run(&mut live, "go('switchTab', { url: '/b/b' })");
    run(&mut live, "go('switchTab', { url: '/a/a' })");
    run(&mut live, "go('navigateTo', { url: '/c/c' })");
    // The pages of the stack from the top, then tabs behind; the same page comes anew.
    let told = run(&mut live, "go('reLaunch', { url: '/a/a' })");
    assert_eq!(
        told[..6],
        ["c.Unload [ac]", "a.Unload [a]", "k.detached [a]", "b.Unload []", "k.created []", "k.attached [a]"]
    );
    assert_eq!(told[6..10], ["a.Load [a]", "a.Show [a]", "k.show [a]", "reLaunch success :ok [a]"]);
    assert_eq!(value(&mut live, "getCurrentPages().length"), 1);
}

#[test]
fn tabs_are_switched_as_documented() {
    // The rows of the platform's table: how one comes to where one is, what is done, what pages are told.
    let rows: [(&str, &str, &str); 8] = [
        ("", "a", ""),
        ("", "b", "a.Hide b.Load b.Show"),
        ("b a", "b", "a.Hide b.Show"),
        ("c", "a", "c.Unload a.Show"),
        ("c", "b", "c.Unload b.Load b.Show"),
        ("c d", "b", "d.Unload c.Unload b.Load b.Show"),
        ("!d", "a", "d.Unload a.Load a.Show"),
        ("!d", "b", "d.Unload b.Load b.Show"),
    ];
    for (way, to, expected) in rows {
        let mut live = match way {
            "!d" => program(&[], &["--page", "d/d"]),
            _ => program(&[], &[]),
        };
        for step in way.split_whitespace().filter(|step| !step.starts_with('!')) {
            let api = if "ab".contains(step) { "switchTab" } else { "navigateTo" };
            run(&mut live, &format!("go('{api}', {{ url: '/{step}/{step}' }})"));
        }
        log(&mut live);
        let told = run(&mut live, &format!("go('switchTab', {{ url: '/{to}/{to}' }})"));
        let lives = ["Load", "Show", "Hide", "Unload"];
        let names = told.iter().filter_map(|line| line.split(' ').next());
        let names: Vec<&str> =
            names.filter(|name| name.split_once('.').is_some_and(|(_, e)| lives.contains(&e))).collect();
        assert_eq!(names.join(" "), expected, "{way} -> {to}");
        assert!(told.iter().any(|line| line == &format!("switchTab success :ok [{to}]")), "{told:?}");
    }
}

#[test]
fn a_tab_that_is_tapped_tells_its_page_also_the_one_that_is_shown() {
    let mut live = program(&[], &[]);
    log(&mut live);
    let (_, height) = (live.picture().1, live.driver().app.viewport().height);
    live.tap_at((280.0, height - 20.0));
    assert_eq!(
        log(&mut live),
        [
            "a.Hide [a]",
            "k.hide [a]",
            "b.Load [b]",
            "b.Show [b]",
            "b.TabItemTap 1Bb/b [b]",
            "b.Ready [b]",
            "b.RouteDone [b]"
        ]
    );
    live.tap_at((280.0, height - 20.0));
    assert_eq!(log(&mut live), ["b.TabItemTap 1Bb/b [b]"]);
    // What it says now.
    run(&mut live, "wx.setTabBarItem({ index: 1, text: 'Now' })");
    live.tap_at((280.0, height - 20.0));
    assert_eq!(log(&mut live), ["b.TabItemTap 1Nowb/b [b]"]);
}

#[test]
fn what_cannot_be_reached_is_refused_with_the_documented_words() {
    let mut live = program(&[], &[]);
    log(&mut live);
    let cases = [
        ("navigateTo", "/none?x=1", "lost none{\"x\":\"1\"}false [a]|page \"none\" is not found"),
        ("reLaunch", "x/y", "lost a/x/y{}false [a]|page \"a/x/y\" is not found"),
        ("navigateTo", "/b/b", "can not navigateTo a tabbar page"),
        ("redirectTo", "/a/a", "can not redirectTo a tabbar page"),
        ("switchTab", "/c/c", "can not switch to no-tabBar page"),
        ("navigateTo", "../../c/c", "the url ../../c/c leaves the package"),
        ("navigateTo", "plugin://p/page", "page \"plugin://p/page\" is not found: there are no plugins"),
    ];
    for (api, url, expected) in cases {
        let (before, reason) = expected.split_once('|').unwrap_or(("", expected));
        let mut lines: Vec<String> = (!before.is_empty()).then(|| before.to_owned()).into_iter().collect();
        lines.extend(["fail", "complete"].map(|which| format!("{api} {which} :fail {reason} [a]")));
        assert_eq!(run(&mut live, &format!("go('{api}', {{ url: '{url}' }})")), lines);
    }
    let told = run(&mut live, "wx.navigateTo({ url: '/none' }).catch(e => console.log(e.errMsg))");
    assert_eq!(told, ["lost none{}false [a]", "navigateTo:fail page \"none\" is not found"]);
}

#[test]
fn a_query_is_read_as_the_platform_reads_it() {
    let mut live = program(&[], &[]);
    log(&mut live);
    let url = "/c/c?name=%E5%AD%97&t=字&flag&code=3==q&e=&to=/b?c=1";
    let told = run(&mut live, &format!("go('navigateTo', {{ url: '{url}' }})"));
    assert_eq!(told[2], r#"c.Load {"name":"%E5%AD%97","t":"字","flag":"undefined","code":"3","e":"","to":"/b"} [ac]"#);
    assert_eq!(value(&mut live, "getCurrentPages()[1].options.t + getCurrentPages()[1].route"), json!("字c/c"));
    // The url of a tab has none.
    let told = run(&mut live, "go('switchTab', { url: '/b/b?x=1' })");
    assert!(told.contains(&"b.Load [b]".to_owned()), "{told:?}");
    assert!(told[0].starts_with("warn: switchTab"), "{told:?}");
    // A component goes from its own place, and a page from its own.
    run(&mut live, "getCurrentPages()[0].pageRouter.navigateTo({ url: '../deep/e/e?x=1' })");
    assert_eq!(live.page(), "deep/e/e");
    run(&mut live, "go('redirectTo', { url: '../../c/c' })");
    assert_eq!(live.page(), "c/c");
}

#[test]
fn routes_wait_for_each_other() {
    let own = [
        ("c", "{ onLoad() { go('redirectTo', { url: '../d/d' }) } }"),
        ("d", "{ onUnload() { go('redirectTo', { url: '/deep/e/e' }) } }"),
    ];
    let mut live = program(&own, &[]);
    log(&mut live);
    let order = |told: Vec<String>| -> Vec<String> {
        let passing = ["Ready", "RouteDone", "routeDone", "complete", "k."];
        told.into_iter().filter(|line| !passing.iter().any(|event| line.contains(event))).collect()
    };
    // What a page asks for while it is opened begins when it is open.
    assert_eq!(
        order(run(&mut live, "go('navigateTo', { url: '/c/c' })")),
        [
            "a.Hide [a]",
            "c.Load [ac]",
            "c.Show [ac]",
            "navigateTo success :ok [ac]",
            "c.Unload [ac]",
            "d.Load [ad]",
            "d.Show [ad]",
            "redirectTo success :ok [ad]",
        ]
    );
    // A page that is closed cannot lead elsewhere: the page below it goes.
    assert_eq!(
        order(run(&mut live, "go('navigateBack')")),
        [
            "d.Unload [ad]",
            "a.Show [a]",
            "navigateBack success :ok [a]",
            "a.Unload [a]",
            "e.Load [d]",
            "e.Show [d]",
            "redirectTo success :ok [d]",
        ]
    );
    // Two of one turn; a relative url counts from where it was written.
    assert_eq!(
        order(run(&mut live, "go('reLaunch', { url: '/b/b' }); go('navigateTo', { url: '../../deep/e/e' })")),
        [
            "e.Unload [d]",
            "b.Load [b]",
            "b.Show [b]",
            "reLaunch success :ok [b]",
            "b.Hide [b]",
            "e.Load [bd]",
            "e.Show [bd]",
            "navigateTo success :ok [bd]",
        ]
    );
}

#[test]
fn a_stack_has_ten_pages() {
    let mut live = program(&[], &[]);
    run(&mut live, "for (let i = 0; i < 9; i++) wx.navigateTo({ url: '/d/d' })");
    assert_eq!(value(&mut live, "getCurrentPages().length"), 10);
    let told = run(&mut live, "go('navigateTo', { url: '/d/d' })");
    let reason = ":fail webview count limit exceed [addddddddd]";
    assert_eq!(told, [format!("navigateTo fail {reason}"), format!("navigateTo complete {reason}")]);
    // Another page in the place of the last one is no more than there were.
    run(&mut live, "go('redirectTo', { url: '/c/c' })");
    assert_eq!(live.page(), "c/c");
}

#[test]
fn opener_and_opened_page_talk() {
    let opened = "{ onLoad() {
        const channel = this.getOpenerEventChannel();
        channel.on('down', d => { console.log('down ' + d.n); channel.emit('up', { n: d.n + 1 }, 'more'); });
        channel.once('once', () => console.log('once'));
      }, onUnload() { this.getOpenerEventChannel().emit('up', { n: 'last' }) } }";
    let mut live = program(&[("c", opened), ("d", "{ onLoad() { this.getOpenerEventChannel().emit('up', 1) } }")], &[]);
    log(&mut live);
    let script = "wx.navigateTo({ url: '/c/c', events: { up: (d, more) => console.log('up ' + d.n + ' ' + more) },
        success(r) { globalThis.down = r.eventChannel; r.eventChannel.emit('down', { n: 1 });
          r.eventChannel.emit('once'); r.eventChannel.emit('once') } })";
    let told = run(&mut live, script);
    let talk: Vec<&String> = told.iter().filter(|line| !line.contains('[')).collect();
    assert_eq!(talk, ["down 1", "up 2 more", "once"]);
    let told = run(&mut live, "wx.navigateBack()");
    assert!(told.contains(&"up last undefined".to_owned()), "{told:?}");
    // A channel of a page that is gone is quiet, and a page that nobody opened with listeners has one all the same.
    assert_eq!(run(&mut live, "down.emit('down', { n: 5 })"), [""; 0]);
    let told = run(&mut live, "wx.redirectTo({ url: '/d/d' })");
    assert!(!told.iter().any(|line| line.starts_with("fault")), "{told:?}");
}

#[test]
fn listeners_of_routes_hear_each_step() {
    let mut live = program(&[], &[]);
    run(
        &mut live,
        "for (const name of ['BeforeAppRoute', 'AppRoute', 'AppRouteDone', 'BeforePageLoad', 'AfterPageLoad',
           'BeforePageUnload', 'AfterPageUnload'])
           wx['on' + name](e => console.log([name, e.openType, e.path, JSON.stringify(e.query),
             (globalThis.last = e.routeEventId, typeof last)].join(' ')))",
    );
    assert_eq!(
        run(&mut live, "wx.redirectTo({ url: '/c/c?x=1' })"),
        [
            "BeforeAppRoute redirectTo c/c {\"x\":\"1\"} string",
            "BeforePageUnload redirectTo a/a {} string",
            "a.Unload [a]",
            "k.detached [a]",
            "AfterPageUnload redirectTo a/a {} string",
            "BeforePageLoad redirectTo c/c {\"x\":\"1\"} string",
            "c.Load {\"x\":\"1\"} [c]",
            "c.Show [c]",
            "AfterPageLoad redirectTo c/c {\"x\":\"1\"} string",
            "AppRoute redirectTo c/c {\"x\":\"1\"} string",
            "c.Ready [c]",
            "c.RouteDone [c]",
            "AppRouteDone redirectTo c/c {\"x\":\"1\"} string",
        ]
    );
    let first = value(&mut live, "last");
    let told = run(&mut live, "wx.switchTab({ url: '/b/b' })");
    assert_eq!(told[0], "BeforeAppRoute switchTab b/b {} string");
    assert_ne!(value(&mut live, "last"), first, "each route has its own number");
    // Nothing happens, so nothing is told.
    assert_eq!(run(&mut live, "wx.switchTab({ url: '/b/b' })"), [""; 0]);
}
