use super::super::rewritten;
use super::*;

fn done(code: &str) -> String {
    rewritten(code, |program| edits(program, code))
}

#[test]
fn a_text_that_grows_in_a_loop_grows_at_its_tail() {
    let settle = "s$tail.length>512&&((s$middle+=s$tail).length>16384?(s+=s$middle,s$middle=s$tail=\"\"):s$tail=\"\")";
    let join = "(s$tail||s$middle)&&(s+=s$middle+s$tail,s$middle=s$tail=\"\")";
    assert_eq!(
        done("function f() { let s = ''; for (const x of y) s += g(x)\n; return s }"),
        format!(
            "function f() {{ let s = '',s$tail=\"\",s$middle=\"\"; for (const x of y) s$tail+= g(x),{settle}\n; return ({join},s) }}"
        )
    );
    assert_eq!(
        done("var s = `a`; while (x) { a && (s = s + x + 'b'), s.length }"),
        format!(
            "var s = `a`,s$tail=\"\",s$middle=\"\"; while (x) {{ a && ((s$tail = s$tail + x + 'b',{settle})), ({join},s).length }}"
        )
    );
    assert_eq!(
        done("let s = ''; for (;;) s+=x\ns.trim()\ns = g({ s })"),
        format!(
            "let s = '',s$tail=\"\",s$middle=\"\",s$piece; for (;;) s$piece =x,typeof s===\"string\"?(s$tail+=s$piece,{settle}):s+=s$piece\n\
             0,({join},s).trim()\n0,({join},s = g({{ s:({join},s) }}))"
        )
    );
}

#[test]
fn other_variables_stay_as_they_are() {
    for code in [
        // It is no text at first, does not grow in a loop, or does not outlive it.
        "let s = 0; for (;;) s += 1",
        "let s; for (;;) s += ''",
        "let s = ''; s += 'a'; for (;;) g(s)",
        "for (;;) { let s = ''; s += 'a' }",
        "for (let s = ''; ;) s += 'a'",
        // Somebody else sees it.
        "let s = ''; for (;;) s += 'a'; g(() => s)",
        "let s = ''; y.forEach(x => { for (;;) s += x })",
        // Its first value may be missed.
        "if (x) var s = ''; for (;;) s += 'a'",
        "g(s); var s = ''; for (;;) s += 'a'",
        "for (;;) { g(s); var s = ''; } s += 'a'",
        "function g() { return s } let s = ''; for (;;) s += 'a'",
        "const g = () => { [s] = x }; let s = ''; for (;;) s += 'a'",
        "var s = ''; for (;;) s += 'a'; var s = ''",
        // It is set in other ways.
        "let s = ''; for (;;) s += 'a'; [s] = x",
        "let s = ''; for (;;) s += 'a'; ({ s } = x)",
        "let s = ''; for (;;) s += 'a'; for (s of x) ;",
        "let s = ''; for (;;) s += 'a'; delete s",
        "with (x) { let s = ''; for (;;) s += 'a' }",
        // The names are taken.
        "let s = '', s$tail; for (;;) s += 'a'",
        // The old value is read before.
        "let s = ''; for (;;) s += s.length + 'a'; s /* += */ += 'b'",
        "let s = ''; for (;;) x = s += 'a'",
    ] {
        assert_eq!(done(code), code);
    }
}
