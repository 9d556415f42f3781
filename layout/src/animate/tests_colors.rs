//! Colours that move and what follows them: without a restyle as with one.

use super::tests::moving;
use crate::document::{Dirty, NodeId};
use crate::style::testing::Fixture;

const COLORS: [&str; 6] =
    ["color", "background-color", "border-top-color", "outline-color", "text-decoration-color", "text-shadow"];

impl Fixture {
    /// What every element shows of its colours, and what is generated for it.
    fn colors(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut stack = vec![self.root];
        while let Some(id) = stack.pop() {
            let Some(node) = self.doc.node(id) else { continue };
            for style in [&node.style, &node.before, &node.after, &node.placeholder].into_iter().flatten() {
                let values = COLORS.map(|name| crate::style::computed_text(style, name).unwrap_or_default());
                all.push(format!("{id:?}: {}", values.join(" ")));
            }
            stack.extend(&node.children);
        }
        all
    }

    /// Goes on to a time; gives how many elements were restyled. All elements show what they show when all are restyled.
    fn followed(&mut self, now: f64) -> u32 {
        self.engine.motion_mut().set_time(now);
        self.restyle();
        let (restyled, shown) = (self.stats.nodes_restyled, self.colors());
        self.doc.mark(self.root, Dirty::STYLE_SUBTREE);
        self.restyle();
        assert_eq!(shown, self.colors(), "at {now}");
        restyled
    }

    fn color(&self, id: &str) -> String {
        self.get(id, "color")
    }
}

const FADE: &str = "@keyframes fade { from { color: rgb(0, 0, 0) } to { color: rgb(200, 100, 0) } }
    .moves { animation: fade 100ms linear infinite }";

#[test]
fn what_inherits_a_colour_follows_it_without_a_restyle() {
    let mut f = moving(
        &format!(
            "{FADE} .line {{ text-decoration: underline; border: 1px solid; background-color: currentColor }}
             .own {{ color: rgb(1, 2, 3); border: 1px solid }} .same {{ color: inherit }} .current {{ color: currentColor }}
             .icon::before {{ content: 'x'; border-top: 1px solid }} .slow {{ transition: color 1s, border-color 1s }}"
        ),
        r#"<view id="m" class="moves line"><view id="a"><text id="b" class="line">t</text></view>
           <view id="o" class="own"><text id="p">t</text></view><view class="same"><view id="c" class="current icon"/></view>
           <view id="s" class="slow"/><input id="i"/></view><view id="away" class="line"/>"#,
    );
    f.at(10.0);
    for now in [20.0, 30.0, 40.0, 50.0] {
        f.at(now);
        assert_eq!((f.stats.nodes_restyled, f.stats.nodes_moved), (0, 1), "{now}");
    }
    let half = "rgb(100, 50, 0)";
    assert!(["m", "a", "b", "c", "s", "i"].iter().all(|id| f.color(id) == half));
    assert_eq!((f.color("o").as_str(), f.color("p").as_str()), ("rgb(1, 2, 3)", "rgb(1, 2, 3)"));
    assert!(["m", "b"].iter().all(|id| COLORS[..3].iter().all(|name| f.get(id, name) == half)));
    // A line across what is inside keeps the colour of the element that draws it.
    let lines = ["m", "a", "b", "o", "p", "s"].map(|id| f.get(id, "text-decoration-color"));
    assert!(lines.iter().all(|color| color == half), "{lines:?}");
    assert_eq!(f.get("away", "text-decoration-color"), "rgb(0, 0, 0)");
    f.at(60.0);
    assert_eq!(f.followed(70.0), 0);
}

