//! `check INPUT`: everything that `score` would refuse.

use serde_json::json;

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::load::look;
use crate::output;
use crate::words::Word;

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let (loaded, problems) = look(&args.sites, None)?;
    let lang = loaded.lang;
    if args.json {
        let listed: Vec<_> = problems
            .listed
            .iter()
            .map(|problem| json!({ "file": problems.file.display().to_string(), "row": problem.row, "column": problem.column, "problem": problem.what }))
            .collect();
        output::json(&json!({ "rows": loaded.sites.len(), "problems": problems.count, "listed": listed }))?;
    } else if problems.count == 0 {
        output::say(&lang.fill(Word::RowsGood, &[&loaded.sites.len()]))?;
    } else {
        output::say(&problems.text(lang))?;
    }
    if problems.count == 0 { Ok(()) } else { Err(Failure::Data(lang.fill(Word::Problems, &[&problems.count]))) }
}
