//! Which panels say that somebody has read which notice: by the journal's own entries, so it is known again after a restart.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keng_dispatch::SiteId;
use keng_dispatch::record::{Note, Record, What};
use keng_protocol::{DeviceId, NoticeId, Timestamp};

/// How many notices are remembered; the oldest goes. What a panel says of another is in the journal only, so no panel can make room for what
/// nobody has sent.
const NOTICES: usize = 1024;
/// How many readings of one notice, one for each panel; the first stay.
const OF_ONE: usize = 16 * 1024;

/// That somebody on a site has read a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The panel that says so.
    pub device: DeviceId,
    /// Its site, if the directory of that time knew one.
    pub site: Option<SiteId>,
    /// When.
    pub at: Timestamp,
    /// The panel's number of who has read it.
    pub user: Option<u16>,
}

/// All readings of the latest notices. Cloning is cheap, and gives the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readings(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    of: HashMap<NoticeId, Vec<Reading>>,
    order: VecDeque<NoticeId>,
}

impl Readings {
    /// A notice goes out.
    pub(crate) fn sent(&self, notice: NoticeId) {
        let mut state = self.state();
        if state.of.insert(notice, Vec::new()).is_none() {
            state.order.push_back(notice);
        }
        if state.order.len() > NOTICES
            && let Some(oldest) = state.order.pop_front()
        {
            state.of.remove(&oldest);
        }
    }

    /// Takes up what a record says of a reading; most say nothing of one.
    pub(crate) fn hear(&self, record: &Record) {
        let What::Noted { device, site, note: Note::NoticeRead { notice, user } } = &record.what else { return };
        let mut state = self.state();
        let Some(known) = state.of.get_mut(notice) else { return };
        if known.len() < OF_ONE && known.iter().all(|reading| reading.device != *device) {
            known.push(Reading { device: *device, site: site.clone(), at: record.at, user: *user });
        }
    }

    /// Who has read a notice, in the order in which they did; `None` when the notice is none of the latest.
    pub(crate) fn of(&self, notice: NoticeId) -> Option<Vec<Reading>> {
        self.state().of.get(&notice).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(device: u8, notice: NoticeId) -> Record {
        let note = Note::NoticeRead { notice, user: None };
        let what = What::Noted { device: DeviceId([device; 8]), site: None, note };
        Record { number: 1, at: Timestamp::from_millis(5), incident: None, frame: None, source: None, what }
    }

    #[test]
    fn a_panel_counts_once_and_only_for_a_notice_that_was_sent() {
        let (readings, notice, never) = (Readings::default(), NoticeId([1; 8]), NoticeId([2; 8]));
        readings.sent(notice);
        [read(7, notice), read(8, notice), read(7, notice), read(7, never)].iter().for_each(|one| readings.hear(one));
        let devices: Vec<_> = readings.of(notice).unwrap().iter().map(|one| one.device.0[0]).collect();
        assert_eq!((devices, readings.of(never)), (vec![7, 8], None));
    }

    #[test]
    fn the_oldest_notice_goes_at_the_bound() {
        let readings = Readings::default();
        let notice = |number: u64| NoticeId(number.to_be_bytes());
        (0..=NOTICES as u64).for_each(|number| readings.sent(notice(number)));
        assert!(readings.of(notice(0)).is_none() && readings.of(notice(1)).is_some());
    }
}
