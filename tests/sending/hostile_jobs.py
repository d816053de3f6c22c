"""Jobs as somebody who can write to Redis would leave them: what each is called, and the fields of its hash (H72)."""

import json
import pickle
import zlib
from pathlib import Path
from typing import Any

Fields = dict[str, Any]
OURS = "app.jobs.send"
FIRST_RING = 100


def all_kinds(trap: Path) -> dict[str, Fields]:
    """Every kind by its name. What runs of them creates the file `trap`, or acts on row 1; only those that ring as
    ours do, with other fields beside, may ask for a row: from FIRST_RING on, each for another."""
    kinds = {name: {"data": data} for name, data in _calls(trap).items()}
    return kinds | {name: {"data": _data(*call)} for name, call in CALLS_OF_OURS.items()} | _acting_fields(trap)


class Trap:
    """Unpickling this writes a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (open, (self.path, "w"))


def _data(*call: Any) -> bytes:
    """RQ's four parts: function, instance, arguments, keywords."""
    return json.dumps(call).encode()


def _calls(trap: Path) -> dict[str, bytes]:
    """Other people's functions, and data that is no call at all."""
    touch, path = f"touch {trap}", str(trap)
    return {
        "a shell": _data("os.system", None, [touch], {}),
        "a subprocess": _data("subprocess.check_output", None, [["touch", path]], {}),
        "eval": _data("builtins.eval", None, [f"open({path!r}, 'w')"], {}),
        "exec": _data("builtins.exec", None, [f"open({path!r}, 'w')"], {}),
        "open": _data("io.open", None, [path, "w"], {}),
        "an import": _data("importlib.import_module", None, ["antigravity"], {}),
        "pathlib": _data("pathlib.Path.touch", None, [path], {}),
        "a pickle to load": _data("pickle.loads", None, [repr(pickle.dumps(Trap(path)))], {}),
        "a method of an instance": _data("touch", path, [], {}),
        "our own module's os": _data("app.jobs.time.os.system", None, [touch], {}),
        "a pickle": pickle.dumps(("os.system", None, (touch,), {})),
        "a pickle that acts": pickle.dumps(Trap(path)),
        "a packed pickle that acts": zlib.compress(pickle.dumps(Trap(path))),
        "a mapping for a call": b'{"func": "os.system"}',
        "infinity": b'["app.jobs.send", null, [Infinity], {}]',
        "not a number": b'["app.jobs.send", null, [NaN], {}]',
        "the same key twice": b'["app.jobs.send", null, [1], {"a": 1, "a": 2}]',
        "one beyond two": b'["app.jobs.send", null, [1], {}] ["app.jobs.send", null, [1], {}]',
        "deep nesting": b"[" * 50_000,
        "a megabyte of name": _data("a" * 1_000_000, None, [1], {}),
        "not JSON": b"\xff\xfe\x00garbage",
        "packed garbage": zlib.compress(b"\xff\xfe\x00garbage"),
        "half a packed call": zlib.compress(_data(OURS, None, [1], {}))[:20],
        "null": b"null",
        "a word": b'"app.jobs.send"',
        "empty data": b"",
    }  # fmt: skip


CALLS_OF_OURS: dict[str, tuple[Any, ...]] = {
    "our module, another function": ("app.jobs.work", None, [1], {}),
    "our module, private": ("app.jobs._gateway", None, [1], {}),
    "our module's settings": ("app.jobs.settings.use", None, [1], {}),
    "another module of ours": ("app.db.stop", None, [], {}),
    "the right function, its own home": ("app.delivery.sending.send_row", None, [1], {}),
    "the right name in capitals": ("App.Jobs.Send", None, [1], {}),
    "the right name with a space": ("app.jobs.send ", None, [1], {}),
    "the right name and a line end": ("app.jobs.send\n", None, [1], {}),
    "the right name and a NUL": ("app.jobs.send\0", None, [1], {}),
    "a letter that only looks right": ("аpp.jobs.send", None, [1], {}),
    "the name of a part": ("app.jobs.send.__call__", None, [1], {}),
    "an empty name": ("", None, [1], {}),
    "no name": (None, None, [1], {}),
    "a list for a name": ([OURS], None, [1], {}),
    "a mapping for a name": ({OURS: 1}, None, [1], {}),
    "a number for a name": (7, None, [1], {}),
    "no argument": (OURS, None, [], {}),
    "two arguments": (OURS, None, [1, 2], {}),
    "words for an argument": (OURS, None, ["1; reboot"], {}),
    "a number in words": (OURS, None, ["1"], {}),
    "true": (OURS, None, [True], {}),
    "half": (OURS, None, [1.5], {}),
    "one with a point": (OURS, None, [1.0], {}),
    "nothing at all": (OURS, None, [None], {}),
    "a list": (OURS, None, [[1]], {}),
    "a mapping": (OURS, None, [{"id": 1}], {}),
    "minus one": (OURS, None, [-1], {}),
    "zero": (OURS, None, [0], {}),
    "a number beyond the column": (OURS, None, [2**31], {}),
    "a number beyond all": (OURS, None, [10**40], {}),
    "a keyword": (OURS, None, [1], {"outbound_id": 2}),
    "only a keyword": (OURS, None, [], {"outbound_id": 1}),
    "an instance": (OURS, "x", [1], {}),
    "keywords as a list": (OURS, None, [1], []),
    "arguments as a mapping": (OURS, None, {"0": 1}, {}),
    "arguments as words": (OURS, None, "1", {}),
    "three parts": (OURS, None, [1]),
    "five parts": (OURS, None, [1], {}, {}),
}  # fmt: skip
"""Ours, nearly: each differs in one thing from what a doorbell is."""


def _acting_fields(trap: Path) -> dict[str, Fields]:
    """A doorbell as ours are, with other fields that RQ would act on; those must count for nothing."""
    pickled = pickle.dumps(Trap(str(trap)))
    fields: dict[str, Fields] = {
        "a callback": {"success_callback_name": "os.system", "failure_callback_name": "os.system"},
        "a callback by module": {"success_callback_name": "antigravity.fly"},
        "a callback when stopped": {"stopped_callback_name": "os.system"},
        "a web address to call": {"webhooks": json.dumps([{"url": "http://127.0.0.1:9/x", "job_status": "finished"}])},
        "a broken date": {"created_at": "yesterday"},
        "a broken time limit": {"timeout": "soon"},
        "a broken number": {"result_ttl": "many", "ttl": "x"},
        "a broken state": {"status": "hacked"},
        "broken dependencies": {"dependency_ids": "{"},
        "retries without end": {"retries_left": "999999", "retry_intervals": "[0]", "repeats_left": "9"},
        "a pickled result": {"result": pickled, "meta": pickled},
        "a pickled exception": {"exc_info": zlib.compress(pickled)},
        "a worker that is not there": {"worker_name": "x" * 10_000, "last_heartbeat": "never"},
        "a group": {"group_id": "x" * 10_000, "dependency_id": "y"},
        "another serializer": {"serializer": "rq.serializers.PickleSerializer"},
    }
    rings = enumerate(fields.items(), FIRST_RING)
    ringing = {name: {"data": _data(OURS, None, [row_id], {}), **more} for row_id, (name, more) in rings}
    return ringing | {"no data": {"description": "nothing"}}
