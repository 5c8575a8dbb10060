//! Writes what derives `Serialize` as JSON text. No floating-point numbers: nothing that is written has one.

use alloc::string::String;
use core::fmt;

use serde::ser::{self, Serialize, Serializer};

/// JSON text that is written as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a str);

/// Names [`Raw`] to the serializer below, the way serde_json does for its own `RawValue`.
const RAW: &str = "$nora::raw";

/// The JSON text of a value, or an empty text where it holds what cannot be written: a float, bytes, or an enum with data.
pub fn to_string(value: &impl Serialize) -> String {
    let mut writer = Writer { out: String::new(), raw: false };
    match value.serialize(&mut writer) {
        Ok(()) => writer.out,
        Err(Unsupported) => String::new(),
    }
}

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(RAW, self.0)
    }
}

struct Writer {
    out: String,
    raw: bool,
}

impl Writer {
    fn string(&mut self, value: &str) {
        self.out.push('"');
        for c in value.chars() {
            match c {
                '"' | '\\' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '\0'..='\x1F' => {
                    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
                    self.out.push_str("\\u00");
                    self.out.push(if c < '\x10' { '0' } else { '1' });
                    self.out.push(HEX[c as usize & 15]);
                }
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), Some(b'{' | b'[')) {
            self.out.push(',');
        }
    }
}

/// Neither says what could not be written nor brings `core::fmt` along.
#[derive(Debug)]
struct Unsupported;

impl fmt::Display for Unsupported {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl ser::Error for Unsupported {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unsupported
    }
}

impl core::error::Error for Unsupported {}

type Written = Result<(), Unsupported>;

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = ser::Impossible<(), Unsupported>;
    type SerializeTupleVariant = ser::Impossible<(), Unsupported>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = ser::Impossible<(), Unsupported>;

    fn serialize_bool(self, v: bool) -> Written {
        self.out.push_str(if v { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, v: &str) -> Written {
        if self.raw {
            self.out.push_str(v);
        } else {
            self.string(v);
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, name: &'static str, value: &T) -> Written {
        self.raw = name == RAW;
        let written = value.serialize(&mut *self);
        self.raw = false;
        written
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.string(variant);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unsupported> {
        self.out.push('[');
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unsupported> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unsupported> {
        self.out.push('{');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unsupported> {
        self.serialize_map(None)
    }

    fn serialize_u64(self, mut v: u64) -> Written {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (v % 10) as u8;
            v /= 10;
            if v == 0 {
                break;
            }
        }
        digits[at..].iter().for_each(|digit| self.out.push(char::from(*digit)));
        Ok(())
    }

    fn serialize_i64(self, v: i64) -> Written {
        if v < 0 {
            self.out.push('-');
        }
        self.serialize_u64(v.unsigned_abs())
    }

    fn serialize_u8(self, v: u8) -> Written {
        self.serialize_u64(v.into())
    }

    fn serialize_u16(self, v: u16) -> Written {
        self.serialize_u64(v.into())
    }

    fn serialize_u32(self, v: u32) -> Written {
        self.serialize_u64(v.into())
    }

    fn serialize_i8(self, v: i8) -> Written {
        self.serialize_i64(v.into())
    }

    fn serialize_i16(self, v: i16) -> Written {
        self.serialize_i64(v.into())
    }

    fn serialize_i32(self, v: i32) -> Written {
        self.serialize_i64(v.into())
    }

    fn serialize_char(self, v: char) -> Written {
        self.string(v.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(Unsupported)
    }

    fn serialize_f64(self, _: f64) -> Written {
        Err(Unsupported)
    }

    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(Unsupported)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Written {
        Err(Unsupported)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unsupported> {
        Err(Unsupported)
    }

    fn collect_str<T: ?Sized + fmt::Display>(self, _: &T) -> Written {
        Err(Unsupported)
    }
}

impl ser::SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        self.comma();
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.out.push(']');
        Ok(())
    }
}

impl ser::SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Written {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Written {
        self.comma();
        key.serialize(&mut **self)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        self.out.push(':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.out.push('}');
        Ok(())
    }
}

impl ser::SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Written {
        self.comma();
        self.string(key);
        self.out.push(':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.out.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeMap, vec::Vec};
    use proptest::prelude::*;

    #[derive(serde::Serialize)]
    struct Sample {
        name: String,
        numbers: Vec<i64>,
        more: BTreeMap<String, Option<bool>>,
        pair: (u8, char),
    }

    #[test]
    fn raw_text_is_spliced_in_and_what_cannot_be_written_is_nothing() {
        assert_eq!(to_string(&[Some(Raw("{\"a\":1.5}")), None]), "[{\"a\":1.5},null]");
        assert_eq!(to_string(&[1.5]), "");
    }

    proptest! {
        #[test]
        fn the_text_is_that_of_serde_json(
            name in "\\PC{0,12}|[\\x00-\\x30\\\\]{0,12}",
            numbers in prop::collection::vec(any::<i64>(), 0..4),
            more in prop::collection::btree_map("\\PC{0,4}", any::<Option<bool>>(), 0..4),
            pair in any::<(u8, char)>(),
        ) {
            let sample = Sample { name, numbers, more, pair };
            let ours: serde_json::Value = serde_json::from_str(&to_string(&sample)).unwrap();
            prop_assert_eq!(ours, serde_json::to_value(&sample).unwrap());
        }
    }
}
