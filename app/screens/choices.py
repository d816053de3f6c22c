"""What forms of the waitlist have to choose from, and what was typed into them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.practice import Location, Provider
from app.models.slots import Slot
from app.screens.forms import Typed
from app.web import page as web_page

LONGEST_KIND = 40


def choices(session: Session) -> Mapping[str, Any]:
    """Clinicians, places and kinds of visit; and today, on the practice's wall."""
    return {
        "providers": {str(each.id): each.name for each in session.scalars(select(Provider).order_by(Provider.id))},
        "locations": {str(each.id): each.name for each in session.scalars(select(Location).order_by(Location.id))},
        "kinds": kinds(session), "today": clock.now().astimezone(web_page.zone()).date().isoformat(),
    }  # fmt: skip


def kinds(session: Session) -> list[str]:
    """The kinds of visit that times were put up for."""
    found = session.scalars(select(Slot.visit_kind).where(Slot.visit_kind.is_not(None)).distinct())
    return sorted({kind for kind in found if kind}, key=str.casefold)


def kind(form: Typed) -> str | None:
    kind = " ".join(form["visit_kind"].split())
    if len(kind) > LONGEST_KIND:
        form.problems["visit_kind"] = f"A kind of visit has up to {LONGEST_KIND} characters. Please shorten it."
    return kind or None


def number(form: Typed, name: str, least: int, most: int, ask: str) -> int:
    text = form[name].strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1
    if not least <= number <= most:
        form.problems[name] = ask
    return number


def chosen(session: Session, table: type[Provider | Location], form: Typed, name: str) -> int | None:
    """An id from a list in which "any" stands too."""
    if not form[name]:
        return None
    ids = {str(each): each for each in session.scalars(select(table.id))}
    if form[name] not in ids:
        form.problems[name] = "This one is not there any more. Please choose again."
    return ids.get(form[name])
