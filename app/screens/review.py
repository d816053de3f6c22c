"""The monthly review: a month's figures beside those before it, what they mean, the rows behind each, and files of all
that; the same day in the address gives the same numbers at any later time (issue 7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db, people, practice, sealing, settings, timeline
from app.files import table
from app.models.patients import ContactPoint, Patient
from app.numbers import spoken
from app.reports import figures, months, review
from app.reports.counted import Row
from app.reports.figures import Figure
from app.reports.months import Month
from app.screens import review_words
from app.web import charts, times
from app.web import page as web_page
from app.web.access import Role, allows, me

blueprint = Blueprint("review", __name__, url_prefix="/review", template_folder="templates")

READERS: tuple[Role, ...] = ("manager", "auditor")
MONTHS, SHOWN = 12, 200
NUMBERS = ("as_of", "month", "figure", "value", "part", "whole", "unit", "note", "meaning")
ROWS = ("as_of", "month", "figure", "at", "what", "id", "patient", "stands", "minutes")
NAMES = tuple(figure.name for section in figures.sections(30) for figure in section.figures)
OF_ONE = f"/rows/<any({', '.join(NAMES)}):name>"


@dataclass(frozen=True)
class Asked:
    """Which month, as it stood at the end of which day; `problem` is a sentence about an address that says neither."""

    month: Month
    day: date
    today: date
    problem: str = ""

    @property
    def where(self) -> dict[str, str]:
        """The same in an address."""
        return {"month": str(self.month), "as_of": self.day.isoformat()}


@blueprint.get("")
@allows(*READERS)
def show() -> ResponseReturnValue:
    """All figures of a month and of the eleven before it."""
    zone = web_page.zone()
    with db.reading("review.show") as session:
        asked = _asked(session)
        found = review.reviewed(session, asked.month, MONTHS, asked.day, zone, settings.current())
    drawn = {line.figure.name: review_words.chart(line, found.months) for _, lines in found.sections for line in lines}
    page = render_template(
        "review/show.html", asked=asked, review=found, charts=drawn, said=review_words.said, wide=charts.WIDE,
        made_of=review_words.made_of, high=charts.HIGH, prices=review.prices(settings.current()),
    )  # fmt: skip
    return page, 422 if asked.problem else 200


@blueprint.get("/file")
@allows(*READERS)
def file() -> ResponseReturnValue:
    """The figures of the twelve months as a table; nothing in it is of a patient."""
    zone = web_page.zone()
    with db.reading("review.file") as session:
        asked = _asked(session, strict=True)
        found = review.reviewed(session, asked.month, MONTHS, asked.day, zone, settings.current())
    rows = (
        {
            "as_of": asked.day.isoformat(), "month": str(month), "figure": line.figure.title,
            "value": _plain(value.number), "part": _plain(value.part), "whole": _plain(value.whole),
            "unit": line.figure.kind.unit, "note": value.more, "meaning": line.figure.means,
        }
        for _, lines in found.sections for line in lines
        for month, value in zip(found.months, line.values, strict=True)
    )  # fmt: skip
    return _file(f"review-{asked.month}-as-of-{asked.day}", NUMBERS, rows)


@blueprint.get(OF_ONE)
@allows(*READERS)
def rows(name: str) -> ResponseReturnValue:
    """The rows behind a figure of a month; whom the page shows is recorded."""
    zone = web_page.zone()
    with sealing.gaps_shown(), db.reading("review.rows") as session:
        asked = _asked(session)
        figure, found = _behind(session, name, asked, zone)
        shown = found[:SHOWN]
        ids = {row.patient_id for row in shown if row.patient_id is not None}
        patients = {each.id: each for each in session.scalars(select(Patient).where(Patient.id.in_(ids)))}
        points = select(ContactPoint).where(ContactPoint.id.in_([row.id for row in shown if row.what == "number"]))
        numbers = {each.id: spoken(each.number) for each in session.scalars(points)}
    with db.transaction("review.looked") as session:
        people.looked_at_list(session, me().staff_id, ids)
    page = render_template(
        "review/rows.html", asked=asked, figure=figure, rows=shown, many=len(found), patients=patients,
        stands=review_words.stands, whats=review_words.WHATS, numbers=numbers,
        day=lambda at: times.day(at.astimezone(zone)),
    )  # fmt: skip
    return page, 422 if asked.problem else 200


@blueprint.get(f"{OF_ONE}/file")
@allows(*READERS)
def rows_file(name: str) -> ResponseReturnValue:
    """All of them as a table: ids, no names. That it was taken stands in the record of whoever took it."""
    zone = web_page.zone()
    with db.reading("review.rows_file") as session:
        asked = _asked(session, strict=True)
        figure, found = _behind(session, name, asked, zone)
    with db.transaction("review.taken") as session:
        timeline.append(
            session, timeline.of_staff(me().staff_id), "review_taken", timeline.by_staff(me().staff_id),
            figure=name, entries=len(found), **asked.where,
        )  # fmt: skip
    lines = (
        {
            "as_of": asked.day.isoformat(), "month": str(asked.month), "figure": figure.title,
            "at": row.at.isoformat(timespec="seconds"), "what": review_words.WHATS[row.what], "id": str(row.id),
            "patient": "" if row.patient_id is None else str(row.patient_id), "stands": review_words.stands(row),
            "minutes": _plain(row.minutes),
        }
        for row in found
    )  # fmt: skip
    return _file(f"review-{name}-{asked.month}-as-of-{asked.day}", ROWS, lines)


def _behind(session: Session, name: str, asked: Asked, zone: ZoneInfo) -> tuple[Figure, Sequence[Row]]:
    """The figure and what it counts; 404 for a sum, which has no rows."""
    every = figures.sections(settings.current().recall_days)
    figure = next(figure for section in every for figure in section.figures if figure.name == name)
    if figure.kind.source is None:
        abort(404)
    return figure, review.behind(session, figure, asked.month, asked.day, zone, settings.current())


def _asked(session: Session, *, strict: bool = False) -> Asked:
    """The month before this one, as of today, unless the address says otherwise. `strict`: 400 for one that says
    neither month nor day."""
    today = practice.today(session)
    usual = months.of(today).shifted(-1)
    month, day = months.read(request.args.get("month", str(usual))), _day(request.args.get("as_of") or str(today))
    problem = ""
    if month is None:
        problem = "Please give the month as in 2026-11."
    elif day is None:
        problem = "Please give the day as in 2026-11-30."
    elif day > today:
        problem = "This day has not come yet: nobody can say how things will stand then. Please give an earlier one."
    if problem and strict:
        abort(400)
    return Asked(usual, today, today, problem) if month is None or day is None or problem else Asked(month, day, today)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if months.FIRST_YEAR <= day.year <= months.LAST_YEAR else None


def _plain(number: float | None) -> str:
    """For a spreadsheet: nothing where there is none, and never more than four places."""
    return "" if number is None else f"{number:.4f}".rstrip("0").rstrip(".")


def _file(name: str, columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> Response:
    body = b"\xef\xbb\xbf" + table.written(columns, lines).encode()  # Excel asks for it
    disposition = f'attachment; filename="{name}.csv"'
    return Response(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
