"""Whom the words on a shared number name: who says “this is Sam” does not answer for Ana (H25)."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import sealing
from app.library import word_lists
from app.models.patients import PatientNameIndex
from escalation_desk.folding import Word, fold
from escalation_desk.lexicon import Lexicon

_MOST_WORDS = 60
_PRESENTS = frozenset({("this", "is"), ("it", "is"), ("i", "am"), ("name", "is"), ("me", "llamo"), ("nombre", "es")})
_PRESENTS_ALONE = frozenset("soy habla escribe es its im for from para".split())


def another(session: Session, body: str, patient_id: int, behind: Collection[int]) -> bool:
    """Whether `body` names somebody behind the number other than that patient, by any word of the name or its first
    three letters, or presents its writer by a name that is not the patient's. Of two who share those letters nobody
    knows which is meant: then it may be the other. A word they share in full, such as a surname, names neither."""
    words = fold(body)[:_MOST_WORDS]
    presented = frozenset(_presented(words))
    lists = word_lists.in_force(session)
    meant = presented | {word.text for word in words if word.text not in lists.benign}
    meant |= {word.removesuffix("s") for word in meant if len(word) > sealing.PREFIX_LETTERS}  # “this is Sam's mom”
    hers, others = _known(session, [*meant], patient_id, behind)
    for word in meant:
        if word in others and (word not in hers or len(word) <= sealing.PREFIX_LETTERS):
            return True
    return any(word not in hers and _is_no_word(word, lists) for word in presented)


def _presented(words: Sequence[Word]) -> Iterator[str]:
    """What stands where a name stands: “this is …”, “soy …”, “habla …”."""
    for at in range(1, len(words)):
        before = words[at - 1].text
        if before in _PRESENTS_ALONE or (at > 1 and (words[at - 2].text, before) in _PRESENTS):
            yield words[at].text


def _is_no_word(word: str, lists: Lexicon) -> bool:
    """Nothing that the reader knows: a name, most likely."""
    return word.isalpha() and word not in lists.benign and word not in lists.vocabulary


def _known(
    session: Session, words: Sequence[str], patient_id: int, behind: Collection[int]
) -> tuple[set[str], set[str]]:
    """The words that are in the patient's name, and those in another's behind the number; names stay sealed."""
    by_index = {index: word for word in words for index in sealing.search_indexes(word)}
    found = select(PatientNameIndex.patient_id, PatientNameIndex.word).where(
        PatientNameIndex.patient_id.in_(behind), PatientNameIndex.word.in_(by_index)
    )
    rows = session.execute(found).all() if by_index else []
    hers = {by_index[index] for whose, index in rows if whose == patient_id}
    return hers, {by_index[index] for whose, index in rows if whose != patient_id}
