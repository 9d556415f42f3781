//! What the store fetches, decodes, keeps and forgets.

use super::address::resolve;
use super::*;
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::channel;

const PIXEL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

struct Files;

impl ImageSource for Files {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        match url {
            "/a/b.png" => decode::data_url(PIXEL).unwrap().map_err(|e| e.to_string()),
            "/a/large.png" => {
                let mut png = Vec::new();
                let pixels = image::RgbImage::new(64, 32);
                pixels.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
                Ok(png)
            }
            "/a/broken.png" => Ok(b"\x89PNG\r\n\x1a\nnothing more".to_vec()),
            _ => Err("no such file".to_owned()),
        }
    }
}

#[test]
fn addresses_resolve_against_the_file_they_stand_in() {
    assert_eq!(resolve("pages/a/a.wxss", "../x.png"), "/pages/x.png");
    assert_eq!(resolve("pages/a/a.wxss", "/x.png"), "/x.png");
    assert_eq!(resolve("", "x.png"), "/x.png");
    assert_eq!(resolve("a", "https://h/x.png"), "https://h/x.png");
    assert_eq!(resolve("a", "data:image/png;base64,AA"), "data:image/png;base64,AA");
    assert_eq!(resolve("a/b", "../../../x"), "/x");
}

fn all_of(id: ImageId) -> [Wanted; 1] {
    [Wanted { id, skipped: 0, size: (1, 1) }]
}

#[test]
fn an_address_is_loaded_once_and_its_events_are_told_once() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let id = store.request("a/sheet.wxss", "b.png").unwrap();
    assert_eq!(store.request("", "/a/b.png"), Some(id));
    assert_eq!((store.size(id), store.outcome(id)), (Some((1, 1)), Some(Ok((1, 1)))));
    assert_eq!(store.poll().len(), 1);
    assert!(store.poll().is_empty());
}

#[test]
fn pixels_are_decoded_when_a_picture_shows_them() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let id = store.request("", "/a/b.png").unwrap();
    assert!(store.bitmap(id).is_none() && store.bytes() == 0);
    assert!(store.want(&all_of(id)));
    assert!(store.bitmap(id).is_some());
    // What is there is not decoded again.
    assert!(!store.want(&all_of(id)));
}

#[test]
fn an_image_is_decoded_as_finely_as_it_is_shown() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let id = store.request("", "/a/large.png").unwrap();
    store.want(&[3, 2].map(|skipped| Wanted { id, skipped, size: (1, 1) }));
    assert_eq!(store.bitmap(id).map(|b| (b.skipped(), b.width(), b.levels()[0].width)), Some((2, 64, 16)));
    assert!(!store.want(&[Wanted { id, skipped: 4, size: (1, 1) }]));
    assert!(store.want(&all_of(id)));
    assert_eq!(store.bitmap(id).map(|b| b.levels()[0].width), Some(64));
    assert_eq!(store.bytes(), store.bitmap(id).map_or(0, |b| b.bytes()));
}

#[test]
fn a_drawing_is_rasterised_at_each_size_at_which_it_is_shown() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let url = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'/%3E";
    let id = store.request("", url).unwrap();
    assert_eq!((store.size(id), store.bitmap(id).is_some()), (Some((300, 150)), false));
    assert_eq!(store.natural(id), Some(Natural { width: None, height: None, ratio: Some(2.0) }));
    let at = |sizes: &[(u32, u32)]| sizes.iter().map(|&size| Wanted { id, skipped: 0, size }).collect::<Vec<_>>();
    assert!(store.want(&at(&[(20, 10), (40, 20), (20, 10)])));
    assert!(!store.want(&at(&[(20, 10), (40, 20)])));
    let width = |store: &ImageStore, size| store.bitmap_for(id, size).map(|b| b.levels()[0].width);
    assert_eq!([(20, 10), (40, 20), (24, 12)].map(|s| width(&store, s)), [Some(20), Some(40), Some(20)]);
    // Sizes that are not shown any more go when those have come that are.
    assert!(store.want(&at(&[(64, 32)])));
    assert_eq!((width(&store, (20, 10)), store.bytes()), (Some(64), store.bitmap(id).map_or(0, |b| b.bytes())));
    store.set_budget(0);
    store.want(&[]);
    store.poll();
    store.poll();
    assert!(store.bitmap(id).is_none() && store.bytes() == 0);
}

