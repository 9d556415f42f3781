//! Any bytes: opening and reading end, do not panic, do not nest without bound, and give nothing that is wrong.

use super::format::{seal, write};
use super::tests_equal::{Files, markup, sheet, styles};
use super::{CompiledError, CompiledPackage, from_section};
use crate::css::calc::Calc;
use crate::css::media::MediaList;
use crate::css::selector::Selector;
use crate::css::{PropertyValue, SheetLoader};
use crate::markup::{Expression, TemplateSource};
use proptest::prelude::*;
use std::sync::Arc;

fn open(bytes: &[u8]) -> Result<CompiledPackage, CompiledError> {
    CompiledPackage::open(Arc::from(bytes))
}

fn small() -> Files {
    Files::new([
        ("a.wxss", "@import 'b.wxss'; .a > .b, :not(.c) { margin: calc(1px + 2%); color: var(--x); colour: 1 }"),
        ("b.wxss", "@media (width > 3px) { .b { background: url(x.png) } } @keyframes k { to { top: 0 } }"),
        ("a.wxml", "<import src='b'/><include src='b'/><view class='a {{b}}' wx:for='{{l}}' bindtap='t'>x</view>"),
        ("b.wxml", "<template name='t'><text/></template><slot/>"),
    ])
}

#[test]
fn every_cut_and_every_flipped_bit_is_noticed() {
    let bytes = small().compiled();
    assert!(open(&bytes).is_ok_and(|package| package.len() == 4));
    for length in 0..bytes.len() {
        assert!(open(&bytes[..length]).is_err(), "{length} bytes");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(open(&longer).err(), Some(CompiledError::Damaged));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(open(&flipped).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn another_version_or_build_is_named() {
    let bytes = small().compiled();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        open(&bytes).err()
    };
    assert_eq!(with(0, b'X'), Some(CompiledError::Foreign));
    assert_eq!(with(8, 77), Some(CompiledError::Version(77)));
    assert_eq!(with(10, !bytes[10]), Some(CompiledError::Build));
    assert_eq!(open(b"").err(), Some(CompiledError::Foreign));
    assert_eq!(open(b"PELLICLE").err(), Some(CompiledError::Damaged));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |level: &[u8]| level.repeat(200_000);
    // Sums of one sum, a list that starts with negations, `:not()` in `:not()`.
    assert!(from_section::<Calc>(&nested(&[3, 1])).is_err());
    assert!(from_section::<MediaList>(&[vec![1], nested(&[2])].concat()).is_err());
    assert!(from_section::<Selector>(&nested(&[1, 1, 18, 1])).is_err());
    for variant in 0..14 {
        for level in [&[variant][..], &[variant, 0], &[variant, 1], &[variant, 1, 0]] {
            assert!(from_section::<Expression>(&nested(level)).is_err());
        }
    }
}

#[test]
fn values_that_no_source_has_are_refused() {
    use crate::css::grid::ComponentValue;
    use crate::css::sound::{ANY, Sound};
    use crate::css::value::Length;
    let nan = [[1].as_slice(), &f32::NAN.to_le_bytes()].concat();
    assert!(from_section::<Length>(&nan).is_err());
    assert_eq!(from_section(&[1, 0, 0, 0, 63]), Ok(Length::Percent(0.5)));
    // `repeat()` of a track: twice, 60,000 times, not at all, of a line name alone, and a repetition in a repetition.
    let (track, names) = ([0, 0, 0, 0, 0], [1, 1, 1, b'a']);
    let repeat = |count: &[u8], inner: &[u8]| [&[2, 0], count, &[1], inner].concat();
    let read = |bytes: &[u8]| from_section::<ComponentValue>(bytes).is_ok_and(|value| value.is_sound(ANY));
    assert!(read(&repeat(&[2], &track)));
    assert!(!read(&repeat(&[0xe0, 0xd4, 3], &track)) && !read(&repeat(&[0], &track)) && !read(&repeat(&[2], &names)));
    assert!(!read(&repeat(&[2], &repeat(&[2], &track))));
}

#[test]
fn values_that_a_property_does_not_take_are_refused() {
    use crate::css::value::{Length, Size, Unit};
    use crate::style::computed::{Dimension, Easing, GridLine, LengthPercentage, StepJump, TransformOp};
    let px = |value| Length::Unit(value, Unit::Px);
    let size = |value| PropertyValue::Width(Size::Length(value));
    assert!(size(px(0.0)).is_sound() && !size(px(-1.0)).is_sound() && !size(Length::Percent(-0.1)).is_sound());
    assert!(PropertyValue::MarginTop(crate::css::value::LengthOrAuto::Length(px(-1.0))).is_sound());
    let width = |value| PropertyValue::Width(Size::Keyword(value));
    assert!(width(Dimension::Auto).is_sound() && !width(Dimension::Length(LengthPercentage::px(1e30))).is_sound());
    assert!(PropertyValue::FlexGrow(0.0).is_sound() && !PropertyValue::FlexGrow(-1.0).is_sound());
    assert!(PropertyValue::Opacity(1.0).is_sound() && !PropertyValue::Opacity(2.0).is_sound());
    assert!(PropertyValue::LineClamp(Some(1)).is_sound() && !PropertyValue::LineClamp(Some(0)).is_sound());
    let line = |n| PropertyValue::GridRowStart(GridLine::Line(n));
    assert!(line(-10_000).is_sound() && !line(0).is_sound() && !line(i16::MIN).is_sound());
    let steps = |n| PropertyValue::TransitionTimingFunction(Arc::from([Easing::Steps(n, StepJump::None)]));
    assert!(steps(2).is_sound() && !steps(1).is_sound() && !steps(u32::MAX).is_sound());
    let rotate = |op| PropertyValue::Rotate(Some(crate::css::effects::TransformValue::Fixed(op)));
    assert!(rotate(TransformOp::Rotate(0.0, 0.0, 1.0, 2.0)).is_sound());
    assert!(!rotate(TransformOp::Perspective(-1.0)).is_sound());
    let areas = |rows: &[&str]| {
        let row = |row: &&str| row.split(' ').map(Arc::from).collect::<Vec<Arc<str>>>();
        PropertyValue::GridTemplateAreas(rows.iter().map(row).collect())
    };
    assert!(areas(&["a b", "a ."]).is_sound() && areas(&[]).is_sound());
    assert!(!areas(&["a b", "a"]).is_sound() && !areas(&["a b", "b a"]).is_sound() && !areas(&[""; 10_001]).is_sound());
}

#[test]
fn a_length_that_is_not_there_makes_no_room() {
    assert!(from_section::<Vec<u64>>(&[0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
    assert!(from_section::<String>(&[0xff, 0xff, 0xff, 0xff, 0x0f, b'x']).is_err());
    assert!(from_section::<Vec<u8>>(&[1, 7, 9]).is_err(), "something is left");
}

/// Reads everything that the package has of the files.
fn read_all(files: &Files) {
    let (sheet, found) = files.sheet();
    assert!(found.len() < 10_000);
    styles(sheet);
    files.template();
}

/// Sources that are read beside `bytes`, whatever they are.
fn beside(sources: &Files, bytes: &[u8]) -> Option<Files> {
    Some(Files { texts: sources.texts.clone(), package: Some(open(bytes).ok()?), ..Files::default() })
}

#[test]
fn a_cut_with_a_new_checksum_gives_what_is_whole() {
    let sources = small();
    let bytes = sources.compiled();
    let (sheet, template) = (sources.sheet(), sources.template());
    for length in 0..bytes.len() {
        let mut cut = bytes[..length].to_vec();
        seal(&mut cut);
        let Some(files) = beside(&sources, &cut) else { continue };
        assert_eq!(files.sheet().0, sheet.0, "{length} bytes");
        assert_eq!(files.template().0, template.0, "{length} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open(&bytes).is_err());
        let mut sealed = write(&[], &bytes).unwrap();
        if let Some(list) = sealed.get_mut(42..) {
            let kept = list.len().min(bytes.len());
            list[..kept].copy_from_slice(&bytes[..kept]);
        }
        seal(&mut sealed);
        let sources = small();
        if let Some(files) = beside(&sources, &sealed) {
            read_all(&files);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_with_a_new_checksum(
        a in sheet(), b in sheet(), c in markup(), d in markup(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let sources = Files::new([("a.wxss", a), ("b.wxss", b), ("a.wxml", c), ("b.wxml", d)]);
        let bytes = sources.compiled();
        for (at, value) in changes {
            let mut changed = bytes.clone();
            let at = 46 + at.index(changed.len() - 46);
            changed[at] = if value < 128 { value } else { changed[at] ^ (1 << (value % 8)) };
            seal(&mut changed);
            if let Some(files) = beside(&sources, &changed) {
                read_all(&files);
            }
        }
    }
}

#[test]
fn a_package_without_files_knows_none() {
    let bytes = write(&[], &[]).unwrap();
    let files = beside(&small(), &bytes).unwrap();
    assert!(files.package.as_ref().is_some_and(CompiledPackage::is_empty));
    assert_eq!(SheetLoader::compiled(&files, "a.wxss", "").err(), Some(CompiledError::Unlisted));
    assert_eq!(TemplateSource::compiled(&files, "a.wxml", "").err(), Some(CompiledError::Unlisted));
}
