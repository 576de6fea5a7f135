//! The invented guards of the 21 places. Everything follows from numbers and the day, so the same day gives the same world.

use chrono::{Days, NaiveDate, NaiveTime};
use keng_training::{
    Action, Certificate, Drill, Issue, Person, Phase, PhaseKind, Plan, Post, Record, Return, Shift, Site, Suspension,
    Tool,
};

use crate::moment;

/// The nine transaction points and twelve credit institutions, with the ids that the receiver's demo gives them.
const SITES: [(&str, &str, &str); 21] = [
    ("pgd-1", "PGD Sông Kinh Kinh Môn", "Kinh Môn"),
    ("pgd-2", "PGD Lúa Vàng Kinh Môn", "Kinh Môn"),
    ("pgd-3", "PGD Núi Ngọc Kinh Môn", "Kinh Môn"),
    ("pgd-4", "PGD Thuyền Buồm Bắc An Phụ", "Bắc An Phụ"),
    ("pgd-5", "PGD Sông Kinh Nam An Phụ", "Nam An Phụ"),
    ("pgd-6", "PGD Sao Biển Nhị Chiểu", "Nhị Chiểu"),
    ("pgd-7", "PGD Cầu Đá Phạm Sư Mạnh", "Phạm Sư Mạnh"),
    ("pgd-8", "PGD Phượng Trắng Trần Liễu", "Trần Liễu"),
    ("pgd-9", "PGD Lúa Vàng Nguyễn Đại Năng", "Nguyễn Đại Năng"),
    ("quy-1", "Quỹ tín dụng Bến Gạo", "Kinh Môn"),
    ("quy-2", "Quỹ tín dụng Đầm Sen", "Kinh Môn"),
    ("quy-3", "Quỹ tín dụng Cổng Đá", "Bắc An Phụ"),
    ("quy-4", "Quỹ tín dụng Giếng Làng", "Bắc An Phụ"),
    ("quy-5", "Quỹ tín dụng Đồi Thông", "Nam An Phụ"),
    ("quy-6", "Quỹ tín dụng Cây Gạo", "Nhị Chiểu"),
    ("quy-7", "Quỹ tín dụng Bờ Đê", "Nhị Chiểu"),
    ("quy-8", "Quỹ tín dụng Chợ Chiều", "Phạm Sư Mạnh"),
    ("quy-9", "Quỹ tín dụng Lò Gốm", "Phạm Sư Mạnh"),
    ("quy-10", "Quỹ tín dụng Vườn Vải", "Trần Liễu"),
    ("quy-11", "Quỹ tín dụng Sân Đình", "Trần Liễu"),
    ("quy-12", "Quỹ tín dụng Mái Ngói", "Nguyễn Đại Năng"),
];

const FAMILIES: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Vũ", "Ngô", "Đỗ"];
const MIDDLES: [&str; 6] = ["Văn", "Đình", "Quang", "Thị", "Hữu", "Ngọc"];
const GIVEN: [&str; 14] =
    ["Mận", "Ổi", "Na", "Bưởi", "Chanh", "Mít", "Lê", "Quýt", "Đào", "Khế", "Sung", "Ấu", "Điều", "Dừa"];
const TOOL: &str = "electric-baton";
/// People at each site: three guards and a store-keeper.
const PEOPLE: u64 = 4;
/// The police that issued the invented certificates.
const ISSUER: &str = "Phòng PC06 (hư cấu)";

/// How many people there are.
pub(super) const GUARDS: u64 = 21 * PEOPLE;
/// How many sites.
pub(super) const PLACES: usize = SITES.len();
/// Whose certificate was mistyped first.
pub(super) const MISTYPED: &str = "NV-0006";
/// Who asks to be erased.
pub(super) const LEAVES: &str = "NV-0084";
/// Whose qualification is proven.
pub(super) const PROVEN: &str = "NV-0002";

