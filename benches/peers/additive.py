"""The additive part of the default model in NumPy and pandas, with the reasons of each row: what `risk` is measured against.

Run by the benchmark: additive.py MODEL.toml ROWS. Makes the same invented sites as the benchmark, scores them, and prints one JSON line:
the seconds of both ways to do it, and the sum of all points, which must be the benchmark's own.

Two ways: `vectorised` is what someone who knows NumPy well writes (columns at once, the three best reasons by partition, texts by table);
`by_row` is what is usually written (DataFrame.apply over rows), measured on a part and scaled.
"""

import json
import sys
import time
import tomllib

import numpy as np
import pandas as pd

POINTS = 1000.0


def invented(model, rows):
    """Column j of row i is missing where (13 i + 5 j) % 10 is 0, else the (31 i (2 j + 3) + 7 j) % 97th of 97 steps of its range."""
    row = np.arange(rows, dtype=np.int64)
    columns = {}
    for j, field in enumerate(model["field"]):
        step = (31 * row * (2 * j + 3) + 7 * j) % 97
        if "levels" in field:
            value = (step % len(field["levels"])).astype(np.float64)
        elif field.get("flag"):
            value = (step % 2).astype(np.float64)
        else:
            low, _, high = field["missing"]
            value = low + (high - low) * step / 96.0
        value[(13 * row + 5 * j) % 10 == 0] = np.nan
        columns[field["name"]] = value
    return pd.DataFrame(columns)


def reference(field):
    value = field["reference"]
    return float([level["name"] for level in field["levels"]].index(value)) if "levels" in field else float(value)


def terms(model):
    """Each factor as a function from a column to whole points."""
    fields = {field["name"]: field for field in model["field"]}
    made = []
    for factor in model["factor"]:
        field = fields[factor["field"]]
        ref = reference(field)
        name = f"{factor['part']}.{factor['field']}"
        if "levels" in factor:
            given = {level["name"]: np.log2(level["times"]) for level in factor["levels"]}
            effects = np.array([given.get(level["name"], 0.0) for level in field["levels"]])
            weights = np.array([level["missing"] for level in field["levels"]])
            table = np.append(effects, (effects * weights).sum() / weights.sum()) - effects[int(ref)]
            points = rounded(table * POINTS)
            made.append((name, field["name"], lambda x, p=points: p[np.where(np.isnan(x), len(p) - 1, x).astype(np.int64)]))
            continue
        missing = field["missing"]
        expected = missing[0] if field.get("flag") else sum(missing) / 3.0
        slope = np.log2(factor["times"]) * POINTS
        if factor["shape"] == "linear":
            cap, per = factor.get("cap", np.inf), factor["per"]
            made.append((name, field["name"], lambda x, e=expected, c=cap, r=min(ref, cap), s=slope / per: rounded((np.minimum(np.where(np.isnan(x), e, x), c) - r) * s)))
        else:
            scale = factor["scale"]
            made.append((name, field["name"], lambda x, e=expected, a=scale, r=np.log2(ref + scale), s=slope: rounded((np.log2(np.where(np.isnan(x), e, x) + a) - r) * s)))
    return made


def rounded(x):
    """Halves away from zero."""
    return (np.sign(x) * np.floor(np.abs(x) + 0.5)).astype(np.int32)


def vectorised(data, model):
    made = terms(model)
    names = np.array([name for name, _, _ in made])
    points = np.empty((len(data), len(made)), dtype=np.int32)
    for j, (_, field, term) in enumerate(made):
        points[:, j] = term(data[field].to_numpy())
    score = points.sum(axis=1)
    best = np.argpartition(-points, 3, axis=1)[:, :3]
    rows = np.arange(len(data))[:, None]
    best = best[rows, np.argsort(-points[rows, best], axis=1, kind="stable")]
    result = pd.DataFrame(points, columns=names)
    result["score"] = score
    for place in range(3):
        won = points[np.arange(len(data)), best[:, place]]
        reason = pd.Series(np.char.add(np.char.add(names[best[:, place]], " +"), won.astype("U6")), dtype=object)
        result[f"reason_{place + 1}"] = reason.where(won > 0)
    result["rank"] = result["score"].rank(method="first", ascending=False).astype(np.int32)
    return result


def by_row(data, model):
    made = terms(model)

    def one(row):
        points = {name: int(term(np.array([row[field]]))[0]) for name, field, term in made}
        best = sorted(points, key=lambda name: -points[name])[:3]
        reasons = [f"{name} +{points[name]}" if points[name] > 0 else None for name in best]
        return pd.Series([sum(points.values()), *reasons, *points.values()])

    return data.apply(one, axis=1)


def main():
    with open(sys.argv[1], "rb") as file:
        model = tomllib.load(file)
    rows = int(sys.argv[2])
    data = invented(model, rows)
    runs = [timed(vectorised, data, model) for _ in range(3)]
    result = runs[-1][0]
    part = data.iloc[: min(rows, 2000)]
    slow, slow_wall, slow_cpu = timed(by_row, part, model)
    assert (slow[0].to_numpy() == result["score"].to_numpy()[: len(part)]).all()
    scale = rows / len(part)
    print(json.dumps({
        "vectorised": sorted(run[1] for run in runs)[1],
        "vectorised_cpu": sorted(run[2] for run in runs)[1],
        "by_row": slow_wall * scale,
        "by_row_cpu": slow_cpu * scale,
        "sum": int(result["score"].astype(np.int64).sum()),
        "pandas": pd.__version__,
        "numpy": np.__version__,
    }))


def timed(what, data, model):
    wall, cpu = time.perf_counter(), time.process_time()
    made = what(data, model)
    return made, time.perf_counter() - wall, time.process_time() - cpu


main()
