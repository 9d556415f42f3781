//! A fuzz corpus, replayed with a bounded number of mutations on a stable compiler, for tests of any crate.
//! `PELLICLE_MUTATIONS` sets how many mutations each target gets; 150 by default.

#[path = "../tests/support/random.rs"]
mod random;

use random::Random;
use std::path::Path;

/// The inputs of a target, in the order of their names.
fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// The words of the dictionary, without quotes and escapes.
fn words(folder: &Path) -> Vec<Vec<u8>> {
    let dictionary = std::fs::read_to_string(folder.join("dictionary.txt")).unwrap();
    let word = |line: &str| line.trim().trim_matches('"').replace("\\x0a", "\n").into_bytes();
    dictionary.lines().filter(|l| !l.is_empty()).map(word).collect()
}

fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], words: &[Vec<u8>], random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let at = random.below(input.len() + 1);
        let end = (at + 1 + random.below(12)).min(input.len());
        match random.below(6) {
            0 => drop(input.drain(at..end)),
            1 => drop(input.splice(at..at, words[random.below(words.len())].iter().copied())),
            2 => {
                let piece: Vec<u8> = input[at..end].to_vec();
                drop(input.splice(at..at, piece));
            }
            3 => {
                let other = &others[random.below(others.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(60)).min(other.len());
                drop(input.splice(at..end, other[from..to].iter().copied()));
            }
            4 if at < input.len() => input[at] = random.below(256) as u8,
            _ => {
                let number = ["0", "-1", "1e39", "99999999999", "0.0001", "NaN", "65536"][random.below(7)];
                drop(input.splice(at..at, number.bytes()));
            }
        }
    }
    input.truncate(4096);
}

/// Runs the inputs of a target of the crate at hand, and mutations of them.
pub fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("fuzz");
    let inputs = corpus(&folder.join("corpus").join(target));
    assert!(inputs.len() >= 4, "the corpus of {target} is there");
    inputs.iter().for_each(|input| run(input));
    let count = std::env::var("PELLICLE_MUTATIONS").map_or(150, |v| v.parse().expect("a number"));
    let (words, mut random) = (words(&folder), Random(7));
    for _ in 0..count {
        let mut input = inputs[random.below(inputs.len())].clone();
        mutate(&mut input, &inputs, &words, &mut random);
        // A failing input is shown as it would be kept in the corpus.
        let text = input.clone();
        if let Err(panic) = std::panic::catch_unwind(move || run(&input)) {
            println!("{target} failed with {:?}", String::from_utf8_lossy(&text));
            std::panic::resume_unwind(panic);
        }
    }
}