/// All records, as of a day. People come before what is about them.
pub(super) fn records(on: NaiveDate) -> Vec<Record> {
    let mut records = Vec::new();
    for (site, (id, name, ward)) in (0..).zip(SITES) {
        records.push(Record::Site(Site { id: id.into(), name: format!("{name} (hư cấu)"), ward: ward.to_owned() }));
        records.extend(posts(id));
        records.push(Record::Tool(Tool { id: tool(id).as_str().into(), kind: TOOL.to_owned(), site: id.into() }));
        for number in 0..PEOPLE {
            records.extend(person(site, number, id, on));
        }
        records.extend(shifts(site, id, on));
        records.extend(hand_out(site, id, on));
        records.extend(drill(site, id, on));
    }
    records.push(Record::Suspension(Suspension {
        person: "NV-0010".into(),
        number: Some(number("BV", 10)),
        from: back(on, 3),
        until: on.checked_add_days(Days::new(27)),
        revoked: false,
        by: ISSUER.to_owned(),
    }));
    records
}

/// The certificate as it was mistyped: the year of issue is wrong.
pub(super) fn mistyped(on: NaiveDate) -> Record {
    certificate(MISTYPED, "guard-company", number("BV", 6), back(on, 3650))
}

fn id(site: u64, number: u64) -> String {
    format!("NV-{:04}", site * PEOPLE + number + 1)
}

fn number(kind: &str, person: u64) -> String {
    format!("{kind}-{person:05}/HC")
}

fn tool(site: &str) -> String {
    format!("RD-{site}")
}

fn back(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_sub_days(Days::new(days)).unwrap_or(on)
}

fn posts(site: &str) -> [Record; 2] {
    let post = |name: &str, title: &str, needs: &[&str], people| {
        Record::Post(Post {
            id: format!("{site}/{name}").as_str().into(),
            site: site.into(),
            name: title.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            people,
        })
    };
    let door = ["guard", "fire", "tool-use:electric-baton", "site-plan"];
    [post("cua", "Cửa chính", &door, 2), post("quay", "Quầy giao dịch", &["guard", "fire", "first-aid"], 1)]
}

