//! Sheets of paper: PDF/A-2u (ISO 19005-2, level U: every letter can be had back as text), A4, in Libertinus Serif, which is embedded.
//!
//! Vietnamese is set and extracted right; a long table repeats its headings on every sheet and turns the paper if it is wide; the foot of every sheet says who made
//! it, when, and which sheet of how many it is. Time comes with the document, and the same document gives the same bytes.

mod flow;
mod letters;

use std::io::Write;

use chrono::{Datelike as _, Timelike as _};
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;

use crate::{Document, Error, text};
use flow::{Bar, Flow, Mark, Sheets};
use letters::Letters;

/// Writes a document as PDF/A-2u.
///
/// # Errors
/// [`Error::Glyph`] for a sign that the font has not; [`Error::Rows`] if a table has more than [`Block::MAX_ROWS`](crate::Block::MAX_ROWS); [`Error::Code`] for a
/// code that is too long; [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`] for a table's row; [`Error::Pdf`], [`Error::Io`].
pub fn document(document: &Document, mut out: impl Write) -> Result<(), Error> {
    let letters = Letters::new()?;
    let mut flow = Flow::new(document, &letters);
    for block in &document.blocks {
        flow.block(block)?;
    }
    let Sheets { size, marks } = flow.finish()?;
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration = configuration.map_err(|error| Error::Pdf(format!("{error:?}")))?;
    let mut pdf = krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    pdf.set_metadata(metadata(document));
    for sheet in &marks {
        let settings = PageSettings::from_wh(size.0, size.1).ok_or_else(|| Error::Pdf("size".to_owned()))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        surface.set_fill(Some(black()));
        for mark in sheet {
            draw(mark, &letters, &mut surface);
        }
        surface.finish();
        page.finish();
    }
    out.write_all(&pdf.finish().map_err(|error| Error::Pdf(said(&error)))?)?;
    Ok(())
}

fn draw(mark: &Mark, letters: &Letters, surface: &mut Surface<'_>) {
    match mark {
        Mark::Line { x, y, face, size, line } => {
            surface.draw_glyphs(Point::from_xy(*x, *y), &line.glyphs, letters.font(*face), &line.text, *size, false);
        }
        Mark::Rule { x, y, width } => fill([Rect::from_xywh(*x, *y, *width, 0.5)], surface),
        Mark::Code { x, y, side, bars, count } => {
            let step = side / count;
            let bar = |bar: &Bar| Rect::from_xywh(x + bar.column * step, y + bar.line * step, bar.length * step, step);
            fill(bars.iter().map(bar), surface);
        }
    }
}

fn fill(bars: impl IntoIterator<Item = Option<Rect>>, surface: &mut Surface<'_>) {
    let mut path = PathBuilder::new();
    for bar in bars.into_iter().flatten() {
        path.push_rect(bar);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn black() -> Fill {
    Fill { paint: rgb::Color::black().into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn metadata(document: &Document) -> Metadata {
    let made = document.made;
    let part = |part: u32| u8::try_from(part).unwrap_or(0);
    let minutes = made.offset().local_minus_utc() / 60;
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or(0))
        .month(part(made.month()))
        .day(part(made.day()))
        .hour(part(made.hour()))
        .minute(part(made.minute()))
        .second(part(made.second()))
        .utc_offset_hour(i8::try_from(minutes / 60).unwrap_or(0))
        .utc_offset_minute(part(minutes.unsigned_abs() % 60));
    Metadata::new()
        .title(text::normal(&document.title).into_owned())
        .language(document.language.tag().to_owned())
        .authors(vec![text::normal(&document.author).into_owned()])
        .producer("keng-export".to_owned())
        .creation_date(date)
}

/// What was wrong, in the words of the library but without any text of the document.
fn said(error: &krilla::error::KrillaError) -> String {
    use krilla::error::KrillaError;
    match error {
        KrillaError::Font(..) => "the font could not be embedded".to_owned(),
        KrillaError::Validation(broken) => format!("{} rules of PDF/A are broken", broken.len()),
        _ => "a limit of PDF was passed".to_owned(),
    }
}
