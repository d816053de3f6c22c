"""When the database is away: the door still reads, answers with the fixed texts, and keeps the words (DESIGN 8)."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import db, facts, inbound, library, sealing, settings, spool
from app.db import DATABASE_AWAY
from app.log import error_name, log
from app.messaging import twiml
from app.scene import InboundText
from dialogs.engine import render
from escalation_desk import classifier, items
from escalation_desk.models import DeskItem


def answer(text: InboundText) -> str:
    """The TwiML for a text that could not be taken in: the emergency text when it is clinical or unreadable,
    else that we have it. The words are in the spool before this returns. Raises NoSpool."""
    directory = settings.current().spool_dir
    if directory is None:
        raise spool.NoSpool("SPOOL_DIR is not set.")
    name, earlier = _place(directory, text.key)
    if earlier is not None:
        return str(earlier["answered"])
    answered = _answer(text)
    spool.keep(directory, name, {**asdict(text), "received_at": text.received_at.isoformat(), "answered": answered})
    log.warning("text_spooled")
    return answered


def replay(directory: Path) -> int:
    """Take in what was kept, oldest first; each file goes once it stands in the database. Returns how many."""
    return sum(_replayed(directory, key) for key in list(spool.keys(directory)))


def _replayed(directory: Path, key: str) -> bool:
    """Whether this file was taken in. One that cannot be stays, holds up no other, and is a nurse's to know of."""
    text: InboundText | None = None
    try:
        content = spool.kept(directory, key)
        if content is None:
            return False  # another process has just taken it in
        text = _text(content)
        inbound.receive(text)
        spool.remove(directory, key)
    except DATABASE_AWAY as error:
        log.warning("spool_file_waits", error=error_name(error))
        return False
    except Exception as error:  # noqa: BLE001  (whatever it is, a person hears of it)
        log.error("spool_file_stays", error=error_name(error))
        _tell_nurses(key, text)
        return False
    return True


def _tell_nurses(key: str, text: InboundText | None) -> None:
    """Once for each file, with its words when they could be read. Fails quietly: the next round tries again."""
    reason = "spool_file_broken" if text is None else "spool_file_not_taken_in"
    note = f"{text.from_number}: {text.body}" if text is not None else None
    try:
        with db.transaction("outage.tell_nurses") as session:
            if session.scalar(select(DeskItem.id).where(DeskItem.key == f"spool:{key}")) is None:
                items.raise_task(session, f"spool:{key}", reason, None, list_name="nurses", note=note)
    except Exception as error:  # noqa: BLE001  (the other files must not wait for this one)
        log.error("spool_file_untold", error=error_name(error))


def _place(directory: Path, key: str) -> tuple[str, dict[str, Any] | None]:
    """Under which name a text is kept, and what is kept there; a broken file keeps its name for itself."""
    try:
        return key, spool.kept(directory, key)
    except sealing.SealingError as error:
        log.error("spool_file_stays", error=error_name(error))
        return _place(directory, f"{key}again")


def _answer(text: InboundText) -> str:
    """The carrier answers an opt-out, and nobody else does (P9); clinical and unreadable words come first."""
    lane, intent = _read(text)
    alarming = lane == "clinical" or text.media_count > 0
    if text.opt_out_type == "STOP" or (lane == "routine" and intent == "opt_out" and not alarming):
        return twiml.nothing()
    known = facts.of_practice(settings.current(), None)
    name = "emergency" if alarming else "slow_system"
    return twiml.text(render.render_both(f"_always/{name}", library.shipped_always(), known))


def _read(text: InboundText) -> tuple[str, str]:
    """Lane and intent, with what could not be read counted as clinical."""
    try:
        reading = classifier.read(text.body, None)
    except Exception as error:  # noqa: BLE001  (any failure of the classifier counts as clinical, P1)
        log.error("classifier_failed", error=error_name(error))
        return "clinical", "none"
    unreadable = any(mention.kind == "unreadable" for mention in reading.mentions)
    return "clinical" if unreadable else reading.lane, reading.intent


def _text(content: dict[str, Any]) -> InboundText:
    return InboundText(**{**content, "received_at": datetime.fromisoformat(content["received_at"])})
