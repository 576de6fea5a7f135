//! Everything that is said to people, in Vietnamese and English.

use clap::ValueEnum;
use keng_risk::model::{Field, Level, Measure, Model, Part};
use keng_risk::score::Reason;
use keng_risk::site::Wrong;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Vietnamese
    Vi,
    /// English
    En,
}

/// Each word in both languages; `{}` stands for what the caller puts in.
macro_rules! words {
    ($($name:ident: $vi:literal, $en:literal;)*) => {
        /// What can be said.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($name),* }

        impl Word {
            /// All of them.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            fn both(self) -> [&'static str; 2] {
                match self { $(Self::$name => [$vi, $en]),* }
            }
        }
    };
}

words! {
    Rank: "Hạng", "Rank";
    Site: "Điểm giao dịch", "Site";
    Score: "Điểm rủi ro", "Score";
    Range: "Khoảng", "Range";
    RankRange: "Khoảng hạng", "Rank range";
    InWorst: "P(trong {} điểm xấu nhất)", "P(in the worst {})";
    Frequency: "Tần suất", "Frequency";
    Consequence: "Hậu quả", "Consequence";
    Response: "Không kịp ngăn", "Failure to intercept";
    Robberies: "Vụ/năm", "Robberies a year";
    LossEach: "Thiệt hại mỗi vụ (triệu đồng)", "Loss each (million VND)";
    Gone: "P(thoát trước khi công an đến)", "P(gone before anyone arrives)";
    LossYear: "Thiệt hại kỳ vọng/năm (triệu đồng)", "Expected loss a year (million VND)";
    Missing: "Thiếu", "Missing";
    FirstReason: "Lý do chính", "First reason";
    Points: "điểm", "points";
    PointsMean: "1.000 điểm = rủi ro gấp đôi; điểm tham chiếu của mô hình là 0", "1,000 points = twice the risk; the model's reference site has 0";
    Reasons: "Lý do, cộng đúng bằng điểm", "Reasons, which sum to the score exactly";
    Total: "Tổng", "Total";
    Value: "Giá trị", "Value";
    Reference: "Tham chiếu", "Reference";
    NotKnown: "không rõ", "not known";
    Changes: "Ba thay đổi giảm nhiều nhất, đã tính lại", "The three changes that lower it most, each scored again";
    NoChange: "Không biện pháp nào trong mô hình làm giảm điểm.", "No measure of the model lowers the score.";
    FindOut: "Cần tìm hiểu tiếp", "What to find out next";
    NothingNarrows: "Những gì còn thiếu không thu hẹp khoảng đáng kể.", "What is missing would not narrow the range noticeably.";
    OtherReasons: "{} lý do khác", "{} other reasons";
    AllKnown: "Không thiếu thông tin nào cần hỏi.", "Nothing that can be asked for is missing.";
    Narrows: "thu hẹp khoảng {} điểm", "narrows the range by {} points";
    Before: "Trước", "Before";
    After: "Sau", "After";
    Change: "Thay đổi", "Change";
    Measures: "Biện pháp", "Measures";
    Cost: "Chi phí/năm (triệu đồng)", "Cost a year (million VND)";
    Saves: "Giảm thiệt hại/năm (triệu đồng)", "Saves a year (million VND)";
    Kept: "Giữ nguyên khi trọng số thay đổi", "Kept under the weights' uncertainty";
    Plan: "Kế hoạch", "Plan";
    PlanSpends: "Chi {} trong {} triệu đồng mỗi năm", "Spends {} of {} million VND a year";
    PlanSaves: "Thiệt hại kỳ vọng mỗi năm từ {} xuống {} triệu đồng", "Expected loss a year falls from {} to {} million VND";
    PlanProven: "Đã chứng minh: không kế hoạch nào trong ngân sách tốt hơn", "Proven: no plan within the budget is better";
    PlanGap: "Cách kế hoạch tốt nhất không quá {} %", "Within {} % of the best plan, certified";
    Displaced: "Nếu một phần chuyển sang điểm lân cận: còn giảm {} triệu đồng (khả năng cao), {} (xấu nhất)", "If part of it goes to neighbours: still saves {} million VND (likely), {} (worst)";
    DisplacedWorst: "Điểm lân cận tăng nhiều nhất: {} (+{} triệu đồng/năm)", "The neighbour that rises most: {} (+{} million VND a year)";
    PlanNothing: "Ngân sách không đủ cho biện pháp nào có ích.", "The budget is not enough for any measure that helps.";
    HonestCost: "Số tiền tiết kiệm kỳ vọng nhỏ vì cướp rất hiếm; kế hoạch so sánh biện pháp, không chứng minh khoản chi.", "Expected savings are small because robberies are rare; the plan compares measures, it does not justify the spending.";
    Curve: "Rủi ro theo ngân sách", "Risk against budget";
    BudgetAxis: "Ngân sách (triệu đồng/năm)", "Budget (million VND a year)";
    Week: "Giờ trong tuần", "Hours of the week";
    WeekNote: "Phần vụ cướp kỳ vọng theo giờ; đậm hơn là nhiều hơn", "Share of expected robberies by the hour; darker is more";
    Map: "Bản đồ", "Map";
    Ranking: "Xếp hạng với khoảng", "Ranking with intervals";
    Quality: "Chất lượng dữ liệu", "Data quality";
    QualityNote: "Số điểm thiếu từng trường; thiếu được tính là một khoảng, không phải giá trị mặc định", "How many sites lack each field; what is missing counts as a range, not as a default";
    NothingMissing: "Không thiếu gì.", "Nothing is missing.";
    Card: "Thẻ mô hình", "Model card";
    Model: "Mô hình", "Model";
    Version: "Phiên bản", "Version";
    ModelHash: "SHA-256 của mô hình", "SHA-256 of the model";
    DataHash: "SHA-256 của dữ liệu", "SHA-256 of the data";
    Seed: "Hạt giống, số lần rút", "Seed, draws";
    BaseRate: "Tần suất nền", "Base rate";
    BaseRateIs: "{} vụ mỗi điểm và năm ({} đến {})", "{} robberies a site and year ({} to {})";
    AllRobberies: "Kỳ vọng {} vụ mỗi năm cho {} điểm", "Expected: {} robberies a year over {} sites";
    Source: "Nguồn", "Source";
    Effect: "Tác động", "Effect";
    EffectRange: "khoảng 90 %", "90 % range";
    Number: "Số", "Number";
    Report: "Rủi ro của các điểm giao dịch", "Risk of the sites";
    Invented: "Địa điểm trong bản trình diễn này là hư cấu, đặt trong địa bàn thật của Kinh Môn.", "The places of this demonstration are invented, inside the real area of Kinh Môn.";
    Confidential: "Danh sách điểm yếu tự nó là nguy hiểm: không phát tán. Dùng --share khi cần gửi đi.", "A list of weak branches is itself dangerous: do not hand it out. Use --share for that.";
    TravelRoads: "Thời gian đến tính theo đường thật ({})", "Travel by real roads ({})";
    TravelStraight: "Thời gian đến tính theo đường chim bay nhân hệ số {} với {} km/h, không theo đường thật", "Travel is a straight line times {} at {} km/h, not by road";
    TravelNone: "Không có dữ liệu đồn công an: thời gian đến là một khoảng", "No posts were given: travel is a range";
    TravelInput: "Thời gian đến lấy từ dữ liệu vào", "Travel as the input says";
    NoPosts: "không có đồn công an nào", "no police post is in it";
    Posts: "Công an đến trước nhất", "The police who are there first";
    ByRoad: "theo đường", "by road";
    AsTheCrow: "ước theo đường chim bay", "estimated from a straight line";
    Post: "đồn công an", "police post";
    MoreRows: "... và {} điểm nữa", "... and {} more";
    RowsGood: "{} dòng, không có vấn đề", "{} rows, no problems";
    Problems: "{} vấn đề", "{} problems";
    At: "dòng {}, cột {}", "row {}, column {}";
    AtRow: "dòng {}", "row {}";
    AtColumn: "cột {}", "column {}";
    Written: "Đã ghi {}", "Written: {}";
    OpenIt: "Mở bằng trình duyệt, không cần mạng.", "Open it in a browser; it needs no network.";
    FailAbove: "{} điểm giao dịch trên {} điểm", "{} sites are above {} points";
    NoSite: "không có điểm giao dịch {}", "there is no site {}";
    Reading: "đang đọc", "reading";
    Scoring: "đang tính điểm", "scoring";
    Planning: "đang lập kế hoạch", "planning";
    Routing: "đang tìm đường", "finding ways";
    Added: "mới", "new";
    Removed: "đã bỏ", "gone";
    NoDifference: "Không có gì thay đổi.", "Nothing changed.";
    SitesCount: "{} điểm giao dịch", "{} sites";
    Low: "thấp", "low";
    High: "cao", "high";
    Monday: "T2", "Mon";
    Tuesday: "T3", "Tue";
    Wednesday: "T4", "Wed";
    Thursday: "T5", "Thu";
    Friday: "T6", "Fri";
    Saturday: "T7", "Sat";
    Sunday: "CN", "Sun";
    HoursReason: "giờ mở cửa", "opening hours";
    PressReason: "thời gian bấm báo động", "time to press the button";
    LinkReason: "đường truyền báo động", "alarm link";
    TravelReason: "thời gian công an đến", "travel time of the police";
    NoNumber: "không phải là số: viết chữ số với dấu chấm, như 12.5, hoặc để trống nếu không rõ", "is no number: write digits with a dot, such as 12.5, or nothing if it is not known";
    NoFlag: "không phải true hay false: viết true, false, hoặc để trống nếu không rõ", "is neither true nor false: write true, false, or nothing if it is not known";
    NoLevel: "không phải giá trị được phép: viết một trong {}, hoặc để trống nếu không rõ", "is none of its values: write one of {}, or nothing if it is not known";
    OutOfRange: "không nằm trong {} đến {} {}: có phải sai đơn vị? Viết theo đơn vị này, hoặc để trống nếu không rõ", "is not from {} to {} {}: is it in another unit? Write it in this one, or nothing if it is not known";
    UnknownColumn: "cột lạ; các cột được phép: keng-scorer schema", "unknown column; those that exist: keng-scorer schema";
    DidYouMean: "cột lạ; có phải là {}?", "unknown column; did you mean {}?";
    TwiceColumn: "cột có hai lần", "the column is there twice";
    NoIdColumn: "thiếu cột id", "the column id is missing";
    NoId: "thiếu id", "the id is missing";
    TwiceId: "id đã có ở dòng {}", "the id was there in row {}";
    TwicePlace: "cùng tên và cùng tọa độ với dòng {}", "the same name and place as in row {}";
    NoCoordinate: "tọa độ thiếu một nửa: cần cả lat và lon, hoặc không có", "half of a coordinate: both lat and lon are needed, or none";
    BadLat: "vĩ độ {} không nằm trong -90 đến 90 độ", "latitude {} is not from -90 to 90 degrees";
    BadLon: "kinh độ {} không nằm trong -180 đến 180 độ", "longitude {} is not from -180 to 180 degrees";
    Swapped: "lat và lon có vẻ bị đổi chỗ: {} thay vì {}", "lat and lon seem to be swapped: {} instead of {}";
    OffRoads: "cách đường gần nhất của bản trích {} m: kiểm tra lat, lon, hoặc dùng bản trích có vùng này", "{} m from the nearest road of the extract: check lat and lon, or use an extract that has this area";
    Closes: "đóng cửa trước khi mở cửa", "closes before it opens";
    Cells: "{} ô, nhưng dòng đầu có {} cột", "{} cells, but the header has {} columns";
    ManyColumns: "{} cột, nhiều hơn {}", "{} columns, more than {}";
    ManyRows: "nhiều hơn {} dòng", "more than {} rows";
    Empty: "trống: cần một dòng đầu với tên cột và ít nhất một điểm giao dịch", "is empty: a header with the names of the columns and at least one site are needed";
    NotUtf8: "không phải UTF-8", "is not UTF-8";
    Unreadable: "không đọc được: {}", "cannot be read: {}";
    UnknownFormat: "không rõ định dạng: dùng .csv, .xlsx, .parquet, .geojson, hoặc --format", "the format is not known: use .csv, .xlsx, .parquet, .geojson, or --format";
    NotPoint: "không phải là Point", "is no Point";
    MoreProblems: "... và {} vấn đề nữa", "... and {} more problems";
    NoIncident: "mỗi vụ cần lat, lon (hoặc x_m, y_m) và days", "each incident needs lat and lon (or x_m and y_m) and days";
    Metres: "Khoảng cách (m)", "Distance (m)";
    Days: "Thời gian (ngày)", "Time (days)";
    Observed: "Quan sát", "Observed";
    Predicted: "Dự báo", "Predicted";
    ByChance: "Ngẫu nhiên", "By chance";
    Ratio: "Tỷ số Knox", "Knox ratio";
    PValue: "p", "p";
    Shuffled: "{} lần xáo trộn, hạt giống {}; các khoảng đóng ở đầu, mở ở cuối", "{} shuffles, seed {}; the bins are half-open";
    PriorCounts: "Chỉ số vụ trước đây", "Prior counts alone";
    Calibrated: "Hiệu chỉnh: theo nhóm dự báo", "Calibration: by groups of the prediction";
    CardIs: "Điểm gốc {}, thang {}, log-loss {}", "Offset {}, scale {}, log-loss {}";
    NoPlace: "cần lat và lon", "lat and lon are needed";
}

