"""Writes workbooks with the mistakes that people make: odd.py FOLDER."""
import datetime as dt
import sys
import unicodedata

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

folder = sys.argv[1]

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Bảo vệ"
sheet["A1"] = "Danh sách bảo vệ"
sheet.merge_cells("A1:D1")
sheet.append(["Họ và tên", "Ngày cấp", "Số", "Hết hạn"])
sheet.append([unicodedata.normalize("NFD", "Phạm Quốc Huỳnh"), dt.date(2026, 3, 15), "001", "=EDATE(B3,60)"])
sheet.append(["\u00a0Lê Ưng Ý", "31/06/2026", "002", None])
sheet.append(["Trần Văn Ẩn", dt.datetime(2024, 2, 29, 8, 30), "003", None])
sheet.row_dimensions[5].hidden = True
sheet.column_dimensions["C"].hidden = True
draft = book.create_sheet("Nháp")
draft["A1"] = "bỏ"
draft.sheet_state = "hidden"
book.save(f"{folder}/odd.xlsx")

old = openpyxl.Workbook()
old.epoch = CALENDAR_MAC_1904
old.active["A1"] = dt.date(2026, 3, 15)
old.save(f"{folder}/mac.xlsx")
