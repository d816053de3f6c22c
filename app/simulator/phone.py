"""The phone in the browser: every handset, one thread open, typing and receiving."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.simulator import phone_calls, switches
from app.simulator.carrier import KINDS, this_carrier
from app.simulator.effects import Arrival
from app.simulator.faults import MEANINGS, Fault, Meaning, suffered
from app.simulator.messages import Line
from app.simulator.outbound import LONGEST_BODY
from app.simulator.state import Facts, State
from app.simulator.switchboard import LONGEST

phone = Blueprint(
    "phone",
    __name__,
    url_prefix="/phone",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
phone.register_blueprint(switches.switches)
phone.register_blueprint(phone_calls.calls)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@phone.before_request
def _take_only_json() -> ResponseReturnValue | None:
    """A page of another site cannot send JSON here without asking first, and is then refused."""
    if request.method not in ("POST", "PUT"):
        return None
    if not request.is_json:
        return _problem("Please send JSON.", 415)
    if not isinstance(request.get_json(silent=True), dict):
        return _problem("Please send one JSON object.", 400)
    return None


@phone.after_request
def _protect(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@phone.get("")
def screen() -> ResponseReturnValue:
    practice = shown(this_carrier().account.number)
    return render_template(
        "phone/phone.html", practice=practice, longest=LONGEST_BODY, faults=_by_group(), longest_wait=int(LONGEST),
        time_zone=this_carrier().time_zone,
    )  # fmt: skip


@phone.get("/view")
def view() -> ResponseReturnValue:
    """Everything the screen shows, with the thread of handset `open`; 204 while `version` is still true."""
    with this_carrier().books.held() as state:
        if request.args.get("version") == str(state.version):
            return "", 204
        opened = _find(state, request.args.get("open", ""))
        return jsonify(
            version=state.version,
            handsets=[_summary(state, facts) for facts in state.handsets.values()],
            open=opened.id if opened else None,
            thread=[_line(state, line) for line in state.threads[opened.number]] if opened else [],
            faults=switches.summary(this_carrier().faults),
            call=phone_calls.summary(state, opened.number) if opened else None,
            other_side=this_carrier().books.other_side,
            habit=this_carrier().books.habits.get(opened.number, "") if opened else "",
        )


@phone.post("/texts")
def send() -> ResponseReturnValue:
    """{handset, body, photo}: send a text; answers when the practice has, with the problem if it did not."""
    wanted = request.get_json()
    body, photo = str(wanted.get("body", "")), bool(wanted.get("photo"))
    carrier = this_carrier()
    with carrier.books.held() as state:
        facts = _find(state, str(wanted.get("handset", "")))
    if facts is None:
        return _problem("There is no such phone.", 404)
    if not (body or photo) or len(body) > LONGEST_BODY:
        return _problem(f"A text has between 1 and {LONGEST_BODY} characters.", 400)
    handset = carrier.handset(facts.number)
    sid = handset.texts_photo(body) if photo else handset.texts(body)
    return jsonify(sid=sid, problem="".join(one.problem for one in carrier.attempts(sid)[-1:]))


@phone.post("/handsets")
def add() -> ResponseReturnValue:
    """{number, label, kind}: make a new phone, or open the one that has this number."""
    wanted = request.get_json()
    number = dialled(str(wanted.get("number", "")))
    if number is None:
        return _problem("Please write a telephone number, such as (415) 555-0123 or +52 55 1234 5678.", 400)
    if number in this_carrier().account.numbers:
        return _problem("That is the practice's own number.", 400)
    kind = str(wanted.get("kind", "mobile"))
    if kind not in KINDS:
        return _problem("There is no such kind of phone.", 400)
    label = str(wanted.get("label", "")).strip()[:60] or None
    handset = this_carrier().handset(number, kind=kind, label=label)
    return jsonify(id=handset.facts.id), 201


def dialled(text: str) -> str | None:
    """The number in E.164, ten digits being North American; None if it is none."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[2-9]\d{9}", digits):
        return f"+{digits}"
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits) else None


def shown(number: str) -> str:
    """`+15005550101` as people write it, `(500) 555-0101`; others as they are."""
    parts = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return "({}) {}-{}".format(*parts.groups()) if parts else number


def _find(state: State, opaque: str) -> Facts | None:
    return next((facts for facts in state.handsets.values() if facts.id == opaque), None)


def _summary(state: State, facts: Facts) -> dict[str, Any]:
    thread = state.threads[facts.number]
    last = thread[-1] if thread else None
    return {
        "id": facts.id,
        "name": facts.label or shown(facts.number),
        "number": shown(facts.number),
        "kind": facts.kind,
        "received": sum(not line.mine for line in thread),
        "last": (last.body or "Photo") if last else "",
        "at": last.at.isoformat() if last else "",
    }


def _line(state: State, line: Line) -> dict[str, Any]:
    """state: sending, delivered, kept or failed, for what was written here; problem: why, as a sentence."""
    now, problem = _outcome(state, line) if line.mine else ("delivered", "")
    return {
        "sid": line.sid,
        "mine": line.mine,
        "body": line.body,
        "photo": bool(line.media),
        "other": shown(line.other),
        "at": line.at.isoformat(),
        "state": now,
        "problem": problem,
    }


def _outcome(state: State, line: Line) -> tuple[str, str]:
    """How it went to hand the text to the practice's own system; a fallback is none of it."""
    attempts = [attempt for attempt in state.attempts.get(line.sid, []) if not attempt.fallback]
    if attempts:
        return ("failed" if attempts[-1].problem else "delivered"), attempts[-1].problem
    message = state.messages.get(line.sid)
    struck = suffered(message.marks, Arrival) if message else None
    return ("kept", MEANINGS[struck.fault].sentence) if struck else ("sending", "")


def _by_group() -> dict[str, list[tuple[Fault, Meaning]]]:
    groups: dict[str, list[tuple[Fault, Meaning]]] = {}
    for fault, meaning in MEANINGS.items():
        groups.setdefault(meaning.group, []).append((fault, meaning))
    return groups


def _problem(sentence: str, status: int) -> ResponseReturnValue:
    return jsonify(problem=sentence), status
