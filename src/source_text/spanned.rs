//! A value with its position, carried through serde.

use super::{Position, SourceError};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::{fmt, marker::PhantomData};

/// Names the newtype by which [`Spanned`] asks our deserialiser for a position.
pub(super) const SPANNED: &str = "$seaworthy::Spanned";
/// A typed value and the place it was written, for raw configuration types.
///
/// Works in structs, lists, options, enum payloads and map keys read by [`super::from_node`]
/// or [`super::from_str`]. Any other deserialiser, and serde's `flatten`, `untagged` and `tag`, which copy
/// values away first, give line 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it starts.
    pub at: Position,
    /// [`super::Node::len`] of it.
    pub len: u32,
}

/// The private protocol of [`Spanned`]: a map of value, line, column and length, in this order.
pub(super) struct SpannedAccess<D> {
    inner: Option<D>,
    numbers: std::array::IntoIter<u32, 3>,
    number: u32,
}

impl<D> SpannedAccess<D> {
    pub(super) fn new(inner: D, at: Position, len: u32) -> Self {
        Self { inner: Some(inner), numbers: [at.line, at.column, len].into_iter(), number: 0 }
    }
}

impl<'de, D: Deserializer<'de, Error = SourceError>> de::MapAccess<'de> for SpannedAccess<D> {
    type Error = SourceError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, SourceError> {
        if self.inner.is_none() {
            match self.numbers.next() {
                Some(number) => self.number = number,
                None => return Ok(None),
            }
        }
        seed.deserialize(().into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, SourceError> {
        match self.inner.take() {
            Some(inner) => seed.deserialize(inner),
            None => seed.deserialize(self.number.into_deserializer()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SPANNED, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Spanned<T>, A::Error> {
        let absent = || de::Error::custom("a value without a position");
        let ((), value) = map.next_entry()?.ok_or_else(absent)?;
        let ((), line) = map.next_entry()?.ok_or_else(absent)?;
        let ((), column) = map.next_entry()?.ok_or_else(absent)?;
        let ((), len) = map.next_entry()?.ok_or_else(absent)?;
        let at = Position { line, column };
        Ok(Spanned { value, at, len })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Spanned<T>, D::Error> {
        Ok(Spanned { value: T::deserialize(inner)?, at: Position { line: 0, column: 0 }, len: 1 })
    }
}
