//! `app.json` and `project.config.json` of a program that has a manifest.

use super::Manifest;
use super::read::page;
use super::window::MEMBERS;
use pellicle_script::sandbox::scopes::PRIVATE_APIS;
use serde_json::{Map, Value, json};

impl Manifest {
    /// The pages, without the ends of their files' names.
    pub fn pages(&self) -> Vec<String> {
        let pages = self.members.get("pages").and_then(Value::as_array);
        pages.into_iter().flatten().filter_map(|path| page(path.as_str()?)).collect()
    }

    /// The `app.json` that says the same. Permissions of other platforms have no counterpart.
    pub fn app_json(&self) -> Value {
        let mut app = Map::new();
        app.insert("pages".to_owned(), self.pages().into());
        let given = self.members.get("window");
        let window: Map<String, Value> = MEMBERS
            .iter()
            .filter_map(|member| Some((member.app.to_owned(), given?.get(member.manifest)?.clone())))
            .collect();
        if !window.is_empty() {
            app.insert("window".to_owned(), Value::Object(window));
        }
        if self.text("color_scheme") == "auto" {
            app.insert("darkmode".to_owned(), true.into());
        }
        let permissions: Map<String, Value> = self
            .permissions()
            .filter(|(name, _)| name.starts_with("scope."))
            .map(|(name, reason)| (name.to_owned(), json!({ "desc": reason })))
            .collect();
        if !permissions.is_empty() {
            app.insert("permission".to_owned(), Value::Object(permissions));
        }
        let declared: Vec<&str> =
            self.permissions().map(|(name, _)| name).filter(|name| PRIVATE_APIS.contains(name)).collect();
        if !declared.is_empty() {
            app.insert("requiredPrivateInfos".to_owned(), declared.into());
        }
        Value::Object(app)
    }

    /// The `project.config.json` that says the same.
    pub fn project_json(&self) -> Value {
        json!({ "appid": self.app_id(), "projectname": self.name(), "description": self.text("description") })
    }

    /// What it wants to do, and why.
    fn permissions(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.members.get("req_permissions").and_then(Value::as_array);
        all.into_iter().flatten().filter_map(|permission| {
            let reason = permission.get("reason").and_then(Value::as_str).unwrap_or_default();
            Some((permission.get("name")?.as_str()?, reason))
        })
    }
}
