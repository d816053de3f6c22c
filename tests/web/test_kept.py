"""What was typed comes back on whatever page says that it was not taken."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.web.kept import FIELDS
from tests.house import ObedientClock
from tests.web.browsing import Browser, browser
from tests.web.test_access import _at_desk

ROOT = Path(__file__).resolve().parents[2]
NOT_TYPED = {
    "password", "role", "code", "next", "csrf", "form", "version", "contact_point", "patient", "exchange", "newest",
    "place", "to", "mistake", "disposition", "another", "odd", "do_not_contact", "which", "twice", "provider",
    "location", "language", "time_zone", "state", "kind", "item", "verdict", "was", "how",
    "visit_kind", "visit_type", "slot", "slot_version", "request", "request_version", "instead_of", "encounter", "unit",
    "owner", "seen", "outgoing", "result", "rings", "part", "may_hear", "times", "mode", "hand_to", "rest_for", "text",
    "rest_minutes", "purpose", "agreed", "channel", "in_turn", "lets_go", "called", "basis", "month", "as_of",
    "takes", "days",
}  # fmt: skip
"""Fields that are chosen, ticked or hidden, and those of the sign-in."""
NEW = {"name": "Grace Kim", "birth_date": "1984-03-09", "phone": "(202) 555-0142", "language": "en", "time_zone": ""}


def test_every_field_that_is_typed_into_is_given_back() -> None:
    named = re.compile(r'(?:<(?:input|textarea|select)[^>]*? name=|fields\.\w+\(form, )"(\w+)"')
    found = {
        name
        for folder in ("app/screens", "app/web", "escalation_desk")
        for path in (ROOT / folder).rglob("*.html")
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    assert found - NOT_TYPED == set(FIELDS)


def _signed_out_while_typing(web: Flask, now: ObedientClock, role: str) -> tuple[Browser, str]:
    at_desk = _at_desk(web, role)
    token = at_desk.csrf()
    now.passes(minutes=16)
    return at_desk, token


def test_a_form_sent_after_the_sign_in_ended_comes_back_whole(web: Flask, now: ObedientClock) -> None:
    fran, token = _signed_out_while_typing(web, now, "front_desk")
    answer = fran.posts("/patients/new", None, csrf=token, **NEW)
    assert answer.status_code == 401
    for label, words in (("Name", "Grace Kim"), ("Birth date", "1984-03-09"), ("Number", "(202) 555-0142")):
        assert f">{label}</label>" in answer.text
        assert f">{words}</textarea>" in answer.text
    assert "/sign-in?next=/patients/new" in answer.text
    assert token not in answer.text


def test_a_form_of_an_item_comes_back_too_and_leads_back_to_it(web: Flask, now: ObedientClock) -> None:
    nora, token = _signed_out_while_typing(web, now, "nurse")
    answer = nora.posts(
        "/desk/items/7/close", csrf=token, closing_note="Reached her at ten", disposition="x", version=1
    )
    assert ">Reached her at ten</textarea>" in answer.text
    assert "/sign-in?next=/desk/items/7/close" in answer.text
    nora.signs_in("nurse", next="/desk/items/7/close")
    assert nora.get("/desk/items/7/close").headers["Location"] == "/desk/items/7"


@pytest.mark.parametrize(("path", "code"), [("/patients/new", 403), ("/patients/77/change", 400)])
def test_an_error_gives_the_words_back(web: Flask, path: str, code: int) -> None:
    fran = _at_desk(web, "front_desk")
    token = "guessed" if code == 403 else fran.csrf()
    answer = fran.posts(path, None, csrf=token, **NEW)
    assert answer.status_code == code
    assert ">Grace Kim</textarea>" in answer.text


def test_nobody_unknown_gets_anything_back(web: Flask) -> None:
    answer = browser(web).client.post("/sign-in", data={"name": "Eve", "username": "eve", "password": "x" * 300_000})
    assert answer.status_code == 413
    assert "Eve" not in answer.text
