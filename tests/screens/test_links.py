"""Every link that a page shows leads to a page: whoever follows one meets no dead end."""

import re
from html import unescape

import pytest

from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, signed_in

LINK = re.compile(r'href="(/[^"#]*)"')
MOST = 400
MOMENT = re.compile(r"\b(?:from|as_of|month)=")
"""In the address of another week or month: the same page once more, whose own links are not followed."""


def _dead(browser: Browser) -> dict[str, str]:
    """The links that end in a fault or a refusal, with the page that shows each, among the first found from the first
    page on."""
    waiting, seen, dead = [("/", "")], {"/"}, dict[str, str]()
    while waiting and len(seen) < MOST:
        address, shown_on = waiting.pop(0)
        answer = browser.client.get(address, follow_redirects=True)
        if answer.status_code >= 400:
            dead[address] = f"{answer.status_code}, from {shown_on}"
        if "html" in answer.content_type and not MOMENT.search(address):
            found = {unescape(each) for each in LINK.findall(answer.text) if not each.startswith("/static/")}
            waiting += [(each, address) for each in sorted(found - seen)]
            seen |= found
    return dead


@pytest.mark.of_pages
@pytest.mark.parametrize("role", ["manager", "nurse", "front_desk", "auditor"])
def test_every_link_leads_to_a_page(house: House, ana: Person, rosa: Person, role: str) -> None:
    for who in (ana, rosa):
        visit(house, who)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    rosa.reads("Responda 1")
    rosa.texts("me duele el pecho")
    rosa.lets_lie()
    assert _dead(signed_in(house, "Kim", role)) == {}
