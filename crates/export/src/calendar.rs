//! Calendars of what is to be renewed (iCalendar, RFC 5545), which a telephone or a desk calendar subscribes to.

use std::io::Write;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::{Error, text};

/// A calendar: what it is called and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// What it is called.
    pub name: String,
    /// When it was made (`DTSTAMP` of every event).
    pub made: DateTime<Utc>,
}

/// A day in it, all day long, with its reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What tells it from every other event, always: `certificate-17@bank.example`. The same event keeps it in the next calendar.
    pub uid: String,
    /// The day.
    pub date: NaiveDate,
    /// The line in the calendar.
    pub summary: String,
    /// What is shown on a look inside; may have several lines.
    pub description: String,
    /// How many days before it is reminded of.
    pub reminders_days: Vec<u16>,
}

/// Writes a calendar, an event at a time.
#[derive(Debug)]
pub struct Writer<'c, W: Write> {
    calendar: &'c Calendar,
    out: W,
}

impl<'c, W: Write> Writer<'c, W> {
    /// Begins the calendar. `out` gets many small writes: give it a buffer.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(calendar: &'c Calendar, mut out: W) -> Result<Self, Error> {
        for fixed in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Keng//keng-export//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            line(fixed, &mut out)?;
        }
        line(&format!("NAME:{}", escaped(&calendar.name)), &mut out)?;
        line(&format!("X-WR-CALNAME:{}", escaped(&calendar.name)), &mut out)?;
        Ok(Self { calendar, out })
    }

    /// Writes the next event.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn event(&mut self, event: &Event) -> Result<(), Error> {
        let next = event.date.checked_add_days(Days::new(1)).unwrap_or(event.date);
        let summary = escaped(&event.summary);
        line("BEGIN:VEVENT", &mut self.out)?;
        line(&format!("UID:{}", escaped(&event.uid)), &mut self.out)?;
        line(&format!("DTSTAMP:{}", self.calendar.made.format("%Y%m%dT%H%M%SZ")), &mut self.out)?;
        line(&format!("DTSTART;VALUE=DATE:{}", event.date.format("%Y%m%d")), &mut self.out)?;
        line(&format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")), &mut self.out)?;
        line(&format!("SUMMARY:{summary}"), &mut self.out)?;
        line(&format!("DESCRIPTION:{}", escaped(&event.description)), &mut self.out)?;
        line("TRANSP:TRANSPARENT", &mut self.out)?;
        for days in &event.reminders_days {
            for part in ["BEGIN:VALARM", "ACTION:DISPLAY"] {
                line(part, &mut self.out)?;
            }
            line(&format!("DESCRIPTION:{summary}"), &mut self.out)?;
            line(&format!("TRIGGER:-P{days}D"), &mut self.out)?;
            line("END:VALARM", &mut self.out)?;
        }
        line("END:VEVENT", &mut self.out)
    }

    /// Ends the calendar and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        line("END:VCALENDAR", &mut self.out)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The value of a TEXT (RFC 5545, 3.3.11).
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for sign in text::normal(value).chars() {
        match sign {
            '\\' | ';' | ',' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            _ => out.push(sign),
        }
    }
    out
}

/// A content line, folded so that no line has more than 75 octets and no sign is torn (RFC 5545, 3.1).
fn line(content: &str, out: &mut impl Write) -> Result<(), Error> {
    let mut room = 75;
    for sign in content.chars() {
        if sign.len_utf8() > room {
            out.write_all(b"\r\n ")?;
            room = 74;
        }
        room -= sign.len_utf8();
        out.write_all(sign.encode_utf8(&mut [0; 4]).as_bytes())?;
    }
    out.write_all(b"\r\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters() {
        let mut out = Vec::new();
        line(&"Hết hạn chứng chỉ ".repeat(20), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.split("\r\n").all(|line| line.len() <= 75), "{out}");
        assert_eq!(out.replace("\r\n ", "").trim_end(), "Hết hạn chứng chỉ ".repeat(20).trim_end());
    }

    #[test]
    fn a_text_cannot_end_its_line() {
        assert_eq!(escaped("a;b,c\\\r\nEND:VEVENT"), "a\\;b\\,c\\\\\\nEND:VEVENT");
    }
}
