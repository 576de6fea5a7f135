//! Protocol buffers, as much of them as an extract needs: fields, numbers, and lists of numbers.

use super::Wrong;

/// A field's number and what it holds.
pub(super) type Field<'a> = (u64, Value<'a>);

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Octets(&'a [u8]),
    /// Four or eight octets, which no field of an extract is.
    Fixed,
}

/// The fields of a message, in their order. After the first that is damaged there are no more.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

/// The numbers of a packed list.
#[derive(Clone, Debug)]
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

/// The sums of a packed list of differences, each of which is zigzag-coded.
#[derive(Clone, Debug)]
pub(super) struct Sums<'a> {
    steps: Numbers<'a>,
    sum: i64,
}

impl<'a> Value<'a> {
    pub(super) fn octets(self) -> Result<&'a [u8], Wrong> {
        if let Self::Octets(octets) = self { Ok(octets) } else { Err(Wrong::Message) }
    }

    pub(super) fn number(self) -> Result<u64, Wrong> {
        if let Self::Number(number) = self { Ok(number) } else { Err(Wrong::Message) }
    }

    /// A number that may be negative, in two's complement.
    pub(super) fn signed(self) -> Result<i64, Wrong> {
        self.number().map(u64::cast_signed)
    }

    /// A number that may be negative, in zigzag order: 0, -1, 1, -2.
    pub(super) fn zigzag(self) -> Result<i64, Wrong> {
        self.number().map(zigzag)
    }
}

impl<'a> Sums<'a> {
    pub(super) fn of(octets: &'a [u8]) -> Self {
        Self { steps: Numbers(octets), sum: 0 }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = field(&mut self.0);
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(Wrong::Message))
    }
}

impl Iterator for Numbers<'_> {
    type Item = Result<u64, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let number = varint(&mut self.0);
        if number.is_none() {
            self.0 = &[];
        }
        Some(number.ok_or(Wrong::Message))
    }
}

impl Iterator for Sums<'_> {
    type Item = Result<i64, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.steps.next()?;
        Some(step.map(|step| {
            self.sum = self.sum.wrapping_add(zigzag(step));
            self.sum
        }))
    }
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<Field<'a>> {
    let tag = varint(rest)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(rest)?),
        1 => take(rest, 8).map(|_| Value::Fixed)?,
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Value::Octets(take(rest, length)?)
        }
        5 => take(rest, 4).map(|_| Value::Fixed)?,
        _ => return None,
    };
    Some((tag >> 3, value))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

/// A number in seven bits an octet, the lowest first.
pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (octet, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(octet & 0x7F) << shift;
        if octet & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}
