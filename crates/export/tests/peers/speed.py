"""CSV beside pandas and XLSX beside XlsxWriter in constant-memory mode: the same rows, CPU time, in one run, by turns.

Usage, from the repository: python crates/export/tests/peers/speed.py [ROUNDS]. Needs .ci/python/requirements.txt; builds the benchmark (or takes
the one that KENG_EXPORT_BENCH names). Both sides get typed
values that are already in memory (ours makes each row anew) and write to a file.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import pandas
import pyarrow.parquet
import xlsxwriter

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
# XlsxWriter takes minutes for a million rows; its time grows with the rows alone.
XLSX_ROWS = 100_000


def ours(folder, formats):
    built = os.environ.get("KENG_EXPORT_BENCH")
    command = [built] if built else ["cargo", "bench", "-q", "-p", "keng-benches", "--bench", "export", "--"]
    command += [*formats, "--to", str(folder)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(out, end="")
    return {name: float(rate) for name, rate in re.findall(r"^(\w+): (\d+) rows per CPU-second", out, re.M)}


def cpu(rows, what):
    begin = time.process_time()
    what()
    return rows / (time.process_time() - begin)


def workbook(path, header, rows):
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy", "remove_timezone": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, header)
    # The typed calls, which are its fastest: nothing is guessed.
    kinds = [type(next((row[at] for row in rows if row[at] is not None), None)).__name__ for at in range(len(header))]
    calls = {"str": sheet.write_string, "int": sheet.write_number, "float": sheet.write_number, "bool": sheet.write_boolean}
    calls = [calls.get(kind, sheet.write_datetime) for kind in kinds]
    for number, row in enumerate(rows, 1):
        for column, (call, value) in enumerate(zip(calls, row)):
            if value is not None:
                call(number, column, value)
    book.close()


def main():
    results = {"csv": [], "csv as text": [], "xlsx": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ours(folder, ["parquet"])
        table = pyarrow.parquet.read_table(folder / "rows.parquet")
        frame = table.to_pandas()
        texts = frame.astype(str)
        rows = [tuple(row.values()) for row in table.slice(0, XLSX_ROWS).to_pylist()]
        rows = [tuple(v.replace(tzinfo=None) if hasattr(v, "tzinfo") and v.tzinfo else v for v in row) for row in rows]
        for _ in range(ROUNDS):
            rates = ours(folder, ["csv", "xlsx"])
            pandas_typed = cpu(len(frame), lambda: frame.to_csv(folder / "p.csv", index=False, encoding="utf-8-sig"))
            pandas_text = cpu(len(texts), lambda: texts.to_csv(folder / "p.csv", index=False, encoding="utf-8-sig"))
            rival = cpu(len(rows), lambda: workbook(folder / "x.xlsx", table.column_names, rows))
            results["csv"].append((rates["csv"], pandas_typed))
            results["csv as text"].append((rates["csv"], pandas_text))
            results["xlsx"].append((rates["xlsx"], rival))
    goals = {"csv": ("pandas", 10), "csv as text": ("pandas, everything already text", None), "xlsx": ("XlsxWriter, constant memory", 3)}
    failed = False
    for what, pairs in results.items():
        ratio = statistics.median(one / other for one, other in pairs)
        rival, goal = goals[what]
        one, other = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
        failed |= goal is not None and ratio < goal
        print(f"{what}: {one:,.0f} rows per CPU-second beside {other:,.0f} of {rival}: {ratio:.1f} times" + (f" (goal: {goal})" if goal else ""))
    sys.exit(failed)


main()
