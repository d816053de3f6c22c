"""How the carrier's answer to a send request comes back: whole, late, cut short, or with a reset of the line."""

import os
import socket
import struct
from collections.abc import Callable, Mapping

from flask import Response, request

from app.simulator.carrier import this_carrier
from app.simulator.effects import Manner

STALL_SECONDS = 15.0
AT_ONCE = struct.pack("ii", 1, 0)


def given(response: Response, manner: Manner) -> Response:
    """The response in this manner."""
    return _MANNERS[manner](response)


def _late(response: Response) -> Response:
    this_carrier().stall(STALL_SECONDS)
    return response


def _cut(response: Response) -> Response:
    """Half of the JSON, as if it were all."""
    content = response.get_data()
    response.set_data(content[: len(content) // 2])
    return response


def _reset(response: Response) -> Response:
    """A TCP reset: the last hold on the connection goes while it is told not to linger. Nobody gets the response."""
    line: socket.socket = request.environ["werkzeug.socket"]
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    ours, theirs = socket.socketpair()
    theirs.close()
    os.dup2(ours.fileno(), line.fileno())
    ours.close()
    return response


_MANNERS: Mapping[Manner, Callable[[Response], Response]] = {
    Manner.WHOLE: lambda response: response,
    Manner.LATE: _late,
    Manner.CUT: _cut,
    Manner.RESET: _reset,
}
