"""Signing in: few guesses, no hints, a new token each time (H71)."""

import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from app import create_app, db, settings
from app.models.staff import SignIn, Staff
from app.web import passwords
from app.web.sign_in import TOO_MANY, WRONG
from tests.house import House, ObedientClock, house_settings
from tests.web import hashing
from tests.web.browsing import PASSWORD, Browser, account, browser


@pytest.fixture
def strong_hashes() -> Iterator[None]:
    """For tests of the hashes themselves: those of the product."""
    hashing.use(hashing.STRONG)
    yield
    hashing.use(hashing.CHEAP)


def hashes() -> float:
    return float(passwords.checks._value.get())


def test_a_wrong_password_an_unknown_name_and_a_shut_account_read_the_same(web: Flask) -> None:
    _add("nora", "shut")
    _shut("shut")
    answers = [browser(web).signs_in(name, "not the password, sorry") for name in ("nora", "nobody", "shut")]
    answers.append(browser(web).signs_in("shut"))
    assert {answer.status_code for answer in answers} == {401}
    texts = {answer.text.replace("nora", "…").replace("nobody", "…").replace("shut", "…") for answer in answers}
    assert len(texts) == 1
    assert WRONG in texts.pop()


@pytest.mark.slow
def test_an_unknown_name_takes_as_long_as_a_known_one(web: Flask, strong_hashes: None) -> None:
    _add("nora")
    passwords.fits("warm", None)

    def seconds(username: str) -> float:
        begun = time.process_time()  # which no neighbour on this machine stretches
        browser(web).signs_in(username, "not the password, sorry")
        return time.process_time() - begun

    known = statistics.median(seconds("nora") for _ in range(5))
    unknown = statistics.median(seconds(f"nobody{number}") for number in range(5))
    assert 0.5 < unknown / known < 2


def test_the_sixth_guess_is_refused_before_it_is_hashed(web: Flask, now: ObedientClock) -> None:
    _add("nora")
    before = hashes()
    for _ in range(5):
        assert browser(web).signs_in("nora", "a wrong password again").status_code == 401
    for guess in ("a wrong password again", PASSWORD):
        refused = browser(web).signs_in("nora", guess)
        assert refused.status_code == 429
        assert TOO_MANY in refused.text
    assert hashes() - before == 5
    now.passes(minutes=16)
    assert browser(web).signs_in("nora").status_code == 303


def test_signing_in_forgets_the_mistakes_before(web: Flask) -> None:
    _add("nora")
    for _ in range(3):
        for _ in range(4):
            assert browser(web).signs_in("nora", "a wrong password again").status_code == 401
        assert browser(web).signs_in("nora").status_code == 303


def test_one_address_has_twenty_tries_a_minute_over_all_names(web: Flask, now: ObedientClock) -> None:
    before = hashes()
    codes = [guesses(web, f"guess{number}", "203.0.113.9") for number in range(25)]
    assert codes == [401] * 20 + [429] * 5
    assert hashes() - before == 20
    assert guesses(web, "guess", "203.0.113.10") == 401
    now.passes(seconds=61)
    assert guesses(web, "guess", "203.0.113.9") == 401


@pytest.mark.slow
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.168.1.4", "10.0.0.1", "fd00::1"])
def test_an_address_that_many_may_share_has_sixty(web: Flask, address: str) -> None:
    """Behind a proxy everybody has its address; twenty wrong tries of one must not shut the others out."""
    codes = [guesses(web, f"guess{number}", address) for number in range(62)]
    assert codes == [401] * 60 + [429] * 2


def test_behind_trusted_proxies_each_caller_counts_for_himself(empty_sqlite: Path, tmp_path: Path) -> None:
    """Only what our own proxy wrote is believed: the last entry, whatever the caller put before it."""
    shutil.copy(empty_sqlite, tmp_path / "handrail.db")
    web = create_app(house_settings(DATABASE_URL=f"sqlite:///{tmp_path}/handrail.db", TRUSTED_PROXIES="1"))
    codes = [guesses(web, f"guess{number}", "127.0.0.1", f"198.51.100.{number}, 203.0.113.9") for number in range(22)]
    assert codes == [401] * 20 + [429] * 2
    assert guesses(web, "another", "127.0.0.1", "198.51.100.4") == 401
    db.stop()
    settings.use(None)


def test_no_header_is_believed_without_trusted_proxies(web: Flask) -> None:
    codes = [guesses(web, f"guess{number}", "203.0.113.9", f"198.51.100.{number}") for number in range(22)]
    assert codes == [401] * 20 + [429] * 2


