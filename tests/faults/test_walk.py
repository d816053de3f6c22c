"""The model walk: patients, nurses, carrier, clock and deaths in any order, and after each step what must always hold.

At the end of each walk the faults stop, time goes by, and every invariant is looked at (HAZARDS 3.2 L2, 3.5). A walk
that fails is printed as a list of steps; Hypothesis makes it as short as it can, and keeps it in `.hypothesis/`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import crash, db, queue
from app.delivery import evidence, unreported
from app.rehearsal.evidence import Evidence
from app.rehearsal.invariants import RULES
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk import holding
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, ROSAS, STRANGERS, Colleague, Person, colleague, patient, phone, visit

pytestmark = pytest.mark.slow

ALWAYS = ("I2", "I5", "I6", "I9", "I10", "I11", "I12", "I14", "I16", "I18")
"""Invariants that hold at every moment; the others when all is quiet."""

WORDS = (
    "1", "2", "yes", "no", "tuesday morning is better", "thanks", "who is this", "blorp", "my chest hurts",
    "no pain", "i want to die", "HELP", "STOP", "START", "CANCEL", "me duele el pecho", "gracias", "", "my chest",
    "hurts",
)  # fmt: skip
FAULTS = tuple(Fault)
UNWATCHED_FOR = 20
"""Minutes that may pass with no ticker; longer than a day and the carrier's list is not looked at any more."""

POINTS = (
    "sending.claim:committed",
    "gateway.send_text:before",
    "gateway.send_text:after",
    "sending.record:before_commit",
)
LIST_POINTS = (
    "gateway.list_page:before",
    "gateway.list_page:after",
    "inbound.receive:begun",
    "inbound.receive:before_commit",
    "inbound.receive:committed",
    "receipts.take:before_commit",
    "evidence.looked:before_commit",
    "unreported.looked:before_commit",
)


class Died(BaseException):
    """Somebody's process ends here."""


class Walk(RuleBasedStateMachine):
    """One practice, from its first day on."""

    open_house: Callable[[], House]

    @initialize()
    def open(self) -> None:
        self.house = type(self).open_house()
        house = self.house
        self.people: list[Person] = [
            patient(house, "Ana López", ANAS), patient(house, "Rosa Jiménez", ROSAS, "es"), phone(house, STRANGERS),
        ]  # fmt: skip
        patient(house, "Grace Kim", "+12025550103")
        shared = patient(house, "Héctor Salinas", "+12025550103")
        self.people.append(shared)
        self.staff = [colleague(house, "Nora", "nurse"), colleague(house, "Nick", "nurse")]
        self.forms = count()
        self.sids: list[str] = []
        for who in (self.people[0], self.people[1], shared):
            visit(house, who)
        house.tick()

    @rule(who=st.integers(0, 3), words=st.sampled_from(WORDS), seen=st.booleans())
    def somebody_texts(self, who: int, words: str, seen: bool) -> None:
        """`seen`: a worker is there at once."""
        texts = self.people[who].handset
        self.sids.append(texts.texts(words) if words else texts.texts_photo(""))
        if seen:
            self._work()

    @rule(which=st.integers(0, 5))
    def a_webhook_comes_again(self, which: int) -> None:
        if self.sids:
            self.house.carrier.redeliver(self.sids[-1 - which % len(self.sids)])

    @rule(fault=st.sampled_from(FAULTS))
    def the_carrier_misbehaves(self, fault: Fault) -> None:
        """Once, with the next text that it can befall."""
        self.house.carrier.faults.arm(fault)

    @rule(minutes=st.sampled_from([0.2, 1, 5, 20, 90, 720]))
    def time_goes_by(self, minutes: float) -> None:
        """Longer than a ticker may be away, and it goes round."""
        self.house.clock.passes(minutes=minutes)
        if minutes > UNWATCHED_FOR:
            self._quietly(self.house.tick)

    @rule()
    def the_ticker_goes_round(self) -> None:
        self._quietly(self.house.tick)

    @rule()
    def a_worker_answers_the_doorbell(self) -> None:
        self._quietly(self.house.answer_doorbell)

    @rule()
    def redis_is_wiped(self) -> None:
        queue.connection().flushdb()

    @rule(point=st.sampled_from(POINTS))
    def a_worker_dies(self, point: str) -> None:
        """At this point of whatever it sends next, if there is anything to send."""
        with _death_at(point):
            sweeper.sweep(self.house.gateway, self.house.settings)

    @rule(who=st.integers(0, 3), words=st.sampled_from(WORDS))
    def a_text_is_lost(self, who: int, words: str) -> None:
        """Only the carrier's list has it. It may be asked while the text is too young, or by a webhook after all."""
        self.house.carrier.faults.arm(Fault.INBOUND_LOST)
        self.somebody_texts(who, words, seen=False)

    @rule(fault=st.sampled_from([None, Fault.LIST_LATE, Fault.LIST_REDACTED, Fault.LIST_BROKEN]))
    def the_list_is_read(self, fault: Fault | None) -> None:
        """For texts that we missed, and for what became of ours."""
        if fault is not None:
            self.house.carrier.faults.arm(fault)
        self.house.reconciler.run()
        evidence.look(self.house.gateway, self.house.settings)
        unreported.ask(self.house.gateway)

    @rule(point=st.sampled_from(LIST_POINTS))
    def a_ticker_dies_over_the_list(self, point: str) -> None:
        """At this point of what it learns from the carrier's list, if it learns anything."""
        self.house.clock.passes(minutes=3)
        with _death_at(point):
            self.house.reconciler.run()
            evidence.look(self.house.gateway, self.house.settings)
            unreported.ask(self.house.gateway)

    @rule(who=st.integers(0, 1), which=st.integers(0, 3))
    def a_nurse_claims(self, who: int, which: int) -> None:
        self._at_desk(which, self.staff[who].claims)

    @rule(who=st.integers(0, 1), which=st.integers(0, 3))
    def a_nurse_replies(self, who: int, which: int) -> None:
        self._at_desk(which, lambda item: self.staff[who].replies(item, "Please call us.", f"form-{next(self.forms)}"))

    @rule(who=st.integers(0, 1), which=st.integers(0, 3), read=st.booleans())
    def a_nurse_closes(self, who: int, which: int, read: bool) -> None:
        def close(item: DeskItem) -> None:
            nurse: Colleague = self.staff[who]
            if read:
                nurse.reads_all(item)
            nurse.closes(item, "nothing_to_do", "Spoke with her")

        self._at_desk(which, close)

    @invariant()
    def what_always_holds(self) -> None:
        if hasattr(self, "house"):
            self._hold(ALWAYS)

    def teardown(self) -> None:
        """All faults end, and time goes by until everything that was due has happened."""
        if not hasattr(self, "house"):
            return
        try:
            for fault in FAULTS:
                self.house.carrier.faults.disarm(fault)
            for _ in range(8):
                self.house.clock.passes(minutes=6)
                self.house.tick()
            self._hold(tuple(RULES))
        finally:
            self.house.close()

    def _work(self) -> None:
        self._quietly(self.house.work)

    def _quietly(self, act: Callable[[], object]) -> None:
        with suppress(holding.Refused):
            act()

    def _at_desk(self, which: int, act: Callable[[DeskItem], None]) -> None:
        """Do it to one of the open items; the desk may refuse, and says so in a sentence."""
        waiting = [*self.staff[0].sees("nurses"), *self.staff[0].sees("front_desk")]
        waiting = [item for item in waiting if item.contact_point_id is not None]
        if waiting:
            self._quietly(lambda: act(waiting[which % len(waiting)]))

    def _hold(self, names: tuple[str, ...]) -> None:
        with _evidence(self.house) as found:
            broken = [f"{name}: {sentence}" for name in names for sentence in RULES[name](found)]
        assert not broken, broken


