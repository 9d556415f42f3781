//! The wire in both directions: what is written is read as it was, and no bytes do more than to be refused.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle_layout::atom::Atom;
use pellicle_layout::document::apply::Applied as DocumentApplied;
use pellicle_layout::document::ops::*;
use pellicle_layout::document::{Document, DocumentLimits};
use pellicle_script::bridge::event::{DispatchStep, EventDetail, EventMessage, Touch};
use pellicle_script::bridge::message::{
    Answer, ApiFailure, ApiReply, CapabilityReply, ExitState, HostCommand, LaunchOptions, Message, QueryReply, Restart,
    RestartStrategy, RestoredPage,
};
use pellicle_script::bridge::queue::EventClass;
use pellicle_script::wire::call::{self, Call, FromChild, Post, SentRecord};
use pellicle_script::wire::decode::Numbers;
use pellicle_script::wire::frame::{FrameReader, FrameWriter, Kind, MOST_BYTES, push, read};
use pellicle_script::wire::message::{Body, ToChild};
use pellicle_script::wire::{WireError, commit, json};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Json::from),
        ".*".prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::vec((".*", inner), 0..8).prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

fn node() -> impl Strategy<Value = NodeId> {
    prop_oneof![(0u32..20).prop_map(NodeId), any::<u32>().prop_map(NodeId)]
}

fn text() -> impl Strategy<Value = TextRef> {
    (0u32..80, 0u32..80).prop_map(|(start, len)| TextRef { start, len })
}

fn atom() -> impl Strategy<Value = Atom> {
    prop_oneof![(0u32..8).prop_map(Atom), any::<u32>().prop_map(Atom)]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (node(), atom()).prop_map(|(node, tag)| Op::Create { node, tag }),
        node().prop_map(|node| Op::CreateText { node }),
        (node(), node(), node()).prop_map(|(parent, node, before)| Op::Insert { parent, node, before }),
        node().prop_map(|node| Op::Remove { node }),
        (node(), text()).prop_map(|(node, text)| Op::SetText { node, text }),
        (node(), atom(), any::<u32>()).prop_map(|(node, name, value)| Op::SetAttribute {
            node,
            name,
            value: value % 9
        }),
        (node(), any::<u32>(), 0u32..9).prop_map(|(node, first, count)| Op::SetClasses { node, first, count }),
        (node(), text()).prop_map(|(node, text)| Op::SetStyle { node, text }),
        (node(), atom()).prop_map(|(node, id)| Op::SetId { node, id }),
        (node(), atom(), any::<u8>()).prop_map(|(node, event, flags)| Op::Listen {
            node,
            event,
            flags: ListenFlags(flags)
        }),
        (node(), 0u32..4, any::<u32>()).prop_map(|(node, page, depth)| Op::PushPage { node, page, depth }),
        (0u32..4).prop_map(|page| Op::PopPage { page }),
        (0u32..4).prop_map(|page| Op::ShowPage { page }),
        (node(), any::<u32>()).prop_map(|(node, value)| Op::ScrollTo { node, value }),
        (node(), text(), any::<u16>(), any::<u32>()).prop_map(|(node, text, revision, cursor)| Op::SetInputValue {
            node,
            text,
            revision,
            cursor
        }),
        (node(), text()).prop_map(|(node, styles)| Op::Query { node, kind: QueryKind::Fields, styles }),
        any::<u32>().prop_map(|request| Op::QueryEnd { request }),
        (any::<u32>(), text()).prop_map(|(request, watch)| Op::Watch { request, watch }),
        (node(), text()).prop_map(|(node, animation)| Op::Animate { node, animation }),
    ]
}

