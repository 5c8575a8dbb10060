//! What `std` would bring along, made small.

use lol_alloc::{FreeListAllocator, LockedAllocator};

/// Little code, and quick enough: there is hardly anything allocated at once, and nothing between two calls.
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// A panic is a trap: the loader sees it and goes on without WebAssembly. Its message would cost 6 KB in every page.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
