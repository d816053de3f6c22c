"""A CSV file as rows with their numbers, whatever wrote it; what cannot be read so is said in a sentence."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 200_000_000
SEPARATORS = ",;\t"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take a cell for a formula by (OWASP ASVS 1.2.10), the wide forms too."""


class NotATable(ValueError):
    """The file as a whole cannot be taken in; the message is a sentence."""


@dataclass(frozen=True)
class Table:
    """Its rows by the number at which an editor shows them, with their fields by column; `notes`: how it was read."""

    rows: Sequence[tuple[int, dict[str, str]]]
    cut: Sequence[int]  # rows with too few or too many fields
    notes: Sequence[str]


def read(path: Path, needed: Sequence[str], known: Sequence[str]) -> Table:
    """The file's rows. Raises NotATable."""
    text, notes = _text(path)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        header = _header(next(lines, []), needed, known)
        notes += _unknown(header, known)
        return _rows(lines, header, notes)
    except csv.Error as error:
        raise NotATable(f"Line {lines.line_num} cannot be read as CSV ({error}). Is a quote missing there?") from error


def written(columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, heading: bool = True) -> str:
    """The rows as CSV, in which no cell is a formula (H36)."""
    lines = io.StringIO(newline="")
    out = csv.DictWriter(lines, columns, lineterminator="\r\n")
    if heading:
        out.writeheader()
    out.writerows({column: _harmless(value) for column, value in row.items()} for row in rows)
    return lines.getvalue()


def _harmless(value: str) -> str:
    """A spreadsheet takes it for text: a blank before the sign would not keep it from being a formula."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(FORMULA) else value


def _text(path: Path) -> tuple[str, list[str]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotATable("The file is larger than 200 MB. Please split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise NotATable(f"The file cannot be read: {error.strerror}.") from error
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(raw, "utf-16"), ["It was read as UTF-16."]
    if b"\0" in raw:
        raise NotATable("This is no text file. Please export it as CSV.")
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return _decoded(raw, "cp1252"), ["It is not UTF-8 and was read as Windows-1252: look at names with accents."]


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotATable("The letters of this file cannot be read. Please export it as CSV in UTF-8.") from error


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _header(names: Sequence[str], needed: Sequence[str], known: Sequence[str]) -> list[str]:
    header = ["_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split()) for name in names]
    missing = [name for name in needed if name not in header]
    if missing:
        raise NotATable(
            f"The first line must name the columns. Missing: {', '.join(missing)}. "
            f"It has: {', '.join(header) or 'nothing'}. Known are: {', '.join(known)}."
        )
    twice = sorted({name for name in header if name in known and header.count(name) > 1})
    if twice:
        raise NotATable(f"These columns stand there twice: {', '.join(twice)}. Please leave one of each.")
    return header


def _unknown(header: Sequence[str], known: Sequence[str]) -> list[str]:
    strange = [name or "(no name)" for name in header if name not in known]
    return [f"These columns were not used: {', '.join(strange)}."] if strange else []


def _rows(lines: Iterator[list[str]], header: Sequence[str], notes: Sequence[str]) -> Table:
    rows, cut = [], []
    for number, fields in enumerate(lines, start=2):
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(header):
            cut.append(number)
            continue
        rows.append((number, {name: field.strip() for name, field in zip(header, fields, strict=True)}))
    return Table(rows, cut, notes)
