"""“Wrong number”: asked back once, and then nothing personal goes there again (H26)."""

from app import contact_points, db
from app.models.conversations import Conversation
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, visit


def test_a_wrong_number_is_asked_back_once_and_then_detached(house: House, ana: Person, fran: Colleague) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("your visit is Tuesday")
    ana.texts("wrong number")
    said = ana.reads("We have this number for one of our patients", "Reply 1 to say that it is the right number")
    assert "Ana" not in said
    assert fran.sees("front_desk") == [], "it is asked first"
    house.passes(hours=3)
    ana.nothing_more()
    ana.texts("2")
    ana.reads("we are sorry", "will not text this number")
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.patient_id, task.contact_point_id) == ("find_number", ana.patient_id, None)
    assert numbers_of(ana) == []
    house.passes(hours=20)
    ana.nothing_more()
    assert "confirm_by_phone_no_number" in {item.reason for item in fran.sees("front_desk")}
    ana.texts("ok")
    ana.reads("We got your message")
    assert fran.sees("front_desk")[-1].reason == "unknown_number"


def test_in_spanish_and_by_name_with_no_question_waiting(house: House, rosa: Person, fran: Colleague) -> None:
    rosa.texts("no soy Rosa, se equivocó")
    rosa.reads("Tenemos este teléfono a nombre de una persona", "2 para decir que es un error")
    rosa.texts("número equivocado")
    rosa.reads("disculpe la molestia")
    assert [item.reason for item in fran.sees("front_desk")] == ["find_number"]
    assert numbers_of(rosa) == []


def test_a_plain_yes_and_a_plain_no_answer_the_question(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    ana.texts("wrong number")
    ana.reads("Is that right?")
    ana.texts("yes")
    ana.reads("A person will note it")
    rosa.texts("número equivocado")
    rosa.reads("¿Es correcto?")
    rosa.texts("no")
    rosa.reads("disculpe la molestia")
    assert {item.reason for item in fran.sees("front_desk")} == {"right_number", "find_number"}
    assert (len(numbers_of(ana)), numbers_of(rosa)) == (1, [])


def test_who_takes_it_back_keeps_the_number_and_is_asked_about_the_visit_again(
    house: House, ana: Person, fran: Colleague
) -> None:
    visit(house, ana, days=2)
    house.becomes(house.on(0, 15))
    ana.reads("your visit is")
    ana.texts("wrong number")
    ana.reads("We have this number")
    ana.texts("1")
    ana.reads("A person will note it")
    assert [item.reason for item in fran.sees("front_desk")] == ["right_number"]
    assert len(numbers_of(ana)) == 1
    house.becomes(house.on(1, 15))
    ana.reads("your visit is")
    ana.texts("wrong number")
    ana.reads("We got your message")
    assert "wrong_number" in {item.reason for item in fran.sees("front_desk")}, "it is asked once; then a person asks"


def test_nothing_goes_there_while_nobody_has_settled_it(house: House, ana: Person, fran: Colleague) -> None:
    """Silence is no answer, and no reminder goes until the task is closed."""
    visit(house, ana, days=4)
    ana.texts("this is not my number, wrong number")
    ana.reads("We have this number")
    house.passes(hours=25)
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.patient_id) == ("wrong_number", ana.patient_id)
    house.becomes(house.on(2, 10))
    ana.nothing_more()
    fran.settles(task, "done", "Called her: it is hers")
    house.tick()
    ana.reads("your visit is")


def test_on_a_shared_phone_nobody_is_guessed_and_nothing_goes_out(
    house: House, ana: Person, sam: Person, fran: Colleague
) -> None:
    visit(house, ana, days=4)
    ana.texts("wrong number")
    ana.reads("We got your message")
    assert {item.reason for item in fran.sees("front_desk")} == {"shared_number", "wrong_number"}
    house.becomes(house.on(2, 10))
    ana.nothing_more()
    assert len(numbers_of(ana)) == len(numbers_of(sam)) == 1


def test_words_that_are_not_surely_understood_are_read_and_hold_all_the_same(
    house: House, ana: Person, fran: Colleague
) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("your visit is")
    ana.texts("wrong number bro, call the zoo instead")
    ana.reads("We got your message")
    assert {item.reason for item in house.rows(DeskItem)} == {"not_understood", "wrong_number"}
    assert [talk.ended_as for talk in house.rows(Conversation)] == ["number_doubted"]


def test_a_symptom_beside_it_goes_to_the_nurses_and_detaches_nothing(
    house: House, ana: Person, nora: Colleague
) -> None:
    ana.texts("wrong number but my chest hurts")
    ana.reads("A nurse will read")
    assert [item.reason for item in nora.sees()] == ["emergency"]
    assert len(numbers_of(ana)) == 1


def numbers_of(who: Person) -> list[int]:
    assert who.patient_id is not None
    with db.reading("tests.numbers") as session:
        return [point.id for point in contact_points.of_patient(session, who.patient_id)]
