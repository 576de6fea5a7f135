//! Which authorities are told, what they answered, and what happens when they do not: the incident machine.
