//! Effects from incidents: logistic and Poisson fits, Firth, Bayesian, and integer point cards.
