//! Cuts what the page need not load: what only prepares a panic, and what wasm-bindgen brings along for values that never cross.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use walrus::{FunctionBuilder, FunctionKind, LocalFunction, Module};

/// Parts of the names of functions that only prepare a panic, however mangled. Each becomes a trap, and what only they used
/// goes with them.
const PANICS: [&str; 10] = [
    "4core9panicking",
    "13expect_failed",
    "13unwrap_failed",
    "slice_error_fail",
    "slice_index_fail",
    "12handle_error",
    "alloc_error",
    "18panic_already_borr",
    "13insert_failed",
    "13assert_failed",
];

/// What such functions say, and the digits that they write numbers with.
const MESSAGES: [&str; 6] = [
    "assertion failed: self.peeked.is_none()",
    "capacity overflow",
    "Tried to shrink to a larger capacity",
    "memory allocation of ",
    " bytes failed",
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
     5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899",
];

/// What the loader calls; see `sdk/js/src/loader/wasm.ts`.
const EXPORTS: [&str; 3] = ["memory", "room", "events"];

/// Trims the module in this file.
pub(super) fn module(path: &Path) -> Result<()> {
    let mut module = Module::from_file(path)?;
    silence(&mut module)?;
    blank(&mut module);
    module.start = None;
    let unused: Vec<_> =
        module.exports.iter().filter(|export| !EXPORTS.contains(&export.name.as_str())).map(|export| export.id()).collect();
    unused.into_iter().for_each(|export| module.exports.delete(export));
    walrus::passes::gc::run(&mut module);
    let wants: Vec<_> = module.imports.iter().map(|import| import.name.clone()).collect();
    ensure!(wants.is_empty(), "the loader gives the module nothing, but it wants {wants:?}");
    for name in EXPORTS {
        ensure!(module.exports.iter().any(|export| export.name == name), "the module has no {name}, which the loader calls");
    }
    module.name = None;
    Ok(fs::write(path, module.emit_wasm())?)
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

/// What a panic would say, and where it happened, is text in the module's data: nothing reads it once panics are silent.
fn blank(module: &mut Module) {
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in segments {
        let bytes = &mut module.data.get_mut(id).value;
        // Only ASCII is looked for, so that places in the text are places in the bytes.
        let text: String = bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\0' }).collect();
        let paths = text.match_indices(".rs\0").filter_map(|(end, _)| Some(text[..end].rfind("/rustc/")?..end + 3));
        let messages = MESSAGES.iter().flat_map(|message| text.match_indices(message).map(|(at, _)| at..at + message.len()));
        for range in paths.chain(messages).collect::<Vec<_>>() {
            bytes[range].fill(0);
        }
    }
}
