"""How long until new words stand on the screens of the desk, while fifty of them are open?

So many signed-in nurses, four in five with the nurses' list, the others with an item; each page holds its line of
events, fetches its part anew at every event and each half minute, and answers every beat (decision 0076). Texts with
symptoms arrive. Web process, database and a Valkey as in production, the pages in this process beside them. The time
ends when a list that holds the new item has come back whole; it begins with the door's answer, and in `from_posting`
before it.
"""

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from sqlalchemy import func, select

from app import clock, db, numbers, starting
from app.demo.ports import LOOPBACK, free_port
from app.models.staff import Staff
from app.simulator.signing import signature
from app.web import sign_ins
from escalation_desk.models import DeskItem
from escalation_desk.views.rows import SHOWN
from tests.benchmarks import open_page, practice, stage, texts
from tests.benchmarks.figures import machine, percentile
from tests.benchmarks.open_page import Answer, OpenPage
from tests.house import TOKEN
from tests.servers import valkey

NOWHERE = "redis://127.0.0.1:1/0"
SYMPTOM = "my knee is swollen since yesterday"
LIST, ITEM, AT_AN_ITEM = "/desk/nurses/rows", "/desk/items/{id}/now?mode=free", 5
NUMBER = '<span class="number">'
APART, BEATS, WITHIN = 0.2, 20.0, 30.0
GOALS = {"shown_p99_ms": "<= 2000"}


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--screens", default=50, show_default=True, help="Signed-in screens with a line of events each.")
@click.option("--waiting", default=30, show_default=True, help="Items that wait before the measured texts.")
@click.option("--many", default=60, show_default=True, help="Measured texts, each from another patient.")
@click.option("--every", default=2.0, show_default=True, help="Seconds between two texts.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Where to write the figures.")
def main(database: str, screens: int, waiting: int, many: int, every: float, json_path: Path | None) -> None:
    """Measure how live the desk is."""
    if not screens / AT_AN_ITEM <= waiting <= SHOWN - many:
        raise click.UsageError(
            f"An item for each fifth screen, and at most {SHOWN} in all: more are seen by scrolling."
        )
    found: dict[str, Any] = {"machine": machine(), "goals": GOALS}
    for kind in ["sqlite", "postgresql"] if database == "both" else [database]:
        with (
            tempfile.TemporaryDirectory(prefix="handrail-benchmark-") as name,
            _practice(kind, Path(name), screens, waiting + many) as (port, cookies),
        ):
            found[kind] = asyncio.run(_Desk(port, cookies).measured(waiting, many, every))
        click.echo(f"{kind}: {json.dumps(found[kind])}")
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _practice(kind: str, folder: Path, screens: int, patients: int) -> Iterator[tuple[int, list[str]]]:
    """Its port, and one cookie for each nurse who is signed in. Every text must have become an item in the end."""
    with stage.databases(kind, folder) as databases, valkey.running() as doorbell:
        filling = stage.environment(folder, "", NOWHERE, free_port())
        databases.fill(lambda url: practice.seed(stage.settings_of({**filling, "DATABASE_URL": url}), patients))
        env = stage.environment(folder, databases.copy(), doorbell.url, free_port())
        with _within(env):
            cookies = [_signed_in(place) for place in range(screens)]
        with stage.running(stage.door_command(env), env, env["PORT"]):
            yield int(env["PORT"]), cookies
        with _within(env), db.reading("benchmarks.items") as session:
            found = session.scalar(select(func.count()).where(DeskItem.list == "nurses"))
        if found != patients:
            raise RuntimeError(f"{patients} texts became {found} items of the nurses")


@contextlib.contextmanager
def _within(env: dict[str, str]) -> Iterator[None]:
    """This process as one of that practice's."""
    starting.start(stage.settings_of(env))
    try:
        yield
    finally:
        db.stop()


