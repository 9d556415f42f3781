//! The wheels of administrative divisions, and where those come from.

use super::Rows;
use std::sync::{Arc, OnceLock};

/// An administrative division.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Region {
    /// Its code, as statistics use it (GB/T 2260 and longer).
    pub code: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its postal code, empty if that is not known.
    pub postcode: Arc<str>,
}

/// Where administrative divisions come from. A host may have better ones than the built-in list.
pub trait Regions: Send + Sync {
    /// The divisions right below the one with a code, in the order to show; those of the country for an empty code.
    fn below(&self, code: &str) -> Vec<Region>;
}

/// The provinces, cities and districts of China as the `@vant/area-data` list (MIT licence) has them. It has no
/// sub-districts and no postal codes: a host that wants those brings its own [`Regions`].
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltInRegions;

/// Codes of six digits and names, in ascending order; lines without a code are remarks.
fn list() -> &'static [(u32, &'static str)] {
    static LIST: OnceLock<Vec<(u32, &'static str)>> = OnceLock::new();
    LIST.get_or_init(|| {
        let lines = include_str!("regions.txt").lines();
        lines
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(code, name)| Some((code.parse().ok()?, name)))
            .collect()
    })
}

impl Regions for BuiltInRegions {
    fn below(&self, code: &str) -> Vec<Region> {
        let above: u32 = if code.is_empty() { 0 } else { code.parse().unwrap_or(u32::MAX) };
        // How many codes lie below one, and how far they are apart.
        let (room, step) = match above {
            0 => (1_000_000, 10_000),
            _ if above.is_multiple_of(10_000) => (10_000, 100),
            _ if above.is_multiple_of(100) => (100, 1),
            _ => return Vec::new(),
        };
        let list = list();
        let from = list.partition_point(|(code, _)| *code <= above);
        let below = list.iter().skip(from).take_while(|(code, _)| *code - above < room);
        let below = below.filter(|(code, _)| code.is_multiple_of(step));
        below
            .map(|(code, name)| Region { code: code.to_string().into(), name: (*name).into(), ..Region::default() })
            .collect()
    }
}

/// Number of wheels of a `level`.
pub(super) fn level(name: &str) -> usize {
    match name {
        "province" => 1,
        "city" => 2,
        "sub-district" => 4,
        _ => 3,
    }
}

/// What was chosen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chosen {
    /// A name for each wheel.
    pub names: Vec<Arc<str>>,
    /// The codes of those that are divisions.
    pub codes: Vec<Arc<str>>,
    /// The postal code of the last of them.
    pub postcode: Arc<str>,
}

/// The wheels of administrative divisions, from the largest to the smallest.
#[derive(Clone)]
pub struct RegionWheels {
    source: Arc<dyn Regions>,
    /// What stands before the divisions of each wheel and means all of them; empty for nothing.
    custom: String,
    /// The divisions of each wheel, and which is chosen. The custom item has no code.
    columns: Vec<(Vec<Region>, usize)>,
}

impl PartialEq for RegionWheels {
    fn eq(&self, other: &Self) -> bool {
        self.custom == other.custom && self.columns == other.columns
    }
}

impl std::fmt::Debug for RegionWheels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegionWheels").field("custom", &self.custom).field("columns", &self.columns).finish()
    }
}

impl RegionWheels {
    /// So many wheels, standing at the divisions of these names.
    pub fn new(source: Arc<dyn Regions>, level: usize, custom: String, names: &[String]) -> RegionWheels {
        let mut wheels = RegionWheels { source, custom, columns: vec![(Vec::new(), 0); level] };
        wheels.fill(0);
        for (column, name) in names.iter().enumerate().take(level) {
            let Some((regions, index)) = wheels.columns.get_mut(column) else { break };
            *index = regions.iter().position(|r| *r.name == **name).unwrap_or(0);
            wheels.fill(column + 1);
        }
        wheels
    }