fn person(site: u64, at: u64, place: &str, on: NaiveDate) -> Vec<Record> {
    let index = site * PEOPLE + at;
    let id = id(site, at);
    let pick =
        |list: &[&'static str], by: u64| list.get(usize::try_from(by).unwrap_or(0) % list.len()).copied().unwrap_or("");
    let name = format!(
        "{} {} {}",
        pick(&FAMILIES, index * 5 + site),
        pick(&MIDDLES, index * 7 + at),
        pick(&GIVEN, index * 3 + site)
    );
    let keeper = at == PEOPLE - 1;
    let mut records = vec![Record::Person(Person {
        id: id.as_str().into(),
        name: format!("{name} (hư cấu)"),
        born: back(on, 365 * (22 + (index * 11) % 33) + index),
        personal_id: format!("000{:09}", index * 104_729 + 1),
        position: if keeper { "thủ kho".to_owned() } else { "bảo vệ".to_owned() },
        site: place.into(),
        from: back(on, 2000 - (index * 13) % 900),
        until: None,
        photo: Some(back(on, (index * 17) % 260)),
    })];
    // A few have let something run out, so that there is something to see.
    let over = index % 17 == 8;
    let unfit = index % 19 == 5;
    let issued = back(on, if over { 1830 } else { 200 + (index * 331) % 1500 });
    records.push(certificate(&id, "guard-company", number("BV", index + 1), issued));
    records.push(fitness(&id, index, back(on, if unfit { 380 } else { (index * 67) % 300 })));
    records.push(certificate(&id, "fire", number("PCCC", index + 1), back(on, 400 + index)));
    records.push(certificate(&id, "first-aid", number("SC", index + 1), back(on, (index * 41) % 700)));
    records.push(certificate(&id, "use-of-force", number("GH", index + 1), back(on, (index * 29) % 360)));
    records.push(with(certificate(&id, "site-plan", number("PA", index + 1), back(on, (index * 7) % 170)), |it| {
        it.site = Some(place.into())
    }));
    let kind = if keeper { "tool-store" } else { "tool-use" };
    records.push(with(certificate(&id, kind, number("CC", index + 1), back(on, 20 + (index * 3) % 300)), |it| {
        it.tool = Some(TOOL.to_owned())
    }));
    records
}

fn certificate(person: &str, kind: &str, number: String, issued: NaiveDate) -> Record {
    let evidence = format!("{:064x}", u128::from(issued.to_epoch_days().unsigned_abs()) << 64 | 0x1d);
    Record::Certificate(Certificate {
        person: person.into(),
        kind: kind.to_owned(),
        tool: None,
        number,
        issuer: ISSUER.to_owned(),
        issued,
        printed_until: None,
        course_end: None,
        hours: None,
        practice_in_person: Some(true),
        instructor_licensed: None,
        facility_licensed: None,
        fit: None,
        site: None,
        evidence: Some(evidence),
    })
}

fn with(mut record: Record, change: impl FnOnce(&mut Certificate)) -> Record {
    if let Record::Certificate(certificate) = &mut record {
        change(certificate);
    }
    record
}

fn fitness(person: &str, index: u64, issued: NaiveDate) -> Record {
    with(certificate(person, "fitness", number("SK", index + 1), issued), |it| {
        it.fit = Some(true);
        it.issuer = "Trung tâm y tế (hư cấu)".to_owned();
        it.practice_in_person = None;
    })
}

/// A week back and a week ahead: the door by day and by night, the counter in the hours of business.
fn shifts(site: u64, place: &str, on: NaiveDate) -> Vec<Record> {
    let first = back(on, 7);
    let days = (0..15).filter_map(|day| Some((day, first.checked_add_days(Days::new(day))?)));
    days.flat_map(|(day, date)| {
        [("cua", 6, 12, day), ("cua", 18, 12, day + 1), ("quay", 8, 9, day + 2)].map(|(post, from, hours, who)| {
            let from = moment::midnight(date) + chrono::TimeDelta::hours(from);
            Record::Shift(Shift {
                post: format!("{place}/{post}").as_str().into(),
                person: id(site, who % (PEOPLE - 1)).as_str().into(),
                from,
                until: from + chrono::TimeDelta::hours(hours),
            })
        })
    })
    .collect()
}

/// Yesterday's hand-out of the baton at the door; at two places something was not as it must be.
fn hand_out(site: u64, place: &str, on: NaiveDate) -> Vec<Record> {
    let yesterday = back(on, 1);
    let at = |hour, minute| {
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        moment::midnight(yesterday) + time.signed_duration_since(NaiveTime::MIN)
    };
    let issue = Issue {
        tool: tool(place).as_str().into(),
        person: id(site, 6 % (PEOPLE - 1)).as_str().into(),
        keeper: id(site, PEOPLE - 1).as_str().into(),
        at: at(5, 50),
        consent: site != 11,
    };
    let back = Return { tool: tool(place).as_str().into(), at: at(18, 10), in_order: true };
    let mut records = vec![Record::Issue(issue)];
    records.extend((site != 4).then_some(Record::Return(back)));
    records
}

fn drill(site: u64, place: &str, on: NaiveDate) -> [Record; 2] {
    let begun = moment::midnight(back(on, 20 + (site * 37) % 300)) + chrono::TimeDelta::minutes(16 * 60 + 30);
    let after = |seconds: u64| begun + chrono::TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0));
    let phase = |what, seconds| Phase { what, at: after(seconds) };
    let pressed = 6 + (site * 5) % 40;
    let drill = Drill {
        site: place.into(),
        scenario: "counter".to_owned(),
        roles: vec!["giao dịch viên".to_owned(), "bảo vệ".to_owned(), "trưởng điểm".to_owned()],
        units: vec!["Công an phường (hư cấu)".to_owned()],
        phases: vec![
            phase(PhaseKind::Begun, 0),
            phase(PhaseKind::AlarmPressed, pressed),
            phase(PhaseKind::AlarmAnswered, pressed + 9 + site % 5),
            phase(PhaseKind::PoliceArrived, pressed + 280 + (site * 23) % 240),
            phase(PhaseKind::Ended, 1500),
        ],
        outcome: "đạt".to_owned(),
        actions: vec![Action {
            what: "chuyển nút báo động lên gần quầy hơn".to_owned(),
            due: back(on, 10 + site),
            done: (!site.is_multiple_of(3)).then(|| back(on, 12 + site)),
        }],
    };
    let plan = Plan {
        site: place.into(),
        scenario: "counter".to_owned(),
        unit: "Công an phường (hư cấu)".to_owned(),
        agreed: back(on, 330),
        evidence: format!("{site:064x}"),
    };
    [Record::Drill(drill), Record::Plan(plan)]
}
