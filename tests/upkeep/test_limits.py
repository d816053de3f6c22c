"""What we begin stops by itself when too much of it fails, or too much of it leaves; nothing else does (H55, H56)."""

from app import db, settings
from app.outreach import reminders
from app.scheduling import offer_making
from tests.house import House
from tests.people import Colleague, Person, patient, visit
from tests.upkeep.test_auditor import audit, told


def test_failing_texts_stop_what_we_begin_until_a_person_lets_it_go_on(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H56: a landline is one number; five of six in ten minutes are no coincidence."""
    for place in range(5):
        number = f"+1202555{1000 + place}"
        house.carrier.handset(number, kind="landline")
        visit(house, patient(house, f"Ines {place}", number))
    house.tick()
    assert "texts_failing" in audit(house)
    visit(house, ana)
    house.tick()
    ana.nothing_more()
    ana.texts("my chest hurts")
    ana.reads("911")
    ana.texts("thanks")
    ana.nothing_more()
    assert told(house).count("audit_texts_failing") == 1
    _closes(house, fran, "audit_texts_failing")
    assert "texts_failing" not in audit(house), "it is counted anew"
    assert told(house).count("audit_texts_failing") == 1


def test_four_failures_are_single_numbers(house: House, ana: Person) -> None:
    for place in range(4):
        number = f"+1202555{1000 + place}"
        house.carrier.handset(number, kind="landline")
        visit(house, patient(house, f"Ines {place}", number))
    house.tick()
    assert "texts_failing" not in audit(house)


def test_a_day_has_its_most_and_a_person_may_go_beyond(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    """H55: the setting; replies are not counted, and the next day begins anew."""
    house.settings = house.settings.model_copy(update={"most_texts_a_day": 1})
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    assert "too_many_texts" in audit(house)
    visit(house, rosa)
    house.tick()
    rosa.nothing_more()
    ana.texts("1")
    ana.reads("confirmed")
    _closes(house, fran, "audit_too_many_texts")
    house.clock.passes(minutes=1)
    assert "too_many_texts" not in audit(house)
    reminders.begin_due()
    house.work()
    rosa.reads("Responda 1")
    assert "too_many_texts" in audit(house)


def test_nothing_goes_abroad_by_itself_but_answers(house: House, fran: Colleague) -> None:
    """H55: a person calls her; what she writes is answered. What was begun before the setting changed stays here."""
    abroad = patient(house, "Inés Abad", "+525512345678")
    visit(house, abroad, days=1)
    house.tick()
    abroad.nothing_more()
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_abroad"]
    with db.reading("tests.offers") as session:
        assert "abroad" in offer_making.cannot_be_asked(session, abroad.patient_id or 0)
    visit(house, abroad, days=1, hour=16)
    settings.use(house.settings.model_copy(update={"reach_prefixes": ("+1", "+52")}))
    assert reminders.begin_due() == 1
    settings.use(house.settings)
    house.work()
    abroad.nothing_more()
    assert "withheld_abroad" in [item.reason for item in fran.sees("front_desk")]
    abroad.texts("my chest hurts")
    abroad.reads("911")
    abroad.nothing_more()


def _closes(house: House, fran: Colleague, reason: str) -> None:
    (item,) = [each for each in fran.sees("front_desk") if each.reason == reason]
    house.clock.passes(minutes=1)
    fran.settles(item)
