//! What `std` would bring along, made small.

use talc::{
    cell::TalcSyncCell,
    wasm::{WasmBinning, WasmGrowAndClaim},
};

/// Claiming what the memory grows by, rather than extending the last heap, is less code; the few heaps of a page cost nothing.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndClaim, WasmBinning> = TalcSyncCell::new_wasm(WasmGrowAndClaim);

/// A panic is a trap: the loader sees it and goes on without WebAssembly. Its message would cost 6 KB in every page.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
