//! What files and options of the command line stand for.

use super::Failure;
use super::options::{PageOptions, ShowOptions};
use crate::frame::trace::{Trace, TraceFile};
use crate::host::caches::{CacheBudgets, SharedCaches};
use crate::host::services::NetworkPolicy;
use crate::package::{parse_query, split_route};
use crate::replay::{RecordConfig, WithPackage};
use crate::tools::excerpt;
use crate::tools::steps::{self, Step};
use pellicle_layout::text::FontPolicy;
use pellicle_layout::text::font::{FontBytes, is_readable};
use pellicle_script::api::oracle::Mock;
use pellicle_script::capability::storage::{DataType, MemoryStorage, Storage, StorageQuota, Stored};
use pellicle_script::framework::Limits;
use pellicle_script::package::{PackageSource, json, read_text};
use pellicle_script::realm::CodeCache;
use pellicle_script::realm::code::CodeFolder;
use pellicle_script::sandbox::AccessControl;
use pellicle_script::sandbox::audit_log::{AuditLimits, AuditLog};
use pellicle_script::sandbox::permissions::{PermissionPolicy, Permissions};
use pellicle_script::sandbox::{Bounds, Budgets};
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a program is recorded to, as the command line says; `number` counts its openings from 1.
///
/// # Errors
/// [`Failure::Usage`] if the file cannot be made.
pub fn record(page: &ShowOptions, dir: Option<&Path>, number: u32) -> Result<Option<RecordConfig>, Failure> {
    let Some(path) = &page.record else { return Ok(None) };
    let path = match number {
        0 | 1 => path.clone(),
        number => PathBuf::from(format!("{}.{number}", path.display())),
    };
    let file = File::create(&path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))?;
    Ok(Some(RecordConfig {
        package: if page.with_package { WithPackage::Always } else { WithPackage::Small },
        path: dir.and_then(|dir| std::path::absolute(dir).ok()),
        ..RecordConfig::new(Box::new(file))
    }))
}

/// Reads a JSON file named on the command line.
///
/// # Errors
/// [`Failure::Usage`] if it cannot be read or understood.
pub fn read_json(path: &Path) -> Result<Value, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    let (file, diagnostics) = json::parse(&name, &text);
    match file {
        Some(file) => Ok(file.value),
        None => Err(Failure::Usage(excerpt::texts(&diagnostics))),
    }
}

/// Reads a JSON object named on the command line; empty if none is.
///
/// # Errors
/// [`Failure::Usage`] if it is not one.
pub fn read_object(path: Option<&Path>) -> Result<Map<String, Value>, Failure> {
    let Some(path) = path else { return Ok(Map::new()) };
    match read_json(path)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::Usage(format!("{}: a JSON object is expected", path.display()))),
    }
}

/// The steps named on the command line.
///
/// # Errors
/// [`Failure::Usage`] with the place of what is wrong.
pub fn read_steps(path: Option<&Path>) -> Result<Vec<Step>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    steps::parse(&name, &text).map_err(|found| Failure::Usage(excerpt::text(&found)))
}

/// Which fonts the command line asks for.
///
/// # Errors
/// [`Failure::Usage`] if a file cannot be read or is no font.
pub fn fonts(options: &ShowOptions) -> Result<FontPolicy, Failure> {
    if options.font.is_empty() {
        return Ok(FontPolicy::Author);
    }
    let mut faces: Vec<FontBytes> = Vec::new();
    for path in &options.font {
        let bytes = fs::read(path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))?;
        let bytes: FontBytes = Arc::new(bytes);
        if !is_readable(&bytes) {
            return Err(Failure::Usage(format!("{}: not a font that can be read", path.display())));
        }
        faces.push(bytes);
    }
    Ok(FontPolicy::Exact(faces))
}

/// What the program may use: the usual budgets, as the command line changes them.
pub fn budgets(options: &PageOptions) -> Budgets {
    let usual = Budgets::default();
    let nodes = options.budget_nodes.unwrap_or(usual.framework.page_nodes);
    let data = options.budget_data_mb.map_or(usual.framework.set_data_bytes, |mb| (mb as usize) << 20);
    let framework =
        Limits { page_nodes: nodes, nodes: usual.framework.nodes.max(nodes), set_data_bytes: data, ..usual.framework };
    let heap = options.budget_heap_mb.map(|mb| mb << 20);
    // The driver waits for a turn as long as it may take; what the thread itself may take never ends sooner.
    let cpu = |usual: Bounds| Bounds { hard: usual.hard.max(options.budget_cpu_ms.saturating_mul(2)), ..usual };
    Budgets {
        framework,
        heap: heap.map_or(usual.heap, |hard| Bounds { soft: hard / 3 * 2, hard }),
        heap_cap: heap.map_or(usual.heap_cap, |hard| hard + hard / 3),
        turn_cpu_ms: cpu(usual.turn_cpu_ms),
        launch_cpu_ms: cpu(usual.launch_cpu_ms),
        ..usual
    }
}

/// Bytes of files in a folder for what is kept of starts.
pub const CACHE_BYTES: u64 = 256 << 20;

