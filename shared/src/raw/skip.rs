//! Where a string ends: most of the bytes of an event are in one, so eight are looked at together.

/// The next byte from `at` on that matters within a string: its quote, a backslash, or a control character, which no string may have.
#[inline]
pub(super) fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        let found = marked(u64::from_le_bytes(eight));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).map(|more| at + more)
}

/// The highest bit of every byte that matters, up to the first one exactly; see "Determine if a word has a byte less than n" in
/// [Bit Twiddling Hacks](https://graphics.stanford.edu/~seander/bithacks.html).
#[inline]
fn marked(eight: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let quote = eight ^ (ONES * b'"' as u64);
    let backslash = eight ^ (ONES * b'\\' as u64);
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
    (below(quote, 1) | below(backslash, 1) | below(eight, 0x20)) & (ONES * 0x80)
}
