//! One style being put together from what moves it.

use super::set::PropertySet;
use crate::css::PropertyId;
use crate::style::computed::ComputedStyle;

/// What one thing after another writes its values over.
pub(super) struct Mixing<'a> {
    /// The style that is to show. What nothing has written is of no account yet.
    pub out: &'a mut ComputedStyle,
    /// What the cascade gave.
    pub base: &'a ComputedStyle,
    /// What has been written.
    pub given: PropertySet,
    /// What is not moved, for the author said it is important.
    pub important: PropertySet,
    /// Room for what stood there before, made when it is first needed.
    pub under: &'a mut Option<Box<ComputedStyle>>,
}

impl Mixing<'_> {
    /// Writes the value between two, or where there is none between them the nearer one. In place of an end that is missing
    /// stands what was there before.
    pub fn put(&mut self, id: PropertyId, from: Option<&ComputedStyle>, to: Option<&ComputedStyle>, t: f32) {
        if self.important.contains(id) {
            return;
        }
        let under = match (from, to) {
            (None, _) | (_, None) if self.given.contains(id) => {
                let under = self.under.get_or_insert_with(|| Box::new(self.base.clone()));
                id.copy(under, self.out);
                &**under
            }
            _ => self.base,
        };
        self.given.insert(id);
        let (from, to) = (from.unwrap_or(under), to.unwrap_or(under));
        if !id.mix(self.out, from, to, t) {
            id.copy(self.out, if t < 0.5 { from } else { to });
        }
    }

    /// Writes the value of a style.
    pub fn copy(&mut self, id: PropertyId, from: &ComputedStyle) {
        if !self.important.contains(id) {
            self.given.insert(id);
            id.copy(self.out, from);
        }
    }
}
