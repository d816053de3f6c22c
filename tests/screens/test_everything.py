"""Every page that there is, for every role, with hostile words in all that people write (H70), and by axe."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, Response

from app.web import sign_ins
from tests.desk.screen import ON_SQLITE
from tests.house import House
from tests.screens import everything
from tests.screens.desk import signed_in_again

EMPTY = frozenset({"dialogs.show", "second_step.picture", "sound.message"})
"""Pages of which the scene has no row: nothing that a person of the practice writes stands on them."""


@ON_SQLITE
def test_no_page_shows_anybodys_words_as_its_own(house: House) -> None:
    staff = everything.fill(house, everything.HOSTILE)
    shown: set[str] = set()
    seen: set[str] = set()
    for role, person in staff.items():
        client = signed_in_again(house, person.id).client
        for rule, path in everything.addresses(house.app, role):
            answer = client.get(path)
            page = answer.get_data(as_text=True)
            seen.add(rule.endpoint)
            assert answer.status_code in (200, 303, 403, 404), (role, path, answer.status_code)
            if answer.status_code in (200, 303):
                shown.add(rule.endpoint)
            assert answer.mimetype == "text/html" or answer.headers["X-Content-Type-Options"] == "nosniff"
            for piece in everything.RAW if answer.mimetype == "text/html" else ():
                assert piece not in page, (role, path, piece)
    assert seen - shown <= EMPTY, f"nobody has looked at {seen - shown}: put something there (everything.fill)"
    assert len(shown) > 80


@pytest.mark.prove
@pytest.mark.long(minutes=2)
@pytest.mark.timeout(1200)
@ON_SQLITE
def test_in_a_browser_nothing_runs_and_axe_finds_nothing(house: House, chromium: Chromium) -> None:
    staff = everything.fill(house, everything.HOSTILE)
    looked_at: set[str] = set()
    for scheme, width in (("light", 1280), ("dark", 390)):
        for role, person in staff.items():
            client = signed_in_again(house, person.id).client
            context = chromium.new_context(color_scheme=cast("Any", scheme), viewport={"width": width, "height": 900})
            cookie = client.get_cookie(sign_ins.cookie_name())
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": house.door.url}])
            page, faults = context.new_page(), list[str]()
            page.on("response", _refusals_in(faults))
            page.on("console", _kept_in(faults))
            for rule, path in everything.addresses(house.app, role):
                answer = client.get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    page.goto(house.door.url + path)
                    _sound(page, f"{role} {scheme} {path}")
                    looked_at.add(rule.endpoint)
            assert [each for each in faults if "ERR_" not in each] == []
            context.close()
    assert len(looked_at) > 35


def _refusals_in(faults: list[str]) -> Callable[[Response], None]:
    return lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None


def _kept_in(faults: list[str]) -> Callable[[ConsoleMessage], None]:
    return lambda said: faults.append(said.text)


def _sound(page: Page, where: str) -> None:
    assert page.evaluate("window.ran") is None, where
    assert page.locator("main :is(iframe, script, style, base, img, math)").count() == 0, where
    if page.locator("main").count():
        found = Axe().run(page)
        assert found.violations_count == 0, (where, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} spills over"
