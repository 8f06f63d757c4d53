//! The arguments of statements, and the rows that come back, the same for both engines.

use std::fmt;
use std::sync::Arc;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use uuid::Uuid;

use crate::Error;

/// An argument of a statement. `None` is the NULL of its type: PostgreSQL asks for the type of a NULL too.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(Option<bool>),
    Int(Option<i32>),
    BigInt(Option<i64>),
    Double(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    Json(Option<serde_json::Value>),
}

macro_rules! values {
    ($($from:ty => $variant:ident),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Value {
                Value::$variant(Some(value.into()))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value {
                Value::$variant(value.map(Into::into))
            }
        })*
    };
}
values! {
    bool => Bool,
    i32 => Int,
    i64 => BigInt,
    f64 => Double,
    String => Text,
    &str => Text,
    Vec<u8> => Bytes,
    &[u8] => Bytes,
    Uuid => Uuid,
    serde_json::Value => Json,
}

/// What stands in one column of a row. Booleans are 0 and 1, as SQLite keeps them.
#[derive(Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row of an answer. Structs with `#[derive(Deserialize)]` are read from it by the names of their fields; columns that
/// no field asks for are passed over.
pub(crate) struct Row {
    pub columns: Arc<[Box<str>]>,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn read<R: DeserializeOwned>(self) -> Result<R, Error> {
        let columns = self.columns.clone();
        R::deserialize(Fields { columns: &columns, cells: self.cells.into_iter(), at: 0 })
            .map_err(|Misfit(why)| Error::defect(format!("a row of another shape: {why}")))
    }
}

/// Why a row could not be read. It never holds a value of the row.
#[derive(Debug)]
pub(crate) struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Misfit {
        Misfit(message.to_string())
    }

    // The messages of serde repeat the value, which may be a protected one.
    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Misfit {
        Misfit(format!("{expected} was expected"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Misfit {
        Misfit(format!("{expected} was expected"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Misfit {
        Misfit(format!("one of {expected:?} was expected"))
    }
}

struct Fields<'r> {
    columns: &'r [Box<str>],
    cells: std::vec::IntoIter<Cell>,
    /// The column that comes next.
    at: usize,
}

impl<'de> de::Deserializer<'de> for Fields<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        match self.columns.get(self.at) {
            Some(name) => seed.deserialize(StrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let name = self.columns.get(self.at).map(AsRef::as_ref).unwrap_or_default();
        self.at += 1;
        let cell = self.cells.next().ok_or_else(|| Misfit("a column without a value".into()))?;
        seed.deserialize(cell).map_err(|Misfit(why)| Misfit(format!("{name}: {why}")))
    }
}

impl<'de> de::Deserializer<'de> for Cell {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Cell::Null => visitor.visit_unit(),
            Cell::Int(number) => visitor.visit_i64(number),
            Cell::Real(number) => visitor.visit_f64(number),
            Cell::Text(text) => visitor.visit_string(text),
            Cell::Bytes(bytes) => visitor.visit_byte_buf(bytes),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Cell::Int(truth @ (0 | 1)) => visitor.visit_bool(truth == 1),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Cell::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    /// A `Vec<u8>` asks for a sequence.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Cell::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.into_iter())),
            other => other.deserialize_any(visitor),
        }
    }

    /// A variant without data is kept as its name.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self {
            Cell::Text(name) => visitor.visit_enum(name.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    /// Ids are sixteen bytes, not text.
    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map struct identifier
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Everything {
        whole: i32,
        big: i64,
        real: f64,
        truth: bool,
        text: String,
        bytes: Vec<u8>,
        id: Uuid,
        nothing: Option<i64>,
        something: Option<Vec<u8>>,
    }

    fn row(cells: &[(&str, Cell)]) -> Row {
        Row {
            columns: cells.iter().map(|(name, _)| (*name).into()).collect(),
            cells: cells.iter().map(|(_, cell)| cell.clone()).collect(),
        }
    }

    fn whole() -> Vec<(&'static str, Cell)> {
        vec![
            ("unasked", Cell::Text("x".into())),
            ("id", Cell::Bytes(vec![7; 16])),
            ("whole", Cell::Int(-1)),
            ("big", Cell::Int(i64::MAX)),
            ("real", Cell::Real(0.5)),
            ("truth", Cell::Int(1)),
            ("text", Cell::Text("荷".into())),
            ("bytes", Cell::Bytes(vec![0, 255])),
            ("nothing", Cell::Null),
            ("something", Cell::Bytes(vec![1])),
        ]
    }

    #[test]
    fn a_row_is_read_by_the_names_of_its_columns() {
        let expected = Everything {
            whole: -1,
            big: i64::MAX,
            real: 0.5,
            truth: true,
            text: "荷".into(),
            bytes: vec![0, 255],
            id: Uuid::from_u128(0x0707_0707_0707_0707_0707_0707_0707_0707),
            nothing: None,
            something: Some(vec![1]),
        };
        assert_eq!(row(&whole()).read::<Everything>().unwrap(), expected);
    }

    #[test]
    fn a_row_of_another_shape_is_a_defect_that_names_the_column_and_no_value() {
        let cases = [
            ("whole", Cell::Int(1 << 40)),
            ("whole", Cell::Text("13970707071".into())),
            ("big", Cell::Null),
            ("truth", Cell::Int(2)),
            ("text", Cell::Int(1)),
            ("id", Cell::Bytes(vec![1])),
        ];
        for (column, cell) in cases {
            let mut cells = whole();
            cells.iter_mut().find(|(name, _)| *name == column).unwrap().1 = cell;
            let error = row(&cells).read::<Everything>().unwrap_err().to_string();
            assert!(error.contains(column) && !error.contains("13970707071"), "{error}");
        }
        let error = row(&[]).read::<Everything>().unwrap_err().to_string();
        assert!(error.contains("whole"), "{error}");
    }
}
