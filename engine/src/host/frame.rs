//! One tick: the phases of a frame up to layout, in their order.

use super::app::App;
use super::scene::scroll_area;
use super::stage::PageStage;
use super::types::{HostRequest, Tick};
use crate::frame::Phase;
use crate::interact::outgoing::Outgoing;
use crate::interact::session::{PageSettings, Session};
use crate::replay::HostCall;
use pellicle_layout::css;
use pellicle_layout::document::apply::Request;
use pellicle_layout::document::ops::{QueryKind, SheetTarget};
use pellicle_layout::document::watch::Watch;
use pellicle_layout::document::{ApplyError, Commit, Dirty, NodeId, Op};
use pellicle_layout::style::computed_text;
use pellicle_script::bridge::message::{FrameTimes, HostCommand, Message, NodeFigures, QueryReply};
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::sandbox::Budget;
use pellicle_script::worklet::events::WorkletOrder;
use std::sync::Arc;
use std::time::Instant;

/// Layouts in one frame that each wait for faces of the one before.
const MAX_FONT_ROUNDS: u32 = 4;

/// What the commits of a tick ask for, gathered.
#[derive(Default)]
pub(super) struct Asked {
    created: Vec<NodeId>,
    attributes: Vec<(NodeId, Arc<str>)>,
    scrolls: Vec<(NodeId, f32, f32, f32)>,
    queries: Vec<Query>,
    pages: bool,
}

impl Asked {
    /// An element has got another attribute.
    pub(super) fn attribute(node: NodeId, name: &str) -> Asked {
        Asked { attributes: vec![(node, Arc::from(name))], ..Asked::default() }
    }
}

enum Query {
    Node(NodeId, QueryKind, Arc<str>),
    /// Of a commit that was refused before it came to the query.
    Lost,
    End(u32),
}

impl App {
    /// Moves everything on to a time of the frame clock (ms): what script changed, what moves by itself, styles
    /// and boxes. Costs nothing where nothing changed.
    pub fn tick(&mut self, now: f64) -> Tick {
        self.called(|| HostCall::Tick { now });
        let tick = self.tick_once(now);
        self.came_back();
        tick
    }

    fn tick_once(&mut self, now: f64) -> Tick {
        let mut clock = Instant::now();
        self.measured.begin_tick(now, clock);
        if self.record.start == 0.0 {
            self.record.start = now;
        }
        self.receive(now);
        self.tell_update();
        self.stage.motion_mut().set_time(now);
        self.poll_fonts();
        self.advance(now);
        if let Some(hud) = &mut self.measured.hud {
            hud.advance(now);
        }
        // What has scrolled is told by then.
        self.moving.begin(now);
        clock = self.spent(Phase::Animations, clock);
        let taken = now;
        let asked = self.take_commits(now);
        self.early_calls(now);
        self.update_pictures();
        self.flush(now);
        self.moving.apply(&mut self.stage.document, &self.tap);
        self.follow_orders(now);
        clock = self.spent(Phase::Commits, clock);
        self.restyle();
        clock = self.spent(Phase::Style, clock);
        let laid_out = self.lay_out();
        self.find_fonts();
        self.after_layout(&asked, laid_out, now);
        self.restore_frozen(laid_out, now);
        self.watches.due |= self.picture_dirty;
        self.look_at_watched(now);
        self.spent(Phase::Layout, clock);
        self.acknowledge(taken, now);
        self.tell_of_pictures(now);
        self.tell_of_motion(now);
        if self.chrome_view.is_some() {
            let surface = css::Viewport {
                width: self.viewport.width,
                height: self.viewport.height,
                scale: self.viewport.scale,
                ..Default::default()
            };
            if let Some(view) = &mut self.chrome_view {
                let changed = view.update(&self.chrome, &self.metrics, surface);
                self.picture_dirty |= changed;
                self.painter.chrome_dirty |= changed;
                if changed {
                    self.place_wheels();
                }
            }
        }
        self.flush(now);
        if !self.is_dirty() {
            self.rest();
        }
        Tick { needs_frame: self.needs_frame(), next_wakeup: self.next_wakeup(now) }
    }