impl Lang {
    /// The language asked for, else the one of the environment.
    pub(crate) fn or_environment(asked: Option<Self>) -> Self {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let set = variables.iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
        let is_vietnamese = set.is_some_and(|value| value.to_string_lossy().starts_with("vi"));
        asked.unwrap_or(if is_vietnamese { Self::Vi } else { Self::En })
    }

    /// A word.
    pub(crate) fn say(self, word: Word) -> &'static str {
        let [vi, en] = word.both();
        self.pick(vi, en)
    }

    /// A word with its places filled in.
    pub(crate) fn fill(self, word: Word, with: &[&dyn std::fmt::Display]) -> String {
        let mut parts = self.say(word).split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (part, with) in parts.zip(with) {
            text += &with.to_string();
            text += part;
        }
        text
    }

    /// The one or the other.
    pub(crate) fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    pub(crate) fn field(self, field: &Field) -> &str {
        self.pick(&field.vi, &field.en)
    }

    pub(crate) fn level(self, level: &Level) -> &str {
        self.pick(&level.vi, &level.en)
    }

    pub(crate) fn measure(self, measure: &Measure) -> &str {
        self.pick(&measure.vi, &measure.en)
    }

    pub(crate) fn part(self, part: Part) -> &'static str {
        self.say(match part {
            Part::Frequency => Word::Frequency,
            Part::Consequence => Word::Consequence,
            Part::Response => Word::Response,
        })
    }

    pub(crate) fn reason(self, model: &Model, reason: Reason) -> String {
        let word = match reason {
            Reason::Factor(number) => {
                let field = model.factors.get(number).and_then(|factor| model.fields.get(factor.field));
                return field.map(|field| self.field(field).to_owned()).unwrap_or_default();
            }
            Reason::Hours => Word::HoursReason,
            Reason::Press => Word::PressReason,
            Reason::Link => Word::LinkReason,
            Reason::Travel => Word::TravelReason,
        };
        self.say(word).to_owned()
    }

    /// A value of a field as people read it.
    pub(crate) fn value(self, field: &Field, value: f64) -> String {
        if value.is_nan() {
            return self.say(Word::NotKnown).to_owned();
        }
        let level = field.level_of(value).map(|level| self.level(level).to_owned());
        level.unwrap_or_else(|| field.write(value))
    }

    /// What is wrong with a value.
    pub(crate) fn wrong(self, wrong: &Wrong) -> String {
        match wrong {
            Wrong::NoField => self.say(Word::UnknownColumn).to_owned(),
            Wrong::NoNumber => self.say(Word::NoNumber).to_owned(),
            Wrong::NoFlag => self.say(Word::NoFlag).to_owned(),
            Wrong::NoLevel { levels } => self.fill(Word::NoLevel, &[&levels.join(", ")]),
            Wrong::OutOfRange { min, max, unit, .. } => self.fill(Word::OutOfRange, &[min, max, unit]),
        }
    }

    /// The short names of the days.
    pub(crate) fn days(self) -> [&'static str; 7] {
        [Word::Monday, Word::Tuesday, Word::Wednesday, Word::Thursday, Word::Friday, Word::Saturday, Word::Sunday]
            .map(|day| self.say(day))
    }

    /// A number with so many digits behind its point, in the manner of the language.
    pub(crate) fn number(self, value: f64, digits: usize) -> String {
        let plain = format!("{value:.digits$}");
        let (whole, rest) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
        let (thousands, point) = match self {
            Self::Vi => ('.', ','),
            Self::En => (',', '.'),
        };
        let (sign, figures) = whole.strip_prefix('-').map_or(("", whole), |figures| ("-", figures));
        let mut text = sign.to_owned();
        for (at, figure) in figures.chars().enumerate() {
            if at > 0 && (figures.len() - at).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(figure);
        }
        if let Some(rest) = rest {
            text.push(point);
            text += rest;
        }
        text
    }

    /// Whole points, with their sign.
    pub(crate) fn signed(self, points: i32) -> String {
        let text = self.number(f64::from(points), 0);
        if points > 0 { format!("+{text}") } else { text.replace('-', "\u{2212}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_word_with_the_same_places() {
        for word in Word::ALL {
            let [vi, en] = word.both();
            assert!(!vi.is_empty() && !en.is_empty(), "{word:?}");
            assert_eq!(vi.matches("{}").count(), en.matches("{}").count(), "{word:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        assert_eq!(Lang::En.number(-1_234_567.891, 2), "-1,234,567.89");
        assert_eq!(Lang::Vi.number(1234.5, 1), "1.234,5");
        assert_eq!(Lang::En.signed(-1200), "\u{2212}1,200");
        assert_eq!(Lang::En.signed(12), "+12");
    }
}
