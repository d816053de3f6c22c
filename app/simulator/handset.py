"""One person's telephone: it texts the practice and reads what has been delivered."""

from collections.abc import Sequence

from app.simulator import inbound, ringing, telephony
from app.simulator.books import Books
from app.simulator.calls import WITHHELD, Call
from app.simulator.messages import Line, Media, new_sid
from app.simulator.state import Facts


class Handset:
    """A view of the carrier's books; the same number is the same handset wherever it is asked for."""

    def __init__(self, books: Books, number: str) -> None:
        self.number = number
        self._books = books
        self._read = 0

    @property
    def facts(self) -> Facts:
        with self._books.held() as state:
            return state.handsets[self.number]

    @property
    def thread(self) -> list[Line]:
        """Everything on the screen, oldest first."""
        with self._books.held() as state:
            return list(state.threads[self.number])

    def texts(self, body: str, *, to: str | None = None, media: Sequence[Media] = ()) -> str:
        """Send a text and wait until the practice's webhook has answered; the MessageSid.

        to: one of the practice's numbers; else the one that wrote last, else its first.
        """
        return inbound.receive(self._books, self.number, to or self._last_writer(), body, media)

    def texts_photo(self, body: str = "") -> str:
        """Send one photo, with or without words; nothing stands at the photo's address."""
        return self.texts(body, media=[_photo(self._books.account.sid)])

    def reads(self) -> list[str]:
        """The bodies delivered since this was last asked."""
        delivered = [line.body for line in self.thread if not line.mine]
        new, self._read = delivered[self._read :], len(delivered)
        return new

    def calls(self, *, to: str | None = None, shown: bool = True) -> str:
        """Ring the practice; the CallSid, once its system has answered. shown: whether it is told this number."""
        number = to or self._books.account.number
        return telephony.begin(self._books, self.number, number, shown_as=self.number if shown else WITHHELD)

    def presses(self, keys: str) -> None:
        """Press keys in the call that goes on."""
        telephony.press(self._books, self.call.sid, keys)

    def says(self, words: str, confidence: float | None = 0.9) -> None:
        """Say something, recognised as `words`; confidence None: the carrier does not tell it."""
        telephony.say(self._books, self.call.sid, words, confidence)

    def keeps_silent(self) -> None:
        """Neither press nor say anything until the wait is over."""
        telephony.press(self._books, self.call.sid, "")

    def hangs_up(self, *, reported: bool = True) -> None:
        telephony.hang_up(self._books, self.call.sid, reported=reported)

    def answers(self) -> None:
        """Take the call that rings."""
        ringing.answer(self._books, self.call.sid)

    def declines(self) -> None:
        """Refuse the call that rings."""
        ringing.refuse(self._books, self.call.sid)

    def does_by_itself(self, habit: str) -> None:
        """What happens from now on when it is rung (calls.HABITS)."""
        self._books.habits[self.number] = habit

    @property
    def call(self) -> Call:
        """The call that this handset made or got last. Raises NoSuchAct before the first."""
        with self._books.held() as state:
            for call in reversed(state.calls.values()):
                if call.handset == self.number:
                    return call
        raise telephony.NoSuchAct("There was no call from this phone yet.")

    def _last_writer(self) -> str:
        received = (line.other for line in reversed(self.thread) if not line.mine)
        return next(received, self._books.account.number)


def _photo(account: str) -> Media:
    message, photo = new_sid("MM"), new_sid("ME")
    base = f"https://api.twilio.com/2010-04-01/Accounts/{account}"
    return Media(f"{base}/Messages/{message}/Media/{photo}", "image/jpeg")
