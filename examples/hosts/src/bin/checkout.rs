//! An app of its own that has one feature as a mini-program: a household ledger in egui, beside it a ticket shop, which is paid for from
//! the ledger.
//!
//! The mini-program is drawn into a texture of the app's own scene, on the app's device. It can do what the app offers it and
//! nothing else: `wx.pay` asks the user in the app's own interface, `wx.getWallet` says what is left, and `wx.onWalletChange`
//! tells of it.
//!
//! `cargo run -p pellicle-example-hosts --bin checkout`

use eframe::egui::{self, Align2, CentralPanel, Grid, Panel, RichText, Window};
use pellicle::host::hosting::{Host, HostConfig, child_main_if_asked};
use pellicle::package::FolderPackage;
use pellicle_example_hosts::around::Around;
use pellicle_example_hosts::asking::{Asked, Asking};
use pellicle_example_hosts::program::{MiniProgram, Opening};
use pellicle_example_hosts::{bundled, failed};
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::sandbox::host_api::{HostApi, HostApis};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// What the mini-program may ask for. What does not fit never reaches the app.
const PAY: &str = r#"{
    "name": "pay",
    "description": "Pays from the user's wallet, after asking.",
    "rate": { "perSecond": 1, "burst": 5 },
    "arguments": {
        "type": "object",
        "properties": {
            "order": { "type": "string", "maxBytes": 64 },
            "about": { "type": "string", "maxBytes": 200 },
            "cents": { "type": "integer", "minimum": 1, "maximum": 10000000 }
        },
        "required": ["order", "cents"]
    },
    "result": { "type": "object", "properties": { "receipt": { "type": "string", "description": "What proves it." } } }
}"#;
const WALLET: &str = r#"{
    "name": "getWallet",
    "description": "What is in the user's wallet.",
    "result": { "type": "object", "properties": { "cents": { "type": "integer" } } }
}"#;
const WALLET_CHANGE: &str = "WalletChange";

/// Width of the mini-program, logical px.
const WIDTH: f32 = 375.0;

/// A payment that the user is asked about.
struct Payment {
    about: String,
    cents: i64,
    answer: Responder,
}

struct Ledger {
    wallet: i64,
    paid: Vec<(String, i64)>,
    asked: Receiver<Asked>,
    /// Payments that wait for the user, the oldest first.
    payments: VecDeque<Payment>,
    shop: MiniProgram,
}

fn money(cents: i64) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

impl Ledger {
    fn new(window: &eframe::CreationContext<'_>) -> Result<Ledger, Box<dyn std::error::Error + Send + Sync>> {
        let around = Around::new(window, Host::new(HostConfig::default()))?;
        let (queue, asked) = channel();
        let egui = around.egui.clone();
        let asking = Asking { queue, wake: move || egui.request_repaint() };
        let api = |description: &str, name: &'static str| {
            let asking = asking.clone();
            let ask = move |arguments: Json, answer| asking.ask(Asked::Call { api: name, arguments, answer });
            HostApi::described(description, Arc::new(ask))
        };
        let apis = HostApis::new(vec![api(PAY, "pay")?, api(WALLET, "getWallet")?]).map_err(failed)?;
        let apis = apis.with_events([WALLET_CHANGE]).map_err(failed)?;
        let package = Arc::new(FolderPackage::open(&bundled("tickets"))?);
        let opening = Opening { apis, ..Opening::new("tickets", package) };
        let shop = MiniProgram::open(&around, opening, egui::vec2(WIDTH, 600.0))?;
        Ok(Ledger { wallet: 5000, paid: Vec::new(), asked, payments: VecDeque::new(), shop })
    }

    /// What the mini-program has asked since the last frame.
    fn take_calls(&mut self) {
        while let Ok(asked) = self.asked.try_recv() {
            let Asked::Call { api, arguments, answer } = asked else { continue };
            let text = |key: &str| arguments.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
            match api {
                "getWallet" => answer.ok(ApiReply::of(json!({ "cents": self.wallet }))),
                _ => {
                    let cents = arguments.get("cents").and_then(Json::as_i64).unwrap_or(i64::MAX);
                    let about = Some(text("about")).filter(|about| !about.is_empty()).unwrap_or_else(|| text("order"));
                    if cents > self.wallet {
                        answer.fail(ApiFailure::denied("there is too little in the wallet"));
                    } else {
                        self.payments.push_back(Payment { about, cents, answer });
                    }
                }
            }
        }
    }

    /// Asks the user about the payment that waits for longest.
    fn ask(&mut self, ctx: &egui::Context) {
        let Some(payment) = self.payments.front() else { return };
        let mut decided = None;
        Window::new("Pay?").anchor(Align2::CENTER_CENTER, [0.0, 0.0]).collapsible(false).resizable(false).show(
            ctx,
            |ui| {
                ui.label(format!("{} for “{}”", money(payment.cents), payment.about));
                ui.horizontal(|ui| {
                    for (label, pays) in [("Pay", true), ("Cancel", false)] {
                        if ui.button(label).clicked() {
                            decided = Some(pays);
                        }
                    }
                });
            },
        );
        let Some(pays) = decided else { return };
        let Some(Payment { about, cents, answer }) = self.payments.pop_front() else { return };
        // Another one may have been paid while this one waited.
        if !pays || cents > self.wallet {
            return answer.fail(ApiFailure::denied("cancelled"));
        }
        self.wallet -= cents;
        self.paid.push((about, cents));
        answer.ok(ApiReply::of(json!({ "receipt": format!("R-{:04}", self.paid.len()) })));
        self.shop.tell(WALLET_CHANGE, json!({ "cents": self.wallet }));
    }
}

impl eframe::App for Ledger {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.take_calls();
        Panel::right("shop").exact_size(WIDTH).resizable(false).frame(egui::Frame::NONE).show(ui, |ui| {
            let size = egui::vec2(WIDTH, ui.available_height());
            self.shop.show(ui, size);
        });
        CentralPanel::default().show(ui, |ui| {
            ui.heading("Household ledger");
            ui.add_space(8.0);
            ui.label(RichText::new(money(self.wallet)).size(30.0));
            ui.add_space(8.0);
            Grid::new("paid").striped(true).show(ui, |ui| {
                for (about, cents) in &self.paid {
                    ui.label(about);
                    ui.label(money(*cents));
                    ui.end_row();
                }
            });
        });
        self.ask(ui.ctx());
    }
}

fn main() -> eframe::Result {
    child_main_if_asked();
    let viewport = egui::ViewportBuilder::default().with_title("Ledger").with_inner_size([760.0, 600.0]);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Wgpu, ..Default::default() };
    eframe::run_native("pellicle-checkout", options, Box::new(|window| Ok(Box::new(Ledger::new(window)?))))
}
