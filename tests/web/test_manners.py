"""Headers on every answer, errors in plain sentences, health, and the files we did not write."""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

from app import db, log, queue
from app.models.records import Heartbeat
from app.web import static_files
from app.web.headers import ALWAYS
from tests.house import ObedientClock
from tests.web.browsing import browser

FORBIDDEN = ("<style", " style=", " onclick=", " onload=", "javascript:", "|safe", "hx-on", "autoescape false")
ROOT = Path(static_files.__file__).parents[2]
SHAPES = "▲✓✕←○●→◐☎✉↪✎➜◔☐↻◉⚕♪≤"
"""What the font in vendor/ draws; ≤ stands in a comment."""
VENDOR = static_files.FOLDER / "vendor"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/", 303),
        ("GET", "/sign-in", 200),
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/twilio/sms", 405),
        ("POST", "/healthz", 405),
        ("OPTIONS", "/sign-in", 405),
        ("POST", "/twilio/sms", 403),
        ("GET", "/static/0/../../settings.py", 404),
        ("GET", "/static/0/vendor/SHA256SUMS", 404),
    ],
)
def test_every_answer_carries_the_headers(web: Flask, method: str, path: str, code: int) -> None:
    answer = web.test_client().open(path, method=method)
    assert answer.status_code == code
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_policy_has_no_holes() -> None:
    policy = ALWAYS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    for hole in ("unsafe", "*", "data:", "http"):
        assert hole not in policy


def test_an_error_of_ours_shows_no_trace(capsys: pytest.CaptureFixture[str], own_web: Flask) -> None:
    from app.web.access import public

    @public
    def breaks() -> str:
        raise ValueError("Ana López, chest pain, +12025550101")

    log.start()  # writes to where this test listens
    own_web.add_url_rule("/breaks", "breaks", breaks)
    answer = own_web.test_client().get("/breaks")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    logged = capsys.readouterr()
    assert '"error": "ValueError"' in logged.err + logged.out
    for said in (answer.text, logged.err, logged.out):
        assert "Ana" not in said
        assert "Traceback" not in said


def test_too_much_is_refused(web: Flask) -> None:
    answer = browser(web).signs_in("nora", "x" * 300_000)
    assert answer.status_code == 413
    assert "too long" in answer.text


def test_the_database_gone_is_said_plainly(web: Flask) -> None:
    nora = browser(web)
    nora.client.set_cookie("handrail", "anything")
    db.start("sqlite:////nowhere/at/all.db")
    answer = nora.get("/desk/nurses")
    assert answer.status_code == 503
    assert "The record cannot be reached" in answer.text
    assert web.test_client().get("/healthz").status_code == 200
    assert web.test_client().get("/readyz").status_code == 503


def test_ready_means_database_redis_and_a_live_sweeper(web: Flask, now: ObedientClock, valkey_url: str) -> None:
    def ready() -> tuple[int, str]:
        answer = web.test_client().get("/readyz")
        return answer.status_code, answer.text

    with db.transaction("tests.heartbeat") as session:
        session.add(Heartbeat(name="sweeper", at=now()))
    assert ready() == (503, "no\n")
    queue.start(valkey_url)
    assert ready() == (200, "yes\n")
    now.passes(seconds=61)
    assert ready() == (503, "no\n")


def test_the_files_we_did_not_write_are_those_we_chose() -> None:
    lines = [line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]
    listed = {name: digest for digest, name in lines}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    there.pop("SHA256SUMS")
    assert there == listed


def test_static_files_are_kept_by_their_version_and_by_no_other(web: Flask) -> None:
    with web.test_request_context():
        address = static_files.address("handrail.css")
    answer = web.test_client().get(address)
    answer.close()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert web.test_client().get("/static/000000000000/handrail.css").status_code == 404


def test_our_pages_hold_no_inline_script_or_style() -> None:
    root = Path(__file__).resolve().parents[2]
    templates = [*root.glob("app/**/templates/**/*.html"), *root.glob("escalation_desk/templates/**/*.html")]
    assert len(templates) > 10
    for template in templates:
        text = template.read_text(encoding="utf-8")
        for forbidden in FORBIDDEN:
            assert forbidden not in text, f"{template}: {forbidden}"


def test_every_shape_beside_words_is_drawn_by_our_own_font(web: Flask) -> None:
    """An alarm is text, shape and colour, on whatever machine (DESIGN 5); decision 0100 says how the font is made."""
    sheet = (VENDOR.parent / "handrail.css").read_text(encoding="utf-8")
    (path,) = re.findall(r'url\("\.\.(/[^"]+)"\)', sheet)
    answer = web.test_client().get(f"/static{path}")
    answer.close()
    assert (answer.status_code, answer.mimetype) == (200, "font/woff")
    kinds = ("app/**/*.html", "escalation_desk/**/*.html", "app/web/**/*.js", "app/web/*.py", "app/screens/*.py",
             "escalation_desk/views/*.py")  # fmt: skip
    pages = [page for kind in kinds for page in ROOT.glob(kind) if page.parent != VENDOR]
    shown = {sign for page in pages for sign in re.findall("[\u2190-\u2bff]", page.read_text(encoding="utf-8"))}
    assert shown <= set(SHAPES), shown - set(SHAPES)
