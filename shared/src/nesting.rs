//! How deep objects and arrays are inside each other.

use crate::limits;

/// Whether objects and arrays are nested beyond [`limits::NESTING`] in this JSON text.
pub fn is_too_deep(json: &str) -> bool {
    // Depth cannot exceed the number of opening brackets, which costs next to nothing to count: in bytes, so many at a time.
    let brackets = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(matches!(byte, b'{' | b'['))).sum::<u8>();
    if json.as_bytes().chunks(255).map(|bytes| usize::from(brackets(bytes))).sum::<usize>() <= limits::NESTING {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > limits::NESTING {
                    return true;
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
