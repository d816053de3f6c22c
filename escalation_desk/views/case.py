"""One item as a person sees it: the words, who may be behind them, what came before, what can be done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, speakers
from app.models.conversations import Exchange
from app.sealing import Gap
from app.speakers import Speaker
from app.web.sign_ins import Me
from escalation_desk import handing, handling, items, leaving, listening, proposals, resting, settling, stops
from escalation_desk.dispositions import DISPOSITIONS, Disposition, fitting
from escalation_desk.leaving import Leaving
from escalation_desk.listening import Left
from escalation_desk.models import DeskItem, DeskItemWords
from escalation_desk.views import about, also, beside, calling, closing, outspoken, people, ready, told, who
from escalation_desk.views.about import About
from escalation_desk.views.also import Also
from escalation_desk.views.beside import Other
from escalation_desk.views.calling import Calling
from escalation_desk.views.lost import lost
from escalation_desk.views.people import Caller
from escalation_desk.views.ready import Ready
from escalation_desk.views.words import Message, messages


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message on the item, whether somebody read it, the choice it also made, whether it may also have been meant
    as STOP, and who of a household wrote it, if somebody said so."""

    message: Message
    read: bool
    also: Also | None
    stop: bool = False
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the item's page shows."""

    item: DeskItem
    caller: Caller
    reason: str
    nurses_have: bool
    words: tuple[Spoken, ...]
    markable: frozenset[int]
    told: tuple[told.Told, ...]
    owner: str | None
    closed_by: str
    mine: bool
    may_act: bool
    lease_minutes: int
    rests_until: datetime | None
    back: bool
    asked_provider: str
    handed_by: str
    colleagues: dict[int, str]
    providers: dict[int, str]
    dispositions: tuple[Disposition, ...]
    about: About | None
    others: tuple[Other, ...]
    last_text: int
    last_text_failed: bool
    also_looking: tuple[str, ...]
    leaving: Leaving | None
    leaving_tells: str
    ready: tuple[Ready, ...]
    held_back: str
    after_closing: str
    calling: Calling | None
    left: Left | None

    @property
    def open(self) -> bool:
        return self.item.state != "closed"

    @property
    def answering(self) -> bool:
        """Whether the page holds the forms with which the item is answered and closed."""
        return self.open and self.may_act and self.mine

    @property
    def mode(self) -> str:
        """Which forms the page holds. An open page that reads of another mode is loaded again."""
        if not self.open:
            return "closed"
        if self.answering:
            return "call" if self.cannot_be_texted else "answer"
        return "held" if self.owner else "free"

    @property
    def may_reopen(self) -> bool:
        return self.may_act and settling.reopens(self.item)

    @property
    def closed_as(self) -> str:
        """How it was closed, in words."""
        how = DISPOSITIONS.get(self.item.disposition or "")
        return how.label if how else ""

    def box(self, name: str) -> str:
        """The box of that name, if the page holds it; else none: a refusal is then looked at itself."""
        if not self.answering or (name == "body" and (self.cannot_be_texted or not self.about_somebody)):
            return ""
        return name

    @property
    def crisis(self) -> bool:
        return self.item.rank == items.CRISIS_RANK

    @property
    def rings_soon(self) -> bool:
        """Whether she who has it must look now at new words, or whoever is on call is paged for them."""
        until = self.item.lease_until
        soon = until is not None and until <= clock.now() + items.LOOKS_WITHIN
        return self.crisis and self.mine and soon and self.unread > 0

    @property
    def unread(self) -> int:
        return sum(not spoken.read for spoken in self.words)

    @property
    def unconfirmed(self) -> bool:
        """Whether it is open who of several wrote some of the words."""
        return self.caller.shared and not (self.words and all(spoken.speaker for spoken in self.words))

    @property
    def newest(self) -> int:
        return max((spoken.message.exchange_id for spoken in self.words), default=0)

    @property
    def last_stop(self) -> int | None:
        """The exchange that last may have been meant as STOP: its number is one, and so is the key."""
        return max((spoken.message.exchange_id for spoken in self.words if spoken.stop), default=None)

    @property
    def words_since(self) -> datetime | None:
        """When the newest words came, if others were first: the age counts from those."""
        return self.words[-1].message.received_at if len(self.words) > 1 else None

    @property
    def lost(self) -> str:
        return lost(self.item, self.caller, [spoken.message for spoken in self.words])

    @property
    def about_somebody(self) -> bool:
        return self.caller is not people.PRACTICE

    @property
    def cannot_be_texted(self) -> bool:
        return self.item.cannot_text or self.caller.cannot_be_texted


