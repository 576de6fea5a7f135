//! Guard records, when they are valid and under which rule, who covers which shift.
