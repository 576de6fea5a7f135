//! Texts as glyphs with their widths, and texts as lines of a width.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Feature, UnicodeBuffer};

use crate::{Error, text};

/// Which cut of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

/// A line that is set: its glyphs, each with its part of the text, and how wide it is at size 1.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// The font in its two cuts.
pub(super) struct Letters {
    regular: Cut,
    bold: Cut,
}

struct Cut {
    font: Font,
    face: rustybuzz::Face<'static>,
    units: f32,
}

impl Letters {
    pub(super) fn new() -> Result<Self, Error> {
        // The order of the crate: regular and bold of Libertinus Serif come first. A test looks at the name.
        let mut fonts = typst_assets::fonts().map(cut);
        match (fonts.next().flatten(), fonts.next().flatten()) {
            (Some(regular), Some(bold)) => Ok(Self { regular, bold }),
            _ => Err(Error::Pdf("the font could not be read".to_owned())),
        }
    }

    pub(super) fn font(&self, face: Face) -> Font {
        self.cut(face).font.clone()
    }

    /// One line of a text; it has no line break and no TAB.
    pub(super) fn line(&self, text: &str, face: Face) -> Result<Line, Error> {
        let cut = self.cut(face);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        // No ligatures: "fi" is two letters for whoever searches or copies.
        let features = [b"liga", b"clig", b"dlig"].map(|tag| Feature::new(Tag::from_bytes(tag), 0, ..));
        let shaped = rustybuzz::shape(&cut.face, &features, buffer);
        let infos = shaped.glyph_infos();
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (at, (info, place)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let begin = usize::try_from(info.cluster).unwrap_or(0);
            let next = infos.iter().skip(at).map(|info| info.cluster).find(|cluster| *cluster != info.cluster);
            let end = next.and_then(|end| usize::try_from(end).ok()).unwrap_or(text.len());
            if info.glyph_id == 0 {
                return Err(Error::Glyph(text.get(begin..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}')));
            }
            let [advance, x, y, down] =
                [place.x_advance, place.x_offset, place.y_offset, place.y_advance].map(|units| part(units, cut));
            glyphs.push(KrillaGlyph::new(GlyphId::new(info.glyph_id), advance, x, y, down, begin..end, None));
            width += advance;
        }
        Ok(Line { text: text.to_owned(), glyphs, width })
    }

    /// A text in lines that are at most `width` wide at size 1: broken at its line breaks, then between words, then within a word that is too long.
    pub(super) fn lines(&self, text: &str, face: Face, width: f32) -> Result<Vec<Line>, Error> {
        let text = text::normal(text).replace('\t', " ");
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let whole = self.line(paragraph, face)?;
            if whole.width <= width {
                lines.push(whole);
            } else {
                self.wrap(paragraph, face, width, &mut lines)?;
            }
        }
        Ok(lines)
    }

    fn wrap(&self, paragraph: &str, face: Face, width: f32, lines: &mut Vec<Line>) -> Result<(), Error> {
        let space = self.line(" ", face)?.width;
        let (mut line, mut used) = (String::new(), 0.0);
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            for piece in self.pieces(word, face, width)? {
                let is_fit = used + space + piece.width <= width;
                if !line.is_empty() && !is_fit {
                    lines.push(self.line(&line, face)?);
                    line.clear();
                }
                (line, used) = if line.is_empty() {
                    (piece.text, piece.width)
                } else {
                    (format!("{line} {}", piece.text), used + space + piece.width)
                };
            }
        }
        lines.push(self.line(&line, face)?);
        Ok(())
    }

    /// A word in pieces that each fit; most words are one.
    fn pieces(&self, word: &str, face: Face, width: f32) -> Result<Vec<Line>, Error> {
        let whole = self.line(word, face)?;
        if whole.width <= width {
            return Ok(vec![whole]);
        }
        let (mut pieces, mut piece, mut used) = (Vec::new(), String::new(), 0.0);
        for sign in word.chars() {
            let wide = self.line(sign.encode_utf8(&mut [0; 4]), face)?.width;
            if used + wide > width && !piece.is_empty() {
                pieces.push(self.line(&std::mem::take(&mut piece), face)?);
                used = 0.0;
            }
            piece.push(sign);
            used += wide;
        }
        pieces.push(self.line(&piece, face)?);
        Ok(pieces)
    }

    fn cut(&self, face: Face) -> &Cut {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
        }
    }
}

fn cut(data: &'static [u8]) -> Option<Cut> {
    let face = rustybuzz::Face::from_slice(data, 0)?;
    let font = Font::new(data.into(), 0)?;
    let units = font.units_per_em();
    Some(Cut { font, face, units })
}

#[expect(clippy::cast_precision_loss, reason = "a font's units are far below 2^24")]
fn part(units: i32, cut: &Cut) -> f32 {
    units as f32 / cut.units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_cuts_are_of_libertinus_serif_and_have_every_vietnamese_letter() {
        let letters = Letters::new().unwrap();
        for (cut, name) in [(&letters.regular, "Libertinus Serif Regular"), (&letters.bold, "Libertinus Serif Bold")] {
            let names = cut.face.names();
            let full = names.into_iter().find(|name| name.name_id == 4 && name.is_unicode()).unwrap();
            assert_eq!(full.to_string().unwrap(), name);
        }
        let vowels = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ";
        for face in [Face::Regular, Face::Bold] {
            let line = letters.line(&format!("{vowels}{}", vowels.to_uppercase()), face).unwrap();
            assert_eq!(line.glyphs.len(), 2 * vowels.chars().count(), "one glyph a letter");
        }
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be_and_lose_nothing() {
        let letters = Letters::new().unwrap();
        let text = "Chứng chỉ nghiệp vụ bảo vệ số 0123456789012345678901234567890123456789 còn hiệu lực";
        let lines = letters.lines(text, Face::Regular, 8.0).unwrap();
        assert!(lines.len() > 4 && lines.iter().all(|line| line.width <= 8.01));
        let joined: String = lines.iter().map(|line| line.text.replace(' ', "")).collect();
        assert_eq!(joined, text.replace(' ', ""));
    }

    #[test]
    fn a_sign_that_the_font_has_not_is_named() {
        let letters = Letters::new().unwrap();
        assert!(matches!(letters.line("tên 漢", Face::Regular), Err(Error::Glyph('漢'))));
    }
}