def _can_be_texted(item: DeskItem, caller: Caller) -> bool:
    return item.contact_point_id is not None and not (item.cannot_text or caller.cannot_be_texted)


def case(session: Session, item: DeskItem, person: Me, looking: Collection[int] = ()) -> Case:
    """Gather what there is to know about an item; `looking`: who else has its page open."""
    now = clock.now()
    has_it = people.holder(item, now)
    caller = people.callers(session, [item])[item.id]
    words = tuple(_words(session, item.id, caller))
    visit = about.appointments(session, [item.appointment_id]).get(item.appointment_id or 0)
    return Case(
        item=item,
        caller=caller,
        reason=beside.why(item, caller),
        nurses_have=item.id in beside.nurses_have(session, [item]),
        words=words,
        markable=_markable(session, words) if person.role == "nurse" else frozenset(),
        told=tuple(told.of_item(session, item, caller, person.role)),
        owner=people.owners(session, [item]).get(has_it) if has_it else None,
        closed_by=people.owners(session, [item]).get(item.owner_id or 0, "") if item.state == "closed" else "",
        mine=has_it == person.staff_id,
        may_act=who.may_act(person.role, item.list),
        lease_minutes=int((item.lease_until - now).total_seconds() // 60) if has_it and item.lease_until else 0,
        rests_until=(rests := resting.until(item, now)),
        back=rests is not None and rests <= now,
        asked_provider=resting.provider_name(session, item.asked_provider_id) if rests else "",
        handed_by=people.handed(session, [item]).get(item.id, "") if has_it else "",
        colleagues=handing.colleagues(session, person.staff_id, who.ACTS[item.list]),
        providers=resting.providers(session),
        dispositions=fitting(
            item.list,
            item.reason,
            about_patient=caller is not people.PRACTICE,
            can_be_texted=_can_be_texted(item, caller) or settling.replied(session, item.id),
        ),
        about=visit,
        others=tuple(beside.others(session, item, person.role)),
        last_text=handling.last_text(session, item.id),
        last_text_failed=beside.last_text_failed(session, item.id),
        also_looking=people.named(session, looking if item.state != "closed" else ()),
        leaving=(goes := leaving.now_leaving(session, item.id, person.staff_id) if item.state != "closed" else None),
        leaving_tells=outspoken.sentence(session, goes.words) if goes else "",
        ready=tuple(ready.ready(session, item, caller, visit)) if has_it == person.staff_id else (),
        held_back=closing.held_back(item, caller),
        after_closing=closing.after_closing(session, item, caller),
        calling=calling.of_item(session, item, person.staff_id, person.role) if has_it == person.staff_id else None,
        left=listening.left(session, item.id),
    )


def _words(session: Session, item_id: int, caller: Caller) -> list[Spoken]:
    query = (
        select(DeskItemWords, Exchange)
        .join(Exchange, Exchange.id == DeskItemWords.exchange_id)
        .where(DeskItemWords.desk_item_id == item_id)
        .order_by(Exchange.id)
    )
    found = session.execute(query).all()
    chosen = also.proposed(session, [words for words, _ in found], caller)
    shown = messages([exchange for _, exchange in found])
    told = speakers.of_numbers(session, {exchange.contact_point_id for _, exchange in found} if caller.shared else ())
    return [
        Spoken(
            one, words.read_at is not None, chosen.get(words.exchange_id), _may_mean_stop(exchange),
            told.get(exchange.id),
        )
        for one, (words, exchange) in zip(shown, found, strict=True)
    ]  # fmt: skip


def _may_mean_stop(exchange: Exchange) -> bool:
    """The whole message STOP is kept at once; beside other words a person decides (P9)."""
    return not isinstance(exchange.body, Gap) and stops.may_mean_stop(exchange.body)


def _markable(session: Session, words: tuple[Spoken, ...]) -> frozenset[int]:
    """Texts of which she may say that they should have come to the nurses by themselves."""
    return proposals.markable(session, (spoken.message.exchange_id for spoken in words))
