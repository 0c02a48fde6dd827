//! From a tree to types: a serde deserialiser over [`Node`] whose errors have positions.

use super::spanned::{SPANNED, SpannedAccess};
use super::wording::{mismatch, unknown};
use super::{Entry, Limits, Node, Position, SourceError, SourceErrorKind, Value, parse};
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor,
    value::StrDeserializer,
};
use std::fmt;

/// Reads one document of our own (configuration, standard) into a type.
///
/// The type's `deny_unknown_fields` errors point at the key and name the nearest right one.
pub fn from_str<T: DeserializeOwned>(text: &str, limits: &Limits) -> Result<T, SourceError> {
    let documents = parse(text.as_bytes(), limits)?;
    match documents.as_slice() {
        [node] => from_node(node),
        [] => Err(shape(None, "the text is empty".to_owned())),
        [_, second, ..] => {
            let message = format!("expected one document, found {}", documents.len());
            Err(shape(Some(second.at), message))
        }
    }
}

/// Reads a node into a type. Errors carry the position of the value or key they are about.
pub fn from_node<T: DeserializeOwned>(node: &Node) -> Result<T, SourceError> {
    T::deserialize(NodeDeserializer(node))
}

fn shape(at: Option<Position>, message: String) -> SourceError {
    SourceError::new(SourceErrorKind::Shape, at, message)
}

impl SourceError {
    /// Adds a position unless a place further in has already been named.
    fn or_at(mut self, at: Position) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

impl de::Error for SourceError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        shape(None, message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        shape(None, mismatch(found, expected))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        shape(None, mismatch(found, expected))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let message = unknown("key", field, expected);
        SourceError::new(SourceErrorKind::UnknownKey, None, message)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = unknown("value", variant, expected);
        SourceError::new(SourceErrorKind::UnknownKey, None, message)
    }

    fn missing_field(field: &'static str) -> Self {
        shape(None, format!("missing key `{field}`"))
    }
}

#[derive(Clone, Copy)]
struct NodeDeserializer<'de>(&'de Node);

impl<'de> NodeDeserializer<'de> {
    fn visit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Sequence(items) => {
                let mut rest = Items(items.iter());
                let read = visitor.visit_seq(&mut rest)?;
                match rest.0.next() {
                    None => Ok(read),
                    Some(extra) => Err(shape(Some(extra.at), "one item too many".to_owned())),
                }
            }
            Value::Mapping(entries) => visitor.visit_map(Entries::new(entries)),
        }
    }
}

impl<'de> Deserializer<'de> for NodeDeserializer<'de> {
    type Error = SourceError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        self.visit(visitor).map_err(|error| error.or_at(self.0.at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        let read = if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) };
        read.map_err(|error| error.or_at(self.0.at))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, SourceError> {
        let read = if name == SPANNED {
            visitor.visit_map(SpannedAccess::new(self, self.0.at, self.0.len))
        } else {
            visitor.visit_newtype_struct(self)
        };
        read.map_err(|error| error.or_at(self.0.at))
    }

    /// Derived structs would also take a list of their fields in order; we do not.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SourceError> {
        if self.0.as_map().is_none() {
            let message = format!("expected a mapping, found {}", self.0.kind_name());
            return Err(shape(Some(self.0.at), message));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SourceError> {
        let read = match &self.0.value {
            Value::String(text) => visitor.visit_enum(IntoDeserializer::<SourceError>::into_deserializer(text.as_str())),
            Value::Mapping(entries) => match entries.as_slice() {
                [entry] => visitor.visit_enum(Variant(entry)),
                _ => Err(shape(None, format!("expected one key, found {}", entries.len()))),
            },
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Sequence(_) => {
                Err(shape(None, format!("expected a name, found {}", self.0.kind_name())))
            }
        };
        read.map_err(|error| error.or_at(self.0.at))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = SourceError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, SourceError> {
        let next = self.0.next();
        next.map(|node| seed.deserialize(NodeDeserializer(node)))
            .transpose()
            // A seed may fail without asking for a value; the item is then the place.
            .map_err(|error| next.map_or(error.clone(), |node| error.or_at(node.at)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
}

impl<'de> Entries<'de> {
    fn new(entries: &'de [Entry]) -> Self {
        Self { rest: entries.iter(), current: None }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = SourceError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, SourceError> {
        self.current = self.rest.next();
        match self.current {
            Some(entry) => seed.deserialize(KeyDeserializer(entry)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, SourceError> {
        let Some(entry) = self.current else {
            return Err(shape(None, "a value was asked for before its key".to_owned()));
        };
        seed.deserialize(NodeDeserializer(&entry.value)).map_err(|error| error.or_at(entry.value.at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A key; typed keys other than strings (numbers, enums) are read from its text.
#[derive(Clone, Copy)]
struct KeyDeserializer<'de>(&'de Entry);

macro_rules! parsed_key {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
            match self.0.key.parse() {
                Ok(key) => visitor.$visit(key),
                Err(_) => visitor.visit_borrowed_str(&self.0.key),
            }
            .map_err(|error: SourceError| error.or_at(self.0.key_at))
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyDeserializer<'de> {
    type Error = SourceError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        visitor.visit_borrowed_str(&self.0.key).map_err(|error: SourceError| error.or_at(self.0.key_at))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, SourceError> {
        let read = if name == SPANNED {
            let len = super::to_u32(self.0.key.chars().count()).max(1);
            visitor.visit_map(SpannedAccess::new(self, self.0.key_at, len))
        } else {
            visitor.visit_newtype_struct(self)
        };
        read.map_err(|error: SourceError| error.or_at(self.0.key_at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SourceError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SourceError> {
        let key: StrDeserializer<'de, SourceError> = self.0.key.as_str().into_deserializer();
        visitor.visit_enum(key).map_err(|error| error.or_at(self.0.key_at))
    }

    parsed_key! {
        deserialize_i8 => visit_i64, deserialize_i16 => visit_i64, deserialize_i32 => visit_i64,
        deserialize_i64 => visit_i64, deserialize_u8 => visit_u64, deserialize_u16 => visit_u64,
        deserialize_u32 => visit_u64, deserialize_u64 => visit_u64, deserialize_bool => visit_bool
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

/// An enum value written as a mapping with one key.
struct Variant<'de>(&'de Entry);

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = SourceError;
    type Variant = Payload<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Payload<'de>), SourceError> {
        let variant = seed.deserialize(KeyDeserializer(self.0))?;
        Ok((variant, Payload(&self.0.value)))
    }
}

struct Payload<'de>(&'de Node);

impl<'de> de::VariantAccess<'de> for Payload<'de> {
    type Error = SourceError;

    fn unit_variant(self) -> Result<(), SourceError> {
        Deserialize::deserialize(NodeDeserializer(self.0))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, SourceError> {
        seed.deserialize(NodeDeserializer(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, SourceError> {
        NodeDeserializer(self.0).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, SourceError> {
        NodeDeserializer(self.0).deserialize_struct("", fields, visitor)
    }
}
