"""Hostile texts, names and notes are shown as what they are, and nothing in them runs (H70)."""

import pytest
from playwright.sync_api import Page

from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, closes, only_item, reads, reply_form
from tests.desk.screen import ON_SQLITE
from tests.house import House
from tests.people import patient
from tests.web.browsing import PASSWORD, account, signed_in

PAYLOADS = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    '"><svg onload=window.ran=1>',
    "'><iframe srcdoc='<script>parent.ran=1</script>'>",
    "<a href=javascript:window.ran=1>tap</a>",
    "</textarea><script>window.ran=1</script>",
    "</title><script>window.ran=1</script>",
    "{{ 7*7 }}{% raw %}${window.ran=1}",
    "<div hx-get=/desk/nurses hx-trigger=load hx-on:click=window.ran=1>",
    "<form action=//evil.example><input name=x autofocus onfocus=window.ran=1>",
    "<style>*{display:none}</style><base href=//evil.example>",
    "<math><mtext></table><mglyph><style><img src=x onerror=window.ran=1>",
]


@pytest.mark.slow
@ON_SQLITE
def test_nothing_a_patient_or_colleague_writes_runs(house: House, page: Page) -> None:
    account(house, "nora", "nurse", "<img src=x onerror=window.ran=1>Nora")
    hostile = " ".join(PAYLOADS)
    ana = patient(house, f"Ana {hostile[:600]}", "+12025550101")
    ana.texts(f"my knee is swollen {hostile}"[:1600])
    item = only_item(house)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(f"a dialog opened: {dialog.message}"))
    page.goto(f"{house.door.url}/")
    page.fill("#username", "nora")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("[data-row]")
    _inert(page)
    page.click("[data-row] a")
    page.wait_for_selector("[data-key=c]")
    page.wait_for_selector("#show-keys")
    page.keyboard.press("c")
    page.wait_for_selector("#body")
    for box, words in (("#note", hostile), ("#closing-note", hostile)):
        page.evaluate("([box, words]) => { document.querySelector(box).value = words }", [box, words])
    page.evaluate("document.querySelector('#note').form.requestSubmit()")
    page.wait_for_selector(".done")
    page.fill("#body", hostile[:1000])
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Your text is on its way.")
    _inert(page)
    page.goto(f"{house.door.url}{address(item)}")
    page.evaluate("document.querySelector('#closing-note').value = '</textarea><script>window.ran=1</script>'")
    page.evaluate("document.querySelector('#close-form').requestSubmit()")
    page.wait_for_selector("#refusal")
    _inert(page)
    for path in ("/desk/nurses", "/desk/front-desk", "/desk/call-list", "/patients", "/patients/1"):
        page.goto(house.door.url + path)
        _inert(page)
    assert [line for line in said if "409" not in line] == []


@pytest.mark.slow
@pytest.mark.long
def test_every_page_escapes_what_it_shows(house: House) -> None:
    nora = signed_in(house, "nora", "nurse", "<b>Nora</b>")
    for number, payload in enumerate(PAYLOADS):
        who = patient(house, f"Ana {payload}", f"+120255503{number:02}")
        who.handset.texts(f"my knee is swollen {payload}")
    house.work()
    pages = [nora.page("/desk/nurses"), nora.page("/desk/nurses/rows"), nora.page("/desk/call-list")]
    pages += [nora.posts("/desk/search", wanted=wanted).text for wanted in ("swollen", *PAYLOADS)]
    item = house.rows(DeskItem)[0]
    claims(nora, item)
    nora.posts(address(item, "notes"), note=PAYLOADS[0], form="f" * 22)
    pages += [nora.page(f"/desk/items/{number + 1}") for number in range(len(PAYLOADS))]
    pages += [nora.page(f"/desk/items/{number + 1}/now") for number in range(len(PAYLOADS))]
    refused = nora.posts(address(item, "reply"), None, **{**reply_form(nora, item), "body": PAYLOADS[5] * 50})
    assert refused.status_code == 409
    pages.append(refused.text)
    nora.posts(address(item, "draft"), place="body", words="", form="")
    reads(nora, item)
    assert closes(nora, item, "advised_by_phone", PAYLOADS[1]) == 303
    pages.append(nora.page(address(item)))
    for text in pages:
        for raw in ("<img src=x", "<script>window", "<svg onload", "<iframe", "<b>Nora", "<style>*", "<math>", "<base"):
            assert raw not in text
    assert "{{ 7*7 }}" in pages[0]


def _inert(page: Page) -> None:
    page.wait_for_timeout(150)
    assert page.evaluate("window.ran") is None
    assert page.locator("main iframe, main script, main style, main base, main img, main math").count() == 0