    fn next_wakeup(&self, now: f64) -> Option<f64> {
        let session = self.session().and_then(|s| s.next_due(now));
        let put_off = self.stage.responders.next_due();
        // What moves does so at the next frame; the host paces frames.
        let wheels = self.chrome.picker.as_ref().filter(|picker| picker.is_moving()).map(|_| now);
        let worklets = self.moving.needs_frame().then_some(now);
        let styles = self.stage.next_motion();
        let pages = self.is_changing_pages().then_some(now);
        let pictures = self.stage.pictures().is_fading().then_some(now);
        let hud = self.measured.hud.as_ref().filter(|hud| hud.is_moving()).map(|_| now);
        let others = [self.chrome.next_due(), self.next_spin(now), wheels, worklets, styles, pages, pictures, hud];
        let others = others.into_iter().flatten();
        session.into_iter().chain(put_off).chain(others).min_by(f64::total_cmp)
    }

    fn advance(&mut self, now: f64) {
        self.chrome.advance(now);
        self.advance_transition(now);
        self.advance_picker(now);
        let answer = self.stage.advance_responders(now);
        self.answered(answer);
        self.turn_spinners(now);
        self.fade_pictures(now);
        let Some(page) = self.stage.document.top_page() else { return };
        let Some(session) = self.sessions.get_mut(&page.page) else { return };
        let blink = session.focused.as_ref().map(|f| f.caret_shown(now));
        let mut out = std::mem::take(&mut self.out);
        session.advance(&mut self.stage, now, &mut out);
        self.picture_dirty |= self.motion && blink.is_some_and(|shown| shown != self.painter.caret_shown);
        self.out = out;
        self.flush(now);
    }

    /// Does what worklets have ordered.
    fn follow_orders(&mut self, now: f64) {
        for order in self.tap.orders(self.moving.take_orders()) {
            self.with_session(|session, stage, out| match order {
                WorkletOrder::RunOn(node, speed) => session.scrolls.run_on(node, speed, now),
                WorkletOrder::ScrollTo { node, x, y, duration } => {
                    session.scroll_to(stage, node, (x, y), duration, now);
                    out.push(Outgoing::Moved(node));
                }
            });
        }
    }

    /// Asks for the faces that the layout just made lacked. What comes at once is used at once.
    fn find_fonts(&mut self) {
        // A face that comes may be asked for more: the bold of a family, the next of a list.
        for _ in 0..MAX_FONT_ROUNDS {
            for rule in self.stage.take_font_rules() {
                self.fonts.add_sheet_rule(&rule);
            }
            self.fonts.look(self.stage.fonts_mut());
            if let Some(view) = &mut self.chrome_view {
                self.fonts.look(view.fonts_mut());
            }
            if !self.poll_fonts() {
                break;
            }
            let layout = self.stage.lay_out();
            self.record.laid_out += layout.nodes_computed;
        }
    }

    /// Takes in faces that have come; true if texts are to be shaped again.
    fn poll_fonts(&mut self) -> bool {
        let page = self.stage.top().map(|top| top.path.clone()).unwrap_or_default();
        let changed = match &mut self.chrome_view {
            Some(view) => self.fonts.poll(&mut [self.stage.fonts_mut(), view.fonts_mut()], &page),
            None => self.fonts.poll(&mut [self.stage.fonts_mut()], &page),
        };
        if changed {
            self.chrome.revision += 1;
            self.painter.list_dirty = true;
            self.painter.chrome_dirty = true;
            self.picture_dirty = true;
        }
        changed
    }

