//! What operators of a console did besides answering: kept for those who ask, read back from the journal at the start.

use std::collections::VecDeque;

use keng_protocol::Timestamp;
use serde_json::Value;

/// How many are kept; the oldest goes, and stays in the journal.
const KEPT: usize = 4096;

/// One act of an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// Who and what, as the console wrote it.
    pub what: Value,
}

/// The latest acts, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Acts(VecDeque<Act>);

impl Acts {
    /// Adds one; what is no JSON is not kept, and stays in the journal.
    pub(crate) fn add(&mut self, at: Timestamp, json: &[u8]) {
        let Ok(what) = serde_json::from_slice(json) else { return };
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Act { at, what });
    }

    pub(crate) fn all(&self) -> Vec<Act> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_act_goes_at_the_bound() {
        let mut acts = Acts::default();
        for number in 0..=KEPT as u64 {
            acts.add(Timestamp::from_millis(number), format!("{{\"number\":{number}}}").as_bytes());
        }
        acts.add(Timestamp::from_millis(0), b"no JSON");
        let all = acts.all();
        assert_eq!((all.len(), all[0].at.millis(), all[0].what["number"].as_u64()), (KEPT, 1, Some(1)));
    }
}
