//! The blocks of a document as marks on sheets.

use super::letters::{Face, Letters, Line};
use crate::document::shown;
use crate::{Block, Cell, Document, Error, Kind, Language, Table, code};

/// Something at a place of a sheet; points from its upper left corner, a line at its baseline.
pub(super) enum Mark {
    Line { x: f32, y: f32, face: Face, size: f32, line: Line },
    Rule { x: f32, y: f32, width: f32 },
    Code { x: f32, y: f32, side: f32, bars: Vec<Bar>, count: f32 },
}

/// Some dark squares of a code, side by side; all counted in squares.
pub(super) struct Bar {
    pub(super) column: f32,
    pub(super) line: f32,
    pub(super) length: f32,
}

/// What is on each sheet, and how large the sheets are.
pub(super) struct Sheets {
    pub(super) size: (f32, f32),
    pub(super) marks: Vec<Vec<Mark>>,
}

/// Where the next block goes, and all before it.
pub(super) struct Flow<'d> {
    document: &'d Document,
    letters: &'d Letters,
    size: (f32, f32),
    sheets: Vec<Vec<Mark>>,
    y: f32,
}

const A4: (f32, f32) = (595.276, 841.89);
const MARGIN: f32 = 51.0;
const FOOT: f32 = 30.0;
/// From line to line, in sizes of the font.
const LEADING: f32 = 1.3;
const BODY: f32 = 11.0;
const SMALL: f32 = 8.5;
const CODE: f32 = 130.0;
/// Between two columns of a table.
const GAP: f32 = 6.0;
/// A table with more columns turns the paper.
const UPRIGHT_COLUMNS: usize = 6;

impl<'d> Flow<'d> {
    pub(super) fn new(document: &'d Document, letters: &'d Letters) -> Self {
        let is_wide =
            |block: &Block| matches!(block, Block::Table(table, _) if table.columns().len() > UPRIGHT_COLUMNS);
        let size = if document.blocks.iter().any(is_wide) { (A4.1, A4.0) } else { A4 };
        Self { document, letters, size, sheets: Vec::new(), y: 0.0 }
    }

    pub(super) fn block(&mut self, block: &Block) -> Result<(), Error> {
        if self.sheets.is_empty() {
            self.new_sheet()?;
        }
        match block {
            Block::Heading(text) => {
                self.y += BODY;
                self.keep(4.0 * BODY)?;
                self.text(text, Face::Bold, 13.0)
            }
            Block::Paragraph(text) => {
                self.text(text, Face::Regular, BODY)?;
                self.y += BODY / 2.0;
                Ok(())
            }
            Block::Fields(fields) => self.fields(fields),
            Block::Table(_, rows) if rows.len() > Block::MAX_ROWS => Err(Error::Rows(Block::MAX_ROWS)),
            Block::Table(table, rows) => self.table(table, rows),
            Block::Code { content, caption } => self.code(content, caption),
            Block::NewSheet => self.new_sheet(),
        }
    }

    /// The sheets, each with its foot.
    pub(super) fn finish(mut self) -> Result<Sheets, Error> {
        if self.sheets.is_empty() {
            self.new_sheet()?;
        }
        let count = self.sheets.len();
        let word = match self.document.language {
            Language::Vi => "Trang",
            Language::En => "Page",
        };
        let made = self.document.made.format("%d/%m/%Y %H:%M");
        let y = self.size.1 - FOOT;
        for (at, sheet) in self.sheets.iter_mut().enumerate() {
            let foot = format!("{} · {made} · {word} {}/{count}", self.document.author, at + 1);
            for line in
                self.letters.lines(&foot, Face::Regular, (self.size.0 - 2.0 * MARGIN) / SMALL)?.into_iter().take(1)
            {
                sheet.push(Mark::Line { x: MARGIN, y, face: Face::Regular, size: SMALL, line });
            }
        }
        Ok(Sheets { size: self.size, marks: self.sheets })
    }