    /// Applies the commits that have come. Gives what is still to be done with the layout that follows: queries that
    /// changes follow are answered in between.
    fn take_commits(&mut self, now: f64) -> Asked {
        let mut asked = Asked::default();
        let mut commits = std::mem::take(&mut self.commits);
        let first = commits.len();
        self.logic.take(&mut commits);
        if let Some(recorder) = self.tap.recorder()
            && commits.len() > first
        {
            commits[first..].iter().for_each(|commit| recorder.commit(commit));
            // Should one of them end the process, the recording has it.
            recorder.flush();
        }
        for commit in &commits[first..] {
            self.commits_applied += 1;
            self.measured.taken(commit, &mut self.record);
            let mut next = 0;
            while next == 0 || next < commit.ops.len() {
                if !asked.queries.is_empty() {
                    self.answer_midway(std::mem::take(&mut asked), now);
                }
                match self.apply_part(commit, next, &mut asked, now) {
                    Ok(end) => next = end.max(1),
                    Err(error) => {
                        self.refused(commit, error, &mut asked);
                        break;
                    }
                }
            }
        }
        let changed = commits.len() > first;
        self.commits = commits;
        // Without a commit there is nothing that a page's containers could find anew.
        if changed {
            self.enter(&asked, now);
        }
        asked
    }

    fn apply_part(&mut self, commit: &Commit, first: usize, asked: &mut Asked, now: f64) -> Result<usize, ApplyError> {
        let mut applied = std::mem::take(&mut self.applied);
        let outcome = self.stage.apply_part(commit, first, &mut applied);
        self.note_touched(commit, first, outcome.as_ref().map_or_else(|error| error.index, |end| *end));
        self.record.ops += applied.ops as u32;
        self.record.inserted += applied.inserted as u32;
        for session in self.sessions.values_mut() {
            session.forget(&applied.removed);
        }
        self.moving.forget(&applied.removed);
        for request in applied.requests.drain(..) {
            self.request(request, asked, now);
        }
        self.forget_supplied(&applied.removed);
        self.stage.find_pictures(&applied.attributes);
        asked.created.append(&mut applied.created);
        let names = &self.stage.document.names;
        asked.attributes.extend(applied.attributes.iter().map(|&(node, name)| (node, names.resolve(name).clone())));
        self.applied = applied;
        outcome
    }

    /// The trees have parted: the logic side writes its own anew. What it asked behind the bad op it does not ask again.
    fn refused(&mut self, commit: &Commit, error: ApplyError, asked: &mut Asked) {
        for op in commit.ops.get(error.index..).unwrap_or_default() {
            match *op {
                Op::Query { .. } => asked.queries.push(Query::Lost),
                Op::QueryEnd { request } => asked.queries.push(Query::End(request)),
                Op::Watch { request, watch } => {
                    if let Some(watch) = commit.text(watch).and_then(Watch::parse) {
                        self.watches.add(request, watch);
                    }
                }
                Op::Unwatch { request } => self.watches.remove(request),
                _ => {}
            }
        }
        if commit.replay {
            // It cannot be shown, however often it is written.
            self.stop(StopReason::Fatal(format!("the pages cannot be shown: {error}")));
        } else {
            // A thread that has stopped writes nothing.
            let _ = self.logic.command(HostCommand::Replay);
        }
    }

    /// Ends the program for a reason of the render side.
    fn stop(&mut self, reason: StopReason) {
        if !std::mem::replace(&mut self.stopped, true) {
            // A thread that has stopped already needs no asking.
            let _ = self.logic.command(HostCommand::Stop);
            self.requests.push_back(HostRequest::Stopped(reason));
        }
    }

    /// Lets the page on top and its widgets take in what was applied.
    pub(super) fn enter(&mut self, asked: &Asked, now: f64) {
        if asked.pages {
            self.begin_transition(now);
            self.page_changed();
        }
        self.follow_meta(&asked.attributes, now);
        let answer = self.stage.observe(asked.attributes.iter().map(|(node, name)| (*node, &**name)), now);
        self.answered(answer);
        self.with_session(|session, stage, out| {
            let attributes: Vec<(NodeId, &str)> = asked.attributes.iter().map(|(n, a)| (*n, &**a)).collect();
            session.commit(stage, &asked.created, &attributes, now, out);
        });
        self.follow_picker(&asked.attributes, now);
        self.refuse_components(&asked.created, now);
    }

    /// Answers queries before what follows them in the commits is applied.
    fn answer_midway(&mut self, asked: Asked, now: f64) {
        self.enter(&asked, now);
        self.restyle();
        let laid_out = self.lay_out();
        self.find_fonts();
        self.after_layout(&asked, laid_out, now);
    }

