//! What a user sees of whole mini-programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

mod bars {
    use super::live::Live;
    use super::program::Program;

    /// A program with two tabs, and pages beside them that colour and name their bars.
    fn program() -> Live {
        let app = r##"{ "pages": ["pages/t/t", "pages/u/u", "pages/a/a", "pages/b/b"],
          "window": { "navigationBarBackgroundColor": "#0000ff", "navigationBarTitleText": "app" },
          "tabBar": { "list": [{ "pagePath": "pages/t/t", "text": "T" }, { "pagePath": "pages/u/u", "text": "U" }] } }"##;
        let coloured = "Page({ onLoad() {
            wx.setNavigationBarTitle({ title: 'loaded' });
            wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#ff0000' });
          },
          green() { wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#008000' }) },
          next() { wx.navigateTo({ url: '/pages/b/b' }) } })";
        let plain = "Page({ back() { wx.navigateBack() },
          to(e) { wx.navigateTo({ url: '/pages/a/a' }) },
          redirect() { wx.redirectTo({ url: '/pages/b/b' }) },
          tab() { wx.switchTab({ url: '/pages/u/u' }) } })";
        let buttons = "<view id='to' bindtap='to'>to</view><view id='redirect' bindtap='redirect'>redirect</view>
          <view id='tab' bindtap='tab'>tab</view><view id='back' bindtap='back'>back</view>";
        Live::open(Program::new(&[
            ("app.json", app),
            ("pages/t/t.js", plain),
            ("pages/t/t.wxml", buttons),
            ("pages/u/u.js", plain),
            ("pages/u/u.wxml", buttons),
            ("pages/a/a.js", coloured),
            ("pages/a/a.wxml", "<view id='green' bindtap='green'>g</view><view id='next' bindtap='next'>n</view>"),
            ("pages/b/b.js", plain),
            ("pages/b/b.wxml", buttons),
        ]))
    }

    const BAR: (f32, f32) = (100.0, 30.0);

    #[test]
    fn a_bar_is_as_its_page_has_set_it_also_in_on_load_and_after_a_return() {
        let mut live = program();
        assert_eq!((live.pixel(BAR), live.driver().app.title()), ([0, 0, 255], "app"));
        live.tap("#to");
        assert_eq!((live.pixel(BAR), live.driver().app.title()), ([255, 0, 0], "loaded"));
        live.tap("#green");
        assert_eq!(live.pixel(BAR), [0, 128, 0]);
        live.tap("#next");
        assert_eq!((live.pixel(BAR), live.driver().app.title()), ([0, 0, 255], "app"));
        live.tap("#back");
        assert_eq!((live.pixel(BAR), live.driver().app.title()), ([0, 128, 0], "loaded"));
    }

    #[test]
    fn a_page_alone_on_the_stack_has_a_way_home_also_while_a_tab_waits_behind() {
        let mut live = program();
        live.tap("#tab");
        live.tap("#redirect");
        assert_eq!(live.page(), "pages/b/b");
        live.requests();
        live.tap_at((22.0, 42.0));
        live.wait(50.0);
        assert_eq!((live.page().as_str(), live.requests().len()), ("pages/t/t", 1), "its title");
    }
}

mod controls {
    use super::live::Live;
    use super::program::Program;

    const GREEN: [u8; 3] = [0, 128, 0];

    #[test]
    fn a_control_that_began_checked_can_be_seen_off() {
        for kind in ["switch", "checkbox"] {
            let wxml = format!("<switch id='s' type='{kind}' checked color='#008000'></switch>");
            let mut live = Live::open(Program::page(&wxml, "", "Page({})"));
            let has_green = |live: &mut Live| live.picture().0.as_chunks::<4>().0.iter().any(|p| p[..3] == GREEN);
            assert!(has_green(&mut live), "{kind}");
            live.tap("#s");
            assert!(!has_green(&mut live), "{kind}");
            live.tap("#s");
            assert!(has_green(&mut live), "{kind}");
        }
    }

