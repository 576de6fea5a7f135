//! Which rows and columns of a workbook are hidden, which the reader of its cells does not tell.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Cursor, Read as _};
use std::ops::RangeInclusive;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// What is hidden of a sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    pub(super) rows: HashSet<u32>,
    pub(super) columns: Vec<RangeInclusive<u32>>,
}

/// A part that says where the others are is not longer than this.
const MAX_PART: u64 = 8 << 20;

/// For each sheet by its name. What cannot be read here hides nothing: the reader of the cells will say what is wrong.
pub(super) fn hidden(archive: &mut ZipArchive<Cursor<&[u8]>>) -> HashMap<String, Hidden> {
    let mut targets = HashMap::new();
    for_each(&part(archive, "xl/_rels/workbook.xml.rels"), |element| {
        if let (Some(id), Some(target)) = (said(element, "Id"), said(element, "Target")) {
            targets.insert(id, target);
        }
    });
    let mut sheets = Vec::new();
    for_each(&part(archive, "xl/workbook.xml"), |element| {
        if element.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (said(element, "name"), said(element, "r:id"))
        {
            sheets.push((name, id));
        }
    });
    let mut all = HashMap::new();
    for (name, id) in sheets {
        if let Some(target) = targets.get(&id) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            all.insert(name, of_sheet(archive, &path).unwrap_or_default());
        }
    }
    all
}

/// Streams a sheet: it may be longer than memory should hold.
fn of_sheet(archive: &mut ZipArchive<Cursor<&[u8]>>, path: &str) -> Option<Hidden> {
    let mut reader = Reader::from_reader(BufReader::new(archive.by_name(path).ok()?));
    let (mut hidden, mut buffer, mut row) = (Hidden::default(), Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Eof => return Some(hidden),
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "row" => {
                    row = number(&element, "r").unwrap_or(row + 1);
                    if is_hidden(&element) {
                        hidden.rows.insert(row);
                    }
                }
                "col" if is_hidden(&element) => {
                    if let (Some(first), Some(last)) = (number(&element, "min"), number(&element, "max")) {
                        hidden.columns.push(first..=last);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    matches!(said(element, "hidden").as_deref(), Some("1" | "true"))
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    said(element, name)?.parse().ok()
}

fn said(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
    Some(value)
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, path: &str) -> String {
    let mut content = String::new();
    if let Ok(part) = archive.by_name(path) {
        // What is not UTF-8 is read as far as it goes.
        let _ = part.take(MAX_PART).read_to_string(&mut content);
    }
    content
}

fn for_each(xml: &str, mut element: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) | Event::Empty(start) => element(&start),
            Event::Eof => break,
            _ => {}
        }
    }
}
