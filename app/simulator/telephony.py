"""Calls at the carrier: it asks the practice what to do, does it, and asks again with what the caller did."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from app import clock
from app.simulator import recordings, telling, webhook
from app.simulator.answers import BadAnswer
from app.simulator.books import Books
from app.simulator.calls import Call, Placed, Wait, Who
from app.simulator.messages import new_sid
from app.simulator.verbs import Act, Dialled, Elsewhere, Words, verbs

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What a caller hears of the carrier itself when the practice's system does not answer."""
MOST_DETOURS = 10


class NoSuchAct(Exception):
    """The call does not wait for that; the text says what it does."""


def begin(books: Books, handset: str, to: str, *, shown_as: str) -> str:
    """A call comes in; its sid, once the practice has answered and the call waits or is over."""
    sid = new_sid("CA")
    books.record("call", sid=sid, handset=handset, to=to, **{"from": shown_as})
    ask(books, _found(books, sid), books.account.voice_url, {})
    return sid


def press(books: Books, sid: str, keys: str) -> None:
    """Keys, one after the other; those after the last one that is waited for are lost. "" is silence."""
    call, wait = _waiting(books, sid)
    if wait.kind == "record":
        recordings.leave(books, call, wait, "", keys, ask)
        return
    digits, _, rest = keys.partition(wait.ends_with) if wait.ends_with else (keys, "", "")
    ended = wait.ends_with and keys != digits + rest
    digits = digits[: wait.keys]
    books.record("call_line", sid=sid, who="caller", words=f"Pressed {keys}" if keys else "Silence", language="")
    if "dtmf" not in wait.takes or not digits:
        _silent(books, call, wait)
    else:
        finished = {"FinishedOnKey": wait.ends_with} if ended else {}
        ask(books, call, wait.action, {"Digits": digits, **finished})


def say(books: Books, sid: str, words: str, confidence: float | None) -> None:
    """Words aloud, as the carrier recognised them; None: it does not say how sure it is."""
    call, wait = _waiting(books, sid)
    books.record("call_line", sid=sid, who="caller", words=words, language="")
    if wait.kind == "record":
        recordings.leave(books, call, wait, words, wait.ends_with, ask)
        return
    if "speech" not in wait.takes:
        _silent(books, call, wait)
        return
    sure = {} if confidence is None else {"Confidence": f"{confidence}"}
    ask(books, call, wait.action, {"SpeechResult": words, **sure})


def hang_up(books: Books, sid: str, *, reported: bool = True) -> None:
    """The caller puts the receiver down; the practice is told, unless that report is lost."""
    call = _found(books, sid)
    if not call.over:
        books.record("call_line", sid=sid, who="carrier", words="You hung up.", language="")
        recordings.end(books, call)
        over(books, call, "completed", reported=reported)


def other_side_hangs_up(books: Books, sid: str) -> None:
    """Whoever was connected puts the receiver down; the call goes on with what the practice wants then."""
    call = _found(books, sid)
    if call.over or call.wait is None or call.wait.kind != "dial":
        raise NoSuchAct("Nobody is connected.")
    if (leg := _leg_of(books, call)) is not None:
        over(books, leg, "completed")
        return
    ask(books, call, call.wait.action, {"DialCallStatus": "completed", "DialCallDuration": "60", "DialBridged": "true"})


def repeat(books: Books, sid: str) -> bytes:
    """Ask the practice once more what it was asked last, as a carrier that lost the answer does; its answer."""
    call = _found(books, sid)
    if call.asked is None:
        raise NoSuchAct("The practice was not asked anything yet.")
    url, params = call.asked
    (one,) = webhook.tries(books.account, url, params, str(uuid.uuid4()))
    return one.answer.body if one.answer else b""


def ask(books: Books, call: Call, url: str, params: Mapping[str, str], detours: int = 0) -> None:
    """Ask the practice at `url` and do what it answers; an answer that cannot be used ends the call."""
    sent = {**telling.fields(books, call), **params}
    books.record("call_asked", sid=call.sid, url=url, params=sent)
    code, problem = None, ""
    acts: list[Act] = []
    for one in webhook.tries(books.account, url, sent, str(uuid.uuid4())):
        try:
            if one.answer is None:
                raise BadAnswer(11200, one.problem)
            code, problem, acts = None, "", verbs(one.answer, url)
        except BadAnswer as bad:
            code, problem, acts = bad.code, str(bad), []
        answer = one.answer.body.decode("utf-8", "replace") if one.answer else ""
        books.record("call_answered", sid=call.sid, error_code=code, problem=problem, answer=answer)
    if problem:
        line(books, call, "carrier", APPLICATION_ERROR)
        over(books, call, "failed" if call.status == "ringing" else "completed")
        return
    if call.status == "ringing":
        books.record("call_status", sid=call.sid, status="in-progress")
    if not call.over:
        _do(books, call, acts, detours)


def _do(books: Books, call: Call, acts: list[Act], detours: int) -> None:
    for act in acts:
        match act:
            case Words():
                books.record("call_line", sid=call.sid, who="practice", words=act.words, language=act.language)
            case Wait():
                books.record("call_waits", sid=call.sid, **asdict(act))
                return
            case Dialled():
                _dial(books, call, act)
                return
            case Elsewhere():
                if detours < MOST_DETOURS:
                    ask(books, call, act.url, {}, detours + 1)
                    return
            case "hang_up":
                break
    _at_the_end(books, call, hung_up="hang_up" in acts)