#[test]
fn a_transition_of_a_colour_begins_and_ends_with_a_restyle_of_what_inherits_it() {
    let mut f = moving(
        ".m { color: rgb(0, 0, 0); transition: color 100ms linear } .on { color: rgb(200, 0, 0) } .line { border: 1px solid }",
        r#"<view id="m" class="m line"><view id="a" class="line"><text id="b">t</text></view><view class="m"/></view>"#,
    );
    f.classes("m", "m line on");
    f.at(0.0);
    assert_eq!(f.color("b"), "rgb(0, 0, 0)");
    for (now, red) in [(25.0, 50), (50.0, 100), (75.0, 150)] {
        f.at(now);
        assert_eq!(f.stats.nodes_restyled, 0, "{now}");
        let wanted = format!("rgb({red}, 0, 0)");
        assert!(["m", "a", "b"].iter().all(|id| f.color(id) == wanted), "{now}");
        assert!(["m", "a"].iter().all(|id| f.get(id, "border-top-color") == wanted), "{now}");
    }
    f.at(100.0);
    assert!(f.stats.nodes_restyled > 0);
    assert!(["m", "a", "b"].iter().all(|id| f.color(id) == "rgb(200, 0, 0)"));
    assert_eq!(f.get("a", "border-top-color"), "rgb(200, 0, 0)");
    f.at(120.0);
    assert_eq!((f.stats.nodes_restyled, f.engine.motion().moving()), (0, 0));
}

#[test]
fn what_takes_more_than_a_colour_is_restyled() {
    let mut f = moving(
        &format!(
            "{FADE} .shadow {{ text-shadow: 1px 1px }} .moves2 {{ animation: spin 90ms linear infinite }}
             @keyframes spin {{ from {{ opacity: 0 }} to {{ opacity: 1 }} }}
             .takes {{ color: blue; border-color: inherit }} .fill {{ background-image: linear-gradient(currentColor, red) }}
             .hint::placeholder {{ color: inherit }}"
        ),
        r#"<view id="m" class="moves"><view class="shadow"><text>t</text></view><view id="n" class="moves2"><text id="t">t</text></view>
           <view class="takes"/><view class="fill"/><input class="hint"/></view>"#,
    );
    for now in [10.0, 20.0, 30.0] {
        let restyled = f.followed(now);
        assert!((1..=8).contains(&restyled), "{restyled} at {now}");
    }
    assert_eq!(f.color("t"), f.color("m"));
    assert_eq!(f.get("n", "opacity"), "0.3333");
}

#[test]
fn changes_while_a_colour_moves_are_seen() {
    let mut f = moving(
        &format!("{FADE} .own {{ color: rgb(9, 9, 9) }} .line {{ text-decoration: underline }}"),
        r#"<view id="m" class="moves"><view id="a"><text id="b">t</text></view></view><view id="z"/>"#,
    );
    f.followed(10.0);
    f.classes("a", "own line");
    f.followed(20.0);
    assert_eq!(f.color("b"), "rgb(9, 9, 9)");
    f.at(30.0);
    f.at(40.0);
    assert_eq!(f.stats.nodes_restyled, 0);
    f.classes("a", "");
    let more: NodeId = f.create("view");
    f.insert(f.by_id("a"), more, None);
    f.followed(50.0);
    assert_eq!(f.color("b"), "rgb(100, 50, 0)");
    f.at(60.0);
    f.at(70.0);
    assert_eq!(f.stats.nodes_restyled, 0);
    f.remove(f.by_id("b"));
    f.followed(80.0);
    assert_eq!(f.color("z"), "rgb(0, 0, 0)");
    // The motion is over.
    f.classes("m", "");
    f.followed(90.0);
    assert_eq!(f.color("m"), "rgb(0, 0, 0)");
}

#[test]
fn a_colour_that_moves_asks_for_no_list() {
    let mut f = moving(
        &format!("{FADE} .line {{ text-decoration: underline; border: 1px solid }}"),
        r#"<view id="m" class="moves"><view id="a"><text id="b" class="line">t</text></view></view>"#,
    );
    f.at(10.0);
    f.doc.take_repaint();
    for now in [20.0, 30.0] {
        f.at(now);
        assert!(!f.doc.take_repaint(), "{now}");
    }
}
