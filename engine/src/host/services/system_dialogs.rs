//! Dialogs of a desktop.

use super::dialogs::Dialogs;
use native_dialog::FileDialogBuilder;
use std::path::PathBuf;

/// The system's dialogs and programs.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemDialogs;

impl Dialogs for SystemDialogs {
    fn choose(&self, title: &str, endings: &[&str], many: bool) -> Result<Vec<PathBuf>, String> {
        let builder = FileDialogBuilder::default().set_title(title);
        let builder = if endings.is_empty() { builder } else { builder.add_filter(title, endings) };
        match many {
            true => builder.open_multiple_file().show().map_err(|e| e.to_string()),
            false => {
                let chosen = builder.open_single_file().show().map_err(|e| e.to_string())?;
                Ok(chosen.into_iter().collect())
            }
        }
    }

    fn open(&self, address: &str) -> Result<(), String> {
        open::that_detached(address).map_err(|e| e.to_string())
    }
}
