//! The mini-program: pages, elements, data, functions.

use super::{AutomationError, BindingCall, Element, Mock, Page, Scope};
use crate::host::types::Renderer;
use crate::tools::canvas::Canvas;
use crate::tools::driver::Driver;
use crate::tools::record::RunRecord;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::bridge::tool::{ToolError, ToolReply, ToolRequest};
use pellicle_script::capability::audit::Record;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel, sync_channel};

/// How long an answer is waited for, ms of virtual time.
const PATIENCE: f64 = 30_000.0;
/// Virtual time between two looks for an answer, ms.
const LOOK: f64 = 16.0;

/// A mini-program that a test drives.
pub struct Automation {
    /// It and its time.
    pub driver: Driver,
    /// What it did.
    pub record: Arc<RunRecord>,
    calls: Receiver<BindingCall>,
    calls_to: Sender<BindingCall>,
    /// What draws its pictures, and where, once one was asked for.
    pub(super) renderer: Renderer,
    pub(super) canvas: Option<Canvas>,
    /// Where the finger is that commands put down, on the surface.
    pub(super) finger: Option<(f32, f32)>,
}

/// An answer that may be still to come: JSON text.
pub struct Answer(Receiver<Result<String, ToolError>>);

impl Answer {
    /// The answer, if it is there.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] with what went wrong.
    pub fn take(&self) -> Option<Result<Value, AutomationError>> {
        match self.0.try_recv() {
            Ok(answer) => Some(value(answer)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(lost())),
        }
    }
}

fn value(answer: Result<String, ToolError>) -> Result<Value, AutomationError> {
    let text = answer?;
    serde_json::from_str(&text).map_err(|error| AutomationError::Message(format!("the answer is too deep: {error}")))
}

/// Nobody is left who could answer.
fn lost() -> AutomationError {
    AutomationError::Tool(ToolError::Script("what was called was dropped without an answer".to_owned()))
}

impl Automation {
    /// Drives what `driver` runs and `record` keeps book of; `renderer` draws its pictures.
    pub fn new(driver: Driver, record: Arc<RunRecord>, renderer: Renderer) -> Automation {
        let (calls_to, calls) = channel();
        Automation { driver, record, calls, calls_to, renderer, canvas: None, finger: None }
    }

    /// All that the mini-program did since the last call: calls, console lines, exceptions, findings.
    pub fn take_records(&mut self) -> Vec<Record> {
        self.record.report(&mut self.driver.app);
        self.record.take()
    }

