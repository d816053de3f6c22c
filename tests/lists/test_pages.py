"""The pages on how texts are read: the lists, proposals and the daily sample, each for whom it is (P10, P11, P12)."""

import re

import pytest

from app.models.records import Entry
from app.models.reviews import Proposal, Sampled
from escalation_desk import lexicon, sampling
from escalation_desk.models import DeskItem
from tests.house import House
from tests.lists.folders import put_in_force, with_town
from tests.lists.test_sampling import texts
from tests.people import Person
from tests.screens.conftest import auditor, front_desk, manager, nurse
from tests.screens.desk import Browser, one_database, signed_in, words_of

__all__ = ["auditor", "front_desk", "manager", "nurse"]
pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


@one_database
def test_a_nurse_reads_the_lists_with_who_reviewed_them(house: House, nurse: Browser) -> None:
    shown = words_of(nurse.opens("/lists"))
    assert f"Version {lexicon.current().version}, as shipped with Handrail" in shown
    for said in ("Emergencies and crises", "Medicines", "generics", "a nurse gets it: medicine"):
        assert said in shown, said
    page = nurse.opens("/lists")
    at = re.search(r'/lists/groups/(\d+)">heart and breath, English', page)
    assert at is not None
    group = words_of(nurse.opens(f"/lists/groups/{at.group(1)}"))
    assert "emergencies.toml" in group
    assert "not yet reviewed by a clinician" in group
    nurse.opens("/lists/groups/99999", 404)


@one_database
def test_words_are_found_and_tried_and_stand_in_no_address(house: House, nurse: Browser) -> None:
    page = words_of(nurse.sends("/lists", 200, wanted="my chest hurts"))
    assert "reaches a nurse" in page
    assert "“chest hurts”: emergency words" in page
    assert "Stands in emergencies.toml: heart and breath, English" in page
    found = words_of(nurse.sends("/lists", 200, wanted="amoxicil"))
    assert "entries with this word" in found
    assert "amoxicillin a nurse gets it: medicine · generics" in found
    assert "is answered by Handrail" in words_of(nurse.sends("/lists", 200, wanted="thanks"))
    assert "reaches a person at the front desk" in words_of(nurse.sends("/lists", 200, wanted="zxqv <b>"))
    assert "zxqv &lt;b&gt;" in nurse.sends("/lists", 200, wanted="zxqv <b>")


