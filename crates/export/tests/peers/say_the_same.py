"""Opens every format of an export with other people's readers, and compares them cell by cell with its JSON.

Usage: say_the_same.py FOLDER : the folder of an export (it has a manifest.json), or one with such folders in it. An export has tables NAME.{json,csv,xlsx,parquet,html,pdf},
badges in badges/ENTRY.json and a calendar NAME.ics whose events are entry-ENTRY@...; a table with the column `entry` says what they must say.
"""
import csv
import datetime as dt
import hashlib
import json
import pathlib
import re
import sys
import unicodedata

import duckdb
import html5lib
import icalendar
import openpyxl
import pyarrow.parquet
import pypdf

ZONE = dt.timezone(dt.timedelta(hours=7))
compared = {}


def fail(words):
    sys.exit(f"DIFFERENT: {words}")


def same(where, expected, found):
    compared[where.split(" ")[0]] = compared.get(where.split(" ")[0], 0) + 1
    if expected != found:
        fail(f"{where}: {expected!r} in JSON, {found!r} here")


def value(kind, written):
    """A cell of the JSON as Python would have it."""
    if written is None:
        return None
    if kind == "date":
        return dt.date.fromisoformat(written)
    if kind == "instant":
        return dt.datetime.fromisoformat(written).astimezone(ZONE)
    if kind in ("number", "integer"):
        return float(written) if kind == "number" else int(written)
    return written


def parsed(kind, text):
    """A cell of a format that has only texts."""
    if text == "":
        return None
    if kind == "flag":
        return {"true": True, "false": False}[text]
    return value(kind, text)


def csv_rows(path, columns):
    raw = path.read_bytes()
    if not raw.startswith(b"\xef\xbb\xbf") or raw[3:].startswith(b"sep="):
        fail("the CSV does not begin as Excel wants it")
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            for column in columns:
                text = row[column["name"]]
                if column["kind"] == "text":
                    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
                        fail("a spreadsheet would run a text of the CSV")
                    row[column["name"]] = (text[1:] if text.startswith("'") else text) or None
                else:
                    row[column["name"]] = parsed(column["kind"], text)
            yield row


def xlsx_value(kind, found):
    if found is None:
        return None
    if kind == "date":
        return found.date()
    if kind == "instant":
        rounded = round(found.microsecond / 1000) * 1000
        return (found.replace(microsecond=0) + dt.timedelta(microseconds=rounded)).replace(tzinfo=ZONE)
    if kind == "text":
        # openpyxl leaves Excel's own escapes as they are.
        return re.sub("_x([0-9A-F]{4})_", lambda hit: chr(int(hit[1], 16)), found)
    return float(found) if kind == "number" else found


def xlsx_rows(path, columns):
    book = openpyxl.load_workbook(path, read_only=False)
    rows = book.worksheets[0].iter_rows()
    same("openpyxl headings", [column["title"] for column in columns], [cell.value for cell in next(rows)])
    for row in rows:
        for cell in row:
            if cell.data_type == "f":
                fail(f"a formula in {cell.coordinate}")
        yield {column["name"]: xlsx_value(column["kind"], cell.value) for column, cell in zip(columns, row)}


def parquet_rows(path, columns):
    table = pyarrow.parquet.read_table(path)
    types = {"text": "string", "integer": "int64", "number": "double", "flag": "bool", "date": "date32[day]", "instant": "timestamp[ms, tz=UTC]"}
    same("pyarrow types", [(c["name"], types[c["kind"]]) for c in columns], [(f.name, str(f.type)) for f in table.schema])
    for row in table.to_pylist():
        yield {c["name"]: row[c["name"]].astimezone(ZONE) if c["kind"] == "instant" and row[c["name"]] else row[c["name"]] for c in columns}


