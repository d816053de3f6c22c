"""What must be true whenever everything is quiet, whatever died before (HAZARDS 3.5, as DESIGN words them).

The rules read the tables and the carrier's ledger, nothing else: no rule asks the code that it judges, but for the
proof of the chain, which has tests of its own. How late a rung may be (I7) is the auditor's to say, not theirs.
"""

from collections.abc import Mapping

from app.rehearsal import contact_rules, desk_rules, post_rules, record_rules, slot_rules
from app.rehearsal.evidence import Evidence, Rule

RULES: Mapping[str, Rule] = {
    "I1": post_rules.every_inbound_is_one_exchange,
    "I2": desk_rules.every_clinical_exchange_is_on_the_desk,
    "I3": post_rules.nothing_is_sent_twice_or_hidden,
    "I4": slot_rules.nobody_is_booked_twice,
    "I5": post_rules.nothing_after_an_opt_out,
    "I6": record_rules.the_record_is_whole,
    "I7": desk_rules.every_open_item_has_a_next_step,
    "I8": desk_rules.every_claim_and_close_is_somebodys,
    "I9": post_rules.nothing_stale_was_sent,
    "I10": contact_rules.within_hours_and_budget,
    "I11": desk_rules.one_live_conversation_with_a_timer,
    "I12": desk_rules.texts_belong_to_whom_they_went_to,
    "I13": post_rules.nothing_is_left_lying,
    "I14": post_rules.no_state_ever_fell,
    "I15": record_rules.every_change_has_its_author,
    "I16": record_rules.one_form_one_effect,
    "I17": record_rules.no_mark_outside,
    "I18": post_rules.what_was_answered_was_kept,
}


def violations(evidence: Evidence) -> list[str]:
    """Every broken invariant: `I3: …`, naming ids only."""
    return [f"{name}: {sentence}" for name, rule in RULES.items() for sentence in rule(evidence)]