@pytest.mark.prove
def test_the_lists_in_force_are_shown_with_who_signed_them(
    house: House, nurse: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    active = put_in_force(with_town(tmp_path_factory.mktemp("lists") / "town"))
    shown = words_of(nurse.opens("/lists"))
    assert f"Version {active.version}, put in force" in shown
    assert "by Nora Whitaker, RN" in shown
    assert (
        "words of this town 2 entries · a nurse gets it: symptom · reviewed by Nora Whitaker, RN on 2026-11-22" in shown
    )


def test_a_nurse_marks_a_text_in_the_record_and_decides_what_the_lists_learn(
    house: House, ana: Person, nurse: Browser
) -> None:
    ana.texts("the wuzzlefits <again>")
    ana.reads("person will read")
    record = f"/patients/{ana.patient_id}"
    assert nurse.opens(record).count("Should have come to us") == 1
    assert nurse.sends("/lists/marks", exchange=1, patient=ana.patient_id) == record
    assert "Should have come to us" not in nurse.opens(record)
    assert "proposed it for the word lists in the record" in words_of(nurse.opens(record))
    page = nurse.opens("/lists/proposals")
    assert "the wuzzlefits &lt;again&gt;" in page
    assert "Said by Nora, in the record" in words_of(page)
    (row,) = house.rows(Proposal)
    form = f"/lists/proposals/{row.id}"
    refused = nurse.sends(form, 409, state="taken", entry="wuzzlefits", kind="")
    assert "Please choose what kind of words they are." in words_of(refused)
    assert 'value="wuzzlefits"' in refused
    assert nurse.opens(form, 303) is not None
    nurse.sends(form, state="taken", entry="wuzzlefits", kind="symptom")
    shown = words_of(nurse.opens("/lists/proposals"))
    assert "Nothing to decide" in shown
    assert "wuzzlefits symptom · Nora" in shown
    assert "Not caught yet" in shown
    looked = [each for each in house.rows_of(Entry) if each.kind == "looked_at_texts"]
    assert [each.details for each in looked] == [{"ids": [1]}]
    assert [each.stream for each in looked] == [f"staff:{nurse.staff_id}"]


@pytest.mark.prove
@one_database
def test_it_is_seen_when_the_lists_have_learnt_it(
    house: House, ana: Person, nurse: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ana.texts("the wuzzlefits")
    ana.reads("person will read")
    nurse.sends("/lists/marks", exchange=1, patient=ana.patient_id)
    put_in_force(with_town(tmp_path_factory.mktemp("lists") / "town"))
    assert "The lists in force catch it now" in words_of(nurse.opens("/lists/proposals"))


@one_database
def test_a_text_on_an_item_is_marked_there(house: House, ana: Person, nurse: Browser) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    ana.texts("the wuzzlefits")
    (item,) = house.rows(DeskItem)
    page = nurse.opens(f"/desk/items/{item.id}")
    assert page.count("Propose for the word lists") == 1
    assert "Should have come to us" not in page, "the nurses have it"
    back = nurse.sends("/lists/marks", exchange=2, item=item.id)
    assert back == f"/desk/items/{item.id}?done=marked"
    assert "proposed for the word lists" in words_of(nurse.opens(back))
    assert "by themselves" in words_of(nurse.sends("/lists/marks", 409, exchange=1, item=item.id))


def test_the_sample_is_judged_one_text_after_the_other(house: House, ana: Person) -> None:
    texts(house, ana, "thanks", "yes", "please cancel my appointment")
    house.becomes(house.on(1, 9))
    assert sampling.draw_due() == 3
    again = signed_in(house, "Nell", "nurse")  # Nora's sign-in has ended overnight
    page = words_of(again.opens("/lists/sample"))
    assert "3 to look at" in page
    assert "Before it we had written" not in page, "our answer came after it"
    assert "None yet drawn by chance" in page
    first, second, third = (each.id for each in house.rows(Sampled))
    again.sends(f"/lists/sample/{first}", verdict="right")
    again.sends(f"/lists/sample/{second}", verdict="missed")
    assert "judged this text already" in words_of(again.sends(f"/lists/sample/{first}", 409, verdict="missed"))
    page = words_of(again.opens("/lists/sample"))
    assert "1 to look at" in page
    assert "1 of 2 drawn by chance should have come to you: 50.0 % (with 95 % certainty between 9.5 and 90.5 %)" in page
    again.sends(f"/lists/sample/{third}", 400, verdict="perhaps")
    looked = {each.details["id"] for each in house.rows_of(Entry) if each.kind == "looked_at_exchange"}
    assert len(looked) == 2
    assert "Nurses 1 waiting" in words_of(again.opens("/desk/nurses"))


@one_database
def test_each_role_sees_and_does_what_is_its_own(
    house: House, ana: Person, front_desk: Browser, manager: Browser, auditor: Browser
) -> None:
    for words in ("thanks", "zxqv blorp"):
        ana.texts(words)
    ana.reads("person will read")
    for path in ("/lists", "/lists/groups/0", "/lists/proposals", "/lists/sample"):
        front_desk.opens(path, 403)
        for reads in (manager, auditor):
            assert "Should have come to us" not in reads.opens(path)
    for at_desk in (front_desk, manager, auditor):
        at_desk.sends("/lists/marks", 403, exchange=2, patient=ana.patient_id)
        assert "Should have come to us" not in at_desk.opens(f"/patients/{ana.patient_id}")
    assert house.rows(Proposal) == []


@one_database
def test_what_no_clinician_has_reviewed_is_not_called_reviewed(house: House, nurse: Browser) -> None:
    page = words_of(nurse.opens("/lists/groups/0"))
    assert "not yet reviewed by a clinician, as written on 2026-" in page
    assert "reviewed 2026" not in page
