//! What the user did to controls that only the render side knows of is there again.

use super::program::Program;
use super::stepped::Stepped;
use super::{LifeConfig, LifeState, MINUTE};
use pellicle::host::life::frozen::ControlState;
use pellicle::interact::{InputEvent, Key};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::capability::Denied;

fn program() -> Program {
    let wxml = "
      <picker-view class='wheels' bindchange='heard' data-k='wheels'>
        <picker-view-column><view wx:for='{{rows}}' wx:key='*this' class='row'>{{item}}</view></picker-view-column>
        <picker-view-column><view wx:for='{{5}}' wx:key='*this' class='row'>{{item}}</view></picker-view-column>
      </picker-view>
      <movable-area class='area'>
        <movable-view class='knob' direction='all' bindchange='moved' bindscale='moved' scale x='10' y='10'/>
        <movable-view class='still' direction='all' x='{{x}}'/>
      </movable-area>
      <swiper class='swiper' bindchange='heard' data-k='swiper'>
        <swiper-item wx:for='{{3}}' wx:key='*this'>{{item}}</swiper-item>
      </swiper>
      <picker class='one' range='{{names}}' bindchange='heard' data-k='one'><view>one</view></picker>
      <picker class='day' mode='date' value='2020-02-03' bindchange='heard' data-k='day'><view>day</view></picker>";
    let wxss = "
      .wheels { height: 100px } .row { line-height: 34px } .swiper { height: 60px }
      .area { width: 200px; height: 100px } .knob { width: 20px; height: 20px } .still { width: 20px; height: 20px }
      picker { height: 30px }";
    // What is chosen from comes later than the page.
    let js = "Page({ data: { rows: [], names: [], x: 0 },
      onLoad() { setTimeout(() => this.setData({ rows: [0, 1, 2, 3, 4, 5], names: ['a', 'b', 'c', 'd'] }), 500) },
      heard(e) { const { value, current } = e.detail;
        console.log(e.currentTarget.dataset.k + ' ' + JSON.stringify(value === undefined ? current : value)) },
      moved(e) { this.last = 'knob ' + e.detail.x + ' ' + e.detail.y },
      said() { console.log(this.last) }, onSaveExitState() { console.log(this.last) } })";
    Program::page(wxml, wxss, js)
}

fn wheel_at(life: &mut Stepped, at: (f32, f32), rows: f32) {
    let (x, y) = at;
    life.input(InputEvent::Wheel { x, y, delta_x: 0.0, delta_y: rows * 40.0, time: life.now });
    life.wait(1_500.0);
}

/// Confirms the panel of a picker, after its first wheel was turned by a row that is tapped.
fn pick(life: &mut Stepped, picker: &str) {
    life.tap(picker);
    let size = life.app().viewport();
    assert!(life.app().is_picking(), "{picker}");
    wheel_at(life, (size.width / 6.0, size.height - 120.0), 2.0);
    life.input(InputEvent::Key { key: Key::Enter, modifiers: Default::default() });
    life.wait(500.0);
}

#[test]
fn pickers_movable_views_and_swipers_are_as_their_user_left_them() {
    let launch = LaunchOptions { scene: 1001, ..LaunchOptions::default() };
    let mut life = Stepped::start_with(program(), LifeConfig::default(), launch, true, |_| Box::new(Denied));
    life.wait(1_000.0);
    life.drag(".knob", (60.0, 30.0));
    life.drag(".swiper", (-200.0, 0.0));
    let (left, right) = {
        let (x, y) = life.middle(".wheels");
        ((x / 2.0, y), (x * 1.5, y))
    };
    wheel_at(&mut life, left, 3.0);
    wheel_at(&mut life, right, 1.0);
    pick(&mut life, ".one");
    pick(&mut life, ".day");
    let told = life.log();
    let last =
        |name: &str| told.iter().rfind(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {told:?}"));
    let before = ["wheels", "swiper", "one", "day"].map(|name| last(name).clone());
    assert_eq!(&before[1..2], ["swiper 1"]);
    // Where it is drawn, too.
    let picture = life.picture();
    life.hide();
    life.wait(31.0 * MINUTE);
    assert_eq!(life.state(), LifeState::Frozen);
    let place = life.log().pop().unwrap();
    assert_eq!(place, "knob 70 40");
    let kept = life.container.frozen().unwrap().pages[0].controls.iter();
    let moved = kept.filter(|control| matches!(control.state, ControlState::Moved { .. })).count();
    assert_eq!(moved, 1, "one that nobody moved is script's");
    life.show();
    // What is chosen from is not there yet.
    assert!(life.app().is_thawing());
    life.wait(2_000.0);
    assert!(!life.app().is_thawing());
    let told = life.log();
    for line in &before {
        assert!(told.contains(line), "{line}: {told:?}");
    }
    assert!(picture == life.picture(), "the picture is another one");
    life.hide();
    life.wait(100.0);
    assert_eq!(life.log().last(), Some(&place));
}

#[test]
fn a_value_that_is_no_longer_offered_is_given_up() {
    let js = |names: &str| {
        format!(
            "Page({{ data: {{ names: wx.getLaunchOptionsSync().scene == 1089 ? ['a'] : {names} }}, heard(e) {{ console.log(e.detail.value) }} }})"
        )
    };
    let wxml = "<picker class='one' range='{{names}}' bindchange='heard'><view>one</view></picker>";
    let files = Program::page(wxml, "picker { height: 30px }", &js("['a', 'b', 'c', 'd']"));
    let launch = LaunchOptions { scene: 1001, ..LaunchOptions::default() };
    let mut life = Stepped::start_with(files, LifeConfig::default(), launch, true, |_| Box::new(Denied));
    pick(&mut life, ".one");
    assert_eq!(life.log().len(), 1);
    life.hide();
    life.wait(31.0 * MINUTE);
    life.show();
    life.wait(20_000.0);
    assert_eq!((life.log(), life.app().is_thawing()), (vec![], false));
}
