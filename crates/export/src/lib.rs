//! The file formats: one table or document in, bytes out.
