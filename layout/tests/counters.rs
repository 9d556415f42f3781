//! What a change costs, as counts: rules tested, nodes restyled, boxes computed. They follow the change and never the
//! page.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_layout::css::{NoImports, parse_sheet};
use pellicle_layout::document::{ClassName, Commit, NodeId, Op, ScopeId};
use pellicle_layout::flow::{LayoutStats, NoReplacedSizes};
use pellicle_layout::style::RestyleStats;
use pellicle_layout::text::{FontBook, FontPolicy};
use std::collections::HashSet;
use std::sync::Arc;
use support::Page;

const ROWS: usize = 10_000;
/// Elements of a row, itself included.
const ROW_ELEMENTS: u32 = 4;

/// 120 rules, of which a row matches a handful.
fn sheet() -> String {
    let mut css = String::from(
        ".row{display:flex;padding:4px 8px}
        .row.on{color:red;padding:6px 8px}
        .row.tall{height:60px}
        .row .title{flex:1;font-size:15px}
        .row.on .title{font-weight:bold}
        .row:active{background:gray}
        .mark{width:20px;height:20px}
        .note{font-size:12px}",
    );
    for i in 0..112 {
        css += &format!(".other{i} .deep{i}>.leaf{i}{{width:{i}px}}");
    }
    css
}

fn set_classes(page: &mut Page, commit: &mut Commit, node: NodeId, classes: &[&str]) {
    let first = commit.classes.len() as u32;
    for class in classes {
        let name = page.name(commit, class);
        commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
    }
    commit.ops.push(Op::SetClasses { node, first, count: classes.len() as u32 });
}

/// A page with a list; the rows and the elements of the first row.
fn list(rows: usize) -> (Page, Vec<NodeId>, RestyleStats) {
    let mut page = Page::new("", FontBook::new(FontPolicy::Author).unwrap());
    page.styles.set_app_sheet(Arc::new(parse_sheet("app.wxss", &sheet(), &NoImports).0));
    let mut commit = Commit::default();
    let root = page.elements[0];
    let mut made = Vec::with_capacity(rows);
    for i in 0..rows {
        let row = page.element(&mut commit, "view", "");
        set_classes(&mut page, &mut commit, row, &["row"]);
        for (tag, class, text) in [("view", "mark", ""), ("text", "title", "Title"), ("text", "note", "note")] {
            let part = page.element(&mut commit, tag, "");
            set_classes(&mut page, &mut commit, part, &[class]);
            if !text.is_empty() {
                let text = page.text(&mut commit, &format!("{text} {}", i % 10));
                commit.ops.push(Op::Insert { parent: part, node: text, before: NodeId::NONE });
            }
            commit.ops.push(Op::Insert { parent: row, node: part, before: NodeId::NONE });
        }
        commit.ops.push(Op::Insert { parent: root, node: row, before: NodeId::NONE });
        made.push(row);
    }
    page.apply(commit);
    let styled = page.styles.restyle(&mut page.doc);
    page.engine.layout(&mut page.doc, page.viewport, &NoReplacedSizes);
    (page, made, styled)
}

fn change(page: &mut Page, row: NodeId, classes: &[&str]) -> (RestyleStats, LayoutStats) {
    let mut commit = Commit::default();
    set_classes(page, &mut commit, row, classes);
    page.apply(commit);
    let styled = page.styles.restyle(&mut page.doc);
    (styled, page.engine.layout(&mut page.doc, page.viewport, &NoReplacedSizes))
}

#[test]
fn one_class_on_one_of_many_rows_costs_that_row() {
    let (mut page, rows, _) = list(ROWS);
    let (styled, laid_out) = change(&mut page, rows[ROWS / 2], &["row", "on"]);
    println!("a class that the row's parts ask about: {styled:?} {laid_out:?}");
    assert_eq!(styled.nodes_restyled, ROW_ELEMENTS, "the row and what is in it");
    // The page, the row, its elements and their texts.
    assert!(styled.nodes_visited <= 2 + 2 * ROW_ELEMENTS, "{styled:?}");
    // Of 120 rules, those of each element's own classes and tag.
    assert!(styled.rules_tested <= 8 * ROW_ELEMENTS, "{styled:?}");
    assert!(laid_out.boxes_built <= ROW_ELEMENTS, "{laid_out:?}");
    // The row and its parts, asked under a few constraints each, and the chain of boxes around them.
    assert!(laid_out.nodes_computed <= 16, "{laid_out:?}");
    assert!(laid_out.lines_broken <= 6 && laid_out.texts_shaped <= 2, "{laid_out:?}");
}

#[test]
fn a_class_that_changes_one_height_moves_the_others_without_laying_them_out() {
    let (mut page, rows, _) = list(ROWS);
    let before = page.engine.box_tree().element_rect(rows[ROWS - 1]).unwrap();
    let (styled, laid_out) = change(&mut page, rows[1], &["row", "tall"]);
    println!("a class that makes the row higher: {styled:?} {laid_out:?}");
    assert!(styled.nodes_restyled <= ROW_ELEMENTS && styled.rules_tested <= 8 * ROW_ELEMENTS, "{styled:?}");
    assert!(laid_out.nodes_computed <= 16 && laid_out.lines_broken <= 6, "{laid_out:?}");
    let after = page.engine.box_tree().element_rect(rows[ROWS - 1]).unwrap();
    let grown = page.engine.box_tree().element_rect(rows[1]).unwrap().height
        - page.engine.box_tree().element_rect(rows[2]).unwrap().height;
    assert!(grown > 20.0 && (after.y - before.y - grown).abs() < 0.1, "{before:?} {after:?} {grown}");
}

#[test]
fn a_class_that_no_rule_asks_about_costs_nothing_below() {
    let (mut page, rows, _) = list(ROWS);
    let (styled, laid_out) = change(&mut page, rows[7], &["row", "unknown"]);
    assert!(styled.nodes_restyled <= 1, "{styled:?}");
    assert_eq!((laid_out.nodes_computed, laid_out.boxes_built, laid_out.lines_broken), (0, 0, 0));
}

/// Costs do not grow with the page: the same change on a page of a tenth of the rows costs the same.
#[test]
fn the_cost_of_a_change_is_that_of_a_short_list() {
    let cost = |rows: usize| {
        let (mut page, made, _) = list(rows);
        change(&mut page, made[rows / 2], &["row", "on"])
    };
    assert_eq!(cost(ROWS), cost(ROWS / 10));
}

/// Rows share their styles (`list-item` style sharing): all rows have one, as all marks, titles and notes.
#[test]
fn rows_share_their_styles() {
    let (page, rows, styled) = list(ROWS);
    let total = ROWS as u32 * ROW_ELEMENTS;
    println!("{total} elements: {styled:?}");
    assert!(styled.styles_computed <= 8, "{styled:?}");
    assert!(styled.styles_shared >= total - 8, "{styled:?}");
    // Rules are matched once a row at most, and few of them.
    assert!(styled.rules_tested <= 8 * total, "{styled:?}");
    let mut different = HashSet::new();
    for &row in &rows {
        let parts = &page.doc.node(row).unwrap().children;
        for &node in std::iter::once(&row).chain(parts) {
            different.insert(Arc::as_ptr(page.doc.node(node).unwrap().style.as_ref().unwrap()));
        }
    }
    assert_eq!(different.len() as u32, ROW_ELEMENTS, "a style for each element of a row, and no more");
}
