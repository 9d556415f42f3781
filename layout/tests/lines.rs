//! What lines hold.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_layout::text::{FontBook, FontPolicy};
use support::Page;

#[test]
fn lines_hold_their_own_glyphs_and_no_room_for_others() {
    for (text, style) in [("word", "word-break:break-all"), ("\u{627}\u{628}", "direction:rtl;overflow-wrap:anywhere")]
    {
        let markup = format!("<view style=\"width:100px;{style}\">{}</view>", text.repeat(2000));
        let page = Page::new(&markup, FontBook::new(FontPolicy::Author).unwrap());
        let (mut lines, mut glyphs, mut room) = (0, 0, 0);
        for content in page.engine.box_tree().iter().filter_map(|(_, b)| b.inline.as_ref()) {
            lines += content.lines.len();
            glyphs += content.runs.iter().map(|r| r.glyphs.len()).sum::<usize>();
            room += content.runs.iter().map(|r| r.glyphs.capacity()).sum::<usize>();
        }
        assert!(lines > 100 && glyphs > 2000 && room == glyphs, "{text}: {lines} {glyphs} {room}");
    }
}
