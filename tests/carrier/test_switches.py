"""The control endpoint: every fault by its name, for so many texts, by chance with a seed, and off again."""

from typing import Any

import pytest

from app.simulator import faults
from app.simulator.carrier import Carrier
from app.simulator.effects import Arrival, Fate
from app.simulator.faults import MEANINGS, Fault
from app.simulator.switchboard import BadSwitch, Faults
from tests.carrier.control import Control


def test_the_vocabulary_is_closed_and_each_has_words() -> None:
    assert set(MEANINGS) == set(Fault)
    for fault, meaning in MEANINGS.items():
        assert meaning.sentence[0].isupper()
        assert meaning.sentence.endswith(".")
        assert f" {fault}" in (faults.__doc__ or ""), "the docstring tells all names"
    assert len({meaning.sentence for meaning in MEANINGS.values()}) == len(Fault)


def test_every_fault_is_listed_switched_on_and_off(control: Control, carrier: Carrier) -> None:
    listed = control.web.get(f"{control.url}/phone/faults").json()["faults"]
    assert [one["name"] for one in listed] == list(Fault)
    for fault in Fault:
        assert control.switch(fault)["on"]["left"] == 1
    assert control.on() == {fault.value: 1 for fault in Fault}
    control.off(Fault.LANDLINE)
    assert Fault.LANDLINE.value not in control.on()
    control.off()
    assert control.on() == {}
    assert carrier.faults.armed() == {}
    told = [entry["event"] for entry in carrier.books.entries()]
    assert told == ["armed"] * len(Fault) + ["disarmed"] * 2


@pytest.mark.parametrize(
    ("address", "knobs", "sentence"),
    [
        ("inbound_lost", {"times": 0}, "times is 1 or more"),
        ("inbound_lost", {"times": "3"}, "times must be a number"),
        ("inbound_lost", {"times": True}, "times must be a number"),
        ("inbound_lost", {"chance": 0}, "more than 0 and at most 1"),
        ("inbound_lost", {"chance": 1.1}, "more than 0 and at most 1"),
        ("inbound_lost", {"seconds": 3}, "takes no time"),
        ("inbound_late", {"seconds": -1}, "between 0 and 172800"),
        ("inbound_late", {"seconds": 200_000}, "between 0 and 172800"),
        ("inbound_late", {"hours": 3}, "only times, chance, seed, seconds"),
        ("gremlins", {}, "no such fault. There are: inbound_twice,"),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(
    control: Control, carrier: Carrier, address: str, knobs: dict[str, Any], sentence: str
) -> None:
    answer = control.web.put(f"{control.url}/phone/faults/{address}", json=knobs)
    assert answer.status_code == 400
    assert sentence in answer.json()["problem"]
    assert carrier.faults.armed() == {}


def test_another_sites_form_cannot_switch(control: Control, carrier: Carrier) -> None:
    assert control.web.put(f"{control.url}/phone/faults/inbound_lost", data={"times": "1"}).status_code == 415
    assert carrier.faults.armed() == {}


def test_a_fault_strikes_as_often_as_it_was_armed() -> None:
    armed = Faults()
    assert armed.take(Fate) is None
    armed.arm(Fault.LANDLINE, 2)
    armed.arm(Fault.INBOUND_TWICE)
    armed.arm(Fault.INBOUND_LATE, None, seconds=5)
    assert [struck and struck.fault for struck in (armed.take(Fate) for _ in range(3))] == [Fault.LANDLINE] * 2 + [None]
    struck = [armed.take(Arrival) for _ in range(3)]
    assert [one and (one.fault, one.seconds) for one in struck] == [
        (Fault.INBOUND_TWICE, 0), (Fault.INBOUND_LATE, 5), (Fault.INBOUND_LATE, 5),
    ]  # fmt: skip
    armed.clear()
    assert armed.take(Arrival) is None


def struck(seed: int, texts: int = 2000) -> list[int]:
    """Which of so many texts a chance of one in ten strikes."""
    armed = Faults()
    armed.arm(Fault.INBOUND_LOST, None, chance=0.1, seed=seed)
    return [number for number in range(texts) if armed.take(Arrival)]


def test_the_same_seed_strikes_the_same_texts() -> None:
    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 140 < len(struck(1)) < 260


def test_chance_counts_only_what_it_strikes() -> None:
    armed = Faults()
    armed.arm(Fault.INBOUND_LOST, 3, chance=0.5)
    assert sum(armed.take(Arrival) is not None for _ in range(200)) == 3


def test_code_and_endpoint_refuse_alike() -> None:
    with pytest.raises(BadSwitch, match="at least once"):
        Faults().arm(Fault.LANDLINE, 0)
