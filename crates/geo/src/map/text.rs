//! Text on the map: what may be in it, how wide it is at most, and how it is broken into lines.

/// The most characters of any one text. What is beyond them is left out, with an ellipsis.
const MAX_CHARS: usize = 200;
const ELLIPSIS: char = '…';

/// Widths of the printable ASCII characters in thousandths of the type size: those of DejaVu Sans, the widest of the usual sans serifs.
/// In any other the text is a little shorter than the room that is kept for it.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];

/// The letters with marks of Vietnamese, and their widths as small and as capital letters.
const MARKED: [(&str, u16, u16); 7] = [
    ("àáảãạăằắẳẵặâầấẩẫậ", 613, 684),
    ("èéẻẽẹêềếểễệ", 616, 632),
    ("ìíỉĩị", 279, 295),
    ("òóỏõọôồốổỗộơờớởỡợ", 612, 913),
    ("ùúủũụưừứửữự", 634, 858),
    ("ỳýỷỹỵ", 592, 611),
    ("đ", 635, 775),
];

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
}

impl Type {
    pub(super) const fn plain(size: f64) -> Self {
        Self { size, bold: false }
    }

    pub(super) const fn bold(size: f64) -> Self {
        Self { size, bold: true }
    }

    /// From one line's base to the next one's.
    pub(super) fn leading(self) -> f64 {
        self.size * 1.25
    }

    /// At most how wide a text is.
    pub(super) fn width(self, text: &str) -> f64 {
        text.chars().map(|c| self.width_of(c)).sum()
    }

    /// Bold widths are bounded by a line through those of DejaVu Sans Bold.
    fn width_of(self, c: char) -> f64 {
        let thousandths = f64::from(width(c));
        let thousandths = if self.bold && thousandths > 0.0 { 1.06 * thousandths + 62.0 } else { thousandths };
        thousandths * self.size / 1000.0
    }

    /// Breaks a text into at most so many lines, none wider than `room`. What is left over becomes an ellipsis.
    pub(super) fn lines(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split(' ').flat_map(|word| self.pieces(word, room)) {
            match lines.last_mut() {
                Some(line) if line.is_empty() => *line = word,
                Some(line) if self.width(line) + self.width_of(' ') + self.width(&word) <= room => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = self.shortened(last, room);
            }
        }
        lines
    }

    /// As [`lines`](Self::lines), in as many lines of about the same length.
    pub(super) fn balanced(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let widest = self.lines(text, room, most);
        if widest.len() < 2 || widest.last().is_some_and(|line| line.ends_with(ELLIPSIS)) {
            return widest;
        }
        let narrower = (1..16u8).map(|step| room * f64::from(16 - step) / 16.0).map(|room| self.lines(text, room, 99));
        narrower.take_while(|lines| lines.len() == widest.len()).last().unwrap_or(widest)
    }

    /// A word in pieces that fit. A mark stays with its letter.
    fn pieces(self, word: &str, room: f64) -> Vec<String> {
        let mut pieces = vec![String::new()];
        let mut width = 0.0;
        for c in word.chars() {
            let wide = self.width_of(c);
            width += wide;
            if width > room && wide > 0.0 {
                pieces.push(String::new());
                width = wide;
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(c);
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }

    /// With an ellipsis at the end, whatever has to go for it.
    fn shortened(self, text: &str, room: f64) -> String {
        let mut short = text.to_owned();
        while !short.is_empty() && self.width(&short) + self.width_of(ELLIPSIS) > room {
            short.pop();
        }
        format!("{}{ELLIPSIS}", short.trim_end())
    }
}

/// A text that may stand in a picture: controls, and what turns the direction of writing, become spaces; many spaces become one.
pub(super) fn clean(text: &str) -> String {
    let kept = text.chars().map(|c| if is_unseen(c) { ' ' } else { c });
    let words: String = kept.take(8 * MAX_CHARS).collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().count() <= MAX_CHARS {
        return text;
    }
    let short: String = text.chars().take(MAX_CHARS - 1).collect();
    format!("{}{ELLIPSIS}", short.trim_end())
}

/// Controls, marks of direction and their isolates, spaces without width, and what no XML document may hold.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn width(c: char) -> u16 {
    if let Some(width) = u32::from(c).checked_sub(32).and_then(|at| ASCII.get(usize::try_from(at).ok()?)) {
        return *width;
    }
    let small = c.to_lowercase().next().unwrap_or(c);
    if let Some((_, lower, upper)) = MARKED.iter().find(|(letters, ..)| letters.contains(small)) {
        return if small == c { *lower } else { *upper };
    }
    match c {
        '\u{300}'..='\u{36f}' => 0,
        '·' => 318,
        '–' | '‘' | '’' => 500,
        '\u{2e80}'.. => 1300,
        _ => 1100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_room() {
        let texts = [
            "Công an phường Nguyễn Đại Năng",
            "ThisIsOneWordWithoutAnyBreakInIt",
            "",
            "a b c d e f g",
            "漢字漢字漢字漢字",
        ];
        for (text, face) in texts.iter().flat_map(|text| [(text, Type::plain(12.0)), (text, Type::bold(17.0))]) {
            for line in face.lines(text, 90.0, 2) {
                assert!(face.width(&line) <= 90.0, "{line}");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_shown_by_an_ellipsis() {
        let lines = Type::plain(12.0).lines("one two three four five six seven eight", 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(Type::plain(12.0).lines("short", 60.0, 1), ["short"]);
    }

    #[test]
    fn a_mark_is_not_parted_from_its_letter() {
        let decomposed = "e\u{302}\u{301}".repeat(20);
        let lines = Type::plain(12.0).lines(&decomposed, 40.0, 99);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.starts_with('e')), "{lines:?}");
    }

    #[test]
    fn what_turns_the_writing_or_cannot_be_seen_becomes_a_space() {
        assert_eq!(clean("a\u{202e}b\u{0}\n\t c\u{200b}\u{feff}d\u{ffff}"), "a b c d");
        assert_eq!(clean(&"x".repeat(100_000)).chars().count(), MAX_CHARS);
    }
}
