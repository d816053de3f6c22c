"""The second factor: asked of everybody where it is on, set up at the first sign-in, and no code good twice (H71)."""

import re
import threading
from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app import db, settings
from app.models.records import Entry
from app.models.staff import RecoveryCode, SecondFactor, SignInAttempt
from app.settings import Settings
from app.web import accounts, second_factor
from app.web.passwords import BadPassword
from app.web.second_step import TOO_MANY, WRONG
from tests.house import House, ObedientClock, house_settings, opened
from tests.web.browsing import PASSWORD, Browser, account, browser, path_of

CODE = re.compile(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>")


@pytest.fixture
def strict(for_web: Settings) -> Flask:
    """The application where everybody shows a second factor."""
    return opened(for_web.model_copy(update={"second_factor": True}))


@pytest.fixture
def nora(strict: Flask) -> Browser:
    """Has given her password, and has no second factor yet."""
    with db.transaction("tests.nora") as session:
        accounts.add(session, "nora", "Nora", "nurse", PASSWORD)
    return _gives_password(strict)


@pytest.fixture
def strict_house(house: House) -> Iterator[House]:
    settings.use(house.settings.model_copy(update={"second_factor": True}))
    yield house
    settings.use(house.settings)


def _gives_password(web: Flask) -> Browser:
    at_desk = browser(web)
    assert at_desk.signs_in("nora").status_code == 303
    return at_desk


def _shows(at_desk: Browser, code: str) -> int:
    token = at_desk.hidden("/second-step", "csrf", "/second-step")
    answer = at_desk.posts("/second-step", csrf=token, code=code)
    assert (WRONG in answer.text) == (answer.status_code == 401)
    return answer.status_code


def _key(at_desk: Browser) -> pyotp.TOTP:
    spelled = re.search(r"<code>([A-Z2-7 ]+)</code>", at_desk.page("/second-step"))
    assert spelled is not None
    return pyotp.TOTP(spelled[1].replace(" ", ""))


def _sets_up(at_desk: Browser, now: ObedientClock) -> tuple[pyotp.TOTP, list[str]]:
    """Her app, and the recovery codes she is shown."""
    app = _key(at_desk)
    token = at_desk.hidden("/second-step", "csrf", "/second-step")
    shown = at_desk.posts("/second-step", csrf=token, code=app.at(now()))
    assert shown.status_code == 200
    now.passes(seconds=30)
    return app, CODE.findall(shown.text)


def _told(kind: str) -> int:
    with db.reading("tests.told") as session:
        return len(session.scalars(select(Entry.position).where(Entry.kind == kind)).all())


def test_a_password_alone_opens_nothing_where_it_is_asked_for(nora: Browser) -> None:
    for path in ("/", "/desk/nurses", "/patients", "/account", "/staff", "/here"):
        assert path_of(nora.get(path)) == "/second-step", path
    assert nora.client.post("/desk/items/1/claim").status_code == 403, "no form goes without its token"
    token = nora.hidden("/second-step", "csrf", "/second-step")
    assert path_of(nora.posts("/still-here", csrf=token)) == "/second-step"
    assert _told("signed_in") == 0


def test_set_up_once_and_asked_from_then_on(strict: Flask, nora: Browser, now: ObedientClock) -> None:
    assert _shows(nora, "000000") == 401
    assert nora.get("/second-step/picture").data.startswith(b"<?xml")
    app, recovery = _sets_up(nora, now)
    assert len(set(recovery)) == second_factor.HOW_MANY
    assert nora.get("/desk/nurses").status_code == 200
    assert nora.get("/second-step/picture").status_code == 404, "nobody sees the key again"
    again = _gives_password(strict)
    assert again.get("/second-step/picture").status_code == 303
    assert "app photographs" not in again.page("/second-step")
    assert _shows(again, app.at(now())) == 303
    assert again.get("/desk/nurses").status_code == 200
    assert (_told("second_factor_set_up"), _told("signed_in"), _told("second_factor_refused")) == (1, 2, 1)


def test_the_demo_asks_for_none_and_live_mode_for_all(web: Flask) -> None:
    with db.transaction("tests.nora") as session:
        accounts.add(session, "nora", "Nora", "nurse", PASSWORD)
    assert _gives_password(web).get("/desk/nurses").status_code == 200
    assert not settings.current().asks_second_factor
    assert house_settings(HANDRAIL_MODE="live", PUBLIC_BASE_URL="https://a.example").asks_second_factor


def test_no_code_is_good_twice_nor_any_before_it(strict: Flask, nora: Browser, now: ObedientClock) -> None:
    app, _ = _sets_up(nora, now)
    code, before = app.at(now()), app.at(now(), counter_offset=-1)
    assert _shows(_gives_password(strict), code) == 303
    for used in (code, before):
        assert _shows(_gives_password(strict), used) == 401
    assert _shows(_gives_password(strict), app.at(now(), counter_offset=1)) == 303, (
        "her clock may be half a minute ahead"
    )
    now.passes(minutes=5)
    assert _shows(_gives_password(strict), app.at(now(), counter_offset=2)) == 401
    for no_code in ("", "12345", "1234567", "１２３４５６", "'; --"):
        assert _shows(_gives_password(strict), no_code) in (401, 429)


def test_codes_are_guessed_five_times_and_no_more(strict: Flask, nora: Browser, now: ObedientClock) -> None:
    app, _ = _sets_up(nora, now)
    guesser = _gives_password(strict)
    wrong = next(
        code for code in ("000000", "111111") if code not in {app.at(now(), counter_offset=n) for n in (-1, 0, 1)}
    )
    assert [_shows(guesser, wrong) for _ in range(5)] == [401] * 5
    token = guesser.hidden("/second-step", "csrf", "/second-step")
    refused = guesser.posts("/second-step", csrf=token, code=app.at(now()))
    assert (refused.status_code, TOO_MANY in refused.text) == (429, True)
    assert _shows(_gives_password(strict), app.at(now())) == 429, "the password does not forget them"
    now.passes(minutes=16)
    assert _shows(_gives_password(strict), app.at(now())) == 303


def test_half_way_ends_after_ten_minutes(nora: Browser, now: ObedientClock) -> None:
    assert nora.get("/second-step").status_code == 200
    now.passes(minutes=11)
    assert path_of(nora.get("/second-step")) == "/sign-in"


def test_a_recovery_code_stands_in_once(strict: Flask, nora: Browser, now: ObedientClock) -> None:
    _, recovery = _sets_up(nora, now)
    assert _shows(_gives_password(strict), recovery[0].upper().replace("-", " ")) == 303
    assert _shows(_gives_password(strict), recovery[0]) == 401
    assert "9 recovery codes left" in nora.page("/account")
    assert _told("recovery_code_used") == 1


def test_new_codes_and_another_authenticator_only_with_a_code(strict: Flask, nora: Browser, now: ObedientClock) -> None:
    app, recovery = _sets_up(nora, now)
    csrf = nora.hidden("/account", "csrf")
    assert nora.posts("/account/second-factor", csrf=csrf, code="000000", wanted="another").status_code == 422
    fresh = CODE.findall(nora.posts("/account/second-factor", csrf=csrf, code=app.at(now()), wanted="codes").text)
    assert len(fresh) == second_factor.HOW_MANY
    assert not set(fresh) & set(recovery)
    assert _shows(_gives_password(strict), recovery[1]) == 401
    answer = nora.posts("/account/second-factor", csrf=csrf, code=fresh[0], wanted="another")
    assert path_of(answer) == "/second-step"
    assert path_of(nora.get("/desk/nurses")) == "/second-step"
    other, _ = _sets_up(nora, now)
    assert other.secret != app.secret
    assert nora.get("/desk/nurses").status_code == 200


def test_somebody_who_keeps_accounts_takes_it_back_and_that_is_recorded(
    strict: Flask, nora: Browser, now: ObedientClock
) -> None:
    app, _ = _sets_up(nora, now)
    with db.transaction("tests.lost") as session:
        by = accounts.add(session, "mia", "Mia", "manager", PASSWORD)
        accounts.forget_second_factor(session, "nora", by=by)
    assert path_of(nora.get("/desk/nurses")) == "/sign-in"
    assert _key(_gives_password(strict)).secret != app.secret
    with db.reading("tests.by") as session:
        forgot = select(Entry.actor).where(Entry.kind == "second_factor_forgotten")
        assert session.scalars(forgot).one() == f"staff:{by}"
        assert session.scalars(select(RecoveryCode)).all() == []


def test_a_sign_in_from_before_it_was_asked_for_ends(for_web: Settings, now: ObedientClock) -> None:
    web = opened(for_web)
    with db.transaction("tests.nora") as session:
        accounts.add(session, "nora", "Nora", "nurse", PASSWORD)
    nora = _gives_password(web)
    now.passes(minutes=11)
    assert nora.get("/desk/nurses").status_code == 200
    settings.use(for_web.model_copy(update={"second_factor": True}))
    assert path_of(nora.get("/desk/nurses")) == "/sign-in"


def test_secrets_are_sealed_and_codes_are_not_kept(nora: Browser, now: ObedientClock) -> None:
    app, recovery = _sets_up(nora, now)
    with db.reading("tests.raw") as session:
        (kept,) = session.execute(text("select secret from second_factor")).one()
        codes = session.scalars(text("select code from recovery_code")).all()
    assert app.secret.encode() not in bytes(kept)
    assert not {code.replace("-", "").encode() for code in recovery} & {bytes(code) for code in codes}


def test_of_two_who_show_one_code_at_once_one_comes_in(strict_house: House) -> None:
    """On both databases: the step is moved by a guarded update."""
    staff_id = account(strict_house, "nora", "nurse")
    with db.transaction("tests.begin") as session:
        app = pyotp.TOTP(second_factor.begin(session, staff_id).secret)
    for _ in range(5):
        strict_house.clock.passes(seconds=30)
        code, gate = app.at(strict_house.clock()), threading.Barrier(2)
        won: list[bool] = []

        def show(code: str = code, won: list[bool] = won, gate: threading.Barrier = gate) -> None:
            gate.wait()
            with db.transaction("tests.take") as session:
                won.append(second_factor.take(session, staff_id, code))

        both = [threading.Thread(target=show) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert sorted(won) == [False, True]
    with db.transaction("tests.clean") as session:
        session.execute(update(SecondFactor).values(last_step=0))
        assert session.scalars(select(SignInAttempt)).all() == []


@pytest.mark.parametrize(
    "password", ["passwordpassword", "noraortiznoraortiz", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaaaaaa"]
)
def test_a_password_that_everybody_tries_is_refused(web: Flask, password: str) -> None:
    with pytest.raises(BadPassword, match="easily guessed"), db.transaction("tests.guessed") as session:
        accounts.add(session, "nora", "Nora Ortiz", "nurse", password)
