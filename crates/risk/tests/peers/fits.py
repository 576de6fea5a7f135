"""Fits of public tables by statsmodels, and of one by firthlogist: each table, the coefficients (intercept first), their errors, the log-likelihood."""

import warnings

import numpy as np
import statsmodels.api as sm
import statsmodels.datasets as data
from sklearn.datasets import load_breast_cancer

warnings.simplefilter("ignore")


def line(name, numbers):
    print(name, *(repr(float(number)) for number in np.ravel(numbers)))


def show(family, x, y, exposures, coefficients, errors, likelihood):
    line("family", [family])
    line("width", [x.shape[1]])
    line("features", x)
    line("outcomes", y)
    line("exposures", [] if exposures is None else exposures)
    line("coefficients", coefficients)
    line("errors", errors)
    line("likelihood", [likelihood])


def logistic(x, y):
    fit = sm.Logit(y, sm.add_constant(x)).fit(disp=0, maxiter=200, tol=1e-14)
    show(0, x, y, None, fit.params, fit.bse, fit.llf)


def poisson(x, y, exposures=None):
    fit = sm.Poisson(y, sm.add_constant(x), exposure=exposures).fit(method="newton", disp=0, maxiter=200, tol=1e-14)
    show(1, x, y, exposures, fit.params, fit.bse, fit.llf)


cancer = load_breast_cancer()
columns = [list(cancer.feature_names).index(name) for name in
           ("mean texture", "mean smoothness", "mean symmetry", "texture error", "worst symmetry", "mean area")]
logistic(cancer.data[:, columns], cancer.target.astype(float))
logistic(np.asarray(data.spector.load().exog, dtype=float), np.asarray(data.spector.load().endog, dtype=float))
doctor = data.randhie.load()
x, y = np.asarray(doctor.exog, dtype=float)[:5000], np.asarray(doctor.endog, dtype=float)[:5000]
poisson(x, y)
poisson(x, y, np.linspace(0.5, 2.0, len(y)))
