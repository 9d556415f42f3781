//! How short of memory the machine is.

/// From this share of memory that is available on it runs low, very low, and is critical, in hundredths.
const LEVELS: [(u64, u32); 3] = [(2, 15), (5, 10), (10, 5)];

/// True where the system tells.
pub fn is_known() -> bool {
    cfg!(target_os = "linux")
}

/// How short of memory the machine is, as Android counts: 5, 10 or 15, 0 if it is not; none where nobody knows.
pub fn level() -> Option<u32> {
    is_known().then(|| level_of(&std::fs::read_to_string("/proc/meminfo").ok()?)).flatten()
}

/// The same by the text of `/proc/meminfo`.
fn level_of(figures: &str) -> Option<u32> {
    let figure = |name: &str| {
        let line = figures.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let (total, available) = (figure("MemTotal")?, figure("MemAvailable")?);
    let below = |(share, _): &&(u64, u32)| available.saturating_mul(100) < total.saturating_mul(*share);
    Some(LEVELS.iter().find(below).map_or(0, |(_, level)| *level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_comes_from_the_share_that_is_available() {
        let of =
            |available: u64| level_of(&format!("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable: {available} kB\n"));
        assert_eq!([500, 100, 99, 49, 19, 0].map(of), [0, 0, 5, 10, 15, 15].map(Some));
        assert_eq!(level_of("MemTotal: many"), None);
        assert_eq!(level().is_some(), cfg!(target_os = "linux"));
    }
}
