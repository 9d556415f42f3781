//! What the user of a mini-program has granted it, and what the host's policy says of that.
//!
//! A decision is kept in a store of its own, one per app and user, which the mini-program cannot reach. The policy goes
//! before it: what the policy grants or denies is not asked. Host and logic thread hold the same [`Permissions`], so that
//! a host can take a grant back at any time; the next call is denied then, and who watches is told at once.

use super::elsewhere::Elsewhere;
use super::prompt::PermissionSwitch;
use super::scopes::{self, PRIVATE_APIS};
use crate::capability::storage::{DataType, Storage, StorageError, Stored};
use crate::record;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a host's policy says of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PolicyRule {
    /// The user is asked at first use.
    #[default]
    Ask,
    /// Granted without asking; the user cannot take it back.
    Grant,
    /// Denied without asking.
    Deny,
}

impl PolicyRule {
    fn parse(text: &str) -> Option<PolicyRule> {
        match text {
            "ask" => Some(PolicyRule::Ask),
            "grant" => Some(PolicyRule::Grant),
            "deny" => Some(PolicyRule::Deny),
            _ => None,
        }
    }
}

/// A host's policy: a rule for each scope that it names, and one for all others of the platform.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PermissionPolicy {
    /// What holds for scopes that are not named.
    pub usual: PolicyRule,
    /// Rules by the names of scopes.
    pub scopes: BTreeMap<String, PolicyRule>,
}

impl PermissionPolicy {
    /// One rule for all scopes that are not named later.
    pub fn all(usual: PolicyRule) -> PermissionPolicy {
        PermissionPolicy { usual, scopes: BTreeMap::new() }
    }

    /// With a rule for a scope.
    pub fn with(mut self, scope: &str, rule: PolicyRule) -> PermissionPolicy {
        self.scopes.insert(scope.to_owned(), rule);
        self
    }

    /// Reads `{ "default": "deny", "scopes": { "scope.record": "ask" } }`; without a default the rest is denied.
    ///
    /// # Errors
    /// What is wrong with it, with the key.
    pub fn from_json(json: &Json) -> Result<PermissionPolicy, String> {
        let Json::Object(fields) = json else { return Err("a policy is an object".to_owned()) };
        let rule = |key: &str, value: &Json| {
            let rule = value.as_str().and_then(PolicyRule::parse);
            rule.ok_or_else(|| format!("{key} is to be \"ask\", \"grant\" or \"deny\""))
        };
        let mut policy = PermissionPolicy::all(PolicyRule::Deny);
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("default", value) => policy.usual = rule("default", value)?,
                ("scopes", Json::Object(scopes)) => {
                    for (scope, value) in scopes {
                        if !scope.starts_with("scope.") {
                            return Err(format!("{scope} is no scope; their names begin with \"scope.\""));
                        }
                        policy.scopes.insert(scope.clone(), rule(scope, value)?);
                    }
                }
                ("scopes", _) => return Err("scopes is to be an object".to_owned()),
                (key, _) => return Err(format!("a policy has no {key}, only default and scopes")),
            }
        }
        Ok(policy)
    }

    /// What holds for a scope.
    pub fn rule(&self, scope: &str) -> PolicyRule {
        self.scopes.get(scope).copied().unwrap_or_else(|| scopes::unnamed(scope, self.usual))
    }
}

/// How things stand with a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Standing {
    /// Calls go through.
    Granted,
    /// Calls fail.
    Denied,
    /// The user has not been asked.
    Undecided,
}

/// What the user of a mini-program decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Granted, until it is taken back.
    Grant,
    /// Granted for the calls that wait for it, and for no later one.
    GrantOnce,
    /// Denied, until the user changes it.
    Deny,
}

/// A grant came or went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PermissionChange {
    /// The scope.
    pub scope: String,
    /// How it stands now.
    pub standing: Standing,
}

type Watcher = Arc<dyn Fn(&PermissionChange) + Send + Sync>;

struct State {
    policy: PermissionPolicy,
    store: Option<Box<dyn Storage>>,
    decided: BTreeMap<String, bool>,
    reasons: BTreeMap<String, String>,
    /// APIs of [`PRIVATE_APIS`] that the mini-program declares; `None` if it declares nothing of the kind.
    declared: Option<Vec<&'static str>>,
    app: (String, String),
    watchers: Vec<Watcher>,
}

