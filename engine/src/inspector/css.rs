//! Domain `CSS`: rules of elements with their files and places, computed values, edits of both that show at once.

use super::dom::{element, node};
use super::nodes::number;
use super::page::address;
use super::protocol::{Fault, Outcome, Request, done};
use super::rules::{self, Declaration, SourceFile};
use super::session::{Context, Session};
use super::styles::{Cascade, File, Found};
use super::target::TARGET;
use crate::host::app::App;
use pellicle_layout::css::{PropertyId, PseudoElement};
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::style::computed_text;
use pellicle_layout::style::rules::Layer;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// What begins the number of a style attribute's sheet.
const INLINE: &str = "inline:";

/// What a session knows of sheets.
#[derive(Default)]
pub(super) struct Styles {
    enabled: bool,
    /// Paths of sheets that it was told of.
    told: BTreeSet<Arc<str>>,
    /// How often all sheets had been read again when it was told last.
    reloads: u64,
}

impl Session {
    pub(super) fn css(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let now = context.now;
        let app = context.app()?;
        match method {
            "enable" => {
                self.styles.enabled = true;
                self.follow_sheets(app);
                done()
            }
            "disable" => {
                self.styles = Styles::default();
                done()
            }
            // Computed values are asked for, not told of.
            "trackComputedStyleUpdates" | "trackComputedStyleUpdatesForNode" | "forcePseudoState" => done(),
            "getStyleSheetText" => {
                let id = request.text("styleSheetId")?;
                let text = match inline_node(id) {
                    Some(node) => inline_text(&app.stage().document, node).to_owned(),
                    None => app.stage().sheet_text(id).ok_or_else(no_sheet)?,
                };
                Ok(json!({ "text": text }))
            }
            "getComputedStyleForNode" => {
                app.tick(now);
                let id = element(request, app)?;
                Ok(json!({ "computedStyle": computed(app, id), "extraFields": { "isAppearanceBase": false } }))
            }
            "getInlineStylesForNode" => {
                let id = element(request, app)?;
                Ok(json!({ "inlineStyle": inline_style(&app.stage().document, id) }))
            }
            "getMatchedStylesForNode" => {
                app.tick(now);
                node(request, &app.stage().document)?;
                Ok(matched(app, element(request, app)?))
            }
            "setStyleTexts" => {
                let mut styles = Vec::new();
                for edit in request.list("edits") {
                    styles.push(self.edit(app, edit, now)?);
                }
                Ok(json!({ "styles": styles }))
            }
            "setStyleSheetText" => {
                let (id, text) = (request.text("styleSheetId")?.to_owned(), request.text("text")?.to_owned());
                match inline_node(&id) {
                    Some(node) => app.edit_attribute(node, "style", Some(&text), now).map_err(Fault::refused)?,
                    None => self.replace(app, &id, &text)?,
                }
                Ok(json!({}))
            }
            "setRuleSelector" => {
                let id = request.text("styleSheetId")?.to_owned();
                let file = SourceFile::read(app.stage().sheet_text(&id).ok_or_else(no_sheet)?);
                let range = request.params.get("range").and_then(|range| file.bytes(range)).ok_or_else(no_range)?;
                let start = range.start;
                let text = put(&file.text, range, request.text("selector")?);
                self.replace(app, &id, &text)?;
                let file = SourceFile::read(text);
                let rule = file.rules.iter().find(|rule| rule.prelude.start == start).ok_or_else(no_range)?;
                Ok(json!({ "selectorList": selector_list(&file, rule) }))
            }
            other => Err(Fault::unknown(&format!("CSS.{other}"))),
        }
    }

    /// Tells of sheets that were read again.
    pub(super) fn follow_reloads(&mut self, app: &App) {
        let reloads = app.stage().sheet_reloads();
        if std::mem::replace(&mut self.styles.reloads, reloads) != reloads {
            let told = self.styles.told.iter();
            self.events.extend(told.map(|path| ("CSS.styleSheetChanged", json!({ "styleSheetId": &**path }))));
            self.follow_sheets(app);
        }
    }

    /// Tells of sheets that are new.
    pub(super) fn follow_sheets(&mut self, app: &App) {
        if !self.styles.enabled {
            return;
        }
        for file in &Cascade::of(app.stage()).files {
            if file.layer != Layer::UserAgent && self.styles.told.insert(file.path.clone()) {
                self.events.push(("CSS.styleSheetAdded", json!({ "header": header(file) })));
            }
        }
    }

