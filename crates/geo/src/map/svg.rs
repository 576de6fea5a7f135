//! Writing SVG: every attribute and every text goes through the same escape, whoever it comes from.

use core::fmt::{self, Display, Write as _};

use super::text::is_unseen;

/// A document as it grows. What is opened is closed by [`Svg::close`], in order.
#[derive(Debug, Default)]
pub(super) struct Svg {
    out: String,
    open: Vec<&'static str>,
}

/// An attribute: its name and what it holds.
pub(super) type Attribute<'a> = (&'static str, &'a dyn Display);

/// A length, to a tenth of a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Px(pub(super) f64);

impl Svg {
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push('>');
        self.open.push(tag);
    }

    pub(super) fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.put(format_args!("</{tag}>"));
        }
    }

    pub(super) fn empty(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push_str("/>");
    }

    pub(super) fn text(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.start(tag, attributes);
        self.out.push('>');
        // What Escape writes to never fails: it is a String.
        let _ = Escape(&mut self.out).write_str(text);
        self.put(format_args!("</{tag}>"));
    }

    /// What another one has become.
    pub(super) fn append(&mut self, other: Self) {
        self.out.push_str(&other.finish());
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn start(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.put(format_args!("<{tag}"));
        for (name, value) in attributes {
            self.put(format_args!(" {name}=\""));
            let _ = write!(Escape(&mut self.out), "{value}");
            self.out.push('"');
        }
    }

    fn put(&mut self, what: fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(what);
    }
}

/// Writes what may stand between quotes and between tags.
struct Escape<'a>(&'a mut String);

impl fmt::Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ if is_unseen(c) => self.0.push(' '),
                _ => self.0.push(c),
            }
        }
        Ok(())
    }
}

impl Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = format!("{:.1}", self.0);
        let short = tenths.strip_suffix(".0").unwrap_or(&tenths);
        f.write_str(if short == "-0" { "0" } else { short })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short_and_never_minus_zero() {
        let written = [0.0, -0.01, 1.0, -1.5, 2.26, 1e5].map(|length| Px(length).to_string());
        assert_eq!(written, ["0", "0", "1", "-1.5", "2.3", "100000"]);
    }

    #[test]
    fn nothing_gets_out_of_a_quote_or_a_tag() {
        let mut svg = Svg::default();
        svg.text("text", &[("class", &"\"'><script>")], "</text>&");
        assert_eq!(svg.finish(), "<text class=\"&quot;&#39;&gt;&lt;script&gt;\">&lt;/text&gt;&amp;</text>");
    }
}
