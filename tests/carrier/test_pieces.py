"""Signature and segment count against figures that others published or measured (docs/carrier.md)."""

import pytest

from app.simulator import segments
from app.simulator.signing import signature, signed_url

VOICE = {
    "CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
    "Caller": "+14158675309",
}  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com/myapp.php?foo=1&bar=2#rc=2&rp=ct", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://mycompany.com:443/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com:80/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", "CYn1h0gLBdNxDGkKJg6hYohgeD8="),
    ],
)
def test_signatures_of_the_official_test_suite(url: str, expected: str) -> None:
    assert signature("12345", url, VOICE) == expected


def test_what_is_signed_keeps_the_query_as_it_is_on_the_wire() -> None:
    assert signed_url("https://a.test/x?b=%7E+%2F&c=#d") == "https://a.test/x?b=%7E+%2F&c="


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ñ" * 160, 1),
        ("é" * 160, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
        ("á" * 66 + "e\u0301" + "á" * 65, 2),
        ("á" * 66 + "e\u0301" + "á" * 66, 3),
        ("á" * 60 + "👨‍👩‍👧" + "á" * 60, 3),
        ("á" * 65 + "👍🏽" + "á" * 64, 3),
        ("❤️" * 35, 1),
    ],
)
def test_segments(body: str, parts: int) -> None:
    assert segments.count(body) == parts
