"""A house under test lets nobody out of sight: what one test began must not write into the next."""

import threading

from werkzeug.test import Client

from tests.door import Turnstile


def test_who_is_inside_is_waited_for_and_nobody_else_comes_in() -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(environ: object, start_response: object) -> list[bytes]:
        inside.set()
        assert go.wait(5)
        start_response("200 OK", [])  # type: ignore[operator]
        return [b"done"]

    turnstile = Turnstile(slow)
    statuses: list[int] = []
    request = threading.Thread(target=lambda: statuses.append(Client(turnstile).get("/").status_code))
    closing = threading.Thread(target=turnstile.close)
    request.start()
    assert inside.wait(5)
    closing.start()
    closing.join(0.2)
    assert closing.is_alive()
    assert Client(turnstile).get("/").status_code == 503
    go.set()
    closing.join(5)
    request.join(5)
    assert not closing.is_alive()
    assert statuses == [200]