def _signed_in(place: int) -> str:
    name = f"nurse{place}"
    with db.transaction("benchmarks.nurse") as session:
        nurse = Staff(username=name, name=name, role="nurse", password_hash="-", created_at=clock.now())
        session.add(nurse)
        session.flush()
        return f"{sign_ins.cookie_name()}={sign_ins.begin(session, nurse.id)}"


class _Desk:
    """All its pages, and the texts that come in."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self._port = port
        self._pages = [
            OpenPage(
                port, cookie, LIST if place % AT_AN_ITEM else ITEM.format(id=1 + place // AT_AN_ITEM),
                asks_at_beats=not place % AT_AN_ITEM, told=self._told,
            )
            for place, cookie in enumerate(cookies)
        ]  # fmt: skip
        self._lists = sum(page.address == LIST for page in self._pages)
        self._shown: dict[str, dict[str, float]] = {}  # by number as a list writes it: cookie, the first moment
        self._took: dict[str, list[float]] = {}

    async def measured(self, waiting: int, many: int, every: float) -> dict[str, Any]:
        for place in range(waiting):
            await self._text(place)
        opening = [asyncio.create_task(page.stays_open(APART * place)) for place, page in enumerate(self._pages)]
        measuring = asyncio.create_task(self._measured(waiting, many, every))
        await asyncio.wait([*opening, measuring], return_when=asyncio.FIRST_COMPLETED)
        for page in opening:
            if page.done():
                measuring.cancel()
                await page  # a page ends only by what went wrong
            page.cancel()
        await asyncio.wait(opening)
        return await measuring

    async def _measured(self, waiting: int, many: int, every: float) -> dict[str, Any]:
        await _until(lambda: all(page.is_live for page in self._pages), "all lines of events are open")
        await asyncio.sleep(BEATS)
        self._took.clear()
        began, posted = time.monotonic(), {}
        for place in range(many):
            await asyncio.sleep(max(0.0, began + place * every - time.monotonic()))
            at = time.monotonic()
            posted[numbers.spoken(texts.number(waiting + place))] = (at, await self._text(waiting + place))
        await _until(
            lambda: all(len(self._shown.get(one, ())) == self._lists for one in posted), "every list shows all"
        )
        return self._figures(posted)

    async def _text(self, place: int) -> float:
        """Post the text of one patient; when it was answered."""
        form = texts.fields(texts.number(place), SYMPTOM)
        signed = {"X-Twilio-Signature": signature(TOKEN, f"http://{LOOPBACK}:{self._port}{texts.PATH}", form)}
        answer = await open_page.ask(self._port, "POST", texts.PATH, signed, urlencode(form))
        if answer.status != 200:
            raise RuntimeError(f"the door answered {answer.status}")
        return answer.at

    def _told(self, page: OpenPage, path: str, answer: Answer, took: float) -> None:
        what = "beat" if path == open_page.HERE else "list" if path == LIST else "item"
        self._took.setdefault(what, []).append(took)
        if what == "list":
            for part in answer.body.split(NUMBER)[1:]:
                self._shown.setdefault(part.partition("<")[0], {}).setdefault(page.cookie, answer.at)

    def _figures(self, posted: dict[str, tuple[float, float]]) -> dict[str, Any]:
        shown = [(at, *posted[one]) for one in posted for at in self._shown[one].values()]
        figures: dict[str, Any] = {
            "screens": len(self._pages), "lists": self._lists, "texts": len(posted), "shown": len(shown),
            "asked_again": sum(page.asked_again for page in self._pages),
        }  # fmt: skip
        measured = {
            "shown": [max(0.0, at - answered) for at, _, answered in shown],
            "from_posting": [at - began for at, began, _ in shown],
            "door": [answered - began for began, answered in posted.values()],
            **{f"{what}_request": took for what, took in self._took.items()},
        }
        for what, values in measured.items():
            for name, share in (("p50", 0.5), ("p99", 0.99), ("most", 1.0)):
                figures[f"{what}_{name}_ms"] = round(percentile(values, share) * 1000, 1)
        return figures


async def _until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not met():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {WITHIN:.0f} s: {what}")
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    main()
