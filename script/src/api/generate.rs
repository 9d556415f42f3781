//! Pages, typings and mocks of the table, for people, editors and tests.

use super::row::{ApiKind, ApiRow, Argument, ArgumentType, Rate, Rule};
use super::{schema, table};
use crate::sandbox::host_api::HostApis;
use std::fmt::Write;

/// What an argument must be, in words.
pub fn argument(argument: &Argument<'_>) -> String {
    let mut text = format!("`{}{}`: {}", argument.name, if argument.required { "" } else { "?" }, argument.kind.name());
    match argument.rule {
        Rule::Usual => {}
        Rule::Range { min, max, whole } => {
            let _ = write!(text, ", {}", schema::range(min, max, whole));
        }
        Rule::OneOf(texts) => {
            let _ = write!(text, ", {}", schema::choices(texts));
        }
        Rule::Known(texts) => {
            let _ = write!(text, ", usually {}", schema::choices(texts));
        }
        Rule::Bytes(most) => {
            let _ = write!(text, ", at most {most} bytes");
        }
        Rule::Items { min, max } => {
            let _ = write!(text, ", {min} to {max} items");
        }
    }
    text
}

/// The arguments of an API in words.
pub fn arguments(row: &ApiRow) -> String {
    in_words(row.arguments)
}

fn in_words(arguments: &[Argument<'_>]) -> String {
    arguments.iter().map(argument).collect::<Vec<_>>().join("; ")
}

/// An API of the platform or of a host.
struct Shown<'a> {
    name: &'a str,
    kind: ApiKind,
    takes_object: bool,
    arguments: Vec<Argument<'a>>,
    result: Vec<(&'a str, ArgumentType, &'a str)>,
    permission: Option<&'a str>,
    limit: String,
    doc: &'a str,
}

/// Those of the platform, then those of a host.
fn shown(hosts: &HostApis) -> Vec<Shown<'_>> {
    let own = table::entries().map(|entry| {
        let row = &entry.row;
        Shown {
            name: row.name,
            kind: row.kind,
            takes_object: row.takes_object(),
            arguments: row.arguments.to_vec(),
            result: row.result.iter().map(|field| (field.name, field.kind, field.doc)).collect(),
            permission: row.permission,
            limit: limit(row),
            doc: row.doc,
        }
    });
    let of_host = hosts.iter().map(|api| Shown {
        name: &api.name,
        kind: ApiKind::Async,
        takes_object: true,
        arguments: api.arguments().collect(),
        result: api.result.iter().map(|field| (&*field.name, field.kind, &*field.doc)).collect(),
        permission: api.permission.as_deref(),
        limit: rate_in_words(api.rate.as_ref()),
        doc: &api.doc,
    });
    own.chain(of_host).collect()
}

/// How often an API may be called, in words; empty for as often as its caller likes.
pub fn limit(row: &ApiRow) -> String {
    rate_in_words(row.limit().as_ref())
}

fn rate_in_words(rate: Option<&Rate>) -> String {
    rate.map_or_else(String::new, |rate| format!("{}/s, {} at once", rate.per_second, rate.burst))
}

/// The table as a page: every API with its arguments, permission, limit and result, those of a host as well.
pub fn docs(hosts: &HostApis) -> String {
    let mut text = String::from(
        "# `wx`\n\n| API | arguments | permission | limit | result | what it does |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for Shown { name, arguments, result, permission, limit, doc, .. } in shown(hosts) {
        let permission = permission.map_or_else(String::new, |scope| format!("`{scope}`"));
        let field = |(name, kind, doc): &(&str, ArgumentType, &str)| match *doc {
            "" => format!("`{name}`: {};", kind.name()),
            doc => format!("`{name}`: {}, {doc}", kind.name()),
        };
        let result: Vec<String> = result.iter().map(field).collect();
        let (arguments, result) = (in_words(&arguments), result.join(" "));
        let _ = writeln!(text, "| `{name}` | {arguments} | {permission} | {limit} | {result} | {doc} |");
    }
    for event in hosts.events() {
        let _ = writeln!(
            text,
            "| `on{event}`, `off{event}` | `listener`: Function | | | | Tells of what the host calls {event}. |"
        );
    }
    text
}

/// A type in TypeScript.
fn type_of(argument: &Argument<'_>) -> String {
    if let Rule::OneOf(texts) = argument.rule {
        return texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(" | ");
    }
    plain(argument.kind).to_owned()
}

fn plain(kind: ArgumentType) -> &'static str {
    match kind {
        ArgumentType::Any => "any",
        ArgumentType::Boolean => "boolean",
        ArgumentType::Number => "number",
        ArgumentType::String => "string",
        ArgumentType::Array => "any[]",
        ArgumentType::Object => "Record<string, any>",
        ArgumentType::Function => "(...args: any[]) => any",
        ArgumentType::ArrayBuffer => "ArrayBuffer",
    }
}

