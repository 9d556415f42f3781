//! What a user sees of whole mini-programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
#[allow(dead_code)] // other tests use more of it
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
