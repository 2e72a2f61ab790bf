"""A look into a workbook before it is unpacked: sizes, stray cells, and which part holds which sheet."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from planner.tables.grid import Unreadable

MAX_BYTES = 250 * 2**20
MAX_RATIO = 100
MAX_CELLS = 40_000_000
RATIO_FREE = 2**20  # what is small when unpacked may be packed as tightly as it likes
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
NAMESPACES = {
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "links": "http://schemas.openxmlformats.org/package/2006/relationships",
}
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    KeyError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # encrypted parts
    NotImplementedError,  # unknown compression
)
# elements may have a prefix, as in <x:row r="1">
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\br="(\d+)"')
FAR_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="(?:[C-Z][A-Z]|[A-Z]{3})\d+"')
SECOND_ALPHABET = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="[A-Z]{2}\d+"')


def not_excel(fault: str) -> Unreadable:
    rule = f"this is not a readable Excel workbook ({fault.splitlines()[0] if fault else 'no reason known'})"
    return Unreadable("not_excel", rule, "Save it again as .xlsx.")


def checked_parts(path: Path) -> dict[str, str]:
    """The part of the archive behind each sheet, after a look at the sizes in the zip directory."""
    try:
        with path.open("rb") as file:
            if file.read(4) == OLD_EXCEL:
                raise Unreadable(
                    "protected_workbook",
                    "the workbook is protected by a password, or has the old format .xls",
                    "Save it as .xlsx without a password.",
                )
        with zipfile.ZipFile(path) as archive:
            check_sizes(archive)
            parts = _parts(archive)
            for part in parts.values():
                _check_extent(archive.read(part))
            return parts
    except DAMAGES as fault:
        raise not_excel(str(fault)) from None


def check_sizes(archive: zipfile.ZipFile, noun: str = "workbook", most: int = MAX_BYTES) -> None:
    """Look at the directory of an archive before anything in it is unpacked; raises Unreadable if it is a bomb."""
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist())
    code = f"{noun}_too_large"
    if unpacked > most:
        rule = f"the {noun} unpacks to {unpacked / 2**20:,.0f} MB; at most {most // 2**20} MB are read"
        raise Unreadable(code, rule, "Use CSV or Parquet for tables of this size.")
    if unpacked > RATIO_FREE and unpacked > MAX_RATIO * packed:
        rule = f"the {noun} unpacks to {unpacked / max(packed, 1):,.0f} times its size; at most {MAX_RATIO}"
        raise Unreadable(code, rule, f"Maybe it is not a real {noun}.")


def _check_extent(content: bytes) -> None:
    """A stray cell far away makes a reader allocate everything between."""
    rows = max(map(int, ROW.findall(content)), default=0)
    columns = 78 if SECOND_ALPHABET.search(content) else 26
    if FAR_COLUMN.search(content):
        raise Unreadable(
            "stray_cells", "there are cells beyond column BZ", "Delete what is right of the table."
        )
    if rows * columns > MAX_CELLS:
        raise Unreadable(
            "stray_cells", f"the sheet reaches down to row {rows:,}", "Delete what is below the table."
        )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    book = ElementTree.fromstring(_safe_xml(archive.read("xl/workbook.xml")))
    links = ElementTree.fromstring(_safe_xml(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {
        link.get("Id"): link.get("Target", "").lstrip("/").removeprefix("xl/")
        for link in links.iterfind("links:Relationship", NAMESPACES)
    }
    parts = {
        sheet.get("name", ""): "xl/" + (targets.get(sheet.get(LINK)) or "")
        for sheet in book.iterfind("main:sheets/main:sheet", NAMESPACES)
    }
    return {name: part for name, part in parts.items() if part in archive.namelist()}


def _safe_xml(content: bytes) -> bytes:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(
            "not_excel", "the workbook holds a document type definition, which no spreadsheet writes"
        )
    return content
