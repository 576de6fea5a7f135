//! Tables for people.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use keng_risk::score::{Reason, Score};

use crate::load::Loaded;
use crate::report::View;
use crate::words::Word;

/// A table with a header whose columns from the second on stand right.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, left: &[usize]) -> Table {
    let mut table = bare();
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for number in 1..header.len() {
        if let (Some(column), false) = (table.column_mut(number), left.contains(&number)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A table without lines.
fn bare() -> Table {
    let mut table = Table::new();
    let style = presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// The ranking.
pub(crate) fn scores(loaded: &Loaded, view: &View, top: usize) -> Table {
    let lang = loaded.lang;
    let worst = lang.fill(Word::InWorst, &[&view.worst]);
    let mut header = vec![
        lang.say(Word::Rank),
        lang.say(Word::Site),
        lang.say(Word::Score),
        lang.say(Word::Frequency),
        lang.say(Word::Consequence),
        lang.say(Word::Response),
    ];
    if !view.spreads.is_empty() {
        header.extend([lang.say(Word::Range), lang.say(Word::RankRange), &worst]);
    }
    header.extend([lang.say(Word::LossYear), lang.say(Word::Missing), lang.say(Word::FirstReason)]);
    let last = header.len() - 1;
    let rows = view.order.iter().take(top).zip(1..).map(|(site, rank)| row(loaded, view, *site, rank));
    table(&header, rows.collect::<Vec<_>>(), &[1, last])
}

fn row(loaded: &Loaded, view: &View, site: usize, rank: usize) -> Vec<String> {
    let lang = loaded.lang;
    let score = view.score(loaded, site);
    let mut row = vec![
        rank.to_string(),
        loaded.sites.name(site).to_owned(),
        lang.signed(score.total()),
        lang.signed(score.frequency),
        lang.signed(score.consequence),
        lang.signed(score.response),
    ];
    if let Some(spread) = view.spreads.get(site) {
        row.push(format!("{} … {}", lang.signed(spread.low), lang.signed(spread.high)));
        row.push(format!("{}–{}", spread.rank_low, spread.rank_high));
        row.push(format!("{} %", lang.number(spread.in_worst * 100.0, 0)));
    }
    row.push(lang.number(view.unit.yearly_mvnd(score.total()), 3));
    row.push(view.missing(loaded, site).to_string());
    row.push(
        top_reason(&score)
            .map(|(reason, points)| {
                format!("{} {}", lang.reason(&loaded.model, view.reason(loaded, reason)), lang.signed(points))
            })
            .unwrap_or_default(),
    );
    row
}

fn top_reason(score: &Score) -> Option<(usize, i32)> {
    let all = score.points.iter().copied().enumerate();
    all.max_by_key(|(number, points)| (*points, std::cmp::Reverse(*number))).filter(|(_, points)| *points > 0)
}

impl View {
    fn reason(&self, loaded: &Loaded, number: usize) -> Reason {
        keng_risk::score::reasons(&loaded.model).nth(number).unwrap_or(Reason::Hours)
    }
}
