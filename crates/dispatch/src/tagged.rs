//! Enums whose variant is named by a tag among its fields (`{"kind":"told","level":2}`).
//!
//! serde reads such an enum into a tree of values first, as the tag may stand anywhere. Where the tag stands first, as this crate writes
//! it, [`tagged!`] reads the fields where they stand: a start reads hundreds of thousands of them.

use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;

use serde::de::value::{CowStrDeserializer, EnumAccessDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, EnumAccess, Error, IgnoredAny, MapAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The two ways to read one.
pub(crate) trait Tagged: Sized {
    /// The tag's key.
    const TAG: &'static str;

    /// Reads `{tag: {fields}}`, serde's own form of an enum.
    fn read_tag_first<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;

    /// Reads the tag wherever it stands.
    fn read_any_order<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// Defines an enum with serde's `tag`, and how it is read. Serde's derive is made to write both ways from the one definition.
macro_rules! tagged {
    ($tag:literal, $remote:literal; $(#[$meta:meta])* pub enum $name:ident { $($variants:tt)* }) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        #[serde(tag = $tag, rename_all = "snake_case")]
        pub enum $name { $($variants)* }

        const _: () = {
            #[derive(serde::Deserialize)]
            #[serde(remote = $remote, rename_all = "snake_case")]
            enum TagFirst { $($variants)* }

            #[derive(serde::Deserialize)]
            #[serde(remote = $remote, tag = $tag, rename_all = "snake_case")]
            enum AnyOrder { $($variants)* }

            impl $crate::tagged::Tagged for $name {
                const TAG: &'static str = $tag;

                fn read_tag_first<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    TagFirst::deserialize(from)
                }

                fn read_any_order<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    AnyOrder::deserialize(from)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    from.deserialize_any($crate::tagged::Fields::new())
                }
            }
        };
    };
}
pub(crate) use tagged;

/// Takes the map of an enum's tag and fields.
pub(crate) struct Fields<T>(PhantomData<T>);

impl<T> Fields<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Tagged> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map with the key {:?}", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<T, A::Error> {
        match fields.next_key::<Key<'de>>()? {
            Some(key) if key.0 == T::TAG => T::read_tag_first(EnumAccessDeserializer::new(AfterTag(fields))),
            first => T::read_any_order(MapAccessDeserializer::new(Whole { first, rest: fields })),
        }
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A map of which the tag's key was read: the tag is next, then the fields.
struct AfterTag<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for AfterTag<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self), A::Error> {
        Ok((self.0.next_value_seed(seed)?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for AfterTag<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        while self.0.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        seed.deserialize(MapAccessDeserializer::new(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a tuple has no place for a tag"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], fields: V) -> Result<V::Value, A::Error> {
        fields.visit_map(self.0)
    }
}

/// A map whose first key was read, as it was.
struct Whole<'de, A> {
    first: Option<Key<'de>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Whole<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(CowStrDeserializer::new(key.0)).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
