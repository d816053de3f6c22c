"""Clinical words that could only be kept aside ring somebody outside, until somebody hears it (DESIGN 8)."""

import socket
import time
from collections.abc import Callable

from app import alarm, settings, spool, ticker
from app.inbound import outage
from tests.alarm.pager import Pager
from tests.house import House
from tests.journeys.test_outage import database_gone
from tests.people import Person


def soon(holds: Callable[[], bool], within: float = 5) -> bool:
    """The door rings while nobody waits for it."""
    ends_at = time.monotonic() + within
    while not holds() and time.monotonic() < ends_at:
        time.sleep(0.01)
    return holds()


def test_clinical_words_in_the_spool_ring_at_once(house: House, ana: Person, pager: Pager) -> None:
    pager.belongs_to(house)
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
        ana.reads("911")
        assert soon(lambda: pager.reasons == ["clinical_text_waits"])
        assert soon(lambda: not spool.alarm_wanted(directory))
        house.carrier.redeliver(sid)
        ana.reads("911")
        outage.ring_if_wanted(directory)
    assert set(pager.heard[0]) == {"reason", "at"}
    assert pager.reasons == ["clinical_text_waits"]


def test_a_picture_rings_and_the_rest_does_not(house: House, ana: Person, pager: Pager) -> None:
    pager.belongs_to(house)
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        for words in ("1", "what is this about"):
            ana.handset.texts(words)
            ana.reads("our system is slow")
        assert not spool.alarm_wanted(directory)
        ana.handset.texts_photo()
        ana.reads("911")
        assert soon(lambda: pager.reasons == ["clinical_text_waits"])


def test_nobody_hears_it_and_the_ticker_rings_until_somebody_does(house: House, ana: Person, pager: Pager) -> None:
    """With the database away and without it: the watcher needs neither."""
    pager.belongs_to(house)
    pager.status = 500
    directory = house.settings.spool_dir
    assert directory is not None
    ring = next(duty for duty in ticker.duties(house.gateway, house.settings) if duty.name == "alarm")
    with database_gone(house):
        ana.handset.texts("my chest hurts")
        ana.reads("911")
        assert soon(lambda: len(pager.heard) == 1 and not outage._ringing.locked())
        ticker.once([ring], now=0)
        assert soon(lambda: len(pager.heard) == 2)
        assert spool.alarm_wanted(directory)
        pager.status = 204
        assert soon(lambda: ring.under_way is not None and not ring.under_way.is_alive())
        ticker.once([ring], now=5)
        assert soon(lambda: not spool.alarm_wanted(directory))
        ticker.once([ring], now=10)
    assert len(pager.heard) == 3


def test_words_that_can_be_kept_nowhere_ring_too(house: House, ana: Person, pager: Pager) -> None:
    pager.belongs_to(house)
    settings.use(house.settings.model_copy(update={"spool_dir": None}))
    with database_gone(house):
        ana.handset.texts("my chest hurts")
        assert soon(lambda: pager.reasons == ["clinical_text_refused"])
        ana.handset.texts("1")
    assert pager.reasons == ["clinical_text_refused"]


def test_a_pager_that_never_answers_holds_up_neither_the_door_nor_the_ticker(house: House, ana: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, database_gone(house):
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/ring"
        settings.use(house.settings.model_copy(update={"alarm_url": address}))
        began = time.monotonic()
        ana.handset.texts("my chest hurts")
        assert time.monotonic() - began < alarm.SECONDS
        ana.reads("911")
    assert soon(lambda: not outage._ringing.locked())
    duties = ticker.duties(house.gateway, house.settings)
    apart = {duty.name for duty in duties if duty.apart}
    assert apart == {"alarm", "calls out", "calls unreported", "evidence", "messages", "reconciler", "unreported"}


def test_a_duty_apart_is_not_begun_twice_and_holds_up_no_other() -> None:
    """It waits for somebody else's server; the others have their turn meanwhile."""
    began: list[str] = []

    def wait() -> None:
        began.append("slow")
        time.sleep(0.5)

    slow = ticker.Duty("slow", 1, wait, apart=True)
    quick = ticker.Duty("quick", 1, lambda: began.append("quick"))
    for now in range(3):
        ticker.once([slow, quick], now=now)
    assert sorted(began) == ["quick", "quick", "quick", "slow"]
    assert slow.under_way is not None
    slow.under_way.join()
    ticker.once([slow, quick], now=9)
    assert soon(lambda: began.count("slow") == 2)
    slow.under_way.join()