fn any_commit() -> impl Strategy<Value = Commit> {
    let value = prop_oneof![
        Just(ValueRef::Null),
        any::<f64>().prop_map(ValueRef::Number),
        text().prop_map(ValueRef::Text),
        text().prop_map(ValueRef::Json),
        (any::<u32>(), any::<u32>()).prop_map(|(first, count)| ValueRef::Classes { first, count }),
    ];
    let finite = any::<f32>().prop_filter("a number", |n| n.is_finite());
    (
        prop::collection::vec(op(), 0..60),
        prop::collection::vec(value, 0..9),
        prop::collection::vec((atom(), text()), 0..6),
        prop::collection::vec(finite, 0..9),
        ".{0,60}",
        any::<bool>(),
        1u64..1000,
    )
        .prop_map(|(ops, values, names, numbers, text, replay, sequence)| Commit {
            sequence,
            names: names.into_iter().map(|(atom, text)| NewName { atom, text }).collect(),
            sheets: vec![NewSheet {
                target: SheetTarget::Page { page: 1, isolated: true },
                path: TextRef { start: 0, len: 3 },
            }],
            classes: vec![ClassName { scope: ScopeId(3), name: Atom(1) }],
            ops,
            values,
            numbers,
            text,
            replay,
            ..Commit::default()
        })
}

/// Applies what came over the wire to a document; whatever it is, it is applied or refused.
fn apply(commit: &Commit) {
    let mut document = Document::new(DocumentLimits { nodes: 1000, depth: 50 });
    // Its outcome is of no interest: it did not panic.
    let _ = document.apply(commit, &mut DocumentApplied::default());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_commit_is_read_as_it_was_written(sent in any_commit()) {
        let (mut bytes, mut read) = (Vec::new(), Commit::default());
        commit::write(&sent, &mut bytes).unwrap();
        commit::read(&bytes, u64::MAX, &mut read).unwrap();
        // A number that is none is not equal to itself.
        prop_assert_eq!(format!("{sent:?}"), format!("{read:?}"));
        apply(&read);
    }

    #[test]
    fn commits_with_wrong_bits_are_refused_or_harmless(
        sent in any_commit(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut bytes, mut read) = (Vec::new(), Commit::default());
        commit::write(&sent, &mut bytes).unwrap();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        match commit::read(&bytes, u64::MAX, &mut read) {
            Ok(()) => apply(&read),
            Err(_) => prop_assert!(read.is_empty(), "a refused commit leaves its buffer empty"),
        }
        let cut = cut.index(bytes.len());
        if commit::read(&bytes[..cut], u64::MAX, &mut read).is_ok() {
            apply(&read);
        }
    }

    #[test]
    fn bytes_of_any_kind_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut buffer = Commit::default();
        if commit::read(&bytes, u64::MAX, &mut buffer).is_ok() {
            apply(&buffer);
        }
        let _ = call::read(&bytes);
        let _ = read::<ToChild>(&bytes, Numbers::Any);
        let _ = json::read(&bytes);
        let mut reader = FrameReader::default();
        let mut rest = &bytes[..];
        while reader.next(&mut rest).is_ok() {}
    }

    #[test]
    fn plain_data_is_read_as_it_was_written(value in any_json()) {
        let mut bytes = Vec::new();
        json::write(&value, &mut bytes).unwrap();
        prop_assert_eq!(&json::read(&bytes).unwrap(), &value);
        let sent = FromChild::Post(Post::Extension { api: "x".to_owned(), arguments: value, reply: 3 });
        let mut bytes = Vec::new();
        push(&mut bytes, &sent).unwrap();
        prop_assert_eq!(format!("{:?}", call::read(&bytes).unwrap()), format!("{sent:?}"));
    }
}

