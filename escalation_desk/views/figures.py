"""The lead nurse's page: how long things took, what is open, when words come, false alarms and misses; each figure with
what it means, each chart with its table."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.web import charts, times
from app.web import page as web_page
from app.web.access import allows
from app.web.charts import Bar
from escalation_desk.views import who
from escalation_desk.views.tallies import Bars, tally

figures = Blueprint("figures", __name__, url_prefix="/desk/figures", template_folder="../templates")

STRETCHES = {"7": "7 days", "28": "4 weeks", "91": "13 weeks"}
USUAL = "28"


@dataclass(frozen=True)
class Chart:
    """A chart and its table: `key` names both on the page."""

    key: str
    title: str
    column: str
    bars: tuple[Bar, ...]

    @property
    def most(self) -> float:
        return max((bar.many or 0 for bar in self.bars), default=0)


@figures.get("")
@allows(*who.WHO_SEES_NURSES)
def show() -> ResponseReturnValue:
    """The figures of a stretch of days."""
    days = request.args.get("days", USUAL)
    days = days if days in STRETCHES else USUAL
    zone = web_page.zone()
    with db.reading("figures.show") as session:
        found = tally(session, int(days), zone)
    drawn = (
        _chart("ages", "Open now, by age", "Age", found.ages),
        _chart("hours", "When words came, by hour of the day", "Hour", found.hours),
        _chart("weekdays", "When words came, by day of the week", "Day", found.weekdays),
    )
    return render_template(
        "desk/figures.html", tally=found, charts=drawn, stretches=STRETCHES, days=days, wide=charts.WIDE,
        high=charts.HIGH,        took=lambda wait: times.age(wait) if wait is not None else "–",
    )  # fmt: skip


def _chart(key: str, title: str, column: str, counted: Bars) -> Chart:
    return Chart(key, title, column, charts.bars(counted))
