//! A feed of cards: each is a page of a mini-program, as high as what is in it, and all are alive at once. Those that are scrolled
//! out of sight draw nothing, and their script soon stands still.
//!
//! `cargo run -p pellicle-example-hosts --bin cards [NUMBER]`

use eframe::egui::{self, CentralPanel, CornerRadius, Frame, ScrollArea, Stroke};
use pellicle::host::hosting::{Host, HostConfig, child_main_if_asked};
use pellicle::host::life::container::LifeState;
use pellicle::package::FolderPackage;
use pellicle_example_hosts::around::Around;
use pellicle_example_hosts::bundled;
use pellicle_example_hosts::program::{MiniProgram, Opening};
use pellicle_script::bridge::message::LaunchOptions;
use std::sync::Arc;

/// Cards, unless the command line names another number.
const USUAL: usize = 20;
/// Their pages, in turn.
const PAGES: [&str; 4] = ["poll/poll", "product/product", "steps/steps", "note/note"];
/// Width of a card, logical px.
const WIDTH: f32 = 420.0;
/// The height of a card whose page is not there yet, and the greatest, logical px.
const HEIGHT: (f32, f32) = (160.0, 640.0);

struct Card {
    program: MiniProgram,
    height: f32,
}

struct Feed {
    cards: Vec<Card>,
}

impl Feed {
    fn new(
        window: &eframe::CreationContext<'_>,
        number: usize,
    ) -> Result<Feed, Box<dyn std::error::Error + Send + Sync>> {
        let around = Around::new(window, Host::new(HostConfig::default()))?;
        let package = Arc::new(FolderPackage::open(&bundled("cards"))?);
        let mut cards = Vec::new();
        for n in 0..number {
            let launch = LaunchOptions {
                path: PAGES[n % PAGES.len()].to_owned(),
                query: vec![("n".to_owned(), (n / PAGES.len()).to_string())],
                scene: 1001,
                ..LaunchOptions::default()
            };
            // Each stores what it stores in a place of its own.
            let opening = Opening { launch, bars: false, ..Opening::new(format!("card {n}"), package.clone()) };
            let program = MiniProgram::open(&around, opening, egui::vec2(WIDTH, HEIGHT.0))?;
            cards.push(Card { program, height: HEIGHT.0 });
        }
        Ok(Feed { cards })
    }
}

impl eframe::App for Feed {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        let awake = self.cards.iter().filter(|card| card.program.state() == LifeState::Running).count();
        CentralPanel::default().show(ui, |ui| {
            ui.label(format!("{} cards, {awake} in sight", self.cards.len()));
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.vertical_centered(|ui| {
                    for card in &mut self.cards {
                        let frame = Frame::new()
                            .stroke(Stroke::new(1.0, egui::Color32::from_gray(200)))
                            .corner_radius(CornerRadius::same(4))
                            .inner_margin(2.0)
                            .outer_margin(6.0);
                        frame.show(ui, |ui| {
                            ui.set_max_width(WIDTH);
                            card.program.show(ui, egui::vec2(WIDTH, card.height));
                        });
                        // One that is away has no page to measure; it comes back as high as it was.
                        if let Some(height) = card.program.app().and_then(|app| app.content_height()) {
                            let height = height.ceil().clamp(40.0, HEIGHT.1);
                            if height != card.height {
                                card.height = height;
                                ui.ctx().request_repaint();
                            }
                        }
                    }
                });
            });
        });
    }
}

fn main() -> eframe::Result {
    child_main_if_asked();
    let number = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(USUAL);
    let viewport = egui::ViewportBuilder::default().with_title("Cards").with_inner_size([480.0, 760.0]);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Wgpu, ..Default::default() };
    eframe::run_native("pellicle-cards", options, Box::new(move |window| Ok(Box::new(Feed::new(window, number)?))))
}