    #[test]
    fn a_slider_stands_where_the_finger_left_it_until_script_sets_it() {
        let wxml = "<slider id='s' value='{{v}}' activeColor='#008000' bindtap='no'></slider>
          <view id='set' bindtap='set'>set</view>";
        let js = "Page({ data: { v: 0 }, set() { this.setData({ v: 10 }) } })";
        let mut live = Live::open(Program::page(wxml, "", js));
        let green = |live: &mut Live| live.picture().0.as_chunks::<4>().0.iter().filter(|p| p[..3] == GREEN).count();
        live.tap("#s");
        let half = green(&mut live);
        assert!(half > 200, "{half}");
        live.tap("#set");
        assert!(green(&mut live) < half / 2);
    }
}

mod pictures {
    use super::live::Live;
    use super::program::Program;
    use base64::Engine as _;
    use serde_json::json;

    /// The address of a picture of 20 by 10 px.
    fn address() -> String {
        let mut png = Vec::new();
        image::RgbImage::new(20, 10).write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(&png))
    }

    fn program() -> Program {
        let wxml = "<image id='a' class='pic' src='{{a}}' bindload='load' binderror='error' style='width:{{width}}px;height:10px'></image>
          <image id='b' src='{{b}}' bindload='load' binderror='error'></image>
          <view id='change' bindtap='change'>change</view>";
        let url = address();
        let js = format!(
            "Page({{ data: {{ a: '{url}', b: '{url}', told: [], width: 1 }},
              load(e) {{ this.setData({{ told: this.data.told.concat(e.target.id + e.detail.width), width: e.detail.width }}) }},
              error(e) {{ this.setData({{ told: this.data.told.concat(e.target.id + '!') }}) }},
              change() {{ this.setData({{ told: [], a: 'none.png', b: 'none.png' }}) }} }})"
        );
        Program::page(wxml, "", &js)
    }

    #[test]
    fn every_element_is_told_once_what_became_of_its_picture() {
        let mut live = Live::open(program());
        assert_eq!(live.data()["told"], json!(["a20", "b20"]));
        live.tap("#change");
        assert_eq!(live.data()["told"], json!(["a!", "b!"]));
        live.frames(3);
        assert_eq!(live.data()["told"], json!(["a!", "b!"]));
        let faults: Vec<String> = live.findings().into_iter().filter(|f| f.contains("none.png")).collect();
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn boxes_are_those_after_pictures_have_told_their_sizes() {
        let (boxes, data, _) = program().layout(&[]);
        assert_eq!(data["told"], json!(["a20", "b20"]));
        let image = boxes["elements"].as_array().unwrap().iter().find(|e| e["cls"] == "pic").unwrap();
        assert_eq!(image["width"], 20);
        let (_, data, _) = program().layout(&["--deterministic"]);
        assert_eq!(data["told"], json!([]), "a deterministic run tells nothing of pictures");
    }
}

mod swipers {
    use super::live::Live;
    use super::program::Program;
    use serde_json::json;

    const RED: [u8; 3] = [255, 0, 0];
    const BLUE: [u8; 3] = [0, 0, 255];