#[test]
fn failures_are_reported_and_not_asked_for_again() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    for url in ["/none.png", "/a/broken.png", "data:image/png;base64,????"] {
        let id = store.request("", url).unwrap();
        store.want(&all_of(id));
        assert!(store.bitmap(id).is_none());
        let events = store.poll();
        assert!(matches!(events.last(), Some(ImageEvent::Failed { .. })), "{url}: {events:?}");
        store.request("", url);
        store.want(&all_of(id));
        assert!(store.poll().is_empty());
    }
}

#[test]
fn images_that_are_shown_stay_whatever_the_budget() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    store.set_budget(0);
    let id = store.request("", "/a/b.png").unwrap();
    store.want(&all_of(id));
    store.poll();
    store.poll();
    assert!(store.bitmap(id).is_some());
    store.want(&[]);
    store.poll();
    assert!(store.bitmap(id).is_none());
    assert_eq!((store.size(id), store.bytes()), (Some((1, 1)), 0));
    assert!(store.want(&all_of(id)));
}

#[test]
fn a_store_that_is_trimmed_keeps_what_is_shown() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let (shown, hidden) = (store.request("", "/a/b.png").unwrap(), store.request("", "/a/large.png").unwrap());
    store.want(&[shown, hidden].map(|id| Wanted { id, skipped: 0, size: (1, 1) }));
    store.poll();
    store.want(&all_of(shown));
    store.poll();
    assert!(store.bitmap(hidden).is_some());
    store.trim();
    assert!(store.bitmap(shown).is_some() && store.bitmap(hidden).is_none());
    assert_eq!(store.bytes(), store.bitmap(shown).map_or(0, |b| b.bytes()));
    // What was dropped comes again.
    assert!(store.want(&[shown, hidden].map(|id| Wanted { id, skipped: 0, size: (1, 1) })));
    assert!(store.bitmap(hidden).is_some());
}

#[test]
fn addresses_that_nobody_has_are_forgotten() {
    let mut store = ImageStore::synchronous(Arc::new(Files));
    let (kept, gone) = (store.request("", "/a/b.png").unwrap(), store.request("", "/a/large.png").unwrap());
    store.want(&[kept, gone].map(|id| Wanted { id, skipped: 0, size: (1, 1) }));
    store.forget_all_but(&FxHashSet::from_iter([kept]));
    assert_eq!((store.len(), store.size(gone)), (1, None));
    assert_eq!(store.bytes(), store.bitmap(kept).map_or(0, |b| b.bytes()));
    // The number is given to the next one.
    assert_eq!(store.request("", PIXEL), Some(gone));
    assert_eq!(store.request("", "/a/b.png"), Some(kept));
}

#[test]
fn threads_load_without_blocking_and_wake_the_owner() {
    let (wake, woken) = channel();
    let wake = Mutex::new(wake);
    let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || wake.lock().unwrap().send(()).unwrap_or(()));
    let mut store = ImageStore::threaded(Arc::new(Files), 2, wake);
    let id = store.request("", "/a/b.png").unwrap();
    let mut events = Vec::new();
    for _ in 0..2 {
        while store.is_loading() {
            woken.recv().unwrap();
            events.extend(store.poll());
        }
        store.want(&all_of(id));
    }
    assert!(store.bitmap(id).is_some());
    assert!(matches!(events.last(), Some(ImageEvent::Decoded { .. })));
}
