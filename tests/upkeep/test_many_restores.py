"""Twenty backups restored in which 500 texts waited: none leaves again, none is hidden, the record is whole (H64)."""

import random
from collections import Counter
from pathlib import Path

import pytest

from app import anchors, clock, contact_points, db
from app.messaging import outbox
from app.models.outbox import Outbound
from app.simulator import outbound as carrier_side
from app.upkeep import backups
from escalation_desk.models import DeskItem
from tests.house import CLINIC, House
from tests.sending.outbox import accepted
from tests.upkeep.practice import come_back, compared

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]
TEXTS, NUMBERS = 500, 100
FATES = ("left", "left, its words forgotten", "never left")


def write_texts(chance: random.Random) -> list[str]:
    """Texts of all classes, waiting or on their way to the carrier; their bodies."""
    bodies = [f"text {number} of {chance.random()}" for number in range(TEXTS)]
    with db.transaction("tests.many_texts") as session:
        for number, body in enumerate(bodies):
            point = contact_points.lock(session, f"+1202555{1000 + number % NUMBERS}")
            kind: outbox.MessageClass = chance.choice(("safety", "reply", "outreach"))
            row_id = outbox.post(session, outbox.Draft(
                key=f"many:{body}", message_class=kind, contact_point_id=point.id, body=body, language="en",
                text_name="test",
            ))  # fmt: skip
            if chance.random() < 0.2:
                on_its_way = session.get_one(Outbound, row_id)
                on_its_way.state, on_its_way.claimed_at, on_its_way.attempts = "sending", clock.now(), 1
                on_its_way.lease_until = clock.now()
    return bodies


def since_the_backup(house: House, bodies: list[str], chance: random.Random) -> dict[str, str]:
    """What the carrier knows of each; the practice's own memory of it is lost."""
    fates = {body: chance.choices(FATES, (5, 1, 4))[0] for body in bodies}
    for number, body in enumerate(bodies):
        if fates[body] != "never left":
            to = f"+1202555{1000 + number % NUMBERS}"
            message = carrier_side.accept(house.carrier.books, to=to, sender=CLINIC, body=body)
            if fates[body] == "left, its words forgotten":
                house.carrier.pump()
                house.carrier.books.record("redact", sid=message.sid)
    house.carrier.pump()
    return fates


@pytest.mark.parametrize("seed", range(10))
def test_a_restore_sends_nothing_again(careful: House, elsewhere: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (a seed that can be run again)
    bodies = write_texts(chance)
    kept = backups.make(careful.settings, tmp_path / "one.backup").path
    careful.clock.passes(minutes=chance.randrange(2, 600))
    fates = since_the_backup(careful, bodies, chance)
    left = Counter(accepted(careful))
    come_back(careful, kept, elsewhere)
    careful.work()
    done = compared(careful)
    for _ in range(3):
        careful.passes(hours=5)
    assert Counter(accepted(careful)) == left, "nothing left again, and nothing for the first time"
    assert done.found + done.withheld + done.doubtful == TEXTS
    told = {item.key for item in careful.rows(DeskItem)}
    for row in careful.rows(Outbound):
        if row.text_name != "found" and row.state not in ("accepted", "sent", "delivered"):
            assert {f"unknown:{row.id}", f"withheld:{row.id}"} & told, f"nobody hears of a text that {fates[row.body]}"
    surely = [body for body in bodies if fates[body] == "left"]
    states = {row.body: row.state for row in careful.rows(Outbound) if row.text_name != "found"}
    assert {states[body] for body in surely} <= {"accepted", "sent", "delivered"}
    with db.reading("tests.whole") as session:
        assert list(anchors.verify(session, careful.settings.anchor_dir)) == []