/// Most decisions that are kept: scopes of the platform and of a host's own APIs.
const MOST_DECISIONS: usize = 1000;

/// The permissions of one mini-program and its user; cheap to clone.
#[derive(Clone)]
pub struct Permissions {
    state: Arc<Mutex<State>>,
    /// Decides in the place of the state.
    elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Permissions").field("policy", &state.policy).field("decided", &state.decided).finish()
    }
}

impl Default for Permissions {
    fn default() -> Permissions {
        Permissions::new(PermissionPolicy::default())
    }
}

impl Permissions {
    /// Permissions that last as long as this is held.
    pub fn new(policy: PermissionPolicy) -> Permissions {
        let (app, reasons) = (Default::default(), BTreeMap::new());
        let (declared, watchers) = (None, Vec::new());
        let state = State { policy, store: None, decided: BTreeMap::new(), reasons, declared, app, watchers };
        Permissions { state: Arc::new(Mutex::new(state)), elsewhere: None }
    }

    /// Permissions that the host's process holds.
    pub(crate) fn held_elsewhere(host: Arc<dyn Elsewhere>) -> Permissions {
        Permissions { elsewhere: Some(host), ..Permissions::default() }
    }

    /// Who decides, if that is another process.
    pub(crate) fn elsewhere(&self) -> Option<&Arc<dyn Elsewhere>> {
        self.elsewhere.as_ref()
    }

    /// Permissions that are kept in a store, which must hold nothing else: one per app and user.
    ///
    /// # Errors
    /// [`StorageError`] if what was decided earlier cannot be read.
    pub fn stored(policy: PermissionPolicy, mut store: Box<dyn Storage>) -> Result<Permissions, StorageError> {
        let mut decided = BTreeMap::new();
        for scope in store.info()?.keys.into_iter().take(MOST_DECISIONS) {
            // What cannot be read is asked again.
            if let Ok(Some(stored)) = store.get(&scope)
                && let Ok(granted) = serde_json::from_str(&stored.json)
            {
                decided.insert(scope, granted);
            }
        }
        let permissions = Permissions::new(policy);
        {
            let mut state = permissions.state();
            state.decided = decided;
            state.store = Some(store);
        }
        Ok(permissions)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whose permissions these are: the identity and the name that dialogs show.
    pub fn set_app(&self, id: &str, name: &str) {
        self.state().app = (id.to_owned(), name.to_owned());
    }

    /// The identity of the app and its name.
    pub fn app(&self) -> (String, String) {
        self.state().app.clone()
    }

    /// The reasons that `app.json` gives: `permission`, by scope, with a `desc` each.
    pub fn set_reasons(&self, permission: &Json) {
        let Json::Object(fields) = permission else { return };
        let reason = |(scope, value): (&String, &Json)| {
            let text = value.get("desc")?.as_str()?;
            Some((scope.clone(), text.chars().take(MOST_REASON).collect()))
        };
        self.state().reasons = fields.iter().filter_map(reason).take(MOST_DECISIONS).collect();
    }

    /// What `app.json` declares in `requiredPrivateInfos`: those of [`PRIVATE_APIS`] that the mini-program calls. One that
    /// declares some may not call the others; one without the key is from before there was one.
    pub fn set_private_infos(&self, declared: &Json) {
        let Json::Array(list) = declared else { return };
        let is_named = |api: &&'static str| list.iter().any(|name| name.as_str() == Some(*api));
        self.state().declared = Some(PRIVATE_APIS.iter().copied().filter(is_named).collect());
    }

    /// Whether the mini-program declares an API, where that is asked for.
    pub fn is_declared(&self, api: &str) -> bool {
        !PRIVATE_APIS.contains(&api) || self.state().declared.as_ref().is_none_or(|declared| declared.contains(&api))
    }

    /// The reason that the mini-program gives for a scope, empty for none.
    pub fn reason(&self, scope: &str) -> String {
        self.state().reasons.get(scope).cloned().unwrap_or_default()
    }

    /// Replaces the policy.
    pub fn set_policy(&self, policy: PermissionPolicy) {
        self.state().policy = policy;
    }

    /// How things stand with a scope.
    pub fn standing(&self, scope: &str) -> Standing {
        record::answer("standing", || match &self.elsewhere {
            Some(host) => host.standing(scope),
            None => self.state().standing(scope),
        })
    }

    /// Keeps what the user decided, or forgets it (`None`), so that he is asked again. The change holds for this run
    /// even if it cannot be kept.
    ///
    /// # Errors
    /// [`StorageError`] if it could not be kept.
    pub fn decide(&self, scope: &str, granted: Option<bool>) -> Result<(), StorageError> {
        let (kept, change, watchers) = {
            let mut state = self.state();
            let before = state.standing(scope);
            let kept = state.keep(scope, granted);
            let standing = state.standing(scope);
            let change = (standing != before).then(|| PermissionChange { scope: scope.to_owned(), standing });
            (kept, change, state.watchers.clone())
        };
        if let Some(change) = change {
            // Outside the lock: who is told may ask how things stand.
            watchers.iter().for_each(|watcher| watcher(&change));
        }
        kept
    }

    /// Takes a grant back: later calls are denied until the user changes it.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub fn revoke(&self, scope: &str) -> Result<(), StorageError> {
        self.decide(scope, Some(false))
    }

