//! What `std` would bring along, made small.

#![allow(unsafe_code, reason = "an allocator hands out addresses")]

use alloc::alloc::{GlobalAlloc, Layout};
use core::{
    arch::wasm32::{memory_grow, memory_size, unreachable},
    cell::Cell,
    ptr,
};

const PAGE: usize = 65536;
/// Nothing here asks for more.
const ALIGN: usize = 8;

/// Hands out memory from the front to the back and takes none of it back: what one request needs is given back as a whole, by
/// [`Arena::clear`]. To free each text by itself is a tenth of the module.
pub(super) struct Arena(Cell<usize>);

#[global_allocator]
pub(super) static ARENA: Arena = Arena(Cell::new(0));

/// SAFETY: a page's module has one thread.
unsafe impl Sync for Arena {}

impl Arena {
    /// Takes all of it back: whatever was allocated before must not be used any more.
    pub(super) fn clear(&self) {
        unsafe extern "C" {
            /// Where the linker put nothing any more.
            static __heap_base: u8;
        }
        self.0.set((&raw const __heap_base).addr());
    }

    /// So many bytes. Traps where the browser has no more.
    pub(super) fn take(&self, bytes: usize) -> *mut u8 {
        let at = self.0.get();
        let next = at + bytes.next_multiple_of(ALIGN);
        self.0.set(next);
        let missing = next.div_ceil(PAGE).saturating_sub(memory_size(0));
        if missing > 0 && memory_grow(0, missing) == usize::MAX {
            unreachable();
        }
        ptr::without_provenance_mut(at)
    }
}

/// SAFETY: what [`Arena::take`] returns was given to nobody else.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size())
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// A panic is a trap: the loader sees it and goes on without WebAssembly. Its message would cost 6 KB in every page.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unreachable()
}
