//! Calls of logic to the shell.
//!
//! A call concerns the page that was on top when it was made. The commit that shows this page may come after the
//! call, since a turn's commit is published at its end: such calls wait for it.

use super::app::App;
use super::stage::PageStage;
use super::types::HostRequest;
use crate::chrome::state::Rest;
use crate::fonts::FontRule;
use crate::interact::outgoing::Outgoing;
use crate::interact::session::Session;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::{HostMessage, Responder, StopReason};
use pellicle_script::capability::shell::ShellCall;
use pellicle_script::record::RecordedMessage;
use pellicle_script::sandbox::audit_log::AuditVerdict;

/// Calls that wait for their pages; the oldest is answered without its page when more come.
const MAX_EARLY: usize = 256;

/// A call whose page is not there yet.
pub(super) struct EarlyCall {
    page: u32,
    call: ShellCall,
    reply: Responder,
}

impl App {
    /// Messages of logic to the shell.
    pub(super) fn receive(&mut self, now: f64) {
        while let Some(message) = self.logic.receive() {
            if let Some(recorder) = self.tap.recorder()
                && let Some(message) = RecordedMessage::of(&message)
            {
                recorder.message(message);
            }
            match message {
                HostMessage::Shell { page: Some(page), call, reply } if !self.was_page(page) => {
                    self.early_calls.push_back(EarlyCall { page, call, reply });
                    if self.early_calls.len() > MAX_EARLY
                        && let Some(EarlyCall { page, call, reply }) = self.early_calls.pop_front()
                    {
                        self.shell_call(Some(page), call, reply, now);
                    }
                }
                HostMessage::Shell { page, call, reply } => self.shell_call(page, call, reply, now),
                HostMessage::Budget(event) => {
                    self.access.reached_limit(AuditVerdict::NearBudget, &event.to_string(), &*self.clock);
                    self.requests.push_back(HostRequest::Budget(event));
                }
                HostMessage::Stalled(_) => self.stats.stalls += 1,
                // Its end was told already if the render side asked for it.
                HostMessage::Stopped(_) if self.stopped => {}
                HostMessage::Stopped(reason) => {
                    self.stopped = true;
                    let detail = reason.to_string();
                    match reason {
                        StopReason::Asked => {}
                        StopReason::Budget(_) => {
                            self.access.reached_limit(AuditVerdict::Stopped, &detail, &*self.clock);
                        }
                        _ => self.access.log(AuditVerdict::Stopped, "", None, &detail, &*self.clock),
                    }
                    self.requests.push_back(HostRequest::Stopped(reason));
                }
            }
        }
    }

    /// True if the page is there or has been: numbers only rise.
    fn was_page(&self, page: u32) -> bool {
        self.newest_page.is_some_and(|newest| page <= newest)
    }

    /// After commits: calls whose pages have come.
    pub(super) fn early_calls(&mut self, now: f64) {
        let calls = std::mem::take(&mut self.early_calls);
        for early in calls {
            if self.was_page(early.page) {
                self.shell_call(Some(early.page), early.call, early.reply, now);
            } else {
                self.early_calls.push_back(early);
            }
        }
    }

    fn shell_call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder, now: f64) {
        let area = self.page_area();
        let title = self.title().to_owned();
        let repaints = matches!(call, ShellCall::SetBackgroundColor { .. } | ShellCall::SetBackgroundTextStyle { .. });
        self.painter.list_dirty |= repaints;
        self.picture_dirty |= repaints;
        let Rest::Other(call, reply) = self.chrome.call(page, call, reply, now) else {
            if self.title() != title {
                self.requests.push_back(HostRequest::Title(self.title().to_owned()));
            }
            if self.page_area() != area {
                self.sync_area();
            }
            return;
        };
        match call {
            ShellCall::StartPullDownRefresh | ShellCall::StopPullDownRefresh => {
                let on = call == ShellCall::StartPullDownRefresh;
                self.with_page(page, |session, _, out| session.set_refreshing(on, now, out));
                reply.ok(ApiReply::empty());
            }
            ShellCall::HideKeyboard => {
                self.with_page(page, |session, stage, out| session.blur(stage, now, out));
                reply.ok(ApiReply::empty());
            }
            ShellCall::ClosePageContainer => {
                let mut closed = false;
                self.with_page(page, |session, stage, out| closed = session.close_container(stage, now, out));
                // What the container tells comes before the answer.
                self.flush(now);
                match closed {
                    true => reply.ok(ApiReply::empty()),
                    false => reply.fail(ApiFailure::internal("no page container is open")),
                }
            }
            ShellCall::LoadFontFace { family, source, weight, style, .. } => {
                let page = self.stage.top().map(|top| top.path.clone()).unwrap_or_default();
                self.fonts.add_script_rule(FontRule::of_script(&family, &source, &weight, &style, &page), reply);
            }
            ShellCall::ExitMiniProgram => {
                self.requests.push_back(HostRequest::Exit);
                reply.ok(ApiReply::empty());
            }
            ShellCall::ApplyUpdate => self.apply_update(reply),
            ShellCall::Snapshot { node, format } => self.answer_snapshot(node, format, reply, now),
            _ => reply.fail(ApiFailure::unsupported()),
        }
    }

    /// Acts on the session of a page, or of the one on top.
    pub(super) fn with_page(
        &mut self,
        page: Option<u32>,
        act: impl FnOnce(&mut Session, &mut PageStage, &mut Vec<Outgoing>),
    ) {
        let Some(page) = page.or_else(|| Some(self.stage.document.top_page()?.page)) else { return };
        if let Some(session) = self.sessions.get_mut(&page) {
            act(session, &mut self.stage, &mut self.out);
        }
    }
}
