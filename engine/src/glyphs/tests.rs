use super::room::{COVERAGE_BYTES, IDLE};
use super::*;

fn square(cache: &mut GlyphCache, n: i32) -> Option<Placed> {
    let side = 500.0;
    let path = Arc::new(Path::builder().polygon(&[(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]).finish());
    let m = [1.0, 0.0, 0.0, 1.0, n as f32 / 64.0, 0.0];
    let shape = PathShape { path: &path, matrix: m, stroke: None, rule: FillRule::NonZero };
    cache.path(&path, &shape, (0, 0), (512, 512), &DeviceRect::new(0, 0, 512, 512))
}

#[test]
fn the_budget_holds_over_frames_and_grows_only_within_one() {
    let mut cache = GlyphCache::new(2 * COVERAGE_BYTES);
    for n in 0..40 {
        cache.begin_frame();
        assert!(square(&mut cache, n).is_some());
        assert!(cache.bytes() <= 2 * COVERAGE_BYTES);
    }
    cache.begin_frame();
    let placed: Vec<_> = (100..112).map(|n| square(&mut cache, n).unwrap()).collect();
    for (i, a) in placed.iter().enumerate() {
        assert!(placed[..i].iter().all(|b| (a.page, a.x, a.y) != (b.page, b.x, b.y)));
    }
}

#[test]
fn a_frame_that_needs_too_many_pages_goes_without_and_the_next_one_does_not() {
    let mut cache = GlyphCache::new(COVERAGE_BYTES);
    cache.set_most(64 * COVERAGE_BYTES);
    cache.begin_frame();
    let placed = (0..400).filter(|n| square(&mut cache, *n).is_some()).count();
    assert_eq!((placed, cache.coverage_pages().len()), (4 * 64, 64));
    assert!(cache.is_short());
    assert_eq!(cache.take_wanted_bytes(), 65 * COVERAGE_BYTES);
    cache.begin_frame();
    assert!(square(&mut cache, 399).is_some());
    assert_eq!((cache.is_short(), cache.take_wanted_bytes()), (false, COVERAGE_BYTES));
}

#[test]
fn pages_past_the_budget_go_when_they_are_idle_and_others_stay() {
    let mut cache = GlyphCache::new(2 * COVERAGE_BYTES);
    cache.begin_frame();
    let first = (0..16).map(|n| square(&mut cache, n).unwrap()).collect::<Vec<_>>();
    assert_eq!(cache.coverage_pages().len(), 4);
    // The last two are on the last page.
    let epoch = cache.coverage_pages()[first[15].page as usize].epoch;
    for _ in 0..IDLE + 2 {
        cache.begin_frame();
        assert!((14..16).all(|n| square(&mut cache, n).is_some()));
    }
    assert_eq!((cache.bytes(), cache.rasterised()), (2 * COVERAGE_BYTES, 16));
    let kept = square(&mut cache, 15).unwrap();
    assert_eq!(cache.coverage_pages()[kept.page as usize].epoch, epoch, "it is where its page has gone");
    assert_eq!((kept.x, kept.y), (first[15].x, first[15].y));
    assert_eq!(cache.rasterised(), 16);
}

#[test]
fn masks_without_pixels_are_forgotten_in_time() {
    let mut cache = GlyphCache::new(COVERAGE_BYTES);
    let nothing = Arc::new(Path::builder().finish());
    for n in 0..2 * MOST_EMPTY {
        let matrix = [1.0, 0.0, 0.0, 1.0, n as f32, 0.0];
        let shape = PathShape { path: &nothing, matrix, stroke: None, rule: FillRule::NonZero };
        assert!(cache.path(&nothing, &shape, (0, 0), (0, 0), &DeviceRect::default()).is_none());
        assert!(cache.paths.len() <= MOST_EMPTY + 1);
    }
}

#[test]
fn a_path_is_rasterised_once() {
    let mut cache = GlyphCache::new(COVERAGE_BYTES);
    cache.begin_frame();
    let a = square(&mut cache, 0);
    assert_eq!(square(&mut cache, 0), a);
    assert_eq!(cache.rasterised(), 1);
    let page = &cache.coverage_pages()[0];
    let p = a.unwrap();
    let at = |x: usize, y: usize| page.pixels()[(p.y as usize + y) * page.stride() + p.x as usize + x];
    assert_eq!((at(0, 0), at(250, 250), at(499, 499), at(500, 10)), (255, 255, 255, 0));
}

#[test]
fn pages_of_one_kind_keep_the_other_one_out_for_one_attempt_at_most() {
    let mut cache = GlyphCache::new(6 * COVERAGE_BYTES);
    cache.set_most(6 * COVERAGE_BYTES);
    cache.begin_frame();
    assert!((0..24).all(|n| square(&mut cache, n).is_some()));
    assert!(cache.bytes() == 6 * COVERAGE_BYTES && !cache.begins_empty());
    cache.begin_frame();
    let picture = Mask { width: 8, height: 8, color: true, bytes: vec![255; 256], ..Mask::default() };
    assert!(cache.place(Some(&picture)).is_err() && cache.is_short() && cache.begins_empty());
    cache.begin_frame();
    assert!(cache.place(Some(&picture)).is_ok() && square(&mut cache, 0).is_some());
    assert_eq!((cache.is_short(), cache.bytes()), (false, 5 * COVERAGE_BYTES));
}

#[test]
fn a_cache_that_stops_when_short_makes_no_more_and_one_that_spares_room_keeps_what_shows() {
    let mut cache = GlyphCache::new(5 * COVERAGE_BYTES);
    cache.set_most(0);
    cache.stop_when_short(true);
    cache.begin_frame();
    let placed = (0..400).filter(|n| square(&mut cache, *n).is_some()).count();
    assert_eq!((placed, cache.bytes(), cache.rasterised()), (20, 5 * COVERAGE_BYTES, 21));
    let shown = |x| DeviceRect::new(x, 0, x + 10, 10);
    let mask = Mask { width: 8, height: 8, bytes: vec![255; 64], ..Mask::default() };
    assert_eq!(cache.pass_over(Some(&mask), &shown(8)), None);
    cache.spare_room(true);
    assert_eq!([7, 8, -10].map(|x| cache.pass_over(Some(&mask), &shown(x)).is_some()), [false, true, true]);
}
