//! Counts and states for a monitoring system, in OpenMetrics. No device, person or place is a label.

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::Registry;

/// Seconds from a frame's arrival to its place on the disk.
const STORED_BUCKETS: [f64; 12] = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ByPath {
    pub(crate) path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ByReason {
    pub(crate) reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ByOutcome {
    pub(crate) outcome: &'static str,
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) accepted: Family<ByPath, Counter>,
    pub(crate) again: Family<ByPath, Counter>,
    pub(crate) refused: Family<ByReason, Counter>,
    pub(crate) tellings: Family<ByOutcome, Counter>,
    pub(crate) receipts: Counter,
    pub(crate) unsent: Counter,
    pub(crate) stored_seconds: Histogram,
    links: Gauge,
    devices: Gauge,
    silent: Gauge,
    pub(crate) journal_position: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("keng");
        let histogram = Histogram::new(STORED_BUCKETS);
        macro_rules! register {
            ($name:literal, $help:literal, $metric:expr) => {{
                let metric = $metric;
                registry.register($name, $help, metric.clone());
                metric
            }};
        }
        Self {
            accepted: register!("frames_accepted", "Authentic messages, by path", Family::default()),
            again: register!("frames_again", "Copies of frames that were accepted before, by path", Family::default()),
            refused: register!("frames_refused", "Octets that were refused, by reason", Family::default()),
            tellings: register!("tellings", "Tellings to authorities, by outcome", Family::default()),
            receipts: register!("receipts", "Receipts and ACKs sent", Counter::default()),
            unsent: register!("messages_unsent", "Messages that found no link", Counter::default()),
            stored_seconds: register!("stored_seconds", "From arrival to disk", histogram),
            links: register!("links", "Open links", Gauge::default()),
            devices: register!("devices", "Enrolled devices", Gauge::default()),
            silent: register!("devices_silent", "Panels that do not talk", Gauge::default()),
            journal_position: register!("journal_position", "Entries in the journal", Gauge::default()),
            registry,
        }
    }

    /// What changes slowly: set once a second.
    pub(crate) fn gauge(&self, links: usize, devices: usize, silent: usize) {
        for (gauge, value) in [(&self.links, links), (&self.devices, devices), (&self.silent, silent)] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}