    /// Puts a text in the place of a range of a sheet or of a style attribute, and gives the style that it belongs to.
    fn edit(&mut self, app: &mut App, edit: &Value, now: f64) -> Outcome {
        let field =
            |name: &str| edit.get(name).and_then(Value::as_str).ok_or_else(|| Fault::parameter(name, "a string"));
        let (id, text) = (field("styleSheetId")?, field("text")?);
        let range = edit.get("range").ok_or_else(no_range)?;
        if let Some(node) = inline_node(id) {
            let file = SourceFile::read(inline_text(&app.stage().document, node).to_owned());
            let range = file.bytes(range).ok_or_else(no_range)?;
            let text = put(&file.text, range, text);
            app.edit_attribute(node, "style", Some(&text), now).map_err(Fault::refused)?;
            return Ok(inline_style(&app.stage().document, node));
        }
        let file = SourceFile::read(app.stage().sheet_text(id).ok_or_else(no_sheet)?);
        let range = file.bytes(range).ok_or_else(no_range)?;
        let start = range.start;
        let whole = put(&file.text, range, text);
        self.replace(app, id, &whole)?;
        let file = SourceFile::read(whole);
        let body = start..start + text.len();
        let declarations = rules::declarations(&file.text, body.clone()).0;
        Ok(style(id, &file, &body, &declarations))
    }

    fn replace(&mut self, app: &mut App, id: &str, text: &str) -> Result<(), Fault> {
        if !app.stage_mut().set_sheet_text(id, text) {
            return Err(no_sheet());
        }
        self.events.push(("CSS.styleSheetChanged", json!({ "styleSheetId": id })));
        Ok(())
    }
}

fn no_sheet() -> Fault {
    Fault::refused("No style sheet with given id found")
}

fn no_range() -> Fault {
    Fault::refused("Specified range is out of bounds")
}

fn put(text: &str, range: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..range.start], &text[range.end..])
}

/// The element that a style attribute's sheet is of.
fn inline_node(id: &str) -> Option<NodeId> {
    id.strip_prefix(INLINE)?.parse().ok().map(NodeId)
}

fn inline_text(document: &Document, node: NodeId) -> &str {
    document.node(node).and_then(|node| node.inline_style.as_deref()).unwrap_or("")
}

fn header(file: &File) -> Value {
    let (line, column) = file.source.end();
    json!({
        "styleSheetId": &*file.path, "frameId": TARGET, "sourceURL": address(&file.path), "origin": "regular",
        "title": "", "disabled": false, "isInline": false, "isMutable": true, "isConstructed": false, "startLine": 0,
        "startColumn": 0, "length": file.source.text.len(), "endLine": line, "endColumn": column,
    })
}

fn property(file: &SourceFile, declaration: &Declaration) -> Value {
    let text = file.text.get(declaration.range.clone()).unwrap_or_default();
    json!({
        "name": declaration.name, "value": declaration.value, "important": declaration.important, "implicit": false,
        "text": text, "parsedOk": is_understood(declaration), "disabled": declaration.disabled,
        "range": file.range(&declaration.range),
    })
}

/// True if the engine takes it.
fn is_understood(declaration: &Declaration) -> bool {
    let text = format!("{}: {}", declaration.name, declaration.value);
    let (block, found) = pellicle_layout::css::parse_style_attribute(&text, &Arc::from(""));
    !block.is_empty() || found.is_empty()
}

fn style(id: &str, file: &SourceFile, body: &Range<usize>, declarations: &[Declaration]) -> Value {
    let properties: Vec<Value> = declarations.iter().map(|declaration| property(file, declaration)).collect();
    json!({
        "styleSheetId": id, "cssProperties": properties, "shorthandEntries": [], "range": file.range(body),
        "cssText": file.text.get(body.clone()).unwrap_or_default(),
    })
}

fn inline_style(document: &Document, node: NodeId) -> Value {
    let file = SourceFile::read(inline_text(document, node).to_owned());
    let body = 0..file.text.len();
    let declarations = rules::declarations(&file.text, body.clone()).0;
    style(&format!("{INLINE}{}", node.0), &file, &body, &declarations)
}

fn selector_list(file: &SourceFile, rule: &rules::SourceRule) -> Value {
    let selectors: Vec<Value> =
        rule.selectors.iter().map(|(text, range)| json!({ "text": text, "range": file.range(range) })).collect();
    json!({ "selectors": selectors, "text": file.text.get(rule.prelude.clone()).unwrap_or_default() })
}