def duckdb_rows(path, columns):
    connection = duckdb.connect()
    moment = [f"epoch_ms({c['name']}) as {c['name']}" if c["kind"] == "instant" else c["name"] for c in columns]
    for row in connection.execute(f"select {', '.join(moment)} from read_parquet(?)", [str(path)]).fetchall():
        row = dict(zip([c["name"] for c in columns], row))
        for c in columns:
            if c["kind"] == "instant" and row[c["name"]] is not None:
                row[c["name"]] = dt.datetime.fromtimestamp(0, ZONE) + dt.timedelta(milliseconds=row[c["name"]])
        yield row


def html_rows(path, columns):
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_bytes())
    if page.findall(".//script"):
        fail("a script in the page")
    same("html headings", [column["title"] for column in columns], ["".join(cell.itertext()) for cell in page.findall(".//th")])
    for row in page.findall(".//tbody/tr"):
        cells = {}
        for column, cell in zip(columns, row.findall("td"), strict=True):
            moment = cell.find("time")
            text = moment.get("datetime") if moment is not None else "".join(cell.itertext())
            if column["kind"] == "flag":
                text = {"có": "true", "không": "false", "yes": "true", "no": "false", "": ""}[text]
            cells[column["name"]] = (text or None) if column["kind"] == "text" else parsed(column["kind"], text)
        yield cells


def shown(kind, cell, english):
    if cell is None:
        return ""
    if kind == "date":
        return cell.strftime("%d/%m/%Y")
    if kind == "instant":
        return cell.strftime("%d/%m/%Y %H:%M:%S")
    if kind == "flag":
        return ("có", "yes")[english] if cell else ("không", "no")[english]
    return str(cell)


def bare(text):
    return re.sub(r"\s+", "", text)


def pdf_text(path):
    reader = pypdf.PdfReader(path)
    xmp = reader.xmp_metadata
    if b"pdfaid:part" not in reader.trailer["/Root"]["/Metadata"].get_data() or xmp is None:
        fail(f"{path.name} does not say that it is PDF/A")
    return [page.extract_text() for page in reader.pages]


def pdf_rows(path, columns, rows):
    """A table on sheets: each row's cells follow each other, whatever line they are on. The number of a fraction is compared as it is written."""
    english = pypdf.PdfReader(path).trailer["/Root"].get("/Lang") == "en"
    text = bare("".join(pdf_text(path)))
    if unicodedata.normalize("NFC", text) != text:
        fail("the text of the PDF is not in NFC")
    at = 0
    for number, row in enumerate(rows):
        for column in columns:
            cell = row.get(column["name"])
            words = bare(json.dumps(cell) if column["kind"] == "number" and cell is not None else shown(column["kind"], value(column["kind"], cell), english))
            found = text.find(words, at)
            same(f"pypdf row {number + 1} {column['name']}", True, found >= 0 and (found - at < 600 if at else True))
            at = found + len(words)


def table(folder, name):
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    columns = content["columns"]
    expected = [{c["name"]: value(c["kind"], row.get(c["name"])) for c in columns} for row in content["rows"]]
    readers = [("csv", "csv", csv_rows), ("xlsx", "openpyxl", xlsx_rows), ("parquet", "pyarrow", parquet_rows), ("parquet", "duckdb", duckdb_rows), ("html", "html", html_rows)]
    for end, reader, rows in readers:
        path = folder / f"{name}.{end}"
        if not path.exists():
            fail(f"{path} is not there")
        found = list(rows(path, columns))
        same(f"{reader} number of rows", len(expected), len(found))
        for number, (one, other) in enumerate(zip(expected, found)):
            for c in columns:
                same(f"{reader} row {number + 1} {c['name']}", one[c["name"]], other[c["name"]])
    if len(content["rows"]) <= 10_000:
        pdf_rows(folder / f"{name}.pdf", columns, content["rows"])
    return content


