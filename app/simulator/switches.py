"""The control endpoint of the faults, for the phone's screen and for tests: one address, the vocabulary's own names.

`GET /phone/faults` lists them all, with what is on. `PUT /phone/faults/<name>` switches one on, with any of
{"times": 1, "chance": 1, "seed": 0, "seconds": 60}; times null is "until switched off". `DELETE /phone/faults/<name>`
switches it off, `DELETE /phone/faults` all of them. The ledger keeps each as `armed` or `disarmed`.
"""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.simulator.carrier import this_carrier
from app.simulator.faults import MEANINGS, Fault
from app.simulator.switchboard import BadSwitch, Faults, Switch

switches = Blueprint("switches", __name__, url_prefix="/faults")
KNOBS: dict[str, tuple[type, ...]] = {
    "times": (int, type(None)),
    "chance": (int, float),
    "seed": (int,),
    "seconds": (int, float, type(None)),
}


@switches.errorhandler(BadSwitch)
def _refuse(problem: BadSwitch) -> ResponseReturnValue:
    return jsonify(problem=str(problem)), 400


@switches.get("")
def every() -> ResponseReturnValue:
    armed = this_carrier().faults.armed()
    return jsonify(faults=[_shown(fault, armed.get(fault)) for fault in Fault])


@switches.put("/<name>")
def on(name: str) -> ResponseReturnValue:
    fault, wanted = _named(name), request.get_json()
    _check(wanted)
    carrier = this_carrier()
    carrier.faults.arm(fault, **wanted)
    carrier.books.record("armed", name=fault.value, **wanted)
    return jsonify(_shown(fault, carrier.faults.armed().get(fault)))


@switches.delete("/<name>")
def off(name: str) -> ResponseReturnValue:
    fault = _named(name)
    this_carrier().faults.disarm(fault)
    this_carrier().books.record("disarmed", name=fault.value)
    return jsonify(_shown(fault, None))


@switches.delete("")
def all_off() -> ResponseReturnValue:
    this_carrier().faults.clear()
    this_carrier().books.record("disarmed", name=None)
    return every()


def summary(faults: Faults) -> list[dict[str, Any]]:
    """What is on, for the screen."""
    return [_shown(fault, switch) for fault, switch in faults.armed().items()]


def _named(name: str) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        raise BadSwitch(f"There is no such fault. There are: {', '.join(Fault)}.") from None


def _check(wanted: dict[str, Any]) -> None:
    for knob, value in wanted.items():
        if knob not in KNOBS:
            raise BadSwitch(f"A fault has only {', '.join(KNOBS)}.")
        if type(value) not in KNOBS[knob]:
            raise BadSwitch(f"{knob} must be a number.")


def _shown(fault: Fault, switch: Switch | None) -> dict[str, Any]:
    """on: null, or what it was switched on with and how many it will still strike."""
    meaning = MEANINGS[fault]
    armed = switch and {
        "left": switch.left,
        "chance": switch.chance,
        "seed": switch.seed,
        "seconds": switch.seconds,
    }
    return {
        "name": fault.value,
        "group": meaning.group,
        "sentence": meaning.sentence,
        "seconds": meaning.seconds,
        "on": armed,
    }