@contextmanager
def _death_at(point: str) -> Iterator[None]:
    """Whoever comes to this point inside ends there."""

    def watch(name: str) -> None:
        if name == point:
            raise Died

    crash.arm(watch)
    try:
        with suppress(Died):
            yield
    finally:
        crash.arm(None)


@contextmanager
def _evidence(house: House) -> Iterator[Evidence]:
    with db.reading("tests.walk") as session:
        yield Evidence(
            session, house.carrier.truth(), house.clock.at, house.settings.spool_dir, house.settings.anchor_dir
        )


def _walk(open_house: Callable[[], House], walks: int, steps: int) -> None:
    machine = type("Walk", (Walk,), {"open_house": staticmethod(open_house)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks, stateful_step_count=steps, print_blob=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )  # fmt: skip


@pytest.fixture
def open_house(
    database_url: str, valkey_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[], House]:
    """A practice of its own for each walk, on a copy of the database as it is on the first day."""
    places = count()

    def opened() -> House:
        folder = tmp_path / f"walk{next(places)}"
        folder.mkdir()
        if database_url.startswith("sqlite"):
            shutil.copy(database_url.removeprefix("sqlite:///"), folder / "handrail.db")
            return House(f"sqlite:///{folder / 'handrail.db'}", valkey_url, folder)
        return House(request.getfixturevalue("postgres").fresh(database_url.rpartition("/")[2]), valkey_url, folder)

    return opened


@pytest.mark.long
def test_a_few_walks(open_house: Callable[[], House]) -> None:
    _walk(open_house, walks=3, steps=25)


def test_one_walk_along_the_list(open_house: Callable[[], House]) -> None:
    """Step by step, so that a planted bug is met for sure: the ticker dies over a text that it fetched, and a text of
    ours that nobody reported is looked for."""
    walk = type("Walk", (Walk,), {"open_house": staticmethod(open_house)})()
    walk.open()
    walk.a_text_is_lost(0, "my chest hurts")
    for point in ("inbound.receive:before_commit", "inbound.receive:committed"):
        walk.a_ticker_dies_over_the_list(point)
        walk.what_always_holds()
    for fault in (Fault.ERROR_AFTER_ACCEPT, Fault.REPORTS_LOST):
        walk.the_carrier_misbehaves(fault)
    walk.somebody_texts(1, "blorp", seen=True)
    walk.a_text_is_lost(2, "1")
    walk.time_goes_by(20)
    walk.the_list_is_read(Fault.LIST_REDACTED)
    walk.the_ticker_goes_round()
    walk.what_always_holds()
    walk.teardown()


@pytest.mark.prove
@pytest.mark.long(minutes=7)
@pytest.mark.timeout(1800)
def test_many_walks(open_house: Callable[[], House]) -> None:
    _walk(open_house, walks=100, steps=50)