    /// Finds the divisions of the wheels from one on, each below what the one before has chosen.
    fn fill(&mut self, first: usize) {
        for column in first..self.columns.len() {
            let above = match column.checked_sub(1) {
                None => Some(Arc::from("")),
                Some(before) => self.region(before).map(|r| r.code.clone()).filter(|code| !code.is_empty()),
            };
            let mut regions = Vec::new();
            if !self.custom.is_empty() {
                regions.push(Region { name: self.custom.as_str().into(), ..Region::default() });
            }
            regions.extend(above.into_iter().flat_map(|code| self.source.below(&code)).take(super::MAX_ROWS));
            if let Some(slot) = self.columns.get_mut(column) {
                *slot = (regions, 0);
            }
        }
    }

    fn region(&self, column: usize) -> Option<&Region> {
        let (regions, index) = self.columns.get(column)?;
        regions.get(*index)
    }

    /// Rows of the wheels and where they stand.
    pub fn columns(&mut self) -> Vec<(Rows, usize)> {
        let rows = |regions: &[Region]| regions.iter().map(|r| r.name.clone()).collect();
        self.columns.iter().map(|(regions, index)| (rows(regions), *index)).collect()
    }

    /// The wheels stand at these rows; gives them anew. Those behind the first that has moved begin at their start.
    pub fn choose(&mut self, indices: &[usize]) -> Vec<(Rows, usize)> {
        let moved = self.columns.iter().zip(indices).position(|((_, old), new)| old != new);
        if let Some(column) = moved {
            if let (Some(slot), Some(&index)) = (self.columns.get_mut(column), indices.get(column)) {
                slot.1 = index;
            }
            self.fill(column + 1);
        }
        self.columns()
    }

    /// What is chosen.
    pub fn value(&self) -> Chosen {
        let mut chosen = Chosen::default();
        for column in 0..self.columns.len() {
            let Some(region) = self.region(column) else { continue };
            chosen.names.push(region.name.clone());
            if !region.code.is_empty() {
                chosen.codes.push(region.code.clone());
                chosen.postcode = region.postcode.clone();
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheels(level: usize, custom: &str, names: &[&str]) -> RegionWheels {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        RegionWheels::new(Arc::new(BuiltInRegions), level, custom.to_owned(), &names)
    }

    #[test]
    fn the_list_has_all_provinces_and_what_lies_below_them() {
        let provinces = BuiltInRegions.below("");
        assert_eq!(provinces.len(), 34);
        assert!(list().is_sorted());
        let districts = |city: &str| BuiltInRegions.below(city).iter().map(|r| r.name.to_string()).collect::<Vec<_>>();
        assert!(districts("440100").contains(&"海珠区".to_owned()));
        assert!(BuiltInRegions.below("440105").is_empty() && BuiltInRegions.below("x").is_empty());
    }

    #[test]
    fn a_division_is_found_by_name_and_those_below_follow() {
        let mut region = wheels(3, "", &["广东省", "广州市", "海珠区"]);
        let chosen = region.value();
        assert_eq!(chosen.names.iter().map(|n| &**n).collect::<Vec<_>>(), ["广东省", "广州市", "海珠区"]);
        assert_eq!(chosen.codes.iter().map(|n| &**n).collect::<Vec<_>>(), ["440000", "440100", "440105"]);
        let columns = region.choose(&[0, 0, 3]);
        assert_eq!((&*columns[0].0[0], &*columns[1].0[0], columns[2].1), ("北京市", "北京市", 0));
    }

    #[test]
    fn the_custom_item_means_all() {
        let mut region = wheels(2, "全部", &[]);
        assert_eq!((region.value().names.len(), region.value().codes.len()), (2, 0));
        assert_eq!(region.columns()[1].0.len(), 1);
        region.choose(&[1, 0]);
        let chosen = region.value();
        assert_eq!((&*chosen.names[0], &*chosen.names[1], &*chosen.codes[0]), ("北京市", "全部", "110000"));
    }
}
