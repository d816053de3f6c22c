"""Pages never take the connection that a patient's text needs."""

import threading
import time

import pytest
from flask import Flask

from app import spool
from app.web import turns
from tests.house import House
from tests.people import ANAS, patient
from tests.web.browsing import browser, signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def all_taken() -> object:
    """Every turn is somebody else's."""
    for _ in range(turns.MOST):
        assert turns._turns.acquire(timeout=1)
    yield
    for _ in range(turns.MOST):
        turns._turns.release()


def test_a_busy_desk_leaves_the_door_open(house: House) -> None:
    """P4: forty pages that ask without a pause; no text is answered with “our system is slow”."""
    for number in range(12):
        patient(house, f"P{number} X", f"+120255503{number:02}").handset.texts("I feel dizzy and my chest hurts")
    nora = signed_in(house, "nora", "nurse")
    cookie = nora.client.get_cookie("handrail")
    assert cookie is not None
    house.work()
    done, answers = threading.Event(), set[int]()

    def asks() -> None:
        client = house.app.test_client()
        client.set_cookie("handrail", cookie.value)
        while not done.is_set():
            answers.add(client.get("/desk/nurses/rows").status_code)

    pages = [threading.Thread(target=asks) for _ in range(40)]
    for page in pages:
        page.start()
    time.sleep(0.5)
    ana = patient(house, "Ana López", ANAS)
    for number in range(6):
        ana.handset.texts(f"hello {number}")
    done.set()
    for page in pages:
        page.join()
    assert house.settings.spool_dir is not None
    assert list(spool.keys(house.settings.spool_dir)) == []
    assert answers <= {200, 503}
    house.work()
    ana.handset.reads()


def test_a_page_without_a_turn_says_so_and_when_to_come_again(
    web: Flask, all_taken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PAGE_WAITS", 0.05)
    answer = browser(web).get("/sign-in")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(turns.COME_AGAIN))
    assert "Many pages at once" in answer.text
    assert browser(web).get("/healthz").status_code == 200


def test_every_turn_is_given_back(web: Flask) -> None:
    """After answers, refusals and addresses that do not exist alike."""
    for path in ("/sign-in", "/desk/nurses", "/nowhere", "/live", "/healthz") * turns.MOST:
        browser(web).get(path)
    assert turns._turns._value == turns.MOST
