"""Signatures made by others than us: Twilio's client libraries, its documentation, one captured call."""

from typing import NamedTuple

CALL = (
    ("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"),
    ("To", "+18005551212"), ("Caller", "+14158675309"),
)  # fmt: skip
DOCS_CALL = (
    ("Digits", "1234"), ("To", "+18005551212"), ("From", "+14158675310"),
    ("Caller", "+14158675310"), ("CallSid", "CA1234567890ABCDE"),
)  # fmt: skip
REPEATED = (("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"))
CAPTURED = (
    ("Called", "+491703330161"), ("ToState", ""), ("CallerCountry", "US"), ("Direction", "outbound-api"),
    ("CallerState", "CA"), ("ToZip", ""), ("CallSid", "test-call-sid"), ("To", "+491703330161"), ("CallerZip", ""),
    ("ToCountry", "DE"), ("CalledZip", ""), ("ApiVersion", "2010-04-01"), ("CalledCity", ""),
    ("CallStatus", "in-progress"), ("From", "+16505055892"), ("AccountSid", "test-account-sid"),
    ("CalledCountry", "DE"), ("CallerCity", ""), ("ToCity", ""), ("FromCountry", "US"), ("Caller", "+16505055892"),
    ("FromCity", ""), ("CalledState", ""), ("FromZip", ""), ("FromState", "CA"),
)  # fmt: skip


class Vector(NamedTuple):
    name: str
    token: str
    base: str  # what PUBLIC_BASE_URL would be
    target: str  # path and query as they stand on the wire
    params: tuple[tuple[str, str], ...] | str  # a form, or a JSON body
    signature: str
    genuine: bool = True


VECTORS = (
    Vector("plain https", "12345", "https://mycompany.com", "/myapp.php?foo=1&bar=2", CALL,
           "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    Vector("signed with :443", "12345", "https://mycompany.com", "/myapp.php?foo=1&bar=2", CALL,
           "kvajT1Ptam85bY51eRf/AJRuM3w="),
    Vector("http signed with :80", "12345", "http://mycompany.com", "/myapp.php?foo=1&bar=2", CALL,
           "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    Vector("http with port 1234", "12345", "http://mycompany.com:1234", "/myapp.php?foo=1&bar=2", CALL,
           "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    Vector("https with port 1234, signed without", "12345", "https://mycompany.com:1234", "/myapp.php?foo=1&bar=2",
           CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    Vector("repeated values count once, sorted", "12345", "https://mycompany.com", "/myapp.php?foo=1&bar=2", REPEATED,
           "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    Vector("JSON body", "12345", "https://mycompany.com",
           "/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
           '{"property": "value", "boolean": true}', "a9nBmqA0ju/hNViExpshrM61xv4="),
    Vector("JSON body, no other query", "12345", "https://mycompany.com",
           "/myapp.php?bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
           '{"property": "value", "boolean": true}', "y77kIzt2vzLz71DgmJGsen2scGs="),
    Vector("the documentation's walk-through", "12345", "https://example.com", "/myapp.php?foo=1&bar=2", DOCS_CALL,
           "L/OH5YylLD5NRKLltdqwSvS0BnU="),
    Vector("a captured call with blank fields", "secret", "https://example.com", "/voice/webhook", CAPTURED,
           "KOEOMoF/g4CsG6Eh3lIavri38Oc="),
    Vector("signed for port 1234, called without", "12345", "https://mycompany.com", "/myapp.php?foo=1&bar=2", CALL,
           "CYn1h0gLBdNxDGkKJg6hYohgeD8=", genuine=False),
)  # fmt: skip