/// Where `pellicle run` keeps what its programs were compiled to, if this machine has a folder for such.
pub fn cache_folder() -> Option<PathBuf> {
    Some(dirs::cache_dir()?.join("pellicle").join("compiled"))
}

/// The caches of programs that run in a window, with the folder that the command line names, or the user's own.
///
/// # Errors
/// [`Failure::Usage`] if the folder that is named cannot be used.
pub fn caches_of_user(options: &ShowOptions) -> Result<SharedCaches, Failure> {
    if options.code_cache.is_none()
        && let Some(own) = cache_folder()
    {
        let options = ShowOptions { code_cache: Some(own), ..options.clone() };
        // Without the folder the next start takes longer, and that is all.
        return caches(&options).or_else(|_| Ok(SharedCaches::default()));
    }
    caches(options)
}

/// The caches of programs, with the folder for what is kept of starts that the command line names.
///
/// # Errors
/// [`Failure::Usage`] if the folder cannot be used.
pub fn caches(options: &ShowOptions) -> Result<SharedCaches, Failure> {
    let Some(path) = &options.code_cache else { return Ok(SharedCaches::default()) };
    // A key would have to lie on the same disk, where it keeps nobody off.
    let folder = CodeFolder::open(path, None, CACHE_BYTES).map_err(|error| Failure::Usage(error.to_string()))?;
    let budgets = CacheBudgets::default();
    Ok(SharedCaches::with_code(budgets, CodeCache::in_folder(budgets.code, folder)))
}

/// The file for a trace that the command line names.
///
/// # Errors
/// [`Failure::Usage`] if it cannot be made.
pub fn trace(options: &ShowOptions) -> Result<Option<TraceFile>, Failure> {
    let Some(path) = &options.trace else { return Ok(None) };
    let file = Trace::new().to_file(path);
    file.map(Some).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))
}

/// The policy that the command line names.
///
/// # Errors
/// [`Failure::Usage`] if it cannot be read or understood.
pub fn policy(options: &ShowOptions) -> Result<Option<PermissionPolicy>, Failure> {
    let Some(path) = &options.permissions else { return Ok(None) };
    let policy = PermissionPolicy::from_json(&read_json(path)?);
    policy.map(Some).map_err(|what| Failure::Usage(format!("{}: {what}", path.display())))
}

/// Access with the audit log that the command line names.
///
/// # Errors
/// [`Failure::Usage`] if the log cannot be opened.
pub fn access(options: &ShowOptions, permissions: Permissions) -> Result<AccessControl, Failure> {
    let open = |path: &PathBuf| {
        let log = AuditLog::open(path, AuditLimits::default());
        log.map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))
    };
    let log = options.audit.as_ref().map(open).transpose()?;
    Ok(AccessControl { permissions, log, ..AccessControl::default() })
}

/// The page that the command line names, and its query.
pub fn route(options: &ShowOptions) -> (String, Vec<(String, String)>) {
    let (path, mut query) = split_route(options.page.as_deref().unwrap_or(""));
    for text in &options.query {
        query.extend(parse_query(text));
    }
    (path, query)
}

/// What a mini-program may reach over the network; `None`: nothing.
pub fn reach(package: &dyn PackageSource, options: &ShowOptions) -> Option<NetworkPolicy> {
    let text = read_text(package, "app.json").unwrap_or_default();
    // What is wrong with it is told elsewhere.
    let manifest = json::parse("app.json", &text).0.map_or(Value::Null, |file| file.value);
    options.network.policy(&manifest)
}

/// The answers of the network that the command line names.
///
/// # Errors
/// [`Failure::Usage`] if the file cannot be read or is no list.
pub fn mocks(options: &PageOptions) -> Result<Vec<Mock>, Failure> {
    let Some(path) = &options.mock else { return Ok(Vec::new()) };
    let list = read_json(path)?;
    let items =
        list.as_array().ok_or_else(|| Failure::Usage(format!("{}: a JSON array is expected", path.display())))?;
    let mock = |item: &Value| Mock {
        matches: item.get("match").and_then(Value::as_str).unwrap_or("").to_owned(),
        status_code: item.get("statusCode").and_then(Value::as_u64).unwrap_or(200) as u32,
        data: item.get("data").cloned().unwrap_or(Value::Null),
    };
    Ok(items.iter().map(mock).collect())
}

/// A store in memory with these values.
pub fn stored(values: &Map<String, Value>) -> Box<dyn Storage> {
    let mut store = MemoryStorage::new(StorageQuota::default());
    for (key, value) in values {
        let data_type = match value {
            Value::String(_) => DataType::String,
            Value::Number(_) => DataType::Number,
            Value::Bool(_) => DataType::Boolean,
            Value::Null => DataType::Null,
            Value::Array(_) => DataType::Array,
            Value::Object(_) => DataType::Object,
        };
        // A value beyond the quota is left out, as the program's own write would be.
        let _ = store.set(key, Stored { data_type, json: value.to_string() });
    }
    Box::new(store)
}
