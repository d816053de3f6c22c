"""Hostile words in every field and from every phone: shown as words, kept or refused, never run (H70)."""

import pytest

from app.models.appointments import Appointment
from tests.house import House
from tests.people import Person, patient
from tests.screens.desk import Browser, one_database

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7*7 }}{% raw %}",
    "</blockquote></li><svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "a\u202eevil\u202c name",
    "مريم العلي",
    "Zoë\u0000Null",
    "😀 Emoji 👩‍👩‍👧",
    "x" * 500,
)
RAW = ("<script>alert", "<img src=x", "<svg/onload", "49{%")

pytestmark = [pytest.mark.slow, one_database]


def _harmless(page: str) -> None:
    for piece in RAW:
        assert piece not in page
    assert "\u202e" not in page
    assert "\0" not in page


def test_hostile_names_are_words(house: House, front_desk: Browser) -> None:
    for name in PAYLOADS:
        form = {"name": name, "birth_date": "1990-01-01", "language": "en", "time_zone": "", "phone": "2025550144"}
        fits = len(name) <= 100
        where = front_desk.sends("/patients/new", 303 if fits else 422, another="yes", **form).partition("?")[0]
        if not fits:
            _harmless(where)
            continue
        for page in (where, f"{where}/change", f"{where}/appointments/new", "/numbers/1"):
            _harmless(front_desk.opens(page))
        hour = 9 + len(house.rows(Appointment)) % 10  # nobody is asked whether two at once were meant
        day = f"2026-12-{1 + len(house.rows(Appointment)) // 10:02}"
        front_desk.sends(f"{where}/appointments/new", day=day, at=f"{hour:02}:00", provider=1, location=1)
        for page in ("/appointments", f"/appointments/{len(house.rows(Appointment))}", where):
            _harmless(front_desk.opens(page))
        _harmless(front_desk.sends("/patients", 200, wanted=name))
        _harmless(front_desk.sends("/patients/new", 422, **form))
        _harmless(front_desk.sends("/numbers/1/find", 200, wanted=name))


@pytest.mark.parametrize("field", ["birth_date", "phone", "language", "time_zone", "do_not_contact"])
def test_hostile_fields_are_refused_in_words(house: House, front_desk: Browser, field: str) -> None:
    for words in PAYLOADS:
        form = {"name": "Grace Kim", "language": "en", field: words}
        answer = front_desk.client.post("/patients/new", data={"csrf": front_desk.csrf, **form})
        assert answer.status_code in (303, 422)
        _harmless(answer.get_data(as_text=True))


def test_hostile_texts_are_words(house: House, nurse: Browser) -> None:
    ana = patient(house, "Ana López", "+12025550101")
    for words in PAYLOADS:
        ana.texts(words)
    for page in (f"/patients/{ana.patient_id}", "/numbers/1"):
        shown = nurse.opens(page)
        assert "alert(1)" in shown
        for piece in RAW:
            assert piece not in shown


@pytest.mark.parametrize("version", ["", "-1", "1.5", "two", "9" * 40, "１"])
def test_a_version_that_no_form_sends_is_refused(house: House, front_desk: Browser, ana: Person, version: str) -> None:
    for path in (f"/patients/{ana.patient_id}/change", f"/patients/{ana.patient_id}/deceased"):
        front_desk.sends(path, 400, version=version, name="X", language="en", deceased_on="2026-01-01")


def test_a_form_of_another_page_is_refused(house: House, front_desk: Browser) -> None:
    for token in ("", "guess"):
        answer = front_desk.client.post("/patients/new", data={"csrf": token, "name": "Eve", "language": "en"})
        assert answer.status_code == 403


def test_names_in_other_scripts_are_found_again(house: House, front_desk: Browser) -> None:
    for place, name in enumerate(("مريم العلي", "Łukasz Żółć", "陳大文", "Đặng Thị Hoa")):
        patient(house, name, f"+1202555015{place}")
        assert name in front_desk.sends("/patients", 200, wanted=name)