    pub(super) fn restyle(&mut self) {
        self.tap.watch(&self.stage.document, Dirty::STYLE | Dirty::STYLE_SUBTREE | Dirty::COMPOSITE);
        let style = self.stage.restyle();
        self.record.restyled += style.nodes_restyled;
        // Transforms, opacities and colours that move rewrite rows of tables. What else was restyled may be drawn by more
        // than its style.
        let repaints = self.stage.document.take_repaint() || style.nodes_restyled > style.nodes_composited;
        self.painter.list_dirty |= repaints;
        self.picture_dirty |= repaints || style.nodes_restyled + style.nodes_moved > 0;
    }

    /// True if any box was computed.
    pub(super) fn lay_out(&mut self) -> bool {
        self.tap.watch(&self.stage.document, Dirty::BOXES | Dirty::LAYOUT | Dirty::PAINT);
        let layout = self.stage.lay_out();
        self.record.laid_out += layout.nodes_computed;
        self.record.boxes_built += layout.boxes_built;
        // Boxes that cannot take over a colour alone ask for it.
        let repaints = self.stage.document.take_repaint();
        if repaints || layout.nodes_computed > 0 || layout.boxes_built > 0 {
            self.picture_dirty = true;
            self.painter.list_dirty = true;
        }
        self.rewrite_rows();
        layout.nodes_computed > 0
    }

    fn with_session(&mut self, act: impl FnOnce(&mut Session, &mut PageStage, &mut Vec<Outgoing>)) {
        self.with_page(None, act);
    }

    fn request(&mut self, request: Request, asked: &mut Asked, now: f64) {
        match request {
            Request::Sheet { target, path } => {
                self.stage.add_sheet(target, &path, &self.manifest);
                self.logic.sandbox().note(Budget::StyleRules, self.stage.rules());
                if let SheetTarget::Page { page, .. } = target
                    && let Some(session) = self.sessions.get_mut(&page)
                    && let Some(info) = self.stage.page(page)
                {
                    session.settings = settings(&info.window, session.settings.opened, self.motion);
                }
            }
            Request::PagePushed(page) => {
                let window = self.stage.page(page).map_or(&self.manifest.window, |p| &p.window);
                let session = Session::new(settings(window, now, self.motion), self.clipboard.clone());
                self.chrome.add_page(page, window);
                self.newest_page = self.newest_page.max(Some(page));
                self.sessions.insert(page, session);
                asked.pages = true;
            }
            Request::PagePopped(page) => {
                self.sessions.remove(&page);
                self.chrome.remove_page(page);
                self.stage.remove_page(page);
                asked.pages = true;
            }
            Request::PageShown(_) => asked.pages = true,
            Request::ScrollTo { node, x, y, duration } => asked.scrolls.push((node, x, y, duration)),
            Request::Focus(node) => self.with_session(|session, stage, out| {
                if node.is_none() {
                    session.blur(stage, now, out);
                } else {
                    session.focus(stage, node, None, now, out);
                }
            }),
            Request::InputValue { node, revision, cursor } => {
                self.with_session(|session, stage, out| session.replace_value(stage, node, revision, cursor, out));
            }
            Request::InputSeen { node, revision } => {
                self.with_session(|session, _, _| session.logic_saw(node, revision));
            }
            Request::Query { node, kind, styles } => asked.queries.push(Query::Node(node, kind, styles)),
            Request::QueryEnd(request) => asked.queries.push(Query::End(request)),
            Request::Animate(node, animation) => self.stage.animate(node, *animation),
            Request::Watch(request, watch) => self.watches.add(request, *watch),
            Request::Unwatch(request) => self.watches.remove(request),
        }
    }

    /// Another page is on top.
    fn page_changed(&mut self) {
        self.picture_dirty = true;
        self.painter.list_dirty = true;
        self.stage.use_root_font_size();
        let (Some(entry), Some(top)) = (self.stage.document.top_page(), self.stage.top()) else { return };
        if self.chrome_drawn {
            self.chrome.show_page(entry.page, super::app::rank(&self.manifest, &top.path, entry.depth));
            self.sync_area();
        }
        self.requests.push_back(HostRequest::Title(self.title().to_owned()));
        self.turn_screen();
    }