fn member(argument: &Argument<'_>) -> String {
    format!("{}{}: {}", argument.name, if argument.required { "" } else { "?" }, type_of(argument))
}

/// Declarations of all APIs for TypeScript, and of what a host adds.
pub fn typings(hosts: &HostApis) -> String {
    let mut text = String::from(
        "interface WxResult { errMsg: string }\ninterface WxFailure { errMsg: string; errno: number }\n\
         interface WxCallbacks<T> {\n  success?: (result: T & WxResult) => void;\n  fail?: (failure: WxFailure) => void;\n  \
         complete?: (result: WxResult) => void;\n}\n\ninterface Wx {\n",
    );
    for row in shown(hosts) {
        let members: Vec<String> = row.arguments.iter().map(member).collect();
        let result: Vec<String> =
            row.result.iter().map(|(name, kind, _)| format!("{name}: {}", plain(*kind))).collect();
        let result = if result.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", result.join("; ")) };
        let object = format!("{{ {} }} & WxCallbacks<{result}>", members.join("; "));
        let optional = if row.arguments.iter().any(|a| a.required) { "" } else { "?" };
        let signature = match row.kind {
            ApiKind::Constant => "readonly ".to_owned() + row.name + ": any",
            ApiKind::Async => format!("{}(options{optional}: {object}): Promise<{result} & WxResult>", row.name),
            ApiKind::Task => format!("{}(options{optional}: {object}): any", row.name),
            _ => {
                // In TypeScript none that must be there follows one that need not.
                let last = row.arguments.iter().rposition(|a| a.required);
                let at = |(index, argument): (usize, &Argument<'_>)| match last {
                    Some(last) if index <= last => format!("{}: {}", argument.name, type_of(argument)),
                    _ => member(argument),
                };
                let members: Vec<String> = row.arguments.iter().enumerate().map(at).collect();
                format!("{}({}): any", row.name, members.join(", "))
            }
        };
        let _ = writeln!(text, "  /** {} */\n  {signature};", row.doc);
    }
    for event in hosts.events() {
        let listener = "(argument: any) => void";
        let _ = writeln!(text, "  on{event}(listener: {listener}): void;\n  off{event}(listener?: {listener}): void;");
    }
    text.push_str("}\n\ndeclare const wx: Wx;\n");
    text.push_str(include_str!("globals.d.ts"));
    text
}

/// A module that stands in for `wx` in unit tests: each call is kept in `calls` and succeeds with a result of the right
/// types, which a test replaces by `answers[name]`. What a host adds is there, too.
pub fn mocks(hosts: &HostApis) -> String {
    let mut text = String::from("const calls = []\nconst answers = {}\nconst results = {\n");
    let all = shown(hosts);
    for row in all.iter().filter(|row| row.takes_object) {
        let fields: Vec<String> =
            row.result.iter().map(|(name, kind, _)| format!("{name}: {}", sample(*kind))).collect();
        let _ = writeln!(text, "  {}: () => ({{ {} }}),", row.name, fields.join(", "));
    }
    text.push_str(
        "}\nconst perform = name => (options = {}) => {\n  calls.push([name, options])\n  \
         const answer = name in answers ? answers[name] : results[name]()\n  \
         const failed = answer instanceof Error\n  const result = failed\n    \
         ? { errMsg: `${name}:fail ${answer.message}`, errno: answer.errno || 4 }\n    \
         : { ...answer, errMsg: `${name}:ok` }\n  const { success, fail, complete } = options\n  \
         const settled = failed ? Promise.reject(result) : Promise.resolve(result)\n  \
         if (!success && !fail && !complete) return settled\n  \
         settled.then(success, fail || (() => {})).then(() => complete && complete(result))\n}\nconst wx = {}\n\
         for (const name of Object.keys(results)) wx[name] = perform(name)\n",
    );
    let others = all.iter().filter(|row| !row.takes_object && row.kind != ApiKind::Constant);
    let events = hosts.events().iter().flat_map(|event| [format!("'on{event}'"), format!("'off{event}'")]);
    let names: Vec<String> = others.map(|row| format!("'{}'", row.name)).chain(events).collect();
    let _ = writeln!(text, "for (const name of [{}]) {{", names.join(", "));
    text.push_str(
        "  wx[name] = (...given) => {\n    calls.push([name, ...given])\n    return answers[name]\n  }\n}\n\
         module.exports = { wx, calls, answers }\n",
    );
    text
}

/// A value of a type.
fn sample(kind: ArgumentType) -> &'static str {
    match kind {
        ArgumentType::Any => "undefined",
        ArgumentType::Boolean => "true",
        ArgumentType::Number => "1",
        ArgumentType::String => "''",
        ArgumentType::Array => "[]",
        ArgumentType::Object => "{}",
        ArgumentType::Function => "() => {}",
        ArgumentType::ArrayBuffer => "new ArrayBuffer(0)",
    }
}