def sheets(folder, content):
    pages = pdf_text(folder / "sheets.pdf")
    same("sheets one a certificate", len(content["rows"]), len(pages))
    titles = {c["name"]: c["title"] for c in content["columns"]}
    for page, row in zip(pages, content["rows"]):
        for name in ("number", "person", "name", "kind", "issued", "last_day", "note"):
            if name in row:
                cell = row[name] if name not in ("issued", "last_day") else dt.date.fromisoformat(row[name]).strftime("%d/%m/%Y")
                same(f"sheets {name}", True, bare(titles[name]) in bare(page) and bare(cell) in bare(page))


def entries(content):
    """What a table says of each certificate by its entry: from one row each, or from one row for each field."""
    names = {column["name"] for column in content["columns"]}
    if {"entry", "number", "kind", "issued"} <= names:
        return {row["entry"]: row for row in content["rows"] if "kind" in row}
    found = {}
    if {"entry", "field", "value"} <= names:
        for row in content["rows"]:
            found.setdefault(row["entry"], {})[row["field"]] = row["value"]
    return found


def what(row):
    return f"{row['kind']}:{row['tool']}" if row.get("tool") else row["kind"]


def badges(folder, rows, has_last_day):
    """Each badge says what the table says; returns the entries and the last day of each."""
    days = {}
    for file in (folder / "badges").glob("*.json"):
        badge = json.loads(file.read_text(encoding="utf-8"))
        row, subject = rows[int(file.stem)], badge["credentialSubject"]
        day = lambda moment: moment and dt.datetime.fromisoformat(moment).astimezone(ZONE).date().isoformat()
        days[int(file.stem)] = day(badge.get("validUntil"))
        same("badges number", row.get("number") or None, subject.get("licenseNumber"))
        same("badges person", True, subject["id"].endswith(row["person"]))
        same("badges kind", what(row), subject["achievement"]["name"])
        same("badges issued", row["issued"], day(badge["validFrom"]))
        if has_last_day:
            same("badges last day", row.get("last_day"), days[int(file.stem)])
    return days


def calendar(path, rows, days):
    """One event for each badge that ends, on its last day."""
    events = {}
    for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
        entry = int(str(event["UID"]).split("@")[0].removeprefix("entry-"))
        events[entry] = event["DTSTART"].dt.isoformat()
        row = rows[entry]
        same("icalendar number", True, row.get("number", "") in str(event["DESCRIPTION"]))
        same("icalendar summary", True, row["person"] in str(event["SUMMARY"]) and what(row) in str(event["SUMMARY"]))
        same("icalendar note", True, row.get("note", "") in str(event["DESCRIPTION"]))
        reminders = [-alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")]
        same("icalendar reminders", True, reminders == sorted(reminders, reverse=True) and len(reminders) >= 3)
    same("icalendar last days", {entry: day for entry, day in days.items() if day}, events)


def manifest(folder):
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    there = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    same("manifest paths", there, [file["path"] for file in listed])
    for file in listed:
        content = (folder / file["path"]).read_bytes()
        same("manifest hash", (len(content), hashlib.sha256(content).hexdigest()), (file["bytes"], file["sha256"]))


def export(folder):
    manifest(folder)
    tables = [path.stem for path in sorted(folder.glob("*.json")) if "columns" in json.loads(path.read_text(encoding="utf-8"))]
    if not tables:
        fail(f"{folder}: no table")
    for name in tables:
        content = table(folder, name)
        rows = entries(content)
        if (folder / "badges").exists():
            days = badges(folder, rows, any(column["name"] == "last_day" for column in content["columns"]))
            same("badges there are some", True, len(days) > 0)
            calendar(folder / f"{name}.ics", rows, days)
        if (folder / "sheets.pdf").exists():
            sheets(folder, content)
            same("badges one a certificate", len(content["rows"]), len(days))


def main():
    folder = pathlib.Path(sys.argv[1])
    folders = [folder] if (folder / "manifest.json").exists() else sorted(path.parent for path in folder.glob("*/manifest.json"))
    if not folders:
        fail(f"{folder}: no export")
    for one in folders:
        compared.clear()
        export(one)
        print(f"{one.name}:", ", ".join(f"{reader} {count}" for reader, count in compared.items()))


main()
