"""Everything that the code writes into the record can be told to a person in a sentence."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.messaging.delivery import STATE_OF
from app.models.outbox import STATES
from app.timeline import Happening
from app.web.sentences import SENTENCES, describe

pytestmark = pytest.mark.of_pages

ROOT = Path(__file__).resolve().parents[2]
NOT_ABOUT_THE_RECORD = ("app/sealing.py", "app/simulator", "app/migrations", "app/demo")
AT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("app", "escalation_desk"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(NOT_ABOUT_THE_RECORD):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def _writers(tree: ast.Module) -> dict[str, int]:
    """Functions that take the kind of an entry, and at which place."""
    return {
        node.name: [arg.arg for arg in node.args.args].index("kind")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "kind" in [arg.arg for arg in node.args.args]
    }


def _kinds(node: ast.expr) -> Iterator[str]:
    """What an expression may be: its constants; a formatted one as its beginning and a star."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _kinds(node.body)
        yield from _kinds(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value) + "*"


def _written() -> dict[str, str]:
    """Every kind that the code writes → the module that does."""
    found: dict[str, str] = {}
    everywhere = {"append": 2, "note": 3, "note_down": 2}  # timeline.append, outbox.note, holding.note_down
    for module, tree in _modules():
        writers = everywhere | _writers(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = writers.get(name)
            if place is not None and len(node.args) > place:
                found |= dict.fromkeys(_kinds(node.args[place]), module)
            if name == "looked" and isinstance(node.args[2], ast.Constant):
                found["looked_at_" + str(node.args[2].value)] = module
    return found


def test_the_scan_sees_the_writers() -> None:
    written = _written()
    assert {"text_received", "opt_out", "called_clinical", "called_administrative", "appointment_moved",
            "number_attached", "delivery_*", "text_*", "looked_at_patient", "signed_in"} <= set(written)  # fmt: skip


def test_every_kind_has_a_sentence() -> None:
    missing = {
        kind: module
        for kind, module in _written().items()
        if not any(known.startswith(kind[:-1]) if kind.endswith("*") else known == kind for known in SENTENCES)
    }
    assert missing == {}


def test_every_state_of_a_text_has_a_sentence() -> None:
    assert {f"delivery_{state}" for state in STATE_OF.values()} <= set(SENTENCES)
    assert {f"text_{state}" for state in STATES} - {"text_sending", "text_sent", "text_delivered"} <= set(SENTENCES)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*SENTENCES, "never_heard_of", ""])
@pytest.mark.parametrize("actor", ["patient", "agent", "carrier", "staff:3", "staff:77", "martian"])
def test_no_entry_breaks_a_screen_or_shows_a_code(kind: str, actor: str) -> None:
    for details in ({}, {"reason": "zz_9", "list": "zz_9", "disposition": "zz_9", "ended": "zz_9", "fields": ["zz_9"],
                         "starts_at": "zz_9", "state": "zz_9", "outcome": "zz_9", "code": "zz_9", "lane": "zz_9",
                         "language": "zz_9", "source": "zz_9"}):  # fmt: skip
        sentence = describe(Happening("number:1", 1, AT, kind, actor, dict(details), None), {"staff:3": "Nora"})
        assert sentence
        assert "zz_9" not in sentence
        assert "_" not in sentence
        assert "{" not in sentence
        assert "martian" not in sentence
        assert "staff:" not in sentence


@pytest.mark.parametrize(
    ("kind", "actor", "details", "sentence"),
    [
        ("text_received", "patient", {"media": 0}, "Ana wrote"),
        ("text_received", "patient", {"media": 2}, "Ana wrote and sent 2 pictures"),
        ("text_read", "agent", {"lane": "clinical", "outcome": "escalation"},
         "Read as clinical: put before the nurses"),
        ("text_read", "agent", {"lane": "routine", "outcome": "courtesy"},
         "Read as routine: a courtesy, which needs no answer"),
        ("appointment_confirmed", "patient", {"appointment": 5, "starts_at": "2026-11-23T20:00:00+00:00"},
         "Ana confirmed the appointment of Mon Nov 23, 2:00 PM"),
        ("outreach_decided", "agent", {"appointment": 5, "state": "begun", "starts_at": "2026-11-23T20:00:00+00:00"},
         "It was time to ask about the appointment of Mon Nov 23, 2:00 PM"),
        ("appointment_moved", "staff:3", {"appointment": 5, "starts_at": "2026-11-24T21:00:00+00:00"},
         "Nora moved the appointment to Tue Nov 24, 3:00 PM"),
        ("delivery_delivered", "carrier", {}, "The text was delivered"),
        ("delivery_failed", "carrier", {"code": "30006"}, "The text could not be delivered (the carrier says 30006)"),
        ("claimed", "staff:3", {}, "Nora claimed the item"),
        ("claim_lapsed", "agent", {"owner": 3}, "Nora’s claim ran out; the item is open again"),
        ("paged", "agent", {}, "A staff member was paged"),
        ("text_read", "agent", {"lane": "unsure", "outcome": "task"},
         "Not understood for sure: put before the front desk"),
        ("follow_up_stands", "agent", {"matter": "book", "disposition": "with_person", "reason": "cannot_text"},
         "Follow-up “book the next visit”: a person has it (the number cannot be texted)"),
        ("follow_up_decided", "agent", {"matter": "lab", "state": "begun"},
         "It was time to ask about the follow-up “labs or another order”"),
        ("pause_ended", "staff:3", {"purpose": "recalls"}, "Nora let recalls go on"),
        ("patient_changed", "staff:3", {"fields": ["do_not_contact"], "do_not_contact": True},
         "Nora changed “do not contact” to yes"),
        ("closed", "staff:3", {"disposition": "nothing_to_do"}, "Nora closed the item: Read, nothing to do"),
        ("put_on_desk", "agent", {"list": "nurses", "reason": "crisis"}, "Put on the nurses’ list: crisis words"),
        ("text_withheld", "agent", {"reason": "deceased"}, "A text was held back: the patient has died"),
        ("patient_changed", "staff:3", {"fields": ["name", "language"], "language": "es"},
         "Nora changed the name and the language to Spanish"),
        ("never_heard_of", "agent", {}, "Handrail did something that this screen has no words for yet"),
    ],
)  # fmt: skip
def test_sentences_read_as_people_speak(kind: str, actor: str, details: dict[str, object], sentence: str) -> None:
    names = {"patient": "Ana", "staff:3": "Nora", "appointment:5": "Tue Nov 24, 3:00 PM",
             "appointment_zone:5": "America/Chicago"}  # fmt: skip
    assert describe(Happening("number:1", 1, AT, kind, actor, details, None), names) == sentence
