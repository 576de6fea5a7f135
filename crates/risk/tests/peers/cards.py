"""Point cards by FasterRisk, of sklearn's breast cancer table cut at the deciles: the table, and for each size the log-loss and the seconds."""

import contextlib
import importlib.util
import io
import pathlib
import sys
import time

import numpy as np
from sklearn.datasets import load_breast_cancer

# FasterRisk asks NumPy for a method that newer versions have under another name only.
spec = importlib.util.find_spec("fasterrisk.rounding")
rounding = importlib.util.module_from_spec(spec)
exec(pathlib.Path(spec.origin).read_text().replace(".tostring()", ".tobytes()"), rounding.__dict__)
sys.modules["fasterrisk.rounding"] = rounding
from fasterrisk.fasterrisk import RiskScoreOptimizer  # noqa: E402


def line(name, numbers):
    print(name, *(repr(float(number)) for number in np.ravel(numbers)))


cancer = load_breast_cancer()
cuts = [column <= cut for column in cancer.data.T for cut in np.unique(np.quantile(column, np.arange(0.1, 0.95, 0.1)))]
x, y = np.array(cuts, dtype=float).T, cancer.target.astype(float)
line("width", [x.shape[1]])
line("features", x)
line("outcomes", y)
for size in (3, 5, 8):
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        optimizer = RiskScoreOptimizer(X=x, y=2 * y - 1, k=size, lb=-5, ub=5)
        optimizer.optimize()
        multipliers, intercepts, points = optimizer.get_models()
    seconds = time.process_time() - start
    losses = []
    for multiplier, intercept, point in zip(multipliers, intercepts, points):
        margin = (2 * y - 1) * (intercept + x @ point) / multiplier
        losses.append(np.mean(np.logaddexp(0, -margin)))
    best = int(np.argmin(losses))
    line("card", [size, losses[best], seconds, np.count_nonzero(points[best])])
