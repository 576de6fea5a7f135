//! Scores a site, says why, and plans what lowers it.