/// A rule as a client has it.
fn rule(cascade: &Cascade, found: &Found) -> Value {
    let file = &cascade.files[found.file];
    let rule = &file.source.rules[found.rule];
    let is_ours = file.layer == Layer::UserAgent;
    let mut style = style(&file.path, &file.source, &rule.body, &rule.declarations);
    let media: Vec<Value> = rule
        .conditions
        .iter()
        .filter(|(kind, _)| kind == "media")
        .map(|(_, text)| json!({ "text": text, "source": "mediaRule", "sourceURL": address(&file.path) }))
        .collect();
    let mut told = json!({
        "selectorList": selector_list(&file.source, rule), "origin": if is_ours { "user-agent" } else { "regular" },
        "media": media, "containerQueries": [], "supports": [], "layers": [], "scopes": [], "ruleTypes": [],
        "startingStyles": [], "navigations": [],
    });
    if is_ours {
        // What cannot be edited has no place that a client could name.
        if let Some(style) = style.as_object_mut() {
            style.remove("styleSheetId");
            style.remove("range");
        }
    } else {
        told["styleSheetId"] = Value::from(&*file.path);
    }
    told["style"] = style;
    json!({ "rule": told, "matchingSelectors": found.selectors })
}

fn matched(app: &mut App, id: NodeId) -> Value {
    let cascade = Cascade::of(app.stage());
    let mut nodes = vec![id];
    nodes.extend(app.stage().document.ancestors(id).map(|node| node.id));
    let all = cascade.matched(app.stage_mut(), &nodes);
    let document = &app.stage().document;
    let own = |found: &[Found]| -> Vec<Value> {
        found.iter().filter(|found| found.pseudo.is_none()).map(|found| rule(&cascade, found)).collect()
    };
    let first = all.first().map(Vec::as_slice).unwrap_or_default();
    let pseudos = [
        (PseudoElement::Before, "before"),
        (PseudoElement::After, "after"),
        (PseudoElement::Placeholder, "placeholder"),
        (PseudoElement::Selection, "selection"),
    ];
    let pseudo_elements: Vec<Value> = pseudos
        .iter()
        .filter_map(|(pseudo, name)| {
            let matches: Vec<Value> =
                first.iter().filter(|found| found.pseudo == Some(*pseudo)).map(|found| rule(&cascade, found)).collect();
            (!matches.is_empty()).then(|| json!({ "pseudoType": name, "matches": matches }))
        })
        .collect();
    let inherited: Vec<Value> = nodes
        .iter()
        .zip(&all)
        .skip(1)
        .map(|(&node, found)| json!({ "inlineStyle": inline_style(document, node), "matchedCSSRules": own(found) }))
        .collect();
    let parent = nodes.get(1).map(|&parent| number(parent));
    let mut told = json!({
        "inlineStyle": inline_style(document, id), "matchedCSSRules": own(first), "pseudoElements": pseudo_elements,
        "inherited": inherited, "inheritedPseudoElements": [], "cssKeyframesRules": [], "cssPositionTryRules": [],
        "cssPropertyRules": [], "cssPropertyRegistrations": [], "cssAtRules": [], "activePositionFallbackIndex": -1,
        "cssFunctionRules": [],
    });
    if let Some(parent) = parent {
        told["parentLayoutNodeId"] = Value::from(parent);
    }
    told
}

/// Computed values; sizes as they are used.
fn computed(app: &App, id: NodeId) -> Vec<Value> {
    let Some(style) = app.stage().document.node(id).and_then(|node| node.style.clone()) else { return Vec::new() };
    let boxes = app.stage().boxes();
    let layout = boxes.principal(id).and_then(|id| boxes.get(id)).map(|shown| shown.layout);
    let used = |name: &str| {
        let layout = layout?;
        let (border, padding, margin) = (layout.border, layout.padding, layout.margin);
        let px = match name {
            "width" => layout.width - border.left - border.right - padding.left - padding.right,
            "height" => layout.height - border.top - border.bottom - padding.top - padding.bottom,
            "margin-top" => margin.top,
            "margin-right" => margin.right,
            "margin-bottom" => margin.bottom,
            "margin-left" => margin.left,
            "padding-top" => padding.top,
            "padding-right" => padding.right,
            "padding-bottom" => padding.bottom,
            "padding-left" => padding.left,
            _ => return None,
        };
        Some(format!("{}px", (px * 1000.0).round() / 1000.0))
    };
    let value = |name: &str| used(name).or_else(|| computed_text(&style, name));
    let mut all: Vec<(String, String)> =
        PropertyId::ALL.iter().filter_map(|id| Some((id.name().to_owned(), value(id.name())?))).collect();
    all.extend(style.custom.values.iter().map(|(name, value)| (name.to_string(), value.to_string())));
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    all.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}
