"""Bugs that somebody could make, each with the tests that must turn red: who tests the tests (HAZARDS 3.6, G10)."""

from typing import NamedTuple


class Bug(NamedTuple):
    """In `file`, `was` (which stands there once) becomes `is_now`; one of `tests` must then fail."""

    name: str
    hazard: str
    file: str
    was: str
    is_now: str
    tests: tuple[str, ...]


BUGS = (
    Bug(
        "a repeat is taken in again", "H08", "app/migrations/versions/0001_the_first_tables.py",
        '        sa.UniqueConstraint("key", name=op.f("uq_exchange_key")),\n', "",
        ("tests/doors/test_repeats.py",),
    ),
    Bug(
        "texts are told apart by their words", "H08", "app/webhooks/form.py",
        "        key=key,\n", "        key=cleaned.words,\n",
        ("tests/journeys/test_clinical.py::test_a_second_report_a_second_later_is_never_dropped",
         "tests/doors/test_repeats.py"),
    ),
    Bug(
        "a text is sent without having been claimed", "H48", "app/delivery/sending.py",
        '.values(state="sending", claimed_at=now,', ".values(claimed_at=now,",
        ("tests/sending/test_states.py",),
    ),
    Bug(
        "a server fault is taken for a text that never left", "H48", "app/messaging/answers.py",
        'return Unknown("carrier_fault")', 'return NotSent("carrier_fault")',
        ("tests/sending/test_states.py::test_a_server_fault_after_accepting_is_resolved_by_the_callback",),
    ),
    Bug(
        "an answer that comes too late is taken for a text that never left", "H48", "app/messaging/gateway.py",
        'return Unknown("no_answer")', 'return NotSent("no_answer")',
        ("tests/sending/test_states.py::test_an_answer_that_comes_too_late_is_unknown_and_resolved_too",),
    ),
    Bug(
        "a claim that lapsed is sent again", "H48", "app/delivery/unknowns.py",
        'row.state, row.reason, row.lease_until = "unknown", "sender_died", None',
        'row.state, row.reason, row.lease_until = "pending", "sender_died", None',
        ("tests/sending/test_states.py::test_a_sender_that_died_leaves_an_unknown_that_is_never_resent",),
    ),
    Bug(
        "a sender that died is never noticed", "H48", "app/delivery/unknowns.py",
        "or_(Outbound.lease_until <= clock.now(), ", "or_(Outbound.lease_until < Outbound.claimed_at, ",
        ("tests/sending/test_states.py::test_a_sender_that_died_leaves_an_unknown_that_is_never_resent",),
    ),
    Bug(
        "quiet hours go by the server's own time", "H52", "app/outreach/quiet_hours.py",
        "local = now.astimezone(zone)", "local = now",
        ("tests/journeys/test_confirm.py::test_nobody_is_texted_at_night",
         "tests/sending/test_consent.py::test_outreach_waits_for_the_morning_in_her_own_zone"),
    ),
    Bug(
        "of two nurses both get the item", "H15", "escalation_desk/handling.py",
        '.where(DeskItem.id == item_id, DeskItem.state != "closed", free)',
        '.where(DeskItem.id == item_id, DeskItem.state != "closed")',
        ("tests/desk/test_item.py::test_of_two_nurses_one_gets_the_item",),
    ),
    Bug(
        "an opt-out counts only when a text is written", "H49", "app/outreach/permission.py",
        "        return YES\n    if point.opted_out_at is not None:\n        return Verdict(refused=\"opted_out\")\n",
        "        return YES\n",
        ("tests/sending/test_consent.py",),
    ),
    Bug(
        "a hush does not hold texts back that were written before", "H22", "app/outreach/permission.py",
        "    if hush.hushed(session, row.contact_point_id, row.patient_id):\n", "    if False:\n",
        ("tests/journeys/test_hush.py::test_a_question_that_was_written_before_the_hush_does_not_leave",
         "tests/journeys/test_clinical.py::test_what_stays_hushed_becomes_a_task_before_it_is_too_late"),
    ),
    Bug(
        "words that could not be kept are answered as if they were", "H58", "app/webhooks/sms.py",
        "        abort(503)\n", "        return twiml.nothing()\n",
        ("tests/journeys/test_outage.py::test_without_a_spool_the_door_says_503_and_the_carrier_keeps_the_words",),
    ),
    Bug(
        "a spooled text is answered a second time when it is taken in", "H58", "app/inbound/outcomes.py",
        "told=_told_already(scene, tells),", "told=False,",
        ("tests/journeys/test_outage.py",),
    ),
    Bug(
        "what the door said is taken for said", "H58", "app/messaging/outbox.py",
        '"state": "unknown", "reason": AT_THE_DOOR,', '"state": "sent", "reason": AT_THE_DOOR,',
        ("tests/spool/test_door_answers.py::test_an_answer_lost_with_the_door_is_a_nurses_to_know_of",),
    ),
    Bug(
        "a spool file is forgotten before its words stand in the database", "H58", "app/inbound/outage.py",
        "        calls.receive(text) if isinstance",
        "        _let_go(directory, key)\n        calls.receive(text) if isinstance",
        ("tests/journeys/test_outage.py::test_a_ticker_that_dies_while_it_takes_words_in_is_followed_by_one_that_ends_it",),
    ),
    Bug(
        "a silent database is waited for", "H58", "app/patience.py",
        "left() if timeout is None else timeout", "timeout",
        ("tests/doors/test_black_hole.py::test_a_line_that_falls_silent_between_two_texts",),
    ),
    Bug(
        "words fetched late act as a choice", "H59", "app/inbound/outcomes.py",
        "    if text.fetched_at is not None:\n        return _to_front_desk(session, scene, reading)\n", "",
        ("tests/reconciler/test_fetched.py::test_an_answer_that_never_arrived_confirms_nothing",),
    ),
    Bug(
        "what the spool still holds is fetched, too", "H59", "app/watchers/reconciler.py",
        "for key in spool.keys(directory)}", "for key in ()}",
        ("tests/reconciler/test_beside_the_door.py::test_what_the_spool_still_holds_is_the_spools",),
    ),
    Bug(
        "half a list passes for a whole one", "H59", "app/watchers/reconciler.py",
        "return list(found.values()), False", "return list(found.values()), True",
        ("tests/reconciler/test_rounds.py::test_a_good_round_is_a_heartbeat_and_a_broken_one_is_none",),
    ),
    Bug(
        "the first text that may be the one is taken for it", "H48", "app/delivery/evidence.py",
        "return free[0] if len(free) == 1 and not others else None", "return free[0] if free else None",
        ("tests/reconciler/test_found.py::test_of_two_that_could_be_it_neither_is_taken",),
    ),
    Bug(
        "the oldest text of the list is passed over", "H59", "app/watchers/reconciler.py",
        "_take_in(text, said) for text in missed)", "_take_in(text, said) for text in missed[1:])",
        ("tests/faults/test_walk.py::test_one_walk_along_the_list",),
    ),
    Bug(
        "a text that the list does not show yet is sent again", "H48", "app/delivery/evidence.py",
        "    text = _found(gateway, doubtful.sender(settings), doubtful)\n    if text is None:\n"
        '        with db.transaction("evidence.looked") as session:\n',
        "    text = None\n    if text is None:\n"
        '        with db.transaction("evidence.looked") as session:\n'
        '            session.get_one(Outbound, doubtful.id).state = "pending"\n',
        ("tests/faults/test_walk.py::test_one_walk_along_the_list",),
    ),
    Bug(
        "a reader that fails lets the words pass", "H01", "app/inbound/readings.py",
        'return Reading("clinical", (unread,), "none", None, None, FAILED)',
        'return Reading("routine", (unread,), "thanks", None, None, FAILED)',
        ("tests/doors/test_poison.py", "tests/reading"),
    ),
    Bug(
        "a dialog answers before anybody asks about health", "H02", "app/inbound/outcomes.py",
        'if reading.lane == "clinical" or text.media_count:',
        'if (reading.lane == "clinical" or text.media_count) and scene.waiting is None:',
        ("tests/journeys/test_clinical.py::test_yes_but_my_chest_hurts_reaches_the_nurses_and_moves_nothing",),
    ),
    Bug(
        "each text is read by itself", "H07", "app/inbound/readings.py",
        "        if not just_before:\n", "        if True:\n",
        ("tests/journeys/test_split_texts.py",),
    ),
    Bug(
        "a report that comes late lowers the state", "H53", "app/messaging/delivery.py",
        "if RANK[state] <= RANK[row.state]:", "if False:",
        ("tests/sending/test_delivery.py::test_reports_in_any_order_never_lower_the_state",),
    ),
    Bug(
        "an answer three days late still counts", "H46", "app/talk/conversations.py",
        "            and clock.now() - received_at <= ACTED_ON_WITHIN\n", "",
        ("tests/journeys/test_outage.py::test_words_kept_too_long_never_act_as_a_choice",),
    ),
    Bug(
        "a moved appointment is confirmed by the answer to the old question", "H43", "app/scheduling/booking.py",
        '        _appointments.c.version == bindparam("as_asked"),\n', "",
        ("tests/journeys/test_confirm.py::test_a_moved_appointment_takes_no_answer_to_the_old_question",),
    ),
    Bug(
        "an item closes over words that nobody has read", "H14", "escalation_desk/settling.py",
        "DeskItemWords.desk_item_id == item_id, DeskItemWords.read_at.is_(None)",
        "DeskItemWords.desk_item_id == item_id, DeskItemWords.read_at > DeskItemWords.read_at",
        ("tests/desk/test_ways_to_close.py::test_closing_is_refused_while_words_are_unread",),
    ),
    Bug(
        "the chain leaves the words out", "H38", "app/timeline.py",
        '        "words": words,\n    }\n', "    }\n",
        ("tests/record/test_tampering.py",),
    ),
    Bug(
        "anybody may call the door", "H68", "app/webhooks/signature.py",
        "    return any(_fits(token, address, request, signature) for token in settings.auth_tokens)\n",
        "    return True\n",
        ("tests/doors/test_signature.py",),
    ),
    Bug(
        "the doorbell runs before the commit", "P4", "app/queue.py",
        '    db.after_commit(session, f"ring:{job}:{row_id}", lambda _session: ring_now(job, row_id))\n',
        "    ring_now(job, row_id)\n",
        ("tests/sending/test_doorbell.py", "tests/record/test_database.py"),
    ),
    Bug(
        "an error is logged with the words it quotes", "P11", "app/inbound/receiving.py",
        'log.error("text_quarantined", error=error_name(error))',
        'log.error("text_quarantined", error=str(error))',
        ("tests/upkeep/test_marked_names.py",),
    ),
    Bug(
        "a ring carries the words", "H33", "app/queue.py",
        "    attempt(lambda: _enqueue(job, row_id))\n",
        '    attempt(lambda: _enqueue(job, row_id))\n    connection().set("last", "Zyqwhim000")\n',
        ("tests/upkeep/test_marked_names.py",),
    ),
)  # fmt: skip
