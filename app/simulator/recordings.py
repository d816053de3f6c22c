"""What callers leave after the tone: kept by the carrier, reported to the practice, served and deleted (TWILIO 5.4)."""

import io
import math
import struct
import uuid
import wave
from collections.abc import Callable, Mapping
from email.utils import format_datetime

from app.simulator import resources, webhook
from app.simulator.books import Books
from app.simulator.calls import Call, Recording, Wait
from app.simulator.messages import new_sid

RATE, TONE = 8000, 440
Ask = Callable[[Books, Call, str, Mapping[str, str]], None]


def leave(books: Books, call: Call, wait: Wait, words: str, keys: str, ask: Ask) -> None:
    """The caller has spoken, or was silent, which is kept too; the practice is asked what comes next, and told."""
    sid = new_sid("RE")
    seconds = max(1, len(words.split()) // 2)
    books.record("recording", sid=sid, call=call.sid, words=words, seconds=seconds, reports=wait.reports)
    ended = {"Digits": keys} if keys else {}
    known = {"RecordingUrl": url(books, sid), "RecordingSid": sid, "RecordingDuration": f"{seconds}"}
    ask(books, call, wait.action, {**known, **ended})
    for _ in range(books.recording_reports):
        report(books, sid)


def report(books: Books, sid: str) -> None:
    """Tell the practice that a recording can be fetched."""
    with books.held() as state:
        recording = state.recordings[sid]
        call = state.calls[recording.call]
    _tell(books, call, recording.reports, {
        "RecordingSid": sid, "RecordingUrl": url(books, sid), "RecordingStatus": "completed",
        "RecordingDuration": f"{recording.seconds}", "RecordingChannels": "1", "RecordingSource": "RecordVerb",
        "RecordingStartTime": format_datetime(recording.began),
    })  # fmt: skip


def end(books: Books, call: Call) -> None:
    """The caller hangs up; if she was to be recorded, there is no recording, and the practice is told so."""
    if call.wait is not None and call.wait.kind == "record":
        _tell(books, call, call.wait.reports, {"RecordingStatus": "absent", "RecordingSource": "RecordVerb"})


def url(books: Books, sid: str) -> str:
    """Where it is kept, as the carrier names it; with `.wav` behind it, the sound itself."""
    return f"https://api.twilio.com/{resources.VERSION}/Accounts/{books.account.sid}/Recordings/{sid}"


def sound(recording: Recording) -> bytes:
    """A WAV of a quarter of a second: what was said is not made, only that there is a sound."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        loud = 9000 if recording.words else 0
        steps = (int(loud * math.sin(2 * math.pi * TONE * step / RATE)) for step in range(RATE // 4))
        out.writeframes(b"".join(struct.pack("<h", step) for step in steps))
    return kept.getvalue()


def _tell(books: Books, call: Call, address: str, params: Mapping[str, str]) -> None:
    if not address:
        return
    known = {"AccountSid": books.account.sid, "CallSid": call.sid}
    for one in webhook.tries(books.account, address, {**known, **params}, str(uuid.uuid4())):
        http = one.answer.status if one.answer else None
        books.record("recording_report", sid=call.sid, status=params["RecordingStatus"], http=http, problem=one.problem)
