//! Which scenarios are measured, by their names.

use super::Scenario;
use crate::tools::operations::Operation;
use std::fmt;

/// The file of a program's own operations.
pub const OPERATIONS: &str = "operations.json";

/// What is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenarios, each once, in the order in which they take turns.
    pub scenarios: Vec<Scenario>,
    /// Whatever has to do with the program was asked for: a scenario that fails is left out, and the others go on.
    pub lenient: bool,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum PlanError<E> {
    /// No scenario has this name.
    Unknown(String),
    /// The program's operations were asked for, and it has none.
    NoOperations,
    /// Its operations cannot be read.
    Operations(E),
}

impl<E: fmt::Display> fmt::Display for PlanError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::Unknown(name) => write!(f, "\"{name}\" is no scenario: {NAMES}"),
            PlanError::NoOperations => write!(f, "there is no {OPERATIONS}"),
            PlanError::Operations(error) => error.fmt(f),
        }
    }
}

/// The names that there are.
pub const NAMES: &str = "cold, warm, starts, open, scroll, fling, tap, operations, load, idle, full, all";

impl Plan {
    /// The scenarios of these names, joined by commas. `page` is the one that `open` goes to, all of them without one;
    /// `own` gives the program's own operations, if it has some.
    ///
    /// # Errors
    /// [`PlanError`] if there is no such scenario, or no such operations.
    pub fn named<E>(
        names: &str,
        page: Option<&str>,
        own: impl Fn() -> Result<Option<Vec<Operation>>, E>,
    ) -> Result<Plan, PlanError<E>> {
        let open = || Scenario::Open { page: page.map(str::to_owned) };
        let own = || own().map_err(PlanError::Operations);
        let mut plan = Plan { scenarios: Vec::new(), lenient: false };
        for name in names.split(',').map(str::trim) {
            match name {
                "cold" => plan.add(Scenario::Cold),
                "warm" => plan.add(Scenario::Warm),
                "starts" => plan.add(Scenario::Starts),
                "open" => plan.add(open()),
                "scroll" => plan.add(Scenario::Scroll),
                "fling" => plan.add(Scenario::Fling),
                "tap" => plan.add(Scenario::Tap),
                "load" => plan.extend([Scenario::LoadLoop, Scenario::LoadData]),
                "load-loop" => plan.add(Scenario::LoadLoop),
                "load-data" => plan.add(Scenario::LoadData),
                "idle" => plan.add(Scenario::Idle),
                "full" => plan.add(Scenario::Full),
                "operations" => plan.add(Scenario::Operations(own()?.ok_or(PlanError::NoOperations)?)),
                "all" => {
                    plan.lenient = true;
                    plan.extend([Scenario::Cold, Scenario::Warm, open()]);
                    plan.extend([Scenario::Scroll, Scenario::Fling, Scenario::Tap]);
                    plan.extend(own()?.map(Scenario::Operations));
                    plan.extend([Scenario::LoadLoop, Scenario::LoadData, Scenario::Idle, Scenario::Full]);
                }
                other => return Err(PlanError::Unknown(other.to_owned())),
            }
        }
        Ok(plan)
    }

    /// One scenario, which has to work.
    pub fn only(scenario: Scenario) -> Plan {
        Plan { scenarios: vec![scenario], lenient: false }
    }

    /// A scenario that is named twice is run once.
    fn add(&mut self, scenario: Scenario) {
        if !self.scenarios.contains(&scenario) {
            self.scenarios.push(scenario);
        }
    }

    fn extend(&mut self, scenarios: impl IntoIterator<Item = Scenario>) {
        scenarios.into_iter().for_each(|scenario| self.add(scenario));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let plan = Plan::named(text, None, || Ok::<_, String>(None)).map_err(|error| error.to_string())?;
        Ok(plan.scenarios.iter().map(|scenario| scenario.name().to_owned()).collect())
    }

    #[test]
    fn scenarios_are_named_each_once() {
        assert_eq!(names("tap, load,tap").unwrap(), ["tap", "load-loop", "load-data"]);
        assert_eq!(names("all").unwrap().len(), 10);
        assert!(names("operations").unwrap_err().contains(OPERATIONS));
        assert!(names("tap,wrong").unwrap_err().contains("\"wrong\" is no scenario"));
    }
}
