"""The desk in a real browser, as its tests use it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import db
from app.models.staff import Staff
from app.web import sign_ins
from tests.house import House
from tests.web.browsing import PASSWORD

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what a browser does, which no database takes part in."""


def sits_down(page: Page, house: House, username: str, path: str = "/") -> None:
    """At a browser that she has signed in to."""
    with db.transaction("tests.sits_down") as session:
        staff_id = session.scalars(select(Staff.id).where(Staff.username == username)).one()
        token = sign_ins.begin(session, staff_id)
    page.context.add_cookies([{"name": sign_ins.cookie_name(), "value": token, "url": house.door.url}])
    page.goto(house.door.url + path)
    expect(page.locator("#pulse")).to_have_text("Live")


def signs_in(page: Page, house: House, username: str) -> None:
    """With her password, as in the morning."""
    page.goto(house.door.url)
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#pulse")).to_have_text("Live")


def claimed(page: Page, house: House, case: str) -> None:
    """At an item that is hers then."""
    sits_down(page, house, "nora", case)
    page.keyboard.press("c")
    expect(page.locator("#body")).to_be_visible()
