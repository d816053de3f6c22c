"""The database is away while people text; it comes back, and what was kept is taken in."""

from app.models.conversations import Exchange
from app.rehearsal.evidence import Evidence
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Act, Held, Journey
from tests.faults.crashes.journeys.sms import asked, texts_the_rest
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

ANA = cast.ANAS


def _meanwhile(*bodies: str) -> Act:
    """She texts while the database is gone; then it is back, and the ticker replays."""

    def goes(practice: Practice) -> None:
        with practice.database_gone():
            for body in bodies:
                practice.texts(ANA, body)
        practice.until_quiet()

    return goes


def _kept_and_with_the_nurses(evidence: Evidence, notes: Notes) -> list[str]:
    """Where she may not have heard it, nurses were told (I3)."""
    return [
        *held.confirmed(evidence, notes["visit"], wanted=False),
        *held.heard_once(evidence, ANA, "A nurse will read"),
        *held.stands(evidence, "nurses", "emergency"),
    ]  # fmt: skip


def _kept_and_confirmed(evidence: Evidence, notes: Notes) -> list[str]:
    """Her answer counts once it is taken in; before, she may have heard that we have it."""
    slow = evidence.heard(ANA, "our system is slow")
    return [
        *held.confirmed(evidence, notes["visit"]),
        *held.heard_once(evidence, ANA, "is confirmed"),
        *([] if slow <= 1 else [f"“our system is slow” was heard {slow} times"]),
    ]  # fmt: skip


def _kept_and_stopped(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.opted_out(evidence, ANA), *held.unheard(evidence, ANA, "our system is slow")]


def _kept_in_order(evidence: Evidence, _: Notes) -> list[str]:
    lanes = [row.lane for row in sorted(evidence.rows(Exchange), key=lambda row: row.received_at)]
    return [*held.stands(evidence, "nurses", "emergency"), *([] if lanes[-1] == "clinical" else [f"lanes {lanes}"])]


def _watched(goes: Act) -> Act:
    """Somebody outside is rung for clinical words; the ringing is over before the process ends by itself."""

    def while_watched(practice: Practice) -> None:
        goes(practice)
        practice.until_nobody_rings()

    return while_watched


def _is_watched(practice: Practice) -> None:
    practice.is_watched()


def _a_torn_file(practice: Practice) -> None:
    """A file that was changed on the disk cannot be read by anybody."""
    torn = practice.world.folder / "spool" / f"SM{'7' * 32}.sealed"
    torn.write_bytes(b"k1:torn")
    practice.until_quiet()


def _the_nurses_know(evidence: Evidence, _: Notes) -> list[str]:
    return [*held.stands(evidence, "nurses", "spool_file_broken", kind="task")]


def _outage(name: str, *bodies: str, holds: Held) -> Journey:
    again = texts_the_rest(ANA, *bodies)
    return Journey(name, _meanwhile(*bodies), holds, asked, again=again, answered_at_the_door=True)


OUTAGE = (
    _outage("outage-clinical", "my chest hurts", holds=_kept_and_with_the_nurses),
    _outage("outage-answer", "1", holds=_kept_and_confirmed),
    _outage("outage-stop", "STOP", holds=_kept_and_stopped),
    _outage("outage-two", "hello there", "my chest hurts", holds=_kept_in_order),
    Journey(
        "outage-alarm",
        _watched(_meanwhile("my chest hurts")),
        _kept_and_with_the_nurses,
        asked,
        wakes=_is_watched,
        pairs=False,
        answered_at_the_door=True,
    ),
    Journey("outage-torn", _a_torn_file, _the_nurses_know),
)