    /// A page with one swiper 300 px wide at the left edge whose items have the colours red, green, blue, gray.
    fn page(attributes: &str, items: &str) -> Live {
        let wxml = format!(
            "<swiper id='s' style='width:300px;height:100px' {attributes}
               bindchange='tell' bindtransition='move'>{items}</swiper><view id='more' bindtap='more'>more</view>"
        );
        let js = "Page({ data: { list: [], told: [], moves: 0 },
          tell(e) { this.setData({ told: this.data.told.concat(e.detail.current) }) },
          move(e) { this.setData({ moves: this.data.moves + 1, dx: e.detail.dx }) },
          more() { this.setData({ list: ['red', 'green', 'blue'] }) } })";
        Live::open(Program::page(&wxml, "view { height: 100% }", js))
    }

    fn items(colours: &[&str]) -> String {
        let item = |c: &&str| format!("<swiper-item><view style='background:{c}'></view></swiper-item>");
        colours.iter().map(item).collect()
    }

    fn at(live: &mut Live, x: f32) -> [u8; 3] {
        let area = live.area("#s");
        live.pixel((area.x + x, area.y + 50.0))
    }

    #[test]
    fn dots_lie_over_opaque_items() {
        let mut live = page("indicator-dots indicator-color='#ffffff'", &items(&["red", "blue"]));
        let area = live.area("#s");
        let dot = (area.x + 150.0 + 8.0, area.y + 100.0 - 14.0);
        assert_eq!((at(&mut live, 150.0), live.pixel(dot)), (RED, [255; 3]));
    }

    #[test]
    fn an_item_with_a_swiper_inside_is_one_item() {
        let inner =
            format!("<swiper-item><swiper style='height:50px'>{}</swiper></swiper-item>", items(&["red", "red"]));
        let mut live = page("", &format!("{inner}{}", items(&["blue"])));
        let area = live.area("#s");
        live.drag((area.x + 250.0, area.y + 80.0), (-200.0, 0.0));
        live.frames(60);
        live.drag((area.x + 250.0, area.y + 80.0), (-200.0, 0.0));
        live.frames(60);
        assert_eq!((live.data()["told"].clone(), at(&mut live, 150.0)), (json!([1]), BLUE));
    }

    #[test]
    fn current_counts_for_items_that_come_later() {
        let item =
            "<swiper-item wx:for='{{list}}' wx:key='*this'><view style='background:{{item}}'></view></swiper-item>";
        let mut live = page("current='2'", item);
        live.tap("#more");
        assert_eq!(at(&mut live, 150.0), BLUE);
    }

    #[test]
    fn a_circle_of_more_items_than_are_seen_leaves_no_gap() {
        let mut live = page("circular display-multiple-items='3'", &items(&["red", "green", "blue", "gray"]));
        assert_eq!([50.0, 150.0, 250.0].map(|x| at(&mut live, x)), [RED, [0, 128, 0], BLUE]);
        let area = live.area("#s");
        live.drag((area.x + 250.0, area.y + 50.0), (-100.0, 0.0));
        live.frames(60);
        assert_eq!([50.0, 150.0, 250.0].map(|x| at(&mut live, x)), [[0, 128, 0], BLUE, [128; 3]]);
    }

    #[test]
    fn margins_show_the_neighbours_but_not_beyond_an_edge_that_is_snapped_to() {
        let colours = items(&["red", "green", "blue"]);
        let mut live = page("previous-margin='40px' next-margin='80rpx'", &colours);
        assert_eq!([20.0, 50.0, 250.0, 280.0].map(|x| at(&mut live, x)), [[255; 3], RED, RED, [0, 128, 0]]);
        let mut live = page("previous-margin='40px' next-margin='40px' snap-to-edge", &colours);
        assert_eq!([20.0, 200.0, 240.0].map(|x| at(&mut live, x)), [RED, RED, [0, 128, 0]]);
    }

    #[test]
    fn transition_tells_how_far_a_swiper_is_on_its_way() {
        let mut live = page("", &items(&["red", "blue"]));
        let area = live.area("#s");
        live.drag_and_hold((area.x + 250.0, area.y + 50.0), (-120.0, 0.0));
        assert_eq!(live.data()["dx"].as_f64().unwrap().round(), 120.0);
        assert!(live.data()["moves"].as_u64().unwrap() > 3);
    }
}

mod navigators {
    use super::live::Live;
    use super::program::Program;
    use pellicle::host::types::HostRequest;
    use serde_json::json;

