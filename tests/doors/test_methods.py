"""The doors take posts and nothing else: an address would put words into logs (H33)."""

from urllib.parse import urlencode

import pytest

from app.models.conversations import Exchange
from tests.doors.twilio import post, text_form
from tests.house import House


@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/voice", "/twilio/whisper", "/twilio/status"])
def test_anything_but_a_post(house: House, path: str) -> None:
    target = f"{path}?{urlencode(text_form())}"
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert post(house, (), target=target, method=method).status == 405, method
    smuggled = post(house, (), target=target, method="GET", headers={"X-HTTP-Method-Override": "POST"})
    assert smuggled.status == 405
    assert not house.rows(Exchange)