fn messages() -> Vec<Message> {
    let touch = Touch { identifier: 1, page_x: 2.5, page_y: -3.0, client_x: 0.0, client_y: 1e-9, force: 1.0 };
    let event = EventMessage {
        event: Atom(7),
        target: NodeId::new(3, 4),
        target_offset: (1.0, 2.0),
        steps: vec![DispatchStep { node: NodeId(9), flags: 3 }],
        detail: EventDetail::Json(r#"{"a":1}"#.into()),
        touches: vec![touch],
        changed_touches: vec![touch, touch],
        time_stamp: 0.1 + 0.2,
        revision: 8,
    };
    let object = |value: Json| if let Json::Object(fields) = value { fields } else { unreachable!() };
    let launch = LaunchOptions {
        path: "pages/a/a".to_owned(),
        query: vec![("é".to_owned(), "1".to_owned())],
        scene: 1001,
        referrer_info: object(json!({"appId": "x"})),
        data: object(json!({"big": u64::MAX, "small": 1e-320, "list": [null, true]})),
        restore: vec![
            RestoredPage { path: "pages/a/a".to_owned(), ..RestoredPage::default() },
            RestoredPage {
                path: "pages/b/b".to_owned(),
                query: vec![("q".to_owned(), "1".to_owned())],
                exit: Some(ExitState { data: json!({"small": 1e-320, "list": [null]}), expires: 0.1 + 0.2 }),
                data: Some(json!({"small": 1e-320, "list": [null]})),
            },
        ],
        restart: Some(Box::new(Restart { strategy: RestartStrategy::HomePageAndLatestPage, left: 0.1 + 0.2 })),
    };
    let reply = ApiReply { fields: object(json!({"a": [1.5]})), binary: Some(("data".to_owned(), vec![0, 255])) };
    vec![
        Message::Event(event),
        Message::QueryReply(QueryReply { request: 5, answers: vec![None, Some(Default::default())] }),
        Message::Reply(CapabilityReply { id: 4, answer: Answer::Done(Ok(reply.clone())) }),
        Message::Reply(CapabilityReply { id: 4, answer: Answer::Done(Err(ApiFailure::denied("no"))) }),
        Message::Reply(CapabilityReply { id: 4, answer: Answer::Progress { event: "ChunkReceived", reply } }),
        Message::Host(HostCommand::Launch(launch)),
        Message::Host(HostCommand::Tell { event: "X".to_owned(), argument: json!([{}, ""]) }),
        Message::Host(HostCommand::Replay),
    ]
}

#[test]
fn messages_are_read_as_they_were_sent() {
    let mut frames = FrameWriter::default();
    let mut bytes = Vec::new();
    for message in messages() {
        let body = Body::of(message).unwrap();
        frames.value(&ToChild::Message { body, class: EventClass::Newest, cause: 12 }).unwrap();
    }
    frames.flush(&mut bytes).unwrap();
    let (mut rest, mut reader) = (&bytes[..], FrameReader::default());
    for message in messages() {
        let (kind, frame) = reader.next(&mut rest).unwrap();
        assert_eq!(kind, Kind::Value);
        let ToChild::Message { body, class: EventClass::Newest, cause: 12 } = read(frame, Numbers::Any).unwrap() else {
            panic!()
        };
        assert_eq!(format!("{:?}", body.message().unwrap()), format!("{message:?}"));
    }
    assert_eq!(reader.next(&mut rest).unwrap_err(), WireError::Lost);
}

#[test]
fn a_frame_that_is_announced_as_too_long_or_of_no_kind_is_refused_before_there_is_room_for_it() {
    let mut head = ((MOST_BYTES + 1) as u32).to_le_bytes().to_vec();
    head.push(0);
    assert_eq!(FrameReader::default().next(&head[..]).unwrap_err(), WireError::TooLong(MOST_BYTES + 1));
    assert_eq!(FrameReader::default().next(&[0, 0, 0, 0, 9][..]).unwrap_err(), WireError::Malformed);
    // Many are announced, and none comes.
    let announced = [(MOST_BYTES as u32).to_le_bytes().as_slice(), &[1, 1, 2]].concat();
    assert_eq!(FrameReader::default().next(&announced[..]).unwrap_err(), WireError::Lost);
}

#[test]
fn levels_without_end_are_refused() {
    let mut deep = Vec::new();
    for _ in 0..100_000 {
        deep.extend_from_slice(b"a\x01\0\0\0");
    }
    assert_eq!(json::read(&deep).unwrap_err(), WireError::Malformed);
    let nested = (0..json::MOST_LEVELS + 1).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
    assert!(json::write(&nested, &mut Vec::new()).is_err());
    let call = FromChild::Call { number: 1, call: Call::Standing("scope.record".to_owned()) };
    let mut bytes = Vec::new();
    push(&mut bytes, &call).unwrap();
    bytes.push(0);
    assert!(call::read(&bytes).is_err(), "nothing may follow");
    // A level of the console that there is not is the usual one.
    let record = SentRecord::Console { level: "made up".to_owned(), text: String::new() };
    let shown = format!("{:?}", pellicle_script::capability::audit::Record::from(record));
    assert!(shown.contains("\"log\""), "{shown}");
}
