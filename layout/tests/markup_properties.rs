//! Properties of the WXML parser that hold for any input.

use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_layout::markup::parse;
use pellicle_layout::markup::template::{MAX_DEPTH, TemplateNode};
use proptest::prelude::*;

fn depth(nodes: &[TemplateNode]) -> u32 {
    let of = |node: &TemplateNode| match node {
        TemplateNode::Text(_) | TemplateNode::Use(_) | TemplateNode::Slot(_) => 1,
        TemplateNode::Element(e) => 1 + depth(&e.children),
        TemplateNode::If(branches) => branches.iter().map(|b| depth(&b.nodes)).max().unwrap_or(0),
        TemplateNode::For(f) => depth(&f.nodes),
        TemplateNode::Block(nodes) => 1 + depth(nodes),
        TemplateNode::Scoped(scoped) => depth(&scoped.nodes),
        TemplateNode::Let(node) => depth(&node.nodes),
        TemplateNode::Slotted(slotted) => 1 + depth(&slotted.nodes),
        TemplateNode::Include(file) => 1 + depth(&file.roots),
    };
    nodes.iter().map(of).max().unwrap_or(0)
}

/// Scraps of WXML, put together at random.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "<view",
        "</view>",
        "<image>",
        "</image>",
        "<block",
        "<template name=\"t\"",
        "<template is=\"t\"",
        "<wxs module=\"m\">",
        "</wxs>",
        "<slot/>",
        "<include src=\"a.wxml\"/>",
        "<import src=\"a\"/>",
        ">",
        "/>",
        " wx:if=\"{{a}}\"",
        " let:a=\"{{a}}\"",
        " slot:b",
        " a=\"{{ b ? \"x\" : 'y' }}\"",
        " a='{{ 'b",
        " wx:elif=\"{{b}}\"",
        " wx:else",
        " wx:for=\"{{l}}\"",
        " wx:key=\"",
        "\"",
        "'",
        "{{",
        "}}",
        "a.b[c]",
        "...x",
        ",",
        ":",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!",
        "&lt;",
        "&#x4e2d;",
        " class=\"a {{b}}\"",
        " bindtap=f",
        "中",
        "\u{1f600}",
        "\n",
        " ",
        "<",
        "=",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read_to_a_bounded_tree(source in any::<String>()) {
        let (template, found) = parse("a.wxml", &source);
        prop_assert!(depth(&template.roots) <= MAX_DEPTH + 1);
        prop_assert!(found.iter().all(|d| d.position.line >= 1 && d.position.column >= 1));
    }

    #[test]
    fn any_scraps_are_read_to_a_bounded_tree(source in scraps()) {
        let (template, _) = parse("a.wxml", &source);
        prop_assert!(depth(&template.roots) <= MAX_DEPTH + 1);
    }

    #[test]
    fn any_scraps_repeated_stay_within_the_limits(source in scraps(), times in 1usize..300) {
        let (template, _) = parse("a.wxml", &source.repeat(times));
        prop_assert!(depth(&template.roots) <= MAX_DEPTH + 1);
    }

    #[test]
    fn any_expression_is_understood_or_refused_at_a_place_inside_it(
        source in "[a-c0-9.?:,()\\[\\]{}!+*/<>=&|'\"\\\\ -]{0,80}"
    ) {
        if let Err(error) = parse_text(&source) {
            prop_assert!(error.offset <= source.len());
        }
    }
}
