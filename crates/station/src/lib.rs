//! Drives the machines and a journal over tokio: listeners, timers, channels.
