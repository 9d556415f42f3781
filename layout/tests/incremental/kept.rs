//! Changes that once left something behind, each with what is on the page before.

use super::picture::differences;
use super::stage::Stage;
use pellicle_layout::document::Commit;

/// Makes an edit, and compares with the page made anew.
fn edited(stage: &mut Stage, edit: impl FnOnce(&mut Stage, &mut Commit)) {
    let mut commit = Commit::default();
    edit(stage, &mut commit);
    stage.apply(commit);
    stage.layout();
    let found = differences(stage, &mut stage.afresh());
    assert!(found.is_empty(), "{}: {found:#?}", stage.markup(stage.root));
}

/// Gives the `n`-th node of the page (its root is the first) a style attribute.
fn restyled(markup: &str, n: usize, style: &str) {
    edited(&mut Stage::new(markup), |stage, commit| stage.set_style(commit, stage.nodes()[n], style));
}

#[test]
fn loose_cells_take_over_what_they_inherit() {
    restyled("<view><view style='display:table-cell'>one</view></view>", 1, "visibility:hidden");
}

#[test]
fn a_float_alone_in_an_old_flexbox_keeps_its_box() {
    restyled("<view style='display:flex'><view style='float:left'>b</view></view>", 1, "display:-webkit-box");
}

#[test]
fn percentages_of_an_inline_box_refer_to_the_width_of_its_container() {
    restyled("<view>a<text style='padding:5%'>b</text></view>", 1, "color:red");
    restyled("<view style='width:90px'>a<text style='padding:5%'>b<view>c</view></text></view>", 1, "width:200px");
}

#[test]
fn rich_text_sees_custom_properties() {
    let nodes = "<view style='--c:red'><rich-text nodes='<p style=\"color:var(--c)\">x</p>'></rich-text></view>";
    restyled(nodes, 1, "--c:blue");
}

#[test]
fn loose_text_in_scroll_views_and_swipers_takes_over_colours() {
    for tag in ["scroll-view", "swiper"] {
        restyled(&format!("<view><{tag}>loose <view>block</view></{tag}></view>"), 1, "color:red;visibility:hidden");
    }
}

#[test]
fn text_has_the_style_of_its_box_after_a_new_colour_too() {
    restyled("<view><swiper-item>loose</swiper-item></view>", 1, "color:red");
}

#[test]
fn what_would_have_been_inline_is_told_from_what_would_not() {
    restyled("<view style='display:grid'><view>a</view></view>", 2, "display:inline");
    restyled("<view>text<view style='position:absolute'>a</view></view>", 3, "position:absolute;display:inline");
}

#[test]
fn boxes_on_a_line_are_aligned_by_the_style_they_have_now() {
    let boxes = "<view>text<view style='display:inline-block;vertical-align:top;height:40px'></view></view>";
    restyled(boxes, 3, "display:inline-block;vertical-align:bottom;height:40px");
    restyled(boxes, 3, "display:inline-block;position:relative;top:5px;height:40px");
}

#[test]
fn an_ellipsis_has_the_style_of_the_text_before_it() {
    let clamped = "<view style='display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1;width:60px'>\
                   loose text that is too long<view>block</view></view>";
    restyled(&format!("<view>{clamped}</view>"), 1, "color:red");
}

#[test]
fn the_inside_of_an_inline_component_takes_over_colours() {
    restyled("<view>a<icon style='display:inline'></icon></view>", 1, "color:red");
}

#[test]
fn text_in_a_swiper_item_follows_the_item_to_its_new_place() {
    restyled("<swiper><swiper-item>one</swiper-item><swiper-item>two</swiper-item></swiper>", 2, "display:none");
}

#[test]
fn a_column_that_becomes_a_row_forgets_the_height_of_its_content() {
    let item = "<view style='flex:1;height:20px'></view>";
    restyled(
        &format!("<view><view style='display:flex;flex-direction:column'>{item}</view></view>"),
        2,
        "display:flex",
    );
}

#[test]
fn text_of_an_element_without_a_box_keeps_its_own_style() {
    restyled("<view style='display:flex'><view style='display:contents'>a</view></view>", 1, "display:flex;color:red");
}

#[test]
fn a_text_takes_spaces_as_its_attribute_says_now() {
    let spaces = "<view style='display:flex'><text> </text></view>";
    edited(&mut Stage::new(spaces), |stage, commit| {
        stage.set_attribute(commit, stage.nodes()[2], "space", Some("nbsp"));
    });
}

#[test]
fn out_of_flow_boxes_take_a_line_when_lines_no_longer_start_at_the_left() {
    let inside = "<view><view>a</view><checkbox style='position:absolute'></checkbox></view>";
    restyled(inside, 1, "text-align:center");
    restyled(inside, 0, "text-indent:2em");
}

#[test]
fn a_page_turns_from_a_flexbox_into_a_clamped_block() {
    let clamped = "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1";
    let mut stage = Stage::new("<view>a</view><swiper-item style='display:flex'></swiper-item>b");
    for style in ["display:-webkit-box", clamped] {
        edited(&mut stage, |stage, commit| stage.set_style(commit, stage.root, style));
    }
}

#[test]
fn the_height_given_to_a_cell_leaves_out_the_space_above_its_content() {
    let cells = "<view style='display:table-cell'></view><view style='display:table-cell'>two</view>";
    let row = format!("<view style='position:fixed;bottom:0'><view style='display:table-row'>{cells}</view></view>");
    restyled(&row, 3, "height:32px;padding:3px");
}

#[test]
fn loose_cells_on_a_line_take_over_what_they_inherit() {
    restyled("<view>one <text>two<icon style='display:table-cell'></icon></text></view>", 0, "--c:blue");
    restyled("<view>one <text>two<icon style='display:table-cell'></icon></text></view>", 2, "--c:blue");
}

#[test]
fn pictures_are_no_tables_whatever_their_display() {
    restyled("<view><image style='display:table'>loose</image></view>", 2, "display:table;visibility:hidden");
}

#[test]
fn inline_tables_have_no_baseline_from_boxes_out_of_the_flow() {
    let table = "<view style='display:inline-table'><view style='position:absolute;height:45px'></view></view>";
    restyled(&format!("<view><view>a</view><view>{table}x</view></view>"), 1, "position:absolute");
}

#[test]
fn cells_that_leave_their_row_stand_at_the_top_again() {
    let cells = "<view style='display:table-cell;font-size:30px'>one</view><view style='display:table-cell'>two</view>";
    restyled(
        &format!("<view style='display:table'><view style='display:table-row'>{cells}</view></view>"),
        2,
        "display:-webkit-box",
    );
}
