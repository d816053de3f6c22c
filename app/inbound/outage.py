"""When the database is away: the door still reads, answers with the fixed texts, and keeps the words (DESIGN 8)."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from app import alarm, db, sealing, settings, spool
from app.calls import spooled
from app.calls import turns as calls
from app.calls.hearing import Turn
from app.db import DATABASE_AWAY
from app.inbound import receiving
from app.inbound.scene import InboundText
from app.library import versions, word_lists
from app.log import error_name, log
from app.messaging import twiml
from app.talk import facts
from dialogs.engine import render
from escalation_desk import classifier, items
from escalation_desk.models import DeskItem

ROUND_SECONDS = 5.0
"""The ticker has other duties: what the first of these texts brought about must leave while the last still wait."""

_ringing = threading.Lock()
_rung: dict[Path, int] = {}
_taken_in: set[Path] = set()
"""A disk that may not be written to lets go of nothing: for what somebody was rung already, and which kept texts stand
in the database, so that neither is done again round after round."""


def answer(text: InboundText) -> str:
    """The TwiML for a text that could not be taken in: the emergency text when it is clinical or unreadable,
    else that we have it. The words are in the spool before this returns. Raises NoSpool or OSError."""
    reading = _read(text)
    try:
        return _keep(settings.current().spool_dir, text, reading)
    except (spool.NoSpool, OSError):
        if reading.alarming:
            _apart(lambda: alarm.ring("clinical_text_refused"))
        raise


def answer_call(turn: Turn) -> str:
    """The TwiML for a turn of a call that could not be taken in: the emergency sentence, then the practice's telephone.
    Whoever calls is answered even where her words can be kept nowhere; then somebody outside is rung for them. Of the
    beginning of a call of ours there is nothing to keep, nor of what a member of staff pressed: nothing came of it."""
    if turn.how == "reached" or (turn.staff and turn.how != "dialled"):
        return spooled.answer(turn)
    reading = _read(turn.as_text()) if turn.words else _Read(alarming=False, stops=False)
    answered = spooled.answer(turn)
    try:
        return _keep_as(settings.current().spool_dir, turn.key, spooled.content(turn, answered), reading)
    except (spool.NoSpool, OSError) as error:
        log.error("call_not_kept", error=error_name(error))
        if turn.words:
            _apart(lambda: alarm.ring("call_not_kept"))
        return answered if not turn.dialled else spooled.answer(turn, kept=False)


def replay(directory: Path) -> int:
    """Take in what was kept, oldest first; each file goes once it stands in the database. Returns how many. While the
    database is still away nothing more is tried, since each try would wait for it; after an outage so long that they
    cannot all come at once, the rest comes with the next round."""
    _finish_what_was_left(directory)
    taken, ends_at = 0, time.monotonic() + ROUND_SECONDS
    try:
        for key in list(spool.keys(directory)):
            if time.monotonic() > ends_at:
                break
            taken += _replayed(directory, key)
    except DATABASE_AWAY as error:
        log.warning("spool_waits", error=error_name(error), count=spool.heap(directory).files)
    return taken


def ring_if_wanted(directory: Path) -> None:
    """Ring for clinical words that lie in the spool, until somebody outside has heard it; one ring for all of them."""
    wanted = spool.alarm_wanted(directory)
    if wanted is None or not _ringing.acquire(blocking=False):
        return
    try:
        if _rung.get(directory) == wanted or alarm.ring("clinical_text_waits"):
            _rung[directory] = wanted
            spool.alarm_rung(directory)
    except OSError as error:
        log.error("spool_unwritable", error=error_name(error))
    finally:
        _ringing.release()


def _finish_what_was_left(directory: Path) -> None:
    """What the disk does not allow holds up no text that is whole; the next round tries again."""
    try:
        spool.finish_what_was_left(directory)
    except OSError as error:
        log.error("spool_unwritable", error=error_name(error))


def _replayed(directory: Path, key: str) -> bool:
    """Whether this file was taken in. One that cannot be holds up no other, and is a nurse's to know of: what cannot be
    opened is set aside, what the database does not take stays. Raises one of DATABASE_AWAY when nothing can be done."""
    if directory / key in _taken_in:
        _let_go(directory, key)
        return False
    text: InboundText | Turn | None = None
    try:
        content = spool.kept(directory, key)
        if content is None:
            return False  # another process has just taken it in
        text = spooled.turn(content) if spooled.is_call(content) else _text(content)
        calls.receive(text) if isinstance(text, Turn) else receiving.receive(text)
    except Exception as error:  # whatever it is, a person hears of it
        if db.gone(error):
            raise
        log.error("spool_file_stays", error=error_name(error))
        if not isinstance(error, DATABASE_AWAY):  # else somebody has its rows: the next round
            _tell_nurses(directory, key, text)
        return False
    _let_go(directory, key)
    return True


def _let_go(directory: Path, key: str) -> None:
    """It stands in the database. A disk that keeps its file all the same is tried again with the next round."""
    try:
        spool.remove(directory, key)
    except OSError as error:
        log.error("spool_unwritable", error=error_name(error))
        _taken_in.add(directory / key)
    else:
        _taken_in.discard(directory / key)


def _tell_nurses(directory: Path, key: str, text: InboundText | Turn | None) -> None:
    """Once for each file, with its words when they could be read; only then is one without words set aside. When it
    fails, the next round tries again."""
    reason = "spool_file_broken" if text is None else "spool_file_not_taken_in"
    said = text.words if isinstance(text, Turn) else text.body if text is not None else ""
    note = f"{text.from_number}: {said}" if text is not None else None
    try:
        with db.transaction("outage.tell_nurses") as session:
            if session.scalar(select(DeskItem.id).where(DeskItem.key == f"spool:{key}")) is None:
                items.raise_task(session, f"spool:{key}", reason, None, list_name="nurses", note=note)
        if text is None:
            spool.set_aside(directory, key)
    except Exception as error:  # the other files must not wait for this one
        if db.gone(error):
            raise
        log.error("spool_file_untold", error=error_name(error))


def _keep(directory: Path | None, text: InboundText, reading: "_Read") -> str:
    """What she is answered, once it is kept."""
    answered = _words(reading)
    content = {**asdict(text), "received_at": text.received_at.isoformat(), "answered": answered}
    return _keep_as(directory, text.key, content, reading)


def _keep_as(directory: Path | None, key: str, content: dict[str, Any], reading: "_Read") -> str:
    """What stands in `content` as answered, once it is kept; a repeat gets what was answered before."""
    if directory is None:
        raise spool.NoSpool("SPOOL_DIR is not set.")
    name, earlier = _place(directory, key)
    if earlier is not None:
        return str(earlier["answered"])
    spool.keep(directory, name, content)
    log.warning("text_spooled")
    if reading.alarming:
        _want_alarm(directory)
    return str(content["answered"])


def _place(directory: Path, key: str) -> tuple[str, dict[str, Any] | None]:
    """Under which name a text is kept, and what is kept there; a broken file keeps its name for itself."""
    try:
        return key, spool.kept(directory, key)
    except sealing.SealingError as error:
        log.error("spool_file_stays", error=error_name(error))
        return _place(directory, f"{key}again")


class _Read(NamedTuple):
    """What a text is without the database. `alarming`: clinical, or beyond reading, pictures too."""

    alarming: bool
    stops: bool


def _read(text: InboundText) -> _Read:
    """What could not be read counts as clinical (P1); clinical words come before the wish to hear no more (P9). Nobody
    knows which lists are in force now: what the shipped ones or those read with last call clinical is clinical."""
    try:
        read = [classifier.read(text.body, None, lexicon=lists) for lists in word_lists.at_hand()]
    except Exception as error:  # noqa: BLE001  (any failure of the classifier counts as clinical, P1)
        log.error("classifier_failed", error=error_name(error))
        return _Read(alarming=True, stops=text.opt_out_type == "STOP")
    unreadable = any(mention.kind == "unreadable" for reading in read for mention in reading.mentions)
    alarming = unreadable or any(reading.lane == "clinical" for reading in read) or text.media_count > 0
    stops = all(reading.lane == "routine" and reading.intent == "opt_out" for reading in read) and not alarming
    return _Read(alarming, stops or text.opt_out_type == "STOP")


def _words(reading: _Read) -> str:
    """The carrier answers an opt-out, and nobody else does (P9)."""
    if reading.stops:
        return twiml.nothing()
    known = facts.of_practice(settings.current(), None)
    name = "emergency" if reading.alarming else "slow_system"
    return twiml.text(render.render_both(f"_always/{name}", versions.shipped_always(), known))


def _want_alarm(directory: Path) -> None:
    """Ring now, while nobody waits for it; the ticker goes on when this fails, or this process dies."""
    if not settings.current().alarm_url:
        return
    try:
        spool.want_alarm(directory)
    except OSError as error:
        log.error("alarm_not_kept", error=error_name(error))
        _apart(lambda: alarm.ring("clinical_text_waits"))
    else:
        _apart(lambda: ring_if_wanted(directory))


def _apart(act: Callable[[], object]) -> None:
    threading.Thread(target=act, daemon=True).start()


def _text(content: dict[str, Any]) -> InboundText:
    return InboundText(**{**content, "received_at": datetime.fromisoformat(content["received_at"])})
