//! What the benches measure with: pages made from numbers alone, the same on every machine.
//!
//! Each bench prints one time per size, so that how cost grows shows beside what it is. Compare figures of one
//! run only.

use std::fmt::Write;

/// A page of `rows` rows with a bound class, a bound text and a handler each, in the markup of real programs.
pub fn rows_markup(rows: usize) -> String {
    let mut text = String::from("<view class=\"page {{theme}}\">\n");
    for row in 0..rows {
        let _ = writeln!(
            text,
            "  <view class=\"row {{{{active === {row} ? 'on' : ''}}}}\" data-id=\"{row}\" bindtap=\"open\">\n    \
             <image class=\"thumb\" src=\"{{{{rows[{row}].image}}}}\" mode=\"aspectFill\" />\n    \
             <text wx:if=\"{{{{rows[{row}].name && !hidden}}}}\">{{{{rows[{row}].name + ' ' + ({row} + 1)}}}}</text>\n  </view>"
        );
    }
    text.push_str("</view>\n");
    text
}
