//! The mailbox: order, coalescing, bounds, wake-up.

#![allow(clippy::unwrap_used)]

use pellicle_layout::atom::Atom;
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::event::{DispatchStep, EventDetail, EventMessage, Touch};
use pellicle_script::bridge::message::{Applied, HostCommand, Message};
use pellicle_script::bridge::queue::{EventClass, MailboxLimits, Refused, Wake, mailbox};
use proptest::prelude::*;
use std::time::Duration;

const MOVE: u32 = 1;
const TAP: u32 = 2;

fn event(name: u32, target: u32, pointer: u32, stamp: f64) -> EventMessage {
    let touch = Touch { identifier: pointer, page_x: 0.0, page_y: 0.0, client_x: 0.0, client_y: 0.0, force: 1.0 };
    EventMessage {
        event: Atom(name),
        target: NodeId(target),
        target_offset: (0.0, 0.0),
        steps: vec![DispatchStep { node: NodeId(target), flags: 1 }],
        detail: EventDetail::None,
        touches: vec![touch],
        changed_touches: vec![touch],
        time_stamp: stamp,
        revision: 0,
    }
}

#[test]
fn moves_are_merged_inside_their_gesture_only() {
    let (sender, mailbox) = mailbox(MailboxLimits::default());
    let every = |name, stamp| sender.event(event(name, 1, 0, stamp), EventClass::Every).unwrap();
    let newest = |stamp| sender.event(event(MOVE, 1, 0, stamp), EventClass::Newest).unwrap();
    every(TAP, 0.0);
    newest(1.0);
    newest(2.0);
    every(TAP, 3.0);
    newest(4.0);
    newest(5.0);
    let stamps: Vec<f64> = std::iter::from_fn(|| mailbox.take())
        .map(|m| match m {
            Message::Event(e) => e.time_stamp,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(stamps, [0.0, 2.0, 3.0, 5.0]);
    assert_eq!(sender.stats().coalesced, 2);
}

#[test]
fn a_full_mailbox_refuses_what_may_be_dropped_and_keeps_as_much_room_for_the_rest() {
    let (sender, mailbox) = mailbox(MailboxLimits { messages: 2, ..MailboxLimits::default() });
    let tap = |stamp| sender.event(event(TAP, 1, 0, stamp), EventClass::Every);
    tap(0.0).unwrap();
    sender.event(event(MOVE, 1, 0, 1.0), EventClass::Newest).unwrap();
    assert_eq!(sender.event(event(MOVE, 2, 1, 2.0), EventClass::Newest), Err(Refused::Full));
    sender.event(event(MOVE, 1, 0, 3.0), EventClass::Newest).unwrap();
    // The move gives way; then there is room for two more of what must not be dropped.
    tap(4.0).unwrap();
    assert_eq!((sender.unread(), sender.stats().dropped), (2, 1));
    sender.send(Message::Host(HostCommand::Hide)).unwrap();
    tap(5.0).unwrap();
    assert_eq!(tap(6.0), Err(Refused::Full));
    sender.send(Message::Applied(Applied::default())).unwrap();
    sender.send(Message::Host(HostCommand::Stop)).unwrap();
    assert_eq!(sender.unread(), 6);
    drop(mailbox);
    assert_eq!(sender.send(Message::Applied(Applied::default())), Err(Refused::Closed));
}

#[test]
fn an_event_that_breaks_a_bound_is_refused() {
    let limits = MailboxLimits { steps: 1, touches: 1, detail_bytes: 3, ..MailboxLimits::default() };
    let (sender, _mailbox) = mailbox(limits);
    let refuse = |change: fn(&mut EventMessage)| {
        let mut e = event(TAP, 1, 0, 0.0);
        change(&mut e);
        let refused = matches!(sender.event(e, EventClass::Every), Err(Refused::Invalid(_)));
        assert!(refused);
    };
    refuse(|e| e.steps.push(e.steps[0]));
    refuse(|e| e.touches.push(e.touches[0]));
    refuse(|e| e.touches[0].page_x = f32::NAN);
    refuse(|e| e.detail = EventDetail::Point { x: f32::INFINITY, y: 0.0 });
    refuse(|e| e.detail = EventDetail::Json("12345".into()));
    refuse(|e| e.time_stamp = f64::NAN);
    assert_eq!((sender.unread(), sender.stats().refused), (0, 6));
}

#[test]
fn the_newest_scroll_of_each_page_is_kept() {
    let (sender, mailbox) = mailbox(MailboxLimits::default());
    for (page, scroll_top) in [(1, 1.0), (2, 2.0), (1, 3.0), (1, 4.0)] {
        sender.send(Message::Host(HostCommand::PageScroll { page, scroll_top })).unwrap();
    }
    let left: Vec<(u32, f32)> = std::iter::from_fn(|| mailbox.take())
        .map(|m| match m {
            Message::Host(HostCommand::PageScroll { page, scroll_top }) => (page, scroll_top),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(left, [(2, 2.0), (1, 4.0)]);
}

#[test]
fn a_message_wakes_the_reader() {
    let (sender, mailbox) = mailbox(MailboxLimits::default());
    assert_eq!(mailbox.wait(Some(Duration::ZERO)), Wake::Timeout);
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(5));
        sender.send(Message::Applied(Applied::default())).unwrap();
        sender.close();
    });
    assert_eq!(mailbox.wait(Some(Duration::from_secs(60))), Wake::Message);
    writer.join().unwrap();
    mailbox.take();
    assert_eq!(mailbox.wait(None), Wake::Closed);
}

#[test]
fn names_of_streams_are_merged_and_others_are_not() {
    for name in ["touchmove", "scroll", "dragging", "resize"] {
        assert_eq!(EventClass::of(name), EventClass::Newest, "{name}");
    }
    for name in ["tap", "touchstart", "touchend", "touchcancel", "input", "submit", "change", "confirm", "longpress"] {
        assert_eq!(EventClass::of(name), EventClass::Every, "{name}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Send { every: bool, name: u32, target: u32, pointer: u32 },
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<bool>(), 1u32..3, 0u32..3, 0u32..2)
            .prop_map(|(every, name, target, pointer)| Step::Send { every, name, target, pointer }),
        1 => Just(Step::Read),
    ]
}

proptest! {
    /// Whatever is sent and whenever it is read: nothing that must not be dropped is, order is kept, of each
    /// stream the last state arrives, and unread moves of a stream never pile up inside a gesture.
    #[test]
    fn coalescing_loses_only_what_a_newer_one_replaces(steps in prop::collection::vec(step(), 0..120)) {
        let (sender, mailbox) = mailbox(MailboxLimits::default());
        let mut sent: Vec<(bool, EventMessage)> = Vec::new();
        let mut read: Vec<EventMessage> = Vec::new();
        let take = |read: &mut Vec<EventMessage>| match mailbox.take() {
            Some(Message::Event(e)) => { read.push(e); true }
            _ => false,
        };
        for (at, step) in steps.iter().enumerate() {
            match *step {
                Step::Send { every, name, target, pointer } => {
                    let e = event(name, target, pointer, at as f64);
                    sent.push((every, e.clone()));
                    sender.event(e, if every { EventClass::Every } else { EventClass::Newest }).unwrap();
                }
                Step::Read => { take(&mut read); }
            }
        }
        while take(&mut read) {}
        prop_assert!(read.windows(2).all(|w| w[0].time_stamp < w[1].time_stamp), "order is kept");
        for (every, e) in &sent {
            if *every {
                prop_assert!(read.contains(e), "a tap was dropped");
            } else if !read.contains(e) {
                let replaced = sent.iter().any(|(newer_every, n)| {
                    !newer_every && n.time_stamp > e.time_stamp && (n.event, n.target) == (e.event, e.target)
                        && n.changed_touches[0].identifier == e.changed_touches[0].identifier
                        && read.iter().any(|r| r.time_stamp >= n.time_stamp)
                });
                prop_assert!(replaced, "the newest state of a stream was dropped");
            }
        }
    }
}
