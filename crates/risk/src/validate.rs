//! Whether predictions hold: AUC, Brier, log-loss, calibration, PAI and PEI*, beside the prior-count baseline.
