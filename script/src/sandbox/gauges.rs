//! What the host's side holds for a mini-program: figures that it reads off as it goes, against their budgets.

use super::Sandbox;
use super::budgets::{Bounds, Budget, BudgetEvent, BudgetFigures, Budgets};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[derive(Default)]
struct Gauge {
    figure: AtomicU64,
    /// The host was told that it is past its soft limit.
    told: AtomicBool,
    /// It is past its hard limit.
    full: AtomicBool,
}

/// The gauges of one mini-program.
#[derive(Default)]
pub(super) struct Gauges {
    canvas: Gauge,
    image: Gauge,
    texture: Gauge,
    rules: Gauge,
    layers: Gauge,
    glyphs: Gauge,
}

impl Gauges {
    fn of(&self, budget: Budget, budgets: &Budgets) -> Option<(&Gauge, Bounds)> {
        Some(match budget {
            Budget::CanvasBytes => (&self.canvas, budgets.canvas_bytes),
            Budget::ImageBytes => (&self.image, budgets.image_bytes),
            Budget::TextureBytes => (&self.texture, budgets.texture_bytes),
            Budget::StyleRules => (&self.rules, budgets.style_rules),
            Budget::LayerBytes => (&self.layers, budgets.layer_bytes),
            Budget::GlyphBytes => (&self.glyphs, budgets.glyph_bytes),
            _ => return None,
        })
    }

    /// Adds the figures to others.
    pub fn figures(&self, others: BudgetFigures) -> BudgetFigures {
        let figure = |gauge: &Gauge| gauge.figure.load(Ordering::Relaxed);
        BudgetFigures {
            canvas_bytes: figure(&self.canvas),
            image_bytes: figure(&self.image),
            texture_bytes: figure(&self.texture),
            style_rules: figure(&self.rules),
            layer_bytes: figure(&self.layers),
            glyph_bytes: figure(&self.glyphs),
            ..others
        }
    }
}

impl Sandbox {
    /// Notes what the host's side holds of one of [`Budget::CanvasBytes`], [`Budget::ImageBytes`],
    /// [`Budget::TextureBytes`], [`Budget::StyleRules`], [`Budget::LayerBytes`] and [`Budget::GlyphBytes`] now, or, where it
    /// was refused, would hold. A soft limit is told, and a hard one counted, once for each time that it is crossed. Costs
    /// two words where nothing is crossed.
    pub fn note(&self, budget: Budget, figure: u64) {
        let Some((gauge, bounds)) = self.gauges.of(budget, self.budgets()) else { return };
        let full = figure > bounds.hard;
        // What was refused is not held.
        if !full {
            gauge.figure.store(figure, Ordering::Relaxed);
        }
        let (told, was_full) = (gauge.told.load(Ordering::Relaxed), gauge.full.load(Ordering::Relaxed));
        let crossed = figure > bounds.soft;
        if crossed != told {
            gauge.told.store(crossed, Ordering::Relaxed);
        }
        if full != was_full {
            gauge.full.store(full, Ordering::Relaxed);
        }
        if crossed && !told {
            self.warn(BudgetEvent { budget, limit: bounds.soft, figure });
        }
        if full && !was_full {
            self.counters.refusals.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn each_gauge_tells_once_for_each_time_and_counts_what_is_refused() {
        let bounds = Bounds { soft: 10, hard: 20 };
        let budgets = Budgets {
            canvas_bytes: bounds,
            image_bytes: bounds,
            texture_bytes: bounds,
            style_rules: bounds,
            layer_bytes: bounds,
            glyph_bytes: bounds,
            ..Budgets::default()
        };
        for budget in [
            Budget::CanvasBytes,
            Budget::ImageBytes,
            Budget::TextureBytes,
            Budget::StyleRules,
            Budget::LayerBytes,
            Budget::GlyphBytes,
        ] {
            let sandbox = Sandbox::new(budgets);
            let told = Arc::new(Mutex::new(Vec::new()));
            let events = told.clone();
            sandbox.set_on_event(Box::new(move |event| events.lock().expect("nothing panics").push(event)));
            for figure in [0, 10, 11, 15, 25, 30, 15, 5, 12] {
                sandbox.note(budget, figure);
            }
            let event = |figure| BudgetEvent { budget, limit: 10, figure };
            assert_eq!(*told.lock().expect("nothing panics"), [event(11), event(12)], "{budget}");
            let figures = sandbox.figures();
            let held = [
                figures.canvas_bytes,
                figures.image_bytes,
                figures.texture_bytes,
                figures.style_rules,
                figures.layer_bytes,
                figures.glyph_bytes,
            ];
            assert_eq!((figures.warnings, figures.refusals, held.iter().sum::<u64>()), (2, 1, 12), "{budget}");
        }
        let sandbox = Sandbox::new(budgets);
        sandbox.note(Budget::Heap, 1 << 60);
        assert_eq!(sandbox.figures().warnings, 0, "others are counted elsewhere");
    }
}
