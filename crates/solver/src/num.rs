//! Conversions between widths, each with the reason why nothing is lost.

/// A position in a list as a 32-bit id. Lists of more than four thousand million things are refused by
/// [`crate::fault::Fault`] long before; beyond that this saturates.
#[inline]
pub fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A count as a cost. No list in memory is longer than `i64::MAX`.
#[inline]
pub fn cost(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A number that is known to be neither negative nor beyond memory, as a position.
#[inline]
pub fn position(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
