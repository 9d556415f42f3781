//! Longest increasing subsequence: the children that may stay while the others move.

/// Marks in `keep` the members of one longest strictly increasing subsequence of `values`
/// (patience sorting, O(n log n); an already increasing sequence costs one pass). `keep` is cleared and
/// filled with one entry per value.
pub fn longest_increasing(values: &[u32], keep: &mut Vec<bool>) {
    keep.clear();
    if values.windows(2).all(|w| w[0] < w[1]) {
        keep.resize(values.len(), true);
        return;
    }
    keep.resize(values.len(), false);
    // `tails[k]` is the index of the smallest value that ends an increasing run of length k + 1.
    let mut tails: Vec<u32> = Vec::new();
    let mut before: Vec<u32> = Vec::with_capacity(values.len());
    for (i, &value) in values.iter().enumerate() {
        let at = tails.partition_point(|&t| values[t as usize] < value);
        before.push(if at == 0 { u32::MAX } else { tails[at - 1] });
        if at == tails.len() {
            tails.push(i as u32);
        } else {
            tails[at] = i as u32;
        }
    }
    let mut at = tails.last().copied().unwrap_or(u32::MAX);
    while let Some(slot) = keep.get_mut(at as usize) {
        *slot = true;
        at = before[at as usize];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn length_by_squares(values: &[u32]) -> usize {
        let mut best = vec![1usize; values.len()];
        for i in 0..values.len() {
            for j in 0..i {
                if values[j] < values[i] {
                    best[i] = best[i].max(best[j] + 1);
                }
            }
        }
        best.into_iter().max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn keeps_an_increasing_run_of_the_greatest_length(values in prop::collection::vec(0u32..40, 0..30)) {
            let mut keep = Vec::new();
            longest_increasing(&values, &mut keep);
            let kept: Vec<u32> = values.iter().zip(&keep).filter(|(_, k)| **k).map(|(v, _)| *v).collect();
            prop_assert!(kept.windows(2).all(|w| w[0] < w[1]));
            prop_assert_eq!(kept.len(), length_by_squares(&values));
        }
    }
}
