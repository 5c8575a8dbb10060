//! Cuts what the page need not load: panic messages, and the long names between module and glue.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::Result;
use walrus::{FunctionBuilder, FunctionKind, LocalFunction, Module};

/// Parts of the names of functions that only prepare a panic, however mangled. Each becomes a trap, and what only they used
/// goes with them.
const PANICS: [&str; 9] = [
    "4core9panicking",
    "13expect_failed",
    "13unwrap_failed",
    "slice_error_fail",
    "slice_index_fail",
    "12handle_error",
    "18panic_already_borr",
    "13insert_failed",
    "13assert_failed",
];

/// Trims the module in `glue`, and writes `nora-wasm.js`, which is the loader's way to it.
pub(super) fn module(glue: &Path) -> Result<()> {
    let path = glue.join("nora_sdk_bg.wasm");
    let mut module = Module::from_file(&path)?;
    silence(&mut module)?;
    let (imports, exports) = rename(&mut module);
    walrus::passes::gc::run(&mut module);
    module.name = None;
    fs::write(&path, module.emit_wasm())?;

    let script = fs::read_to_string(glue.join("nora_sdk_bg.js"))?;
    let mut script = exports.iter().fold(script, |script, (long, short)| replace_member(&script, long, short));
    script.push_str("\nexport const imports = { a: { ");
    for (long, short) in &imports {
        write!(script, "{short}: {long}, ")?;
    }
    script.push_str("} };\nexport function bind(exports) {\n    __wbg_set_wasm(exports);\n");
    let start = &exports["__wbindgen_start"];
    write!(script, "    exports.{start}();\n    return {{ ")?;
    for name in exports.keys().filter(|name| !name.starts_with("__") && *name != "memory") {
        write!(script, "{name}, ")?;
    }
    script.push_str("};\n}\n");
    // Only `imports` and `bind` are for the loader; the rest may go.
    let script = script.replace("\nexport function __wb", "\nfunction __wb");
    let script =
        exports.keys().fold(script, |script, name| script.replace(&format!("export function {name}("), &format!("function {name}(")));
    Ok(fs::write(glue.join("nora-wasm.js"), script)?)
}

fn silence(module: &mut Module) -> Result<()> {
    let panics: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter(|function| function.name.as_deref().is_some_and(|name| PANICS.iter().any(|panic| name.contains(panic))))
        .map(walrus::Function::id)
        .collect();
    for id in panics {
        let (params, results) = module.types.params_results(module.funcs.get(id).ty());
        let (params, results) = (params.to_vec(), results.to_vec());
        let args = params.iter().map(|kind| module.locals.add(*kind)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        builder.func_body().unreachable();
        let function: LocalFunction = builder.local_func(args);
        module.funcs.get_mut(id).kind = FunctionKind::Local(function);
    }
    Ok(())
}

type Names = BTreeMap<String, String>;

/// Gives imports and exports names of one or two letters. The functions that the loader calls keep theirs in the glue.
fn rename(module: &mut Module) -> (Names, Names) {
    let mut imports = Names::new();
    for (at, import) in module.imports.iter_mut().enumerate() {
        import.module = "a".into();
        imports.insert(std::mem::replace(&mut import.name, short(at)), short(at));
    }
    let mut exports = Names::new();
    for (at, export) in module.exports.iter_mut().enumerate() {
        exports.insert(std::mem::replace(&mut export.name, short(at)), short(at));
    }
    (imports, exports)
}

fn short(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    if at < 26 { letter(at).into() } else { format!("{}{}", letter(at / 26 - 1), letter(at)) }
}

/// `wasm.long` as `wasm.short`, wherever the whole name is meant.
fn replace_member(script: &str, long: &str, short: &str) -> String {
    let member = format!("wasm.{long}");
    let mut parts = script.split(&member);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let whole = !part.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        out.push_str(if whole { "wasm.\u{0}" } else { &member });
        out.push_str(if whole { short } else { "" });
        out.push_str(part);
    }
    // Marked until all are renamed would be needed if a short name were also a long one: none is.
    out.replace('\u{0}', "")
}
