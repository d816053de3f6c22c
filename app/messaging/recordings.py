"""Recordings at the carrier: which a call has, their sound, and that they are gone (TWILIO 5.4; H39)."""

from dataclasses import dataclass

from app import db
from app.messaging.answers import ListUnreadable, NotThere
from app.messaging.gateway import PAGE, Gateway, readable


@dataclass(frozen=True)
class Recorded:
    """One recording of a call, as the carrier lists it; it can be fetched once it is completed."""

    sid: str
    status: str
    seconds: int

    @property
    def is_ready(self) -> bool:
        return self.status == "completed"


def of_call(gateway: Gateway, call_sid: str) -> list[Recorded]:
    """What the carrier keeps of a call. Raises ListUnreadable."""
    with readable(), db.outside("recordings.of_call"):
        found = gateway.opened(lambda client: client.calls(call_sid).recordings.list(limit=PAGE))
        return [Recorded(str(each.sid), str(each.status), int(each.duration or 0)) for each in found]


def sound(gateway: Gateway, sid: str) -> bytes:
    """The recording as a WAV, asked for with our credentials. Raises ListUnreadable, NotThere when it is gone."""
    return gateway.sound(f"Recordings/{sid}.wav")


def remove(gateway: Gateway, sid: str) -> None:
    """Have the carrier delete it, and look whether it did. Raises ListUnreadable when it is there, or may be."""
    try:
        with readable(), db.outside("recordings.remove"):
            gateway.opened(lambda client: client.recordings(sid).delete())
        with readable(), db.outside("recordings.look_removed"):
            gateway.opened(lambda client: client.recordings(sid).fetch())
    except NotThere:
        return
    raise ListUnreadable("still_there")
