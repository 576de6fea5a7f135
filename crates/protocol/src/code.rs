//! Codes that survive: a value that this version does not know keeps its number, on the wire and in print.

/// Declares a one-octet code: known variants and `Unknown(number)`.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A number that this version does not know; it prints as `0x..` and is written back as it came.
            Unknown(u8),
        }

        impl $name {
            /// Every variant that this version knows, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The number on the wire.
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }
        }

        impl From<u8> for $name {
            fn from(code: u8) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Unknown(other),
                }
            }
        }

        impl core::fmt::Display for $name {
            /// The term of the field in English, or the number in hexadecimal.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($label),)+
                    Self::Unknown(code) => write!(f, "0x{code:02x}"),
                }
            }
        }

        impl $crate::fields::Value for $name {
            const EXPECTED: &'static str = "an unsigned integer up to 255";

            fn read(raw: &[u8]) -> Option<Self> {
                <u8 as $crate::fields::Value>::read(raw).map(Self::from)
            }

            fn write(&self, into: &mut Vec<u8>) {
                self.code().write(into);
            }
        }
    };
}

pub(crate) use codes;
