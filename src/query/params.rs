//! A query string as `serde` input: strict decoding, unknown names refused, every fault with the name of its parameter.

use std::{collections::BTreeMap, fmt::Display, str::FromStr, vec};

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};
use url::form_urlencoded;

use super::{Fault, QueryError, nearest, none_of};

/// A decoded query string: each parameter with its values in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(BTreeMap<String, Vec<String>>);

impl Pairs {
    /// Decodes `query` (without the question mark).
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut pairs = BTreeMap::<String, Vec<String>>::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(name).map_err(|detail| malformed(String::new(), &format!("a parameter's name {detail}")))?;
            let value = decode(value).map_err(|detail| malformed(name.clone(), &format!("the value {detail}")))?;
            pairs.entry(name).or_default().push(value);
        }
        Ok(Self(pairs))
    }

    /// Name and value of each parameter, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
    }

    /// All but the named parameters.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        self.keep(|name| !names.contains(&name))
    }

    /// The named parameters alone.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        self.keep(|name| names.contains(&name))
    }

    fn keep(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| keep(name)).map(|(name, values)| (name.clone(), values.clone())).collect())
    }

    /// The query string again, with `name` set to `value`.
    pub fn with(&self, name: &str, value: &str) -> String {
        let rest = self.without(&[name]);
        form_urlencoded::Serializer::new(String::new()).extend_pairs(rest.iter()).append_pair(name, value).finish()
    }

    /// Reads the parameters into `T`, a struct or a tuple of structs, which share them out; `others` are names that are known here without
    /// being fields of `T`: they serve suggestions.
    pub fn read<T: DeserializeOwned>(self, others: &[&'static str]) -> Result<T, QueryError> {
        T::deserialize(Root { pairs: self.0, others })
    }
}

fn malformed(parameter: String, detail: &str) -> QueryError {
    QueryError { fault: Fault::Malformed, parameter, detail: detail.to_owned() }
}

/// Undoes form encoding, strictly.
fn decode(text: &str) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
                match (digit(), digit()) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err("has a `%` that two hexadecimal digits do not follow; write a percent sign as `%25`"),
                }
            }
            byte => byte,
        });
    }
    if bytes.contains(&0) {
        return Err("has a NUL character; leave it out");
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 when decoded")
}

impl de::Error for QueryError {
    fn custom<T: Display>(message: T) -> Self {
        Self::invalid(String::new(), message.to_string())
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(none_of(variant, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::invalid(field, "is required here")
    }
}

/// The query string as a struct.
struct Root<'a> {
    pairs: BTreeMap<String, Vec<String>>,
    others: &'a [&'static str],
}

fn deny_unknown(rest: &BTreeMap<String, Vec<String>>, fields: &[&'static str], others: &[&'static str]) -> Result<(), QueryError> {
    let Some(name) = rest.keys().find(|name| !fields.contains(&name.as_str())) else { return Ok(()) };
    let known: Vec<_> = fields.iter().chain(others).copied().collect();
    let detail = match nearest(name, &known) {
        Some(meant) => format!("there is no such parameter here; did you mean `{meant}`?"),
        None if known.is_empty() => "there is no such parameter here; this address takes none".to_owned(),
        None => format!("there is no such parameter here; there are `{}`", known.join("`, `")),
    };
    Err(QueryError { fault: Fault::Unknown, parameter: name.clone(), detail })
}

impl<'de> Deserializer<'de> for Root<'_> {
    type Error = QueryError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_map(Fields::new(self.pairs))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        deny_unknown(&self.pairs, fields, self.others)?;
        self.deserialize_any(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        deny_unknown(&self.pairs, &[], self.others)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, QueryError> {
        let mut shares = Shares { rest: self.pairs, fields: Vec::new() };
        let value = visitor.visit_seq(&mut shares)?;
        deny_unknown(&shares.rest, &shares.fields, self.others)?;
        Ok(value)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option newtype_struct seq tuple_struct
        map enum identifier ignored_any
    }
}

/// A query string shared out among the structs of a tuple: each takes its fields.
struct Shares {
    rest: BTreeMap<String, Vec<String>>,
    fields: Vec<&'static str>,
}

impl<'de> SeqAccess<'de> for &mut Shares {
    type Error = QueryError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, QueryError> {
        seed.deserialize(Share(self)).map(Some)
    }
}

struct Share<'a>(&'a mut Shares);

impl<'de> Deserializer<'de> for Share<'_> {
    type Error = QueryError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_map(Fields::new(BTreeMap::new()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        self.0.fields.extend(fields);
        let share = fields.iter().filter_map(|name| self.0.rest.remove_entry(*name)).collect();
        visitor.visit_map(Fields::new(share))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct Fields {
    rest: vec::IntoIter<(String, Vec<String>)>,
    current: Option<(String, Vec<String>)>,
}

impl Fields {
    fn new(pairs: BTreeMap<String, Vec<String>>) -> Self {
        Self { rest: pairs.into_iter().collect::<Vec<_>>().into_iter(), current: None }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = QueryError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, QueryError> {
        self.current = self.rest.next();
        self.current.as_ref().map(|(name, _)| seed.deserialize(name.as_str().into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, QueryError> {
        let (name, values) = self.current.take().unwrap_or_default();
        seed.deserialize(Values(values)).map_err(|error| QueryError { parameter: name, ..error })
    }
}

/// The values of one parameter.
struct Values(Vec<String>);

impl Values {
    fn single(self) -> Result<String, QueryError> {
        let mut values = self.0.into_iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(de::Error::custom("is given more than once; give one value")),
        }
    }

    fn number<T: FromStr>(self, what: &str) -> Result<T, QueryError> {
        let text = self.single()?;
        text.parse().map_err(|_| de::Error::custom(format!("`{}` is not {what}", text.chars().take(64).collect::<String>())))
    }
}

impl<'de> Deserializer<'de> for Values {
    type Error = QueryError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        let text = self.single()?;
        let shown: String = text.chars().take(64).collect();
        visitor.visit_string(text).map_err(|error: QueryError| {
            if error.detail.starts_with('`') { error } else { de::Error::custom(format!("`{shown}` is not valid: {}", error.detail)) }
        })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_bool(self.number("`true` or `false`")?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_i64(self.number("a whole number in range")?)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_u64(self.number("a whole number from 0 up")?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        let number: f64 = self.number("a number")?;
        if number.is_finite() { visitor.visit_f64(number) } else { Err(de::Error::custom("is not a finite number")) }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_seq(Each(self.0.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_enum(self.single()?.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

struct Each(vec::IntoIter<String>);

impl<'de> SeqAccess<'de> for Each {
    type Error = QueryError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, QueryError> {
        self.0.next().map(|value| seed.deserialize(Values(vec![value]))).transpose()
    }
}
