//! Pages for a browser: one file, without script and without anything from elsewhere; it prints as it reads.

use std::io::Write;

use fast_qr::qr::QRCode;

use crate::document::shown;
use crate::{Block, Cell, Document, Error, Kind, Language, Table, code, text};

/// Writes one table as a page, a row at a time, in constant memory.
#[derive(Debug)]
pub struct Writer<'t, W: Write> {
    table: &'t Table,
    language: Language,
    out: W,
    row: usize,
}

impl<'t, W: Write> Writer<'t, W> {
    /// Begins the page with the table's title and headings. `out` gets many small writes: give it a buffer.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, language: Language, mut out: W) -> Result<Self, Error> {
        begin(table.title(), language, &mut out)?;
        write!(out, "<h1>{}</h1>", escaped(table.title()))?;
        headings(table, &mut out)?;
        Ok(Self { table, language, out, row: 0 })
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`].
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        row(self.table, self.row + 1, cells, self.language, &mut self.out)?;
        self.row += 1;
        Ok(())
    }

    /// Ends the page and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        self.out.write_all(b"</tbody></table>\n</main></body></html>\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a document as a page.
///
/// # Errors
/// [`Error::Rows`] if a table has more than [`Block::MAX_ROWS`], [`Error::Code`] if a code is too long; else as [`Writer::row`].
pub fn document(document: &Document, mut out: impl Write) -> Result<(), Error> {
    begin(&document.title, document.language, &mut out)?;
    writeln!(out, "<h1>{}</h1>", escaped(&document.title))?;
    for part in &document.blocks {
        block(part, document.language, &mut out)?;
    }
    let (author, made) = (escaped(&document.author), document.made);
    let (iso, said) = (made.to_rfc3339(), made.format("%d/%m/%Y %H:%M"));
    writeln!(out, "<footer>{author} · <time datetime=\"{iso}\">{said}</time></footer>\n</main></body></html>")?;
    Ok(())
}

const STYLE: &str = "body{font:16px/1.45 'Libertinus Serif','Times New Roman',serif;color:#111;background:#fff;margin:0}\
main{max-width:70rem;margin:0 auto;padding:1.5rem}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}\
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{border-bottom:1px solid #bbb;padding:.25rem .6rem .25rem 0;text-align:left;\
vertical-align:top;white-space:pre-line}thead{display:table-header-group}tr{break-inside:avoid}td.n{text-align:right}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{color:#444}dd{margin:0;white-space:pre-line}p{white-space:pre-line}\
figure{margin:1rem 0}figure svg{width:11rem;height:11rem}figcaption,footer{font-size:.85rem;color:#444}hr{border:0;break-after:page}\
@page{margin:18mm}";

fn begin(title: &str, language: Language, out: &mut impl Write) -> Result<(), Error> {
    let (tag, title) = (language.tag(), escaped(title));
    write!(out, "<!doctype html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{title}</title>")?;
    write!(out, "<meta name=\"viewport\" content=\"width=device-width\">")?;
    write!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(out, "<style>{STYLE}</style></head>\n<body><main>")?;
    Ok(())
}

fn block(block: &Block, language: Language, out: &mut impl Write) -> Result<(), Error> {
    match block {
        Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escaped(text))?,
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escaped(text))?,
        Block::Fields(fields) => {
            out.write_all(b"<dl>")?;
            for (label, value) in fields {
                writeln!(out, "<dt>{}</dt><dd>{}</dd>", escaped(label), escaped(value))?;
            }
            out.write_all(b"</dl>\n")?;
        }
        Block::Table(table, rows) if rows.len() > Block::MAX_ROWS => {
            let _ = table;
            return Err(Error::Rows(Block::MAX_ROWS));
        }
        Block::Table(table, rows) => {
            headings(table, out)?;
            for (at, cells) in rows.iter().enumerate() {
                row(table, at + 1, cells, language, out)?;
            }
            out.write_all(b"</tbody></table>\n")?;
        }
        Block::Code { content, caption } => {
            let caption = escaped(caption);
            writeln!(out, "<figure>{}<figcaption>{caption}</figcaption></figure>", svg(&code::qr(content)?, &caption))?;
        }
        Block::NewSheet => out.write_all(b"<hr>\n")?,
    }
    Ok(())
}

fn headings(table: &Table, out: &mut impl Write) -> Result<(), Error> {
    out.write_all(b"<table><thead><tr>")?;
    for column in table.columns() {
        write!(out, "<th scope=\"col\">{}</th>", escaped(&column.title))?;
    }
    out.write_all(b"</tr></thead><tbody>\n")?;
    Ok(())
}

fn row(table: &Table, row: usize, cells: &[Cell<'_>], language: Language, out: &mut impl Write) -> Result<(), Error> {
    let cells = table.normal(row, cells)?;
    out.write_all(b"<tr>")?;
    for (column, cell) in table.columns().iter().zip(&cells) {
        let shown = shown(cell, table.zone(), language);
        match (column.kind, cell) {
            (_, Cell::Empty) => out.write_all(b"<td></td>")?,
            (Kind::Integer | Kind::Number, _) => write!(out, "<td class=\"n\">{shown}</td>")?,
            (Kind::Date | Kind::Instant, _) => {
                let mut exact = Vec::new();
                cell.append_to(table.zone(), &mut exact);
                write!(out, "<td><time datetime=\"{}\">{shown}</time></td>", String::from_utf8_lossy(&exact))?;
            }
            _ => write!(out, "<td>{}</td>", escaped(&shown))?,
        }
    }
    out.write_all(b"</tr>\n")?;
    Ok(())
}

/// The dark bars as one path, with the quiet zone of four squares around.
fn svg(qr: &QRCode, label: &str) -> String {
    let side = qr.size + 8;
    let bar = |(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + 4, y + 4);
    let bars = code::bars(qr).into_iter().map(bar).collect::<String>();
    format!(
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\"><path d=\"{bars}\"/></svg>"
    )
}

fn escaped(text: &str) -> String {
    let text = text::normal(text);
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(sign),
        }
    }
    out
}
