//! The report: one file, no network, in both languages, with all that it promises.

use crate::program::{Folder, ended};

#[test]
fn the_demo_writes_a_report_that_needs_nothing_else() {
    let folder = Folder::empty();
    let said = ended(&folder.keng("demo --lang en --output d"), 0);
    assert!(said.contains("invented") && said.contains("report.html"), "{said}");
    let report = folder.text("d/report.html");
    for part in [
        "Map",
        "Ranking with intervals",
        "Hours of the week",
        "Plan",
        "Reasons, which sum",
        "Data quality",
        "Model card",
        "invented",
    ] {
        assert!(report.contains(part), "{part}");
    }
    let without_namespaces = report.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http://", "https://", "src=", "<script", "url(", "@import", "<link"] {
        assert!(!without_namespaces.contains(outside), "{outside}");
    }
    assert!(report.contains("default-src 'none'"));
    assert_eq!(report.matches("<svg").count(), report.matches("</svg>").count());
    assert_eq!(report.matches("class=\"site\"").count(), 21);
    let model = keng_risk::Model::default();
    assert!(model.factors.iter().all(|factor| {
        report.contains(&factor.source.replace('\'', "&#39;").replace('&', "&amp;").replace("&amp;#39;", "&#39;"))
    }));
    ended(&folder.keng("demo --lang vi --output v"), 0);
    assert!(folder.text("v/report.html").contains("Bản đồ") && folder.text("v/report.html").contains("hư cấu"));
}

#[test]
fn what_the_input_says_cannot_become_markup() {
    let folder = Folder::empty();
    folder.write(
        "in.csv",
        "id,name,lat,lon\nA,<script>alert(1)</script>,20.98,106.5\n\"<b>\",\"\"\"onload=x\",20.99,106.51\n",
    );
    ended(&folder.keng("score in.csv --to html --output r.html"), 0);
    let report = folder.text("r.html");
    assert!(!report.contains("<script") && !report.contains("<b>\"") && report.contains("&lt;script&gt;"));
    assert!(!report.contains("\"onload=x"));
}
