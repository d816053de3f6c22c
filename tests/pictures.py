"""Draws the pictures of docs/pictures anew: `.venv/bin/python -m pytest tests/pictures.py -n 0` (no part of the suite).

A small practice on a Monday, the same each time, in the real browser at the size of a desk's screen.
"""

from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from app import db, proxies
from app.models.conversations import Exchange
from app.outreach import follow_ups
from app.outreach.follow_ups import Need
from tests.desk.screen import ON_SQLITE, sits_down
from tests.house import House
from tests.people import STRANGERS, patient, phone, visit
from tests.screens.desk import signed_in_again
from tests.slots import times
from tests.web.browsing import account

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DESK = {
    "list": ("nora", "/desk/nurses"),
    "desk": ("nora", "/desk/items/1"),
    "record": ("nora", "/patients/1"),
    "today": ("fran", "/appointments"),
    "waitlist": ("fran", "/waitlist"),
}
"""By the picture's name: who looks, and where."""


@ON_SQLITE
def test_draw(house: House, chromium: Chromium) -> None:
    nora, fran = account(house, "nora", "nurse"), account(house, "fran", "front_desk")
    ana, sam = (patient(house, name, "+12025550101") for name in ("Ana López", "Sam López"))
    rosa = patient(house, "Rosa Jiménez", "+12025550102", language="es")
    grace = patient(house, "Grace Kim", "+12025550104")
    for who, days, hour in ((ana, 1, 9), (sam, 1, 10), (rosa, 1, 11), (grace, 1, 14), (rosa, 8, 9)):
        visit(house, who, days=days, hour=hour)
    house.tick()
    with db.transaction("pictures.notes") as session:
        carla = proxies.Details(name="Carla López", relation="daughter", number="+12025550188", may_hear="visits")
        proxies.add(session, 1, carla, fran)
        day = follow_ups.today(session)
        need = Need(key="picture", patient_id=1, kind="lab", owner="front_desk", due_on=day, note=None)
        follow_ups.capture(session, need, fran)
    ana.handset.texts("1 but my knee is swollen since yesterday")
    house.passes(minutes=18)
    rosa.handset.texts("Sí, pero me duele mucho el pecho desde anoche")
    house.passes(minutes=3)
    phone(house, STRANGERS).handset.texts("Is this the right number for Dr. Chen?")
    grace.handset.texts("1")
    house.passes(minutes=2)
    times.waits(rosa)
    times.put_up(house, signed_in_again(house, fran), days=3)
    at_desk = signed_in_again(house, nora)
    at_desk.sends("/desk/items/1/claim")
    text = house.rows(Exchange)[0]
    at_desk.sends(f"/texts/{text.id}/speaker", item=1, patient=ana.patient_id)
    for name, (username, path) in DESK.items():
        context = chromium.new_context(
            viewport={"width": 1280, "height": 1280 if name == "record" else 900}, timezone_id="America/Chicago"
        )
        page = context.new_page()
        sits_down(page, house, username, path)
        expect(page.locator("main")).to_be_visible()
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()
