"""Putting the checkout's dialogs and word lists in force: proved, replayed, signed; else what was in force stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app import db, timeline
from app.library import replaying, versions, word_lists
from app.library.replaying import Replay
from app.library.word_lists import NotSound, Proved
from app.outreach import follow_ups
from dialogs.engine.model import DialogFaults
from escalation_desk import classifier, items

STREAM = "practice"
MOST_NAMED = 20
MOST_WORDS_GONE = 0.05
"""Of the clinical words: more are not taken back by an edit, but lost."""
SHIPPED_BY = "shipped with Handrail"


@dataclass(frozen=True)
class Override:
    """A named person lets lists go in force that no longer catch what the ones before them caught, and why."""

    person: str
    why: str


def activate(
    dialogs: Path | None, lists: Path | None = None, *, reviewer: str = SHIPPED_BY, override: Override | None = None
) -> list[str]:
    """Prove the dialogs and the word lists of these folders (None: the checkout's), and put those that changed in
    force. Returns `name vN` for each. Raises NotSound or DialogFaults, having raised a task; nothing has changed
    then."""
    try:
        proved = word_lists.prove(word_lists.proposal(lists))
        lost = _refuse_losses(proved, override)
        spoken = versions.prove(dialogs, clinical_words=lambda text: classifier.mentions_health(text, proved.lexicon))
    except NotSound as refused:
        _tell("lists_refused", refused.sentences)
        raise
    except DialogFaults as refused:
        _tell("dialogs_refused", [str(fault) for fault in refused.faults])
        raise
    with db.transaction("activation.activate") as session:
        changed = versions.activate(session, spoken, reviewer)
        if any(name.startswith(f"{versions.CADENCES_KIND} ") for name in changed):
            follow_ups.look_at_all_again(session)
        if version := word_lists.activate(session, proved, reviewer):
            changed.append(version)
            timeline.append(
                session, STREAM, "lists_activated", "agent", words=override.why if override else None,
                version=proved.lexicon.version, lost=lost[:MOST_NAMED], lost_count=len(lost), reviewer=reviewer,
                accepted_by=override.person if override else None,
            )  # fmt: skip
    return changed


def compare(proposed: Proved) -> tuple[Replay, str]:
    """All stored texts under these lists and under those activated last, and the version of those."""
    before = word_lists.activated_last()
    with db.reading("activation.replay") as session:
        return replaying.replay(session, proposed.lexicon, before), before.version


def _refuse_losses(proposed: Proved, override: Override | None) -> list[int]:
    """The exchanges that no nurse would get any more, when somebody answers for that. A practice that has hardly any
    history yet is kept by the words themselves: half a file, as a broken copy leaves it, loses many. Raises
    NotSound."""
    before = word_lists.activated_last()
    if before.version == proposed.lexicon.version:
        return []
    found, _ = compare(proposed)
    gone = sorted(before.clinical_words - proposed.lexicon.vocabulary)
    sentences = [_lost_texts(found.lost)] if found.lost else []
    if len(gone) > MOST_WORDS_GONE * len(before.clinical_words):
        sentences.append(
            f"They no longer hold {len(gone)} of {len(before.clinical_words)} clinical words, such as "
            f"{', '.join(gone[:: max(1, len(gone) // 5)][:5])}. Is a file missing, or cut off?"
        )
    if sentences and override is None:
        raise NotSound([
            *sentences, "Who answers for that: `handrail activate --reviewer NAME --accept-lost WHY`.",
        ])  # fmt: skip
    return found.lost


def _lost_texts(lost: list[int]) -> str:
    named = ", ".join(map(str, lost[:MOST_NAMED])) + (" and more" if len(lost) > MOST_NAMED else "")
    many = "1 stored text" if len(lost) == 1 else f"{len(lost)} stored texts"
    return f"{many} would reach no nurse any more: exchange {named}. `handrail lexicon replay --words` shows them."


def _tell(reason: str, sentences: Sequence[str]) -> None:
    """Once for the same faults; those who work here learn that what they wait for does not serve yet."""
    key = f"{reason}:{sha256(chr(10).join(sentences).encode()).hexdigest()[:12]}"
    with db.transaction("activation.refused") as session:
        items.raise_task(session, key, reason, None, note="\n".join(sentences[:MOST_NAMED]))
