//! The timeline: one line for each thing that happens, in the order in which it happened.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _, stdout};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Local};

/// How long a line is held back, so that one which happened before it and is written later still stands before it.
const HELD: Duration = Duration::from_millis(250);
/// The width of the column that says who, in characters.
const WHO: usize = 30;

/// How a line looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// What happens.
    Plain,
    /// A scene begins.
    Scene,
    /// People are in danger.
    Alarm,
    /// Somebody acts, or something is proven.
    Good,
    /// Something is refused or missing.
    Warn,
}

/// Writes the timeline to standard output. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Timeline {
    start: Instant,
    start_clock: DateTime<Local>,
    colour: bool,
    held: Arc<Mutex<BTreeMap<(Instant, u64), String>>>,
}

impl Timeline {
    /// A timeline that begins now.
    pub(crate) fn new() -> Self {
        let colour = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { start: Instant::now(), start_clock: Local::now(), colour, held: Arc::default() }
    }

    /// When it began.
    pub(crate) const fn start(&self) -> Instant {
        self.start
    }

    /// Writes down what `who` did or saw at `at`.
    pub(crate) fn line(&self, at: Instant, who: &str, tone: Tone, text: &str) {
        let since = at.saturating_duration_since(self.start);
        let clock = (self.start_clock + since).format("%H:%M:%S%.3f");
        let (seconds, millis) = (since.as_secs(), since.subsec_millis());
        let times = self.paint(Paint::Dim, &format!("+{seconds:02}.{millis:03}  {clock}"));
        let text = self.paint(tone.paint(), &format!("{}  {text}", fitted(who)));
        self.hold(at, format!("{times}  {text}"));
    }

    /// The title of a scene.
    pub(crate) fn scene(&self, at: Instant, text: &str) {
        let text = self.paint(Paint::Bold, &format!("── {text}"));
        self.hold(at, format!("\n{text}"));
    }

    /// Text as it stands on a terminal, or plain.
    pub(crate) fn tinted(&self, tone: Tone, text: &str) -> String {
        self.paint(tone.paint(), text)
    }

    /// Writes what was held back long enough, for ever.
    pub(crate) async fn run(self) {
        loop {
            tokio::time::sleep(HELD / 5).await;
            self.write(Instant::now().checked_sub(HELD));
        }
    }

    /// Writes everything that is still held back.
    pub(crate) fn flush(&self) {
        self.write(Some(Instant::now()));
    }

    fn hold(&self, at: Instant, line: String) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let number = held.range((at, 0)..=(at, u64::MAX)).next_back().map_or(0, |((_, number), _)| number + 1);
        held.insert((at, number), line);
    }

    /// Who has closed our output has seen enough; the exit code still says how it ended.
    fn write(&self, up_to: Option<Instant>) {
        let Some(up_to) = up_to else { return };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let later = held.split_off(&(up_to, u64::MAX));
        let due = std::mem::replace(&mut *held, later);
        let mut out = stdout().lock();
        for line in due.values() {
            let _ = writeln!(out, "{line}");
        }
        let _ = out.flush();
    }

    fn paint(&self, paint: Paint, text: &str) -> String {
        if self.colour && paint != Paint::None {
            format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code())
        } else {
            text.to_owned()
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Paint {
    None,
    Dim,
    Bold,
    Red,
    Green,
    Yellow,
}

impl Paint {
    const fn code(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Dim => "2",
            Self::Bold => "1",
            Self::Red => "31",
            Self::Green => "32",
            Self::Yellow => "33",
        }
    }
}

impl Tone {
    const fn paint(self) -> Paint {
        match self {
            Self::Plain => Paint::None,
            Self::Scene => Paint::Bold,
            Self::Alarm => Paint::Red,
            Self::Good => Paint::Green,
            Self::Warn => Paint::Yellow,
        }
    }
}

/// Cut or filled to the column's width.
fn fitted(who: &str) -> String {
    let short: String = who.chars().take(WHO).collect();
    format!("{short:<WHO$}")
}

/// A duration as a person reads it.
pub(crate) fn span(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}