    /// Tells of every change of a grant, on the thread that makes it: a capability that runs on a grant ends then.
    pub fn watch(&self, watcher: impl Fn(&PermissionChange) + Send + Sync + 'static) {
        self.state().watchers.push(Arc::new(watcher));
    }

    /// What was decided, and what the policy names, by scope: `authSetting` of `getSetting`.
    pub fn settings(&self) -> BTreeMap<String, bool> {
        record::answer("settings", || self.settled())
    }

    fn settled(&self) -> BTreeMap<String, bool> {
        if let Some(host) = &self.elsewhere {
            return host.settings();
        }
        let state = self.state();
        let named = state.policy.scopes.keys().chain(state.decided.keys());
        let settled = |scope: &String| match state.standing(scope) {
            Standing::Granted => Some((scope.clone(), true)),
            Standing::Denied => Some((scope.clone(), false)),
            Standing::Undecided => None,
        };
        named.filter_map(settled).collect()
    }

    /// True if the user may change a scope: the policy leaves it to him.
    pub fn is_users(&self, scope: &str) -> bool {
        self.state().policy.rule(scope) == PolicyRule::Ask
    }

    /// What stands on the page of settings.
    pub(crate) fn switches(&self) -> Vec<PermissionSwitch> {
        let switch = |(scope, on): (String, bool)| PermissionSwitch {
            label: scopes::find(&scope).map_or_else(|| scope.clone(), |scope| scope.label.to_owned()),
            changeable: self.is_users(&scope),
            scope,
            on,
        };
        self.settings().into_iter().map(switch).collect()
    }
}

/// Longest reason that is shown, characters.
const MOST_REASON: usize = 200;

impl State {
    fn standing(&self, scope: &str) -> Standing {
        match (self.policy.rule(scope), self.decided.get(scope)) {
            (PolicyRule::Grant, _) | (PolicyRule::Ask, Some(true)) => Standing::Granted,
            (PolicyRule::Deny, _) | (PolicyRule::Ask, Some(false)) => Standing::Denied,
            (PolicyRule::Ask, None) => Standing::Undecided,
        }
    }

    fn keep(&mut self, scope: &str, granted: Option<bool>) -> Result<(), StorageError> {
        match granted {
            Some(granted) if self.decided.len() < MOST_DECISIONS || self.decided.contains_key(scope) => {
                self.decided.insert(scope.to_owned(), granted);
            }
            Some(_) => return Err(StorageError::Full { size: MOST_DECISIONS + 1, limit: MOST_DECISIONS }),
            None => drop(self.decided.remove(scope)),
        }
        let Some(store) = &mut self.store else { return Ok(()) };
        match granted {
            Some(granted) => store.set(scope, Stored { data_type: DataType::Boolean, json: granted.to_string() }),
            None => store.remove(scope),
        }
    }
}