    fn program() -> Live {
        let wxml = "<navigator url='/pages/b/b'><button id='button'>b</button></navigator>
          <navigator url='/pages/b/b'><view id='caught' catchtap='caught'>c</view></navigator>
          <navigator id='missing' url='/pages/none/none' bindfail='told' bindcomplete='told' bindsuccess='told'>m</navigator>
          <navigator id='there' url='/pages/b/b' bindfail='told' bindcomplete='told' bindsuccess='told'>t</navigator>
          <navigator id='exit' open-type='exit' target='miniProgram'>e</navigator>";
        let js = "Page({ data: { told: [] }, caught() {},
          told(e) { this.setData({ told: this.data.told.concat(e.type + ' ' + e.detail.errMsg) }) } })";
        Live::open(Program::new(&[
            ("app.json", r#"{ "pages": ["pages/a/a", "pages/b/b"] }"#),
            ("pages/a/a.wxml", wxml),
            ("pages/a/a.js", js),
            ("pages/b/b.wxml", "<view>b</view>"),
            ("pages/b/b.js", "Page({ onLoad() { setTimeout(() => wx.navigateBack(), 500) } })"),
        ]))
    }

    #[test]
    fn a_button_inside_a_navigator_leads_on_and_a_caught_tap_does_not() {
        let mut live = program();
        live.tap("#caught");
        assert_eq!(live.page(), "pages/a/a");
        live.tap("#button");
        assert_eq!(live.page(), "pages/b/b");
    }

    #[test]
    fn a_navigator_tells_what_became_of_its_route() {
        let mut live = program();
        live.tap("#missing");
        let failed = "navigateTo:fail page \"pages/none/none\" is not found";
        assert_eq!(live.data()["told"], json!([format!("fail {failed}"), format!("complete {failed}")]));
        live.tap("#there");
        live.wait(1000.0);
        let told = live.data()["told"].clone();
        assert_eq!(told.as_array().unwrap()[2..], [json!("success navigateTo:ok"), json!("complete navigateTo:ok")]);
    }

    #[test]
    fn a_navigator_can_leave_the_program() {
        let mut live = program();
        live.requests();
        live.tap("#exit");
        assert_eq!(live.requests(), [HostRequest::Exit]);
    }
}

mod fields {
    use super::live::Live;
    use super::program::Program;
    use pellicle::tools::driver::Driver;

    fn page(wxml: &str, js: &str) -> Live {
        Live::open(Program::page(wxml, "input { width: 300px; height: 40px }", js))
    }

    fn text(driver: &Driver) -> (String, usize, String) {
        let focused = driver.app.session().unwrap().focused.as_ref().unwrap();
        (focused.editor.text().to_owned(), focused.editor.caret(), focused.editor.selected().to_owned())
    }

    #[test]
    fn a_value_made_before_script_saw_the_last_keys_does_not_take_them_back() {
        let wxml = "<input id='i' value='{{v}}' bindinput='typed'></input>";
        let js = "Page({ data: { v: '' }, typed(e) { this.setData({ v: e.detail.value.toUpperCase() }) } })";
        let mut live = page(wxml, js);
        live.tap("#i");
        live.type_text("a");
        // Logic answers to the first key, and the second is typed before the answer is there.
        live.driver().settle_logic(1.0).unwrap();
        live.type_text("b");
        live.driver().tick();
        assert_eq!(text(live.driver()).0, "ab");
        live.wait(50.0);
        assert_eq!((text(live.driver()).0.as_str(), live.data()["v"].as_str()), ("AB", Some("AB")));
    }

    #[test]
    fn a_value_that_no_key_asked_for_is_taken_at_any_time() {
        let wxml = "<input id='i' value='{{v}}' bindfocus='focused'></input>";
        let js = "Page({ data: { v: '' }, focused() { setTimeout(() => this.setData({ v: 'set' }), 500) } })";
        let mut live = page(wxml, js);
        live.tap("#i");
        live.type_text("abc");
        live.wait(1000.0);
        assert_eq!(text(live.driver()).0, "set");
    }

    #[test]
    fn caret_and_selection_follow_data_and_what_a_handler_returns() {
        let wxml = "<input id='i' value='hello world' cursor='{{c}}' selection-start='{{s}}' selection-end='{{e}}'
          bindfocus='focused' bindinput='typed'></input>";
        let js = "Page({ data: { c: -1, s: -1, e: -1 },
          focused() {
            setTimeout(() => this.setData({ c: 3 }), 500);
            setTimeout(() => this.setData({ s: 0, e: 5 }), 1000);
          },
          typed(e) { return { value: 'abcdef', cursor: 2 } } })";
        let mut live = page(wxml, js);
        live.tap("#i");
        live.wait(600.0);
        assert_eq!(text(live.driver()).1, 3);
        live.wait(600.0);
        assert_eq!(text(live.driver()).2, "hello");
        live.type_text("x");
        live.wait(50.0);
        assert_eq!(text(live.driver()), ("abcdef".to_owned(), 2, String::new()));
    }
}

