//! Pages, typings and mocks of the table, for people, editors and tests.

use super::row::{ApiKind, ApiRow, Argument, ArgumentType, Field, Rule};
use super::{schema, table};
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
    row.arguments.iter().map(argument).collect::<Vec<_>>().join("; ")
}

/// How often an API may be called, in words; empty for as often as its caller likes.
pub fn limit(row: &ApiRow) -> String {
    row.limit().map_or_else(String::new, |rate| format!("{}/s, {} at once", rate.per_second, rate.burst))
}

/// The table as a page: every API with its arguments, permission, limit and result.
pub fn docs() -> String {
    let mut text = String::from(
        "# `wx`\n\n| API | arguments | permission | limit | result | what it does |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for entry in table::entries() {
        let row = &entry.row;
        let permission = row.permission.map_or_else(String::new, |scope| format!("`{scope}`"));
        let field = |f: &Field| match f.doc {
            "" => format!("`{}`: {};", f.name, f.kind.name()),
            doc => format!("`{}`: {}, {doc}", f.name, f.kind.name()),
        };
        let result: Vec<String> = row.result.iter().map(field).collect();
        let (arguments, limit, result) = (arguments(row), limit(row), result.join(" "));
        let _ = writeln!(text, "| `{}` | {arguments} | {permission} | {limit} | {result} | {} |", row.name, row.doc);
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

/// Declarations of all APIs for TypeScript.
pub fn typings() -> String {
    let mut text = String::from(
        "interface WxResult { errMsg: string }\ninterface WxFailure { errMsg: string; errno: number }\n\
         interface WxCallbacks<T> {\n  success?: (result: T & WxResult) => void;\n  fail?: (failure: WxFailure) => void;\n  \
         complete?: (result: WxResult) => void;\n}\n\ninterface Wx {\n",
    );
    for entry in table::entries() {
        let row = &entry.row;
        let members: Vec<String> = row.arguments.iter().map(member).collect();
        let result: Vec<String> = row.result.iter().map(|f| format!("{}: {}", f.name, plain(f.kind))).collect();
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
    text.push_str("}\n\ndeclare const wx: Wx;\n");
    text
}

/// A module that stands in for `wx` in unit tests: each call is kept in `calls` and succeeds with a result of the right
/// types, which a test replaces by `answers[name]`.
pub fn mocks() -> String {
    let mut text = String::from("const calls = []\nconst answers = {}\nconst results = {\n");
    for entry in table::entries().filter(|entry| entry.row.takes_object()) {
        let fields: Vec<String> = entry.row.result.iter().map(|f| format!("{}: {}", f.name, sample(f.kind))).collect();
        let _ = writeln!(text, "  {}: () => ({{ {} }}),", entry.row.name, fields.join(", "));
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
    let others = table::entries().filter(|entry| !entry.row.takes_object() && entry.row.kind != ApiKind::Constant);
    let names: Vec<String> = others.map(|entry| format!("'{}'", entry.row.name)).collect();
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
