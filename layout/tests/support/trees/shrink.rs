//! Smaller trees from a tree: what is left out changes as little else as it can.

use super::tree::{Element, Piece, Tree};

/// Trees that are one step smaller, the largest steps first.
pub fn steps(tree: &Tree) -> Vec<Tree> {
    let mut out = Vec::new();
    let count = tree.elements().len();
    for class in tree.rules.iter().filter(|rule| !rule.selector.contains(':')) {
        out.push(inlined(tree, &class.selector[1..]));
    }
    for rule in 0..tree.rules.len() {
        let mut smaller = tree.clone();
        smaller.rules.remove(rule);
        out.push(smaller);
    }
    for run in [8, 4, 2] {
        out.extend((0..count).step_by(run).filter_map(|at| without(tree, at, run)));
    }
    for at in 0..count {
        out.extend(edited(tree, at, |_| Vec::new()));
    }
    for at in 0..count {
        out.extend(edited(tree, at, |element| element.children.clone()));
    }
    for at in 0..count {
        let Some((element, _)) = tree.elements().get(at).copied() else { continue };
        if !element.class.is_empty() {
            out.extend(changed(tree, at, |e| e.class.clear()));
        }
        if element.style.len() > 3 {
            let half = element.style.len() / 2;
            out.extend(changed(tree, at, |e| e.style.truncate(half)));
            out.extend(changed(tree, at, |e| drop(e.style.drain(..half))));
        }
        for declaration in 0..element.style.len() {
            out.extend(changed(tree, at, |e| drop(e.style.remove(declaration))));
        }
        for child in 0..element.children.len() {
            if let Piece::Text(text) = &element.children[child] {
                out.extend(changed(tree, at, |e| drop(e.children.remove(child))));
                for shorter in shorter(text) {
                    out.extend(changed(tree, at, |e| e.children[child] = Piece::Text(shorter.clone())));
                }
            }
        }
    }
    for rule in 0..tree.rules.len() {
        for declaration in 0..tree.rules[rule].style.len() {
            let mut smaller = tree.clone();
            smaller.rules[rule].style.remove(declaration);
            out.push(smaller);
        }
    }
    out
}

/// The tree without a run of elements.
fn without(tree: &Tree, from: usize, count: usize) -> Option<Tree> {
    (0..count).try_fold(tree.clone(), |tree, _| edited(&tree, from, |_| Vec::new()))
}

fn shorter(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < 2 {
        return Vec::new();
    }
    let half = chars.len() / 2;
    vec![chars[..half].iter().collect(), chars[half..].iter().collect(), chars[..chars.len() - 1].iter().collect()]
}

/// The tree with what `edit` makes of element `at` in its place.
fn edited(tree: &Tree, at: usize, edit: impl Fn(&Element) -> Vec<Piece>) -> Option<Tree> {
    let mut smaller = tree.clone();
    let mut left = at;
    replace(&mut smaller.pieces, &mut left, &edit).then_some(smaller)
}

fn changed(tree: &Tree, at: usize, change: impl Fn(&mut Element)) -> Option<Tree> {
    edited(tree, at, |element| {
        let mut element = element.clone();
        change(&mut element);
        vec![Piece::Element(element)]
    })
}

fn replace(pieces: &mut Vec<Piece>, left: &mut usize, edit: &impl Fn(&Element) -> Vec<Piece>) -> bool {
    for i in 0..pieces.len() {
        let Piece::Element(element) = &mut pieces[i] else { continue };
        if *left == 0 {
            let new = edit(element);
            pieces.splice(i..=i, new);
            return true;
        }
        *left -= 1;
        if replace(&mut element.children, left, edit) {
            return true;
        }
    }
    false
}

/// The tree with a class written out at its elements.
fn inlined(tree: &Tree, class: &str) -> Tree {
    let mut smaller = tree.clone();
    let selector = format!(".{class}");
    let style: Vec<_> = tree.rules.iter().filter(|r| r.selector == selector).flat_map(|r| r.style.clone()).collect();
    smaller.rules.retain(|rule| rule.selector != selector);
    let keep = smaller.rules.iter().any(|rule| rule.selector.starts_with(&format!("{selector}:")));
    fn walk(pieces: &mut [Piece], class: &str, style: &[(String, String)], keep: bool) {
        for piece in pieces {
            let Piece::Element(element) = piece else { continue };
            if element.class == class {
                element.style.splice(0..0, style.iter().cloned());
                if !keep {
                    element.class.clear();
                }
            }
            walk(&mut element.children, class, style, keep);
        }
    }
    walk(&mut smaller.pieces, class, &style, keep);
    smaller
}
