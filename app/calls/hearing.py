"""What the carrier says of a call: one turn of it, and how it went."""

from dataclasses import dataclass
from datetime import datetime

from app.inbound.scene import InboundText

STATE_OF = {
    "queued": "accepted", "initiated": "accepted", "ringing": "ringing", "in-progress": "answered",
    "completed": "completed", "answered": "completed", "busy": "busy", "no-answer": "no_answer", "failed": "failed",
    "canceled": "canceled",
}  # fmt: skip
"""The carrier's word for how a call stands → ours; `answered` is what a Dial says of one that was taken."""
UNANSWERED = frozenset({"busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One request for what comes next. `number` is E.164 or a name of our own for whoever shows none (`withheld`).

    number: of the turn, from our own address; 0 begins. keys, words: what the caller pressed or said; both empty is
    silence, or the beginning. sure: how sure the carrier is of the words, if it says so. dialled: how it went when the
    caller was connected; answered: somebody took that call. trouble: the carrier could not use an answer of ours.
    ours: it is a call that we make; token: of its row, from our own address; answered_by: what took it, as the carrier
    thinks.
    """

    sid: str
    number: int
    from_number: str
    to_number: str
    withheld: bool = False
    keys: str = ""
    words: str = ""
    raw: str | None = None
    sure: float | None = None
    dialled: str = ""
    answered: bool = False
    trouble: bool = False
    recorded: bool = False  # what the caller said after the tone is kept at the carrier
    received_at: datetime
    ours: bool = False
    token: str = ""
    answered_by: str = ""
    seconds: int | None = None  # that the dialled side talked
    staff: bool = False  # our own address says that it is a call to a member of staff
    told: str = ""  # the TwiML that was answered while the database was away

    @property
    def key(self) -> str:
        """Of the exchange: the call and its turn."""
        return f"{self.sid}t{self.number}{'x' if self.trouble else ''}"

    @property
    def how(self) -> str:
        """What kind of turn it is, in a word of our own."""
        if self.trouble:
            return "trouble"
        if self.recorded:
            return "recorded"
        if self.dialled:
            return "dialled"
        if self.words:
            return "said"
        if self.keys:
            return "pressed"
        return "silent" if self.number else "reached" if self.ours else "called"

    def as_text(self) -> InboundText:
        """Its words as the readers of texts take them."""
        return InboundText(
            key=self.key, from_number=self.from_number, to_number=self.to_number, body=self.words, raw=self.raw,
            can_be_texted=not self.withheld, received_at=self.received_at, answered=self.told,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CallReport:
    """What became of a call. parent: of the call that a second one was made for; then `status` is the second's."""

    sid: str
    parent: str
    status: str
    from_number: str
    to_number: str
    withheld: bool
    token: str = ""
    answered_by: str = ""
    seconds: int | None = None
