"""Finding, adding and changing patients at the screen, on both databases."""

import pytest
from sqlalchemy import select

from app import db, timeline
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from app.models.records import Entry
from app.models.welcomes import Welcome
from tests.house import House
from tests.people import Person, patient, phone, visit
from tests.screens.desk import Browser, one_database, words_of

pytestmark = pytest.mark.of_pages

NEW = {"name": "Grace Kim", "birth_date": "1984-03-09", "language": "en", "phone": "(202) 555-0142", "time_zone": ""}


def _kinds(house: House, stream: str) -> list[str]:
    with db.reading("tests.kinds") as session:
        return [each.kind for each in timeline.read(session, [stream])]


@one_database
def test_the_form_asks_whether_she_agreed_to_texts(house: House, front_desk: Browser) -> None:
    assert "Agreed to get texts at this number" in words_of(front_desk.opens("/patients/new"))
    where = front_desk.sends("/patients/new", **NEW, agreed="yes")
    assert [(row.source, row.state) for row in house.rows(Welcome)] == [("form", "waiting")]
    front_desk.sends(f"{where.partition('?')[0]}/numbers", phone="(202) 555-0143")
    assert len(house.rows(Welcome)) == 1, "at a number at which nobody said so nothing is sent"


def test_a_patient_is_added_found_and_shown(house: House, front_desk: Browser) -> None:
    assert front_desk.opens("/patients/new")
    where = front_desk.sends("/patients/new", **NEW)
    shown = words_of(front_desk.opens(where))
    for part in ("Grace Kim", "Born 1984-03-09", "(202) 555-0142", "May be texted", "Fran added the patient"):
        assert part in shown
    for wanted in ("grace", "KIM gra", "kim", "202-555-0142"):
        assert "Grace Kim" in front_desk.sends("/patients", 200, wanted=wanted)
    assert "Nobody found" in words_of(front_desk.sends("/patients", 200, wanted="gracious"))


def test_a_second_click_adds_nobody_twice(house: House, front_desk: Browser) -> None:
    front_desk.sends("/patients/new", **NEW)
    again = front_desk.sends("/patients/new", 422, **NEW)
    assert "here already" in again
    assert len(house.rows(Patient)) == 1
    front_desk.sends("/patients/new", **NEW, another="yes")
    assert len(house.rows(Patient)) == 2


def test_a_number_that_somebody_has_is_shared_only_on_purpose(house: House, front_desk: Browser) -> None:
    """H25: a slip of one digit would take from both that their answers count."""
    front_desk.sends("/patients/new", **NEW)
    asked = words_of(front_desk.sends("/patients/new", 422, **{**NEW, "name": "Sam Okoye"}))
    assert "This number reaches somebody already" in asked
    assert "Grace Kim" in asked
    assert len(house.rows(Patient)) == 1
    front_desk.sends("/patients/new", **{**NEW, "name": "Sam Okoye"}, another="yes")
    assert len(house.rows(Patient)) == 2