def _at_the_end(books: Books, call: Call, *, hung_up: bool) -> None:
    """Nothing is left to do: whoever heard out a whisper is connected, any other call is over."""
    if call.parent and not hung_up:
        bridge(books, call)
        return
    line(books, call, "carrier", "The practice hung up.")
    over(books, call, "completed")


def _dial(books: Books, call: Call, dialled: Dialled) -> None:
    """Ring the other side: a telephone of ours really, any other answers as it was told to."""
    with books.held() as state:
        if dialled.whisper and dialled.number not in state.handsets:
            books.record("handset", number=dialled.number, label="", kind="mobile")
        is_ours = dialled.number in state.handsets
    if is_ours:
        _ring(books, call, dialled)
        return
    result = books.other_side
    line(books, call, "carrier", f"Ringing {dialled.number} …")
    if result == "completed":
        line(books, call, "carrier", "Somebody answers: you talk with a person.")
        if dialled.status_url:
            telling.report(books, call, "in-progress", ParentCallSid=call.sid, CallSid=new_sid("CA"))
        books.record("call_waits", sid=call.sid, **asdict(Wait("dial", dialled.action or "")))
        return
    line(books, call, "carrier", {"busy": "It is busy."}.get(result, "Nobody answers."))
    if dialled.action is None:
        over(books, call, "completed")
        return
    params = {"DialCallStatus": result, "DialCallSid": new_sid("CA"), "DialBridged": "false"}
    ask(books, call, dialled.action, params)


def _ring(books: Books, parent: Call, dialled: Dialled) -> None:
    """A second call, to a telephone of ours: `parent` waits until it is over. Unless told otherwise it shows the number
    of whoever is in the first one."""
    line(books, parent, "carrier", "It rings …")
    placed = Placed(dialled.whisper or "", dialled.status_url or "", dialled.events, dialled.seconds, detects=False)
    books.record("call_waits", sid=parent.sid, **asdict(Wait("dial", dialled.action or "")))
    books.record(
        "call", sid=new_sid("CA"), handset=dialled.number, to=dialled.number, parent=parent.sid, placed=asdict(placed),
        **{"from": dialled.caller or (parent.to if parent.placed else parent.caller)},
    )  # fmt: skip


def bridge(books: Books, leg: Call) -> None:
    """Whoever took the second call talks with whoever waits in the first."""
    books.record("call_bridged", sid=leg.sid)
    books.record("call_waits", sid=leg.sid, **asdict(Wait("dial", "")))
    for each in (leg, _found(books, leg.parent)):
        line(books, each, "carrier", "You are connected: you talk with a person.")


def _leg_of(books: Books, call: Call) -> Call | None:
    """The second call that this one waits for."""
    with books.held() as state:
        return next((each for each in state.calls.values() if each.parent == call.sid and not each.over), None)


def _silent(books: Books, call: Call, wait: Wait) -> None:
    if wait.asks_on_silence:
        ask(books, call, wait.action, {"Digits": ""} if "speech" not in wait.takes else {})
    else:
        over(books, call, "completed")


def over(books: Books, call: Call, status: str, *, reported: bool = True) -> None:
    books.record("call_status", sid=call.sid, status=status)
    seconds = _seconds(call)
    if reported:
        telling.report(books, call, status, CallDuration=str(seconds), SequenceNumber="0")
    if (leg := _leg_of(books, call)) is not None:
        line(books, leg, "carrier", "The other side hung up.")
        over(books, leg, "completed" if leg.status == "in-progress" else "canceled")
    if call.parent and not (parent := _found(books, call.parent)).over:
        _leg_is_over(books, parent, call, seconds)


def _leg_is_over(books: Books, parent: Call, leg: Call, seconds: int) -> None:
    """The first call goes on with what the practice wants then. That somebody took the second one does not mean that
    they talked (TWILIO 5.4)."""
    talked = {"DialCallDuration": str(seconds)} if leg.bridged else {}
    result = {"DialCallStatus": leg.status, "DialCallSid": leg.sid, "DialBridged": str(leg.bridged).lower()}
    if parent.wait is not None and parent.wait.action:
        ask(books, parent, parent.wait.action, {**result, **talked})
    else:
        over(books, parent, "completed")


def _seconds(call: Call) -> int:
    """How long a call was: a second one of a Dial from its answer on."""
    began = (call.answered_at or clock.now()) if call.parent else call.began
    return int((clock.now() - began).total_seconds())


def line(books: Books, call: Call, who: Who, words: str) -> None:
    books.record("call_line", sid=call.sid, who=who, words=words, language="")


def _found(books: Books, sid: str) -> Call:
    with books.held() as state:
        call = state.calls.get(sid)
    if call is None:
        raise NoSuchAct("There is no such call.")
    return call


def _waiting(books: Books, sid: str) -> tuple[Call, Wait]:
    call = _found(books, sid)
    if call.over or call.wait is None or call.wait.kind not in ("gather", "record"):
        raise NoSuchAct("The call does not wait for keys or words.")
    return call, call.wait
