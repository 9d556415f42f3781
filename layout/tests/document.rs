
#[test]
fn a_commit_stops_behind_queries_that_changes_follow() {
    let query = || Op::Query { node: id(1), kind: QueryKind::Rect, styles: TextRef { start: 0, len: 0 } };
    let commit = Commit {
        ops: vec![
            query(),
            Op::QueryEnd { request: 1 },
            query(),
            Op::QueryEnd { request: 2 },
            Op::Remove { node: id(3) },
            query(),
            Op::QueryEnd { request: 3 },
        ],
        ..Commit::default()
    };
    let mut document = two_lists(1);
    let mut applied = Applied::default();
    assert_eq!(document.apply_part(&commit, 0, &mut applied), Ok(4));
    assert_eq!((applied.ops, applied.requests.len(), document.node(id(3)).is_some()), (4, 4, true));
    assert_eq!(document.apply_part(&commit, 4, &mut applied), Ok(7));
    assert_eq!((applied.ops, applied.requests.len(), document.node(id(3)).is_some()), (3, 2, false));
}
