"""When the database is away: the door still reads, answers with the fixed texts, and keeps the words (DESIGN 8)."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app import facts, inbound, library, settings, spool
from app.log import error_name, log
from app.messaging import twiml
from app.scene import InboundText
from dialogs.engine import render
from escalation_desk import classifier


def answer(text: InboundText) -> str:
    """The TwiML for a text that could not be taken in: the emergency text when it is clinical or unreadable,
    else that we have it. The words are in the spool before this returns. Raises NoSpool."""
    directory = settings.current().spool_dir
    if directory is None:
        raise spool.NoSpool("SPOOL_DIR is not set.")
    earlier = spool.kept(directory, text.key)
    if earlier is not None:
        return str(earlier["answered"])
    answered = twiml.text(_words(text))
    spool.keep(directory, text.key, {**asdict(text), "received_at": text.received_at.isoformat(), "answered": answered})
    log.warning("text_spooled")
    return answered


def replay(directory: Path) -> int:
    """Take in what was kept, oldest first; each file goes once it stands in the database. Returns how many."""
    taken = 0
    for key in list(spool.keys(directory)):
        try:
            content = spool.kept(directory, key)
            if content is not None:
                inbound.receive(_text(content))
                spool.remove(directory, key)
                taken += 1
        except Exception as error:  # noqa: BLE001  (one broken file must not hold up the others; it stays)
            log.error("spool_file_stays", error=error_name(error))
    return taken


def _words(text: InboundText) -> str:
    known = facts.of_practice(settings.current(), None)
    reading = _lane(text)
    name = "emergency" if reading == "clinical" or text.media_count else "slow_system"
    return render.render_both(f"_always/{name}", library.shipped_always(), known)


def _lane(text: InboundText) -> str:
    """The lane, with what could not be read counted as clinical."""
    try:
        reading = classifier.read(text.body, None)
    except Exception as error:  # noqa: BLE001  (any failure of the classifier counts as clinical, P1)
        log.error("classifier_failed", error=error_name(error))
        return "clinical"
    unreadable = any(mention.kind == "unreadable" for mention in reading.mentions)
    return "clinical" if unreadable else reading.lane


def _text(content: dict[str, Any]) -> InboundText:
    return InboundText(**{**content, "received_at": datetime.fromisoformat(content["received_at"])})
