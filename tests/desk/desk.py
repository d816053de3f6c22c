"""The desk as its tests use it: the one item there is, and a person's acts on it."""

from app import db
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.house import House
from tests.web.browsing import Browser

HALF = "Please keep the leg"
"""Words that are half written."""
GONE = b"gone:xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
"""Sealed with a key that nobody has any more."""


def only_item(house: House) -> DeskItem:
    (item,) = house.rows(DeskItem)
    return item


def address(item: DeskItem, act: str = "") -> str:
    return f"/desk/items/{item.id}" + (f"/{act}" if act else "")


def claims(at_desk: Browser, item: DeskItem) -> None:
    assert at_desk.posts(address(item, "claim")).status_code == 303


def reads(at_desk: Browser, item: DeskItem) -> None:
    newest = at_desk.hidden(address(item), "newest", "/read")
    assert at_desk.posts(address(item, "read"), newest=newest).status_code == 303


def reply_form(at_desk: Browser, item: DeskItem) -> dict[str, str]:
    """The hidden fields of the reply form as the page shows them now."""
    hidden = at_desk.hidden_fields(address(item), "/reply")
    return {name: hidden[name] for name in ("csrf", "form", "contact_point", "seen")}


def version(at_desk: Browser, item: DeskItem) -> str:
    return at_desk.hidden(address(item), "version")


def closes(at_desk: Browser, item: DeskItem, how: str, note: str = "", at_version: str | None = None) -> int:
    """Post the close form; the status."""
    data = {"disposition": how, "closing_note": note, "version": at_version or version(at_desk, item)}
    return at_desk.posts(address(item, "close"), None, **data).status_code


def on_list(list_name: items.ListName) -> list[DeskItem]:
    with db.reading("tests.on_list") as session:
        return items.open_items(session, list_name)


def keeps(at_desk: Browser, item: DeskItem, words: str, place: str = "body", form: str = "") -> int:
    return at_desk.posts(
        address(item, "draft"), {"HX-Request": "true"}, place=place, words=words, form=form
    ).status_code


def box(page: str, name: str) -> str:
    """What stands in a box of the page."""
    after = page[page.index(f'id="{name}"') :]
    return after[after.index(">") + 1 : after.index("</textarea>")]
