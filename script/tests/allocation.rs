//! Evaluating a simple expression again and again allocates nothing.
//!
//! Unsafe: a counting allocator has to implement `GlobalAlloc`. It is sound because every call is handed to
//! the system's allocator unchanged.

use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Limits, Machine, NameScope, Program, evaluate};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: both functions pass their arguments on to `System`, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|n| n.set(n.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_simple_expression_allocates_nothing_once_the_stacks_have_grown() {
    let data = Value::object([
        ("a", Value::Number(1.0)),
        ("s", Value::string("text")),
        ("o", Value::object([("p", Value::object([("q", Value::Bool(true))]))])),
        ("list", Value::array(vec![Value::Number(1.0), Value::string("x")])),
    ]);
    let locals = [Value::object([("id", Value::Number(3.0))]), Value::Number(0.0)];
    let names: [Arc<str>; 2] = [Arc::from("item"), Arc::from("index")];
    let sources = [
        "a",
        "o.p.q",
        "!o.p.q",
        "a + 1 > 2 && s",
        "s === 'text' ? s : list[1]",
        "item.id === a || index % 2 == 0",
        "list.length",
        "list[index]",
        "x.y.z",
        "s == a",
        "-a * 3 / 2",
        "nothing ?? s",
    ];
    let programs: Vec<Program> = sources
        .iter()
        .map(|text| {
            let expression = parse_text(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            Program::expression(&expression, &NameScope { locals: &names, modules: &[] })
        })
        .collect();
    let mut machine = Machine::new(Rc::new(()), Limits::default());
    let env = Env { data: &data, locals: &locals, modules: &[] };
    programs.iter().for_each(|program| drop(evaluate(program, &env, &mut machine)));
    for (program, source) in programs.iter().zip(sources) {
        let before = ALLOCATIONS.with(Cell::get);
        (0..10).for_each(|_| drop(evaluate(program, &env, &mut machine)));
        assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0, "{source}");
    }
}