    fn after_layout(&mut self, asked: &Asked, laid_out: bool, now: f64) {
        let attributes: Vec<(NodeId, &str)> = asked.attributes.iter().map(|(n, a)| (*n, &**a)).collect();
        if laid_out || !attributes.is_empty() {
            self.with_session(|session, stage, out| session.laid_out(stage, &attributes, now, out));
        }
        for &(node, x, y, duration) in &asked.scrolls {
            self.with_session(|session, stage, _| session.scroll_to(stage, node, (Some(x), Some(y)), duration, now));
        }
        let mut answers = Vec::new();
        for query in &asked.queries {
            match query {
                Query::Node(node, kind, styles) => answers.push(self.figures(*node, *kind, styles)),
                Query::Lost => answers.push(None),
                Query::End(request) => {
                    let reply = QueryReply { request: *request, answers: std::mem::take(&mut answers) };
                    let _ = self.logic.send(Message::QueryReply(reply));
                }
            }
        }
    }

    /// What a query tells of a node. Of a page that is not on top its last layout counts; what never was laid out has no
    /// answer.
    pub(crate) fn figures(&self, node: NodeId, kind: QueryKind, styles: &str) -> Option<NodeFigures> {
        use crate::interact::scene::{Area, Stage};
        let document = &self.stage.document;
        if node.is_none() && document.top_page().is_none() {
            // The viewport is there before the first page.
            let viewport = self.stage.viewport();
            let (width, height) = (f64::from(viewport.width), f64::from(viewport.height));
            return Some(NodeFigures {
                width,
                height,
                scroll_width: width,
                scroll_height: height,
                ..Default::default()
            });
        }
        let target = if node.is_none() { self.stage.root() } else { node };
        document.node(target)?;
        let root = document.ancestors(target).last().map_or(target, |n| n.id);
        let page = document.pages().iter().find(|p| p.root == root)?;
        let boxes = self.stage.boxes_of(root)?;
        let scroll = scroll_area(boxes, target, (target == root).then_some(true));
        let (scroll_left, scroll_top) =
            self.sessions.get(&page.page).map_or((0.0, 0.0), |session| session.scrolls.offset(target));
        let area = if node.is_none() {
            let viewport = self.stage.viewport();
            Area { width: viewport.width, height: viewport.height, ..Default::default() }
        } else {
            let rect = boxes.element_rect(node).unwrap_or_default();
            Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
        };
        let content = scroll.map_or((area.width, area.height), |s| s.content);
        let style = self.stage.document.node(target).and_then(|n| n.style.clone());
        let styles = match style.filter(|_| kind == QueryKind::Fields) {
            Some(style) => {
                let text = |name: &str| Some((Arc::from(name), Arc::from(computed_text(&style, name)?)));
                styles.lines().filter_map(text).collect()
            }
            None => Vec::new(),
        };
        Some(NodeFigures {
            node: (!node.is_none()).then_some(node),
            left: f64::from(area.x),
            top: f64::from(area.y),
            width: f64::from(area.width),
            height: f64::from(area.height),
            scroll_left: f64::from(scroll_left),
            scroll_top: f64::from(scroll_top),
            scroll_width: f64::from(content.0),
            scroll_height: f64::from(content.1),
            styles,
        })
    }

    fn acknowledge(&mut self, taken: f64, now: f64) {
        if self.commits.is_empty() {
            return;
        }
        let times = FrameTimes { taken, applied: now, laid_out: now, settled: self.pages_settle(now) };
        let frame = self.frame + 1;
        for commit in self.commits.drain(..) {
            self.logic.acknowledge(commit, frame, times);
        }
    }
}

fn settings(window: &crate::package::WindowConfig, opened: f64, motion: bool) -> PageSettings {
    PageSettings {
        pull_down_refresh: window.pull_down_refresh,
        reach_bottom_distance: window.reach_bottom_distance,
        opened,
        motion,
    }
}
