//! SIA DC-09 frames, as another dialect that yields the same alarms.