    fn new_sheet(&mut self) -> Result<(), Error> {
        self.sheets.push(Vec::new());
        self.y = MARGIN;
        let (face, size) = if self.sheets.len() == 1 { (Face::Bold, 17.0) } else { (Face::Regular, SMALL) };
        self.text(&self.document.title, face, size)?;
        self.y += BODY / 2.0;
        Ok(())
    }

    fn width(&self) -> f32 {
        self.size.0 - 2.0 * MARGIN
    }

    fn bottom(&self) -> f32 {
        self.size.1 - FOOT - 1.5 * BODY
    }

    /// Begins a new sheet if there is less room than that.
    fn keep(&mut self, height: f32) -> Result<(), Error> {
        if self.y + height > self.bottom() { self.new_sheet() } else { Ok(()) }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(mark);
        }
    }

    /// A line of a size at `x`, its top at `y`.
    fn put(&mut self, line: Line, face: Face, size: f32, x: f32, y: f32) {
        self.mark(Mark::Line { x, y: y + size, face, size, line });
    }

    fn text(&mut self, text: &str, face: Face, size: f32) -> Result<(), Error> {
        for line in self.letters.lines(text, face, self.width() / size)? {
            self.keep(size * LEADING)?;
            self.put(line, face, size, MARGIN, self.y);
            self.y += size * LEADING;
        }
        Ok(())
    }

    fn fields(&mut self, fields: &[(String, String)]) -> Result<(), Error> {
        let label_width = self.width() * 0.34;
        let value_x = MARGIN + label_width + GAP;
        let value_width = self.width() - label_width - GAP;
        for (label, value) in fields {
            let labels = self.letters.lines(label, Face::Regular, label_width / BODY)?;
            let values = self.letters.lines(value, Face::Bold, value_width / BODY)?;
            self.side_by_side(vec![(MARGIN, Face::Regular, labels), (value_x, Face::Bold, values)], BODY, None)?;
        }
        self.y += BODY / 2.0;
        Ok(())
    }

    /// Columns of lines. They stay together if they fit on a sheet; what is longer goes on on the next one, line by line.
    fn side_by_side(
        &mut self,
        columns: Vec<(f32, Face, Vec<Line>)>,
        size: f32,
        head: Option<&Head>,
    ) -> Result<(), Error> {
        let step = size * LEADING;
        let rows = columns.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
        let height = tall(rows, step);
        if self.y + height > self.bottom() {
            self.new_sheet()?;
            self.head(head)?;
        }
        if self.y + height <= self.bottom() {
            let top = self.y;
            for (x, face, lines) in columns {
                for (at, line) in lines.into_iter().enumerate() {
                    self.put(line, face, size, x, top + tall(at, step));
                }
            }
            self.y = top + height;
            return Ok(());
        }
        let mut columns: Vec<_> = columns.into_iter().map(|(x, face, lines)| (x, face, lines.into_iter())).collect();
        for _ in 0..rows {
            if self.y + step > self.bottom() {
                self.new_sheet()?;
                self.head(head)?;
            }
            for (x, face, lines) in &mut columns {
                if let Some(line) = lines.next() {
                    self.put(line, *face, size, *x, self.y);
                }
            }
            self.y += step;
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, rows: &[Vec<Cell<'static>>]) -> Result<(), Error> {
        let rows = texts(table, rows, self.document.language)?;
        let widths = self.widths(table, &rows)?;
        let lefts: Vec<f32> =
            widths.iter().scan(MARGIN, |x, width| Some(std::mem::replace(x, *x + width + GAP))).collect();
        let mut columns = Vec::new();
        for ((column, &x), width) in table.columns().iter().zip(&lefts).zip(&widths) {
            columns.push((x, Face::Bold, self.letters.lines(&column.title, Face::Bold, width / SMALL)?));
        }
        let head = Head(columns);
        self.keep(SMALL * LEADING * 4.0)?;
        self.head(Some(&head))?;
        for row in &rows {
            let mut columns = Vec::new();
            for (((text, &width), &x), column) in row.iter().zip(&widths).zip(&lefts).zip(table.columns()) {
                let lines = self.letters.lines(text, Face::Regular, width / SMALL)?;
                let shift = if is_number(column.kind) {
                    width - lines.first().map_or(0.0, |line| line.width * SMALL)
                } else {
                    0.0
                };
                columns.push((x + shift.max(0.0), Face::Regular, lines));
            }
            self.side_by_side(columns, SMALL, Some(&head))?;
            self.mark(Mark::Rule { x: MARGIN, y: self.y + 1.0, width: self.width() });
            self.y += 3.0;
        }
        self.y += BODY;
        Ok(())
    }

    fn head(&mut self, head: Option<&Head>) -> Result<(), Error> {
        let Some(Head(columns)) = head else { return Ok(()) };
        self.side_by_side(columns.clone(), SMALL, None)?;
        self.mark(Mark::Rule { x: MARGIN, y: self.y + 1.0, width: self.width() });
        self.y += 4.0;
        Ok(())
    }

    /// As wide as the content wants; if that is too wide, the widest columns give way to one width.
    fn widths(&self, table: &Table, rows: &[Vec<String>]) -> Result<Vec<f32>, Error> {
        let mut wanted = Vec::new();
        for (at, column) in table.columns().iter().enumerate() {
            let mut widest = self.widest(&column.title, Face::Bold)?;
            for text in rows.iter().filter_map(|row| row.get(at)) {
                widest = widest.max(self.widest(text, Face::Regular)?);
            }
            wanted.push(widest * SMALL + 0.5);
        }
        let gaps = tall(table.columns().len() - 1, GAP);
        Ok(fitted(wanted, self.width() - gaps))
    }

    fn widest(&self, text: &str, face: Face) -> Result<f32, Error> {
        let lines = self.letters.lines(text, face, f32::MAX)?;
        Ok(lines.iter().map(|line| line.width).fold(0.0, f32::max))
    }

    fn code(&mut self, content: &str, caption: &str) -> Result<(), Error> {
        let qr = code::qr(content)?;
        self.keep(CODE + 3.0 * BODY)?;
        let bar = |(x, y, length)| Bar { column: square(x), line: square(y), length: square(length) };
        let bars = code::bars(&qr).into_iter().map(bar).collect();
        self.mark(Mark::Code { x: MARGIN, y: self.y + 4.0, side: CODE, bars, count: square(qr.size) });
        self.y += CODE + 10.0;
        self.text(caption, Face::Regular, SMALL)
    }
}

/// The headings of a table, as they are repeated on every sheet.
struct Head(Vec<(f32, Face, Vec<Line>)>);

fn texts(table: &Table, rows: &[Vec<Cell<'static>>], language: Language) -> Result<Vec<Vec<String>>, Error> {
    let text = |cell: Cell<'_>| shown(&cell, table.zone(), language);
    let row = |(at, row): (usize, &Vec<_>)| Ok(table.normal(at + 1, row)?.into_iter().map(text).collect());
    rows.iter().enumerate().map(row).collect()
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Number)
}

/// The widths as wanted, but none above the one level at which they fit into the room.
fn fitted(wanted: Vec<f32>, room: f32) -> Vec<f32> {
    let mut sorted = wanted.clone();
    sorted.sort_by(f32::total_cmp);
    let (mut left, mut count) = (room, sorted.len());
    let mut level = f32::MAX;
    for width in sorted {
        let share = left / tall(count, 1.0);
        if width > share {
            level = share;
            break;
        }
        left -= width;
        count -= 1;
    }
    wanted.into_iter().map(|width| width.min(level)).collect()
}

/// So many steps.
fn tall(count: usize, step: f32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * step
}

fn square(at: usize) -> f32 {
    tall(at, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_give_way_and_narrow_ones_do_not() {
        assert_eq!(fitted(vec![10.0, 20.0], 100.0), [10.0, 20.0]);
        assert_eq!(fitted(vec![10.0, 200.0, 300.0], 110.0), [10.0, 50.0, 50.0]);
    }
}