@one_database
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "  ", "Please type the patient’s name."),
        ("name", "1234", "Please type the patient’s name."),
        ("name", "A" * 500, "The name has 500 characters; 100 fit."),
        ("birth_date", "2190-01-01", "A birth date lies between 1900 and today."),
        ("birth_date", "yesterday", "This is not a date."),
        ("phone", "12", "too few or too many digits"),
        ("phone", "call me", "cannot be read as a telephone number"),
        ("phone", "5" * 600, "too long"),
        ("phone", "+1 500 555 0006", "This is the practice’s own number."),
        ("phone", "(608) 555-0100", "This is the practice’s own number."),
        ("language", "fr", "Please choose the language"),
        ("time_zone", "../etc/passwd", "Please choose a time zone"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field_and_kept(
    house: House, front_desk: Browser, field: str, typed: str, sentence: str
) -> None:
    page = front_desk.sends("/patients/new", 422, **{**NEW, field: typed})
    assert f'id="{field}-problem"' in page
    assert sentence in words_of(page)
    kept = {**NEW, field: typed}["phone"]
    assert f'value="{kept}"' in page
    assert house.rows(Patient) == []


def test_a_change_is_saved_and_told_in_sentences(house: House, front_desk: Browser, ana: Person) -> None:
    page = front_desk.opens(f"/patients/{ana.patient_id}/change")
    assert 'value="Ana López"' in page
    changed = {"name": "Ana López Ruiz", "birth_date": "1961-02-03", "language": "es", "time_zone": "America/Denver"}
    front_desk.sends(f"/patients/{ana.patient_id}/change", version=1, **changed)
    shown = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    assert "Fran changed the name, the language to Spanish and the time zone" in shown
    assert "Name: Ana López → Ana López Ruiz" in shown
    assert "Ana López Ruiz" in front_desk.sends("/patients", 200, wanted="ruiz")


def test_names_stand_in_sealed_words_only(house: House, front_desk: Browser, ana: Person) -> None:
    front_desk.sends(
        f"/patients/{ana.patient_id}/change", version=1, name="Zenobia", birth_date="1990-01-01", language="en"
    )
    details = str([entry.details for entry in house.rows_of(Entry)])
    assert "patient_changed" in _kinds(house, f"patient:{ana.patient_id}")
    assert not any(word in details for word in ("Zenobia", "Ana", "1961", "1990-01"))


def test_a_stale_form_changes_nothing_and_keeps_what_was_typed(
    house: House, front_desk: Browser, manager: Browser, ana: Person
) -> None:
    same = {"birth_date": "1961-02-03", "time_zone": ""}
    address = f"/patients/{ana.patient_id}/change"
    manager.sends(address, version=1, name="Ana López", language="es", **same)
    page = front_desk.sends(address, 409, version=1, name="Ana L. López", language="en", **same)
    said = words_of(page)
    assert "Mia changed the language to Spanish" in said
    assert "Language is now Spanish; you have English." in said
    assert 'value="Ana L. López"' in page
    assert 'name="version" value="2"' in page
    assert house.rows(Patient)[0].name == "Ana López"
    front_desk.sends(address, version=2, name="Ana L. López", language="es", **same)
    assert house.rows(Patient)[0].name == "Ana L. López"


def test_a_nurse_changes_the_language_and_nothing_else(house: House, nurse: Browser, ana: Person) -> None:
    nurse.sends(f"/patients/{ana.patient_id}/change", version=1, language="es", name="Mallory", do_not_contact="yes")
    [row] = house.rows(Patient)
    assert (row.language, row.name, row.do_not_contact) == ("es", "Ana López", False)


@one_database
@pytest.mark.parametrize("path", ["change", "deceased", "numbers", "appointments/new"])
def test_an_auditor_changes_nothing(house: House, auditor: Browser, ana: Person, path: str) -> None:
    assert auditor.opens(f"/patients/{ana.patient_id}")
    auditor.sends(f"/patients/{ana.patient_id}/{path}", 403, version=1, phone="2025550177", deceased_on="2026-01-01")
    [row] = house.rows(Patient)
    assert row.version == 1


def test_death_takes_back_what_waits_for_her_and_only_for_her(
    house: House, front_desk: Browser, ana: Person, sam: Person
) -> None:
    for person, hour in ((ana, 15), (sam, 16)):
        _waiting_outreach(house, person, visit(house, person, days=2, hour=hour))
    front_desk.sends(f"/patients/{ana.patient_id}/deceased", version=1, deceased_on="2026-11-22")
    hers, his = house.rows(Outbound)
    assert (hers.state, hers.reason) == ("withheld", "deceased")
    assert his.state == "pending"
    shown = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    assert "Fran recorded that the patient has died" in shown
    assert "A text was held back: the patient has died" in shown
    assert "Appointments still stand below" in shown
    front_desk.sends(f"/patients/{ana.patient_id}/deceased", version=2, mistake="yes")
    assert house.rows(Patient)[0].deceased_on is None


def _waiting_outreach(house: House, person: Person, appointment_id: int) -> None:
    """A confirmation that was written and has not left."""
    from app.messaging import outbox

    with db.transaction("tests.outreach") as session:
        point = session.scalars(select(ContactPoint.id)).one()
        outbox.post(session, outbox.Draft(
            key=f"test:{appointment_id}", message_class="outreach", contact_point_id=point, body="…", language="en",
            text_name="confirm/ask", patient_id=person.patient_id, appointment_id=appointment_id, appointment_version=1,
        ))  # fmt: skip


@one_database
@pytest.mark.parametrize("on", ["", "2027-01-01", "1666-01-01", "1960-01-01", "soon"])
def test_a_day_of_death_that_cannot_be_is_refused(house: House, front_desk: Browser, ana: Person, on: str) -> None:
    page = front_desk.sends(f"/patients/{ana.patient_id}/deceased", 422, version=1, deceased_on=on)
    assert 'id="deceased_on-problem"' in page
    assert house.rows(Patient)[0].deceased_on is None


def test_numbers_are_attached_and_detached_with_a_record(house: House, nurse: Browser, ana: Person) -> None:
    address = f"/patients/{ana.patient_id}"
    nurse.sends(f"{address}/numbers", phone="202 555 0177")
    assert "(202) 555-0177" in nurse.opens(address)
    point = house.rows(ContactPoint)[-1]
    nurse.sends(f"{address}/numbers/{point.id}/detach")
    shown = words_of(nurse.opens(address))
    assert "Nora attached (202) 555-0177 to Ana López" in shown
    assert "Nora detached (202) 555-0177 from Ana López" in shown
    nurse.sends(f"{address}/numbers/{point.id}/detach", 404)
    page = nurse.sends(f"{address}/numbers", 422, phone="<b>")
    assert 'id="phone-problem"' in page
    assert "&lt;b&gt;" in page


@one_database
@pytest.mark.parametrize("missing", [999, 2**31, 2**63, 10**30, 0])
@pytest.mark.parametrize("path", ["/patients/{}", "/patients/{}/change", "/appointments/{}", "/numbers/{}",
                                  "/patients/{}/appointments/new"])  # fmt: skip
def test_what_is_not_there_gets_one_answer(house: House, front_desk: Browser, path: str, missing: int) -> None:
    assert "There is nothing here" in front_desk.opens(path.format(missing), 404)


def test_who_looked_is_recorded_once_in_a_quarter_of_an_hour(house: House, nurse: Browser, ana: Person) -> None:
    for _ in range(3):
        nurse.opens(f"/patients/{ana.patient_id}")
    house.clock.passes(minutes=14)
    nurse.opens(f"/patients/{ana.patient_id}")
    assert _kinds(house, f"staff:{nurse.staff_id}").count("looked_at_patient") == 1
    house.clock.passes(minutes=2)
    nurse.opens("/patients")
    nurse.opens(f"/patients/{ana.patient_id}")
    assert _kinds(house, f"staff:{nurse.staff_id}").count("looked_at_patient") == 2
    nurse.sends("/patients", 200, wanted="ana")
    assert _kinds(house, f"staff:{nurse.staff_id}")[-1] == "looked_at_list"


def test_nobody_gets_in_without_signing_in(house: House, ana: Person) -> None:
    client = house.app.test_client()
    for path in ("/patients", f"/patients/{ana.patient_id}", "/patients/new", "/appointments", "/numbers/1"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")


def test_what_is_looked_for_never_stands_in_an_address(front_desk: Browser) -> None:
    page = front_desk.opens("/patients")
    assert 'action="/patients"' in page
    assert 'method="post"' in page


@one_database
def test_the_front_desk_gets_no_way_into_a_nurses_item(
    house: House, front_desk: Browser, nurse: Browser, ana: Person
) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    assert "The nurses have it" in front_desk.opens(f"/patients/{ana.patient_id}")
    assert 'href="/items/' not in front_desk.opens(f"/patients/{ana.patient_id}")
    assert "The nurses have it" not in nurse.opens(f"/patients/{ana.patient_id}")


def test_other_patients_stay_apart(house: House, front_desk: Browser, ana: Person) -> None:
    rosa = patient(house, "Rosa Jiménez", "+12025550102")
    ana.texts("my secret words, yes")
    ana.reads()
    assert "my secret words" in front_desk.opens(f"/patients/{ana.patient_id}")
    assert "my secret words" not in front_desk.opens(f"/patients/{rosa.patient_id}")


@one_database
def test_the_practices_own_number_is_no_patients(house: House, nurse: Browser, ana: Person) -> None:
    """Somebody texted from the practice's own telephone."""
    page = nurse.sends(f"/patients/{ana.patient_id}/numbers", 422, phone="608 555 0100")
    assert "This is the practice’s own number." in words_of(page)
    phone(house, "+16085550100").texts("is this on?")
    (_, ours) = house.rows(ContactPoint)
    page = nurse.sends(f"/numbers/{ours.id}/attach", 422, patient=ana.patient_id)
    assert "This is the practice’s own number." in words_of(page)
    assert len(house.rows(PatientContactPoint)) == 1