def test_many_guesses_at_once_are_held_to_five_on_both_databases(house: House) -> None:
    account(house, "nora", "nurse")
    before, codes = hashes(), []

    def guess() -> None:
        codes.append(browser(house.app).signs_in("nora", "a wrong password").status_code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hashes() - before <= 5
    assert set(codes) <= {401, 429}


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_ten_thousand_guesses_cost_few_hashes(web: Flask, now: ObedientClock) -> None:
    """From 250 places, in ten seconds, at one account and at a name that nobody has."""
    _add("nora")
    before, codes = hashes(), Counter[int]()
    for each in range(10_000):
        if each % 1000 == 0:
            now.passes(seconds=1)
        name = "nora" if each % 2 else "nobody"
        codes[guesses(web, name, f"203.0.{each % 5}.{each % 250}")] += 1
    assert hashes() - before <= 20, hashes() - before
    assert codes[429] > 9_900


def test_each_sign_in_has_its_own_token_and_ends_the_one_before(web: Flask) -> None:
    _add("nora")
    nora = browser(web)
    nora.client.set_cookie("handrail", "a token somebody else chose")
    nora.signs_in("nora")
    first = _cookie(nora)
    assert first != "a token somebody else chose"
    nora.signs_in("nora")
    assert _cookie(nora) != first
    thief = browser(web)
    thief.client.set_cookie("handrail", first)
    assert thief.get("/desk/nurses").status_code == 303


def test_signing_out_ends_it_on_our_side(web: Flask) -> None:
    _add("nora")
    nora = browser(web)
    nora.signs_in("nora")
    token = _cookie(nora)
    assert nora.posts("/sign-out").status_code == 303
    nora.client.set_cookie("handrail", token)
    assert nora.get("/desk/nurses").status_code == 303


def test_the_database_knows_neither_password_nor_token(web: Flask, strong_hashes: None) -> None:
    _add("nora")
    nora = browser(web)
    nora.signs_in("nora")
    with db.reading("tests.stored") as session:
        staff, sign_in = session.scalars(select(Staff)).one(), session.scalars(select(SignIn)).one()
    assert staff.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in staff.password_hash
    assert _cookie(nora).encode() not in sign_in.token_hash


def test_the_cookie_in_the_demo_and_in_live_mode(web: Flask) -> None:
    _add("nora")
    assert browser(web).signs_in("nora").headers["Set-Cookie"].endswith("; HttpOnly; Path=/; SameSite=Lax")
    live = create_app(
        house_settings(
            HANDRAIL_MODE="live", PUBLIC_BASE_URL="https://desk.example", DATABASE_URL=str(_address()), SPOOL_DIR="/tmp"
        )
    )
    answer = live.test_client().post(
        "/sign-in", data={"username": "nora", "password": PASSWORD}, headers={"Origin": "https://desk.example"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-handrail=")
    assert cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_weaker_hash_is_renewed_at_sign_in(web: Flask, strong_hashes: None) -> None:
    _add("nora")
    with db.transaction("tests.weaken") as session:
        session.scalars(select(Staff)).one().password_hash = PasswordHasher(1, 8, 1).hash(PASSWORD)
    assert browser(web).signs_in("nora").status_code == 303
    with db.reading("tests.renewed") as session:
        assert "m=19456,t=2,p=1" in session.scalars(select(Staff.password_hash)).one()


def test_hostile_names_are_just_wrong(web: Flask) -> None:
    lone = "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")
    for name in ("\0", "x" * 5000, "' or 1=1 --", "ñandú😀", lone):
        assert browser(web).signs_in(name, "a wrong password").status_code == 401


def guesses(web: Flask, username: str, address: str, forwarded: str = "") -> int:
    """The answer to a wrong password from that address, perhaps by way of a proxy."""
    answer = web.test_client().post(
        "/sign-in", data={"username": username, "password": "a wrong password"},
        headers={"X-Forwarded-For": forwarded} if forwarded else {}, environ_overrides={"REMOTE_ADDR": address},
    )  # fmt: skip
    return answer.status_code


def _add(*usernames: str) -> None:
    from app.web import accounts

    with db.transaction("tests.add_staff") as session:
        for username in usernames:
            accounts.add(session, username, "Nora", "nurse", PASSWORD)


def _shut(username: str) -> None:
    from app.web import accounts

    with db.transaction("tests.shut_staff") as session:
        accounts.disable(session, username)


def _cookie(at: Browser) -> str:
    cookie = at.client.get_cookie("handrail")
    assert cookie is not None
    return cookie.value


def _address() -> str:
    return settings.current().database_url
