//! What is refused and what is not.

use super::check;

fn refused(text: &str) -> bool {
    check(text).is_err()
}

#[test]
fn deep_nesting_of_every_kind_is_refused() {
    let n = 60_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("({a:", "})"),
        ("f(", ")"),
        ("(function(){", "})"),
        ("`${", "}`"),
        ("if(1){", "}"),
        ("x=>{", "}"),
        ("class A extends (", ") {}"),
    ] {
        let text = format!("{}1{}", open.repeat(n), close.repeat(n));
        assert!(refused(&text), "{open}");
        let fine = format!("{}1{}", open.repeat(300), close.repeat(300));
        assert!(!refused(&fine), "{open}");
    }
    for chain in [
        "a=>",
        "!",
        "- ",
        "typeof ",
        "new ",
        "0?0:",
        "a=",
        "a**",
        "if(1)",
        "if(1)\n",
        "if(1);else ",
        "if(1);/* c */else // d\n",
        "l:",
        "l:\n",
        "a=\n",
        "await ",
        "++",
        "if(1){}else ",
    ] {
        assert!(refused(&chain.repeat(n)), "{chain}");
        assert!(!refused(&chain.repeat(1000)), "{chain}");
    }
    for chain in ["1+", "a,", "a.", "f()", "a&&", "a\n+", "a[0]", "a``", "a?.b"] {
        assert!(refused(&chain.repeat(400_000)), "{chain}");
        assert!(!refused(&chain.repeat(5_000)), "{chain}");
    }
}

#[test]
fn long_flat_programs_are_fine() {
    for line in [
        "a = 1\n",
        "var a = !b && c;\n",
        "if (a) { b() } else { c() }\n",
        "if (a) b()\n",
        "foo.bar(function () { return 1 })\n",
        "x = a ? b : c\n",
        "switch (a) { case 1: b = 2; break; default: c = 3 }\n",
        "const f = (a) => { return a = 1 }\n",
        "a.b = /[(]{/.test(c)\n",
        "// ((((\n",
        "'(((('\n",
        "label: for (;;) {}\n",
        "function f() { return /re(/ }\n",
        "/* ((( */ x = `((( ${a} (((`;\n",
        "const { a, b: c } = d\n",
        "let a = { b: 1, c: [1, 2] }\n",
        "export default a\n",
        "try { a() } catch (e) { b() } finally { c() }\n",
    ] {
        assert!(!refused(&line.repeat(40_000)), "{line}");
    }
    assert!(!refused(&format!("[{}]", "{a:1,b:!c},".repeat(50_000))));
    assert!(!refused(&format!("x={{{}}}", "a:function(){return b=>c},".repeat(50_000))));
}

#[test]
fn brackets_in_what_only_looks_like_a_regex_count() {
    let deep = format!("x = function(){{}} / {} / 1", "[".repeat(60_000));
    assert!(refused(&deep));
}
