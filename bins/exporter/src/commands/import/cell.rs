//! What stands in a cell, read as a field. What cannot be read says what to write instead.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use keng_export::read::Value;
use serde_json::json;

use super::map::FieldKind;
use crate::moment;
use crate::words::Word;

/// What is wrong with a cell, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) problem: Word,
    pub(crate) instead: Word,
    pub(crate) with: String,
}

impl Wrong {
    pub(crate) const fn new(problem: Word, instead: Word) -> Self {
        Self { problem, instead, with: String::new() }
    }

    pub(crate) fn with(problem: Word, instead: Word, with: impl Into<String>) -> Self {
        Self { problem, instead, with: with.into() }
    }
}

/// The JSON of a field; nothing for an empty cell.
pub(crate) fn field(value: &Value, kind: FieldKind) -> Result<Option<serde_json::Value>, Wrong> {
    if let Value::Error(_) = value {
        return Err(Wrong::new(Word::CellError, Word::InsteadValue));
    }
    if matches!(value, Value::Text(text) if clean(text).is_empty()) {
        return Ok(None);
    }
    Ok(Some(match kind {
        FieldKind::Text => json!(text(value)?),
        FieldKind::Date => json!(date(value)?),
        FieldKind::Moment => json!(at(value)?),
        FieldKind::Count => json!(count(value)?),
        FieldKind::Flag => json!(flag(value)?),
        FieldKind::List => {
            let text = text(value)?;
            json!(text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>())
        }
    }))
}

/// A text without what is not seen: blanks that are none become blanks, signs without width go.
pub(crate) fn clean(text: &str) -> String {
    let seen =
        text.chars().filter(|sign| !matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    let text: String = seen.collect();
    text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A cell as text. A long number has lost its leading zeros already, so an identity number must be text in the workbook.
pub(crate) fn text(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::Text(text) => Ok(clean(text)),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => Ok(format!("{number:.0}")),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(Wrong::new(Word::CellNotText, Word::InsteadText)),
    }
}

fn date(value: &Value) -> Result<NaiveDate, Wrong> {
    match value {
        Value::Date(day) => Ok(*day),
        Value::DateTime(moment) if moment.time() == NaiveTime::MIN => Ok(moment.date()),
        Value::Text(text) => written_date(&clean(text)),
        _ => Err(Wrong::new(Word::CellNotDate, Word::InsteadDate)),
    }
}

/// `15/03/2026`, `15-03-2026`, `15.3.2026` or `2026-03-15`: in Viet Nam the day comes first.
fn written_date(text: &str) -> Result<NaiveDate, Wrong> {
    let parts: Vec<_> = text.split(['/', '-', '.']).map(str::trim).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
    let (Some(numbers), [first, ..]) = (numbers, parts.as_slice()) else {
        return Err(Wrong::new(Word::CellNotDate, Word::InsteadDate));
    };
    let day = match numbers.as_slice() {
        [year, month, day] if first.len() == 4 => (*year, *month, *day),
        [day, month, year] if *year >= 1900 => (*year, *month, *day),
        [_, _, _] => return Err(Wrong::new(Word::CellShortYear, Word::InsteadDate)),
        _ => return Err(Wrong::new(Word::CellNotDate, Word::InsteadDate)),
    };
    let (year, month, day) = day;
    let found = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    found.ok_or_else(|| Wrong::new(Word::CellNoSuchDay, Word::InsteadDate))
}

fn at(value: &Value) -> Result<DateTime<FixedOffset>, Wrong> {
    let local = |moment: NaiveDateTime| moment.and_local_timezone(moment::zone()).single();
    let found = match value {
        Value::DateTime(moment) => local(*moment),
        Value::Text(text) => {
            let text = clean(text);
            let (day, time) = text.split_once([' ', 'T']).unwrap_or((&text, ""));
            let time =
                NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"));
            match (DateTime::parse_from_rfc3339(&text), time) {
                (Ok(moment), _) => Some(moment),
                (_, Ok(time)) => local(written_date(day)?.and_time(time)),
                _ => None,
            }
        }
        _ => None,
    };
    found.ok_or_else(|| Wrong::new(Word::CellNotMoment, Word::InsteadMoment))
}

fn count(value: &Value) -> Result<u32, Wrong> {
    let text = text(value)?;
    text.parse().map_err(|_| Wrong::new(Word::CellNotCount, Word::InsteadCount))
}

fn flag(value: &Value) -> Result<bool, Wrong> {
    if let Value::Flag(flag) = value {
        return Ok(*flag);
    }
    match text(value)?.to_lowercase().as_str() {
        "x" | "có" | "đạt" | "yes" | "true" | "1" => Ok(true),
        "không" | "không đạt" | "no" | "false" | "0" => Ok(false),
        _ => Err(Wrong::new(Word::CellNotFlag, Word::InsteadFlag)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NaiveDate, Word> {
        date(&Value::Text(text.to_owned())).map_err(|wrong| wrong.problem)
    }

    #[test]
    fn days_are_read_as_they_are_written_in_viet_nam() {
        for text in ["15/03/2026", "15-3-2026", "15.03.2026", "2026-03-15", "\u{feff}15/03/2026 "] {
            assert_eq!(read(text), Ok(NaiveDate::from_ymd_opt(2026, 3, 15).unwrap()), "{text}");
        }
        assert_eq!(read("31/06/2026"), Err(Word::CellNoSuchDay));
        assert_eq!(read("29/02/2026"), Err(Word::CellNoSuchDay));
        assert_eq!(read("03/15/2026"), Err(Word::CellNoSuchDay));
        assert_eq!(read("15/03/26"), Err(Word::CellShortYear));
        assert_eq!(read("tháng 3"), Err(Word::CellNotDate));
    }

    #[test]
    fn names_come_out_whole_and_without_what_is_not_seen() {
        assert_eq!(clean(" Nguyễn\u{a0}Văn \u{200b} A\n"), "Nguyễn Văn A");
    }
}