    /// Lets virtual time go on, ms.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn wait(&mut self, ms: f64) -> Result<(), AutomationError> {
        Ok(self.driver.settle(ms)?)
    }

    /// The page stack, the page on top last.
    ///
    /// # Errors
    /// [`AutomationError`] if logic does not answer.
    pub fn pages(&mut self) -> Result<Vec<Page>, AutomationError> {
        self.ask(|reply| ToolRequest::Pages { reply })
    }

    /// The page on top.
    ///
    /// # Errors
    /// [`ToolError::NoPage`] if there is none.
    pub fn page(&mut self) -> Result<Page, AutomationError> {
        self.pages()?.pop().ok_or(ToolError::NoPage.into())
    }

    /// The first element that a selector finds: what `createSelectorQuery` understands.
    ///
    /// # Errors
    /// [`AutomationError::NotFound`] if nothing fits.
    pub fn element<'a>(&mut self, within: impl Into<Scope<'a>>, selector: &str) -> Result<Element, AutomationError> {
        let found = self.select(within.into(), selector, false)?;
        found.into_iter().next().ok_or_else(|| AutomationError::NotFound(selector.to_owned()))
    }

    /// All elements that a selector finds, in tree order.
    ///
    /// # Errors
    /// [`AutomationError`] if the scope is gone.
    pub fn elements<'a>(
        &mut self,
        within: impl Into<Scope<'a>>,
        selector: &str,
    ) -> Result<Vec<Element>, AutomationError> {
        self.select(within.into(), selector, true)
    }

    fn select(&mut self, within: Scope<'_>, selector: &str, all: bool) -> Result<Vec<Element>, AutomationError> {
        let (within, selector) = (within.place(), selector.to_owned());
        let found = self.ask(|reply| ToolRequest::Select { within, selector, all, reply })?;
        Ok(found.into_iter().map(Element::from).collect())
    }

    /// An element of what is shown, inside of components too: `tag.class#id` or `text=exact own text`, each with an
    /// optional `@n` for the n-th match (from 0), as steps name them.
    ///
    /// # Errors
    /// [`AutomationError::NotFound`] if nothing fits.
    pub fn locate(&self, selector: &str) -> Result<Element, AutomationError> {
        let document = &self.driver.app.stage().document;
        let found = self.driver.find(selector).zip(document.top_page());
        let (node, page) = found.ok_or_else(|| AutomationError::NotFound(selector.to_owned()))?;
        Ok(Element { node, page: page.page, tag: document.tag_name(node).to_owned(), component: None })
    }

    /// The element of a name in messages.
    ///
    /// # Errors
    /// [`ToolError::NoElement`] if it is gone.
    pub fn element_by_id(&mut self, id: &str) -> Result<Element, AutomationError> {
        let of = Element::place_of(id)?;
        Ok(self.ask(|reply| ToolRequest::Element { of, reply })?.into())
    }

    /// Data of a page or component, all of it or at a path such as `list[0].name`.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if there is none.
    pub fn data<'a>(&mut self, of: impl Into<Scope<'a>>, path: Option<&str>) -> Result<Value, AutomationError> {
        let (of, path) = (of.into().place(), path.map(str::to_owned));
        self.ask(|reply| ToolRequest::Data { of, path, reply }).and_then(|text| value(Ok(text)))
    }

    /// `setData` of a page or component.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn set_data<'a>(&mut self, of: impl Into<Scope<'a>>, data: Map<String, Value>) -> Result<(), AutomationError> {
        let of = of.into().place();
        self.ask(|reply| ToolRequest::SetData { of, data, reply }).map(drop)
    }

    /// Calls a method of a page or component; what it promises is waited for.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if there is none or it throws.
    pub fn call<'a>(
        &mut self,
        of: impl Into<Scope<'a>>,
        method: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, AutomationError> {
        let answer = self.start_call(of.into(), method, arguments)?;
        self.answer(&answer)
    }

    /// Calls a function of `wx`: gives its result, or what it tells `success`.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if there is none, it throws, or it tells `fail`.
    pub fn call_wx(&mut self, name: &str, arguments: Vec<Value>) -> Result<Value, AutomationError> {
        let answer = self.start_wx(name, arguments)?;
        self.answer(&answer)
    }

    /// Calls a function that is given as text (`"(a) => getApp().globalData[a]"`) inside the mini-program; what it
    /// promises is waited for.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is no function or throws.
    pub fn evaluate(&mut self, function: &str, arguments: Vec<Value>) -> Result<Value, AutomationError> {
        let answer = self.start_function(function, arguments)?;
        self.answer(&answer)
    }

    /// Opens a page (`navigateTo`, `redirectTo`, `switchTab`, `reLaunch`), or goes back (`navigateBack`, without a url).
    ///
    /// # Errors
    /// [`AutomationError::Tool`] with what the API says.
    pub fn route(&mut self, kind: &str, url: Option<&str>) -> Result<Page, AutomationError> {
        let options = url.map_or_else(|| json!({}), |url| json!({ "url": url }));
        self.call_wx(kind, vec![options])?;
        self.wait(super::acting::REST)?;
        self.page()
    }

    /// Lets something stand in for a function of `wx`, or with none the function itself again.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if a text is no function.
    pub fn mock_wx(&mut self, name: &str, mock: Option<Mock>) -> Result<(), AutomationError> {
        let name = name.to_owned();
        self.ask(|reply| ToolRequest::Mock { name, mock, reply }).map(drop)
    }

    /// Puts a function on the global object; [`take_calls`](Self::take_calls) tells what it was called with.
    ///
    /// # Errors
    /// [`AutomationError`] if logic does not answer.
    pub fn bind(&mut self, name: &str) -> Result<(), AutomationError> {
        let (name, calls) = (name.to_owned(), self.calls_to.clone());
        self.ask(|reply| ToolRequest::Bind { name, calls, reply }).map(drop)
    }

    /// Calls of bound functions since the last time.
    pub fn take_calls(&mut self) -> Vec<BindingCall> {
        self.calls.try_iter().collect()
    }

    pub(super) fn start_call(
        &mut self,
        of: Scope<'_>,
        method: &str,
        arguments: Vec<Value>,
    ) -> Result<Answer, AutomationError> {
        let (of, method) = (of.place(), method.to_owned());
        self.start(|reply| ToolRequest::Call { of, method, arguments, reply: Some(reply) })
    }

    pub(super) fn start_wx(&mut self, name: &str, arguments: Vec<Value>) -> Result<Answer, AutomationError> {
        let name = name.to_owned();
        self.start(|reply| ToolRequest::Api { name, arguments, reply })
    }

    pub(super) fn start_function(&mut self, source: &str, arguments: Vec<Value>) -> Result<Answer, AutomationError> {
        let source = source.to_owned();
        self.start(|reply| ToolRequest::Function { source, arguments, reply })
    }

    fn start(&mut self, make: impl FnOnce(ToolReply<String>) -> ToolRequest) -> Result<Answer, AutomationError> {
        Ok(Answer(self.send(make)?))
    }

    /// Hands a request to logic and lets it run what is due.
    fn send<T>(
        &mut self,
        make: impl FnOnce(ToolReply<T>) -> ToolRequest,
    ) -> Result<Receiver<Result<T, ToolError>>, AutomationError> {
        let (reply, answer) = sync_channel(1);
        let command = HostCommand::Tool(Box::new(make(reply.into())));
        self.driver.app.logic().command(command).map_err(|_| AutomationError::Full)?;
        self.driver.settle(0.0)?;
        Ok(answer)
    }

    /// Asks logic something that it answers in its turn.
    pub(super) fn ask<T>(&mut self, make: impl FnOnce(ToolReply<T>) -> ToolRequest) -> Result<T, AutomationError> {
        let answer = self.send(make)?;
        Ok(answer.try_recv().map_err(|_| lost())??)
    }

    /// Waits for an answer in virtual time.
    fn answer(&mut self, answer: &Answer) -> Result<Value, AutomationError> {
        let until = self.driver.now() + PATIENCE;
        loop {
            if let Some(answer) = answer.take() {
                return answer;
            }
            if self.driver.now() >= until {
                return Err(AutomationError::Timeout(PATIENCE));
            }
            self.wait(LOOK)?;
        }
    }
}