mod scrolling {
    use super::live::Live;
    use super::program::Program;
    use serde_json::json;

    /// A scroll view 200 px high with red content, and what it tells.
    fn view(attributes: &str) -> Live {
        let events = [
            "refresherpulling",
            "refresherrefresh",
            "refresherrestore",
            "refresherabort",
            "dragstart",
            "dragging",
            "dragend",
        ];
        let bound: String = events.iter().map(|e| format!(" bind{e}='told'")).collect();
        let wxml = format!(
            "<scroll-view id='s' scroll-y style='height:200px' refresher-triggered='{{{{on}}}}'
               scroll-into-view='{{{{into}}}}' {attributes} {bound}>
               <view style='height:900px;background:red'></view><view id='end' style='height:500px'></view></scroll-view>
             <view id='off' bindtap='off'>off</view><view id='into' bindtap='into'>into</view>"
        );
        let js = "Page({ data: { on: false, into: '', told: [] },
          told(e) {
            const { told } = this.data;
            if (told[told.length - 1] !== e.type) this.setData({ told: told.concat(e.type) });
            if (e.type === 'refresherrefresh') this.setData({ on: true });
          },
          off() { this.setData({ on: false }) },
          into() { this.setData({ into: 'end' }) } })";
        Live::open(Program::page(&wxml, "", js))
    }

    fn offset(live: &mut Live) -> f32 {
        let node = live.find("#s");
        live.driver().app.session().unwrap().scrolls.offset(node).1
    }

    #[test]
    fn a_scroll_view_is_pulled_down_to_refresh() {
        let mut live = view("refresher-enabled refresher-threshold='60'");
        let area = live.area("#s");
        let from = (area.x + 100.0, area.y + 50.0);
        live.drag(from, (0.0, 30.0));
        live.frames(40);
        assert_eq!(live.data()["told"], json!(["refresherpulling", "refresherabort"]));
        live.drag(from, (0.0, 150.0));
        live.frames(40);
        let gap = (area.x + 100.0, area.y + 55.0);
        assert_eq!((live.pixel(gap), live.pixel((gap.0, area.y + 65.0))), ([255; 3], [255, 0, 0]));
        live.tap("#off");
        live.frames(40);
        assert_eq!(live.pixel(gap), [255, 0, 0]);
        let told = live.data()["told"].as_array().unwrap()[2..].to_vec();
        assert_eq!(told, ["refresherpulling", "refresherrefresh", "refresherrestore"]);
    }

    #[test]
    fn a_paged_view_rests_at_pages_and_tells_its_drag() {
        let mut live = view("enhanced paging-enabled");
        let area = live.area("#s");
        live.drag((area.x + 100.0, area.y + 150.0), (0.0, -120.0));
        live.frames(40);
        assert_eq!(
            (offset(&mut live), live.data()["told"].clone()),
            (200.0, json!(["dragstart", "dragging", "dragend"]))
        );
    }

    #[test]
    fn what_is_scrolled_into_view_keeps_its_offset() {
        let mut live = view("scroll-into-view-offset='-20'");
        live.tap("#into");
        assert_eq!(offset(&mut live), 880.0);
    }

    #[test]
    fn scroll_bars_are_seen_while_a_view_moves_unless_it_wants_none() {
        for (attributes, shown) in [("", true), ("show-scrollbar='{{false}}'", false)] {
            let mut live = view(attributes);
            let area = live.area("#s");
            let column = |live: &mut Live| -> Vec<bool> {
                let x = (area.x + area.width - 4.0) as usize;
                let (pixels, width) = live.picture();
                let at = |y: usize| (y * width + x) * 4;
                (area.y as usize..(area.y + area.height) as usize)
                    .map(|y| pixels[at(y)..at(y) + 3] != [255, 0, 0])
                    .collect()
            };
            assert!(!column(&mut live).contains(&true), "{attributes}");
            live.drag((area.x + 100.0, area.y + 150.0), (0.0, -100.0));
            let first = column(&mut live);
            assert_eq!(first.contains(&true), shown, "{attributes}");
            live.drag((area.x + 100.0, area.y + 150.0), (0.0, -100.0));
            assert_eq!(column(&mut live) != first, shown, "a bar goes with its view");
            live.wait(2000.0);
            assert!(!column(&mut live).contains(&true), "{attributes}");
        }
    }

    #[test]
    fn a_scrolled_page_stays_where_it_is_when_its_content_changes() {
        let mut live = Live::open(Program::new(&[
            ("pages/a/a.js", "Page({ data: { w: 40 }, touched() { this.setData({ w: 90 }) } })"),
            (
                "pages/a/a.wxml",
                "<view id='v' style='height:80px;width:{{w}}px;background:#ff0000' bindtouchend='touched'></view>
                <view style='height:3000px'></view>loose",
            ),
        ]));
        let at = live.middle("#v");
        live.drag(at, (0.0, -30.0));
        live.wait(50.0);
        let area = live.area("#v");
        assert_eq!((area.width, area.y), (90.0, at.1 - 70.0));
        assert_eq!(live.pixel((85.0, at.1 + 5.0)), [255, 0, 0]);
        assert_eq!(live.pixel((85.0, at.1 + 15.0)), [255, 255, 255]);
    }

    #[test]
    fn a_page_that_must_not_scroll_stays_where_it_is() {
        for (json, moves) in [("{}", true), (r#"{ "disableScroll": true }"#, false)] {
            let mut live = Live::open(Program::new(&[
                ("pages/a/a.json", json),
                ("pages/a/a.js", "Page({})"),
                ("pages/a/a.wxml", "<view id='v' style='height:3000px'></view>"),
            ]));
            let top = live.area("#v").y;
            live.drag((100.0, 400.0), (0.0, -200.0));
            assert_eq!(live.area("#v").y != top, moves, "{json}");
        }
    }
}

mod spinners {
    use super::live::Live;
    use super::program::Program;

    /// Pixels that differ between pictures taken a quarter of a second apart, and how far apart they lie.
    fn change(live: &mut Live) -> (usize, (usize, usize)) {
        let (first, width) = live.picture();
        live.wait(250.0);
        let (second, _) = live.picture();
        let places = first.as_chunks::<4>().0.iter().zip(second.as_chunks::<4>().0).enumerate();
        let changed: Vec<usize> = places.filter(|(_, (a, b))| a != b).map(|(i, _)| i).collect();
        let span = |part: fn(usize, usize) -> usize| {
            let all = || changed.iter().map(|&i| part(i, width));
            all().max().unwrap_or(0) - all().min().unwrap_or(0)
        };
        (changed.len(), (span(|i, w| i % w), span(|i, w| i / w)))
    }

    #[test]
    fn spinners_turn_and_nothing_else_is_drawn_again() {
        let js = |call: &str| format!("Page({{ onReady() {{ {call} }} }})");
        let cases = [js("wx.showLoading({ title: 't' })"), js("wx.showNavigationBarLoading()")];
        for js in cases {
            let mut live = Live::open(Program::page("<view>text</view>", "", &js));
            live.picture();
            let (count, (width, height)) = change(&mut live);
            assert!(count > 10 && width < 44 && height < 44, "{js}: {count} {width} {height}");
        }
    }

    #[test]
    fn a_page_that_is_pulled_down_shows_its_dots() {
        let mut live = Live::open(Program::new(&[
            ("pages/a/a.json", r#"{ "enablePullDownRefresh": true }"#),
            ("pages/a/a.js", "Page({ stop() { wx.stopPullDownRefresh() } })"),
            ("pages/a/a.wxml", "<view id='v' style='height:2000px;background:red' bindtap='stop'></view>"),
        ]));
        let top = live.area("#v").y;
        live.drag((100.0, 300.0), (0.0, 200.0));
        live.frames(40);
        let inked = |live: &mut Live| {
            let (pixels, width) = live.picture();
            let rows = pixels.as_chunks::<4>().0.chunks(width).skip(top as usize + 10).take(28);
            rows.flatten().filter(|p| p[..3] != [255; 3] && p[..3] != [255, 0, 0]).count()
        };
        let shown = inked(&mut live);
        assert!((100..200).contains(&shown), "{shown}");
        live.tap("#v");
        live.frames(40);
        assert_eq!(inked(&mut live), 0);
    }
}
