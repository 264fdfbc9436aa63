"""From where to where a refold has changed what rollups count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from statsync.timelines.offers import Offer
from statsync.timelines.spells import Spell
from statsync.timelines.tasks import Stay

Span = tuple[int, int | None]
"From and to in ms; None: until now."


@dataclass
class Reach:
    """What happened when by one task's facts, and whether any of them goes on."""

    moments: set[tuple[int, str]] = field(default_factory=set)
    goes_on: bool = False

    def note(
        self, names: Iterable[str], times: Iterable[int | None], goes_on: bool
    ) -> None:
        pairs = zip(names, times, strict=True)
        self.moments.update((ms, name) for name, ms in pairs if ms is not None)
        self.goes_on |= goes_on


def task_span(touched_ms: int, before: Reach, after: Reach) -> Span:
    """An end that comes late is followed by quarters in which the task still waited."""
    start = min([touched_ms, *(ms for ms, _ in before.moments ^ after.moments)])
    if before.goes_on or after.goes_on:
        return start, None
    return start, max([touched_ms, *(ms for ms, _ in before.moments | after.moments)])


def spells_span(before: Sequence[Spell], after: Sequence[Spell]) -> Span | None:
    """To the end of the last spell that differs; None where time is spent the same."""
    edges = set(edges_of(before)) ^ set(edges_of(after))
    if not edges:
        return None
    ends = [ended for _, ended, _ in set(lived(before)) ^ set(lived(after))]
    known = [ms for ms in ends if ms is not None]
    return min(ms for ms, _ in edges), max(known) if len(known) == len(ends) else None


def edges_of(spells: Iterable[Spell]) -> Iterable[tuple[int, str]]:
    """A long spell that only now ends changes nothing before its end."""
    for spell in spells:
        yield spell.started_ms, spell.activity_sid
        if spell.ended_ms is not None:
            yield spell.ended_ms, ""


def lived(spells: Iterable[Spell]) -> Iterable[tuple[int, int | None, str]]:
    return ((one.started_ms, one.ended_ms, one.activity_sid) for one in spells)


def stay_span(stay: Stay) -> Span:
    """Also of the whole task, where the stay carries it."""
    start = min(stay.entered_ms, stay.task_created_ms)
    ends = [stay.left_ms, stay.task_answered_ms, stay.task_ended_ms]
    known = [ms for ms in ends if ms is not None]
    task_waits = stay.nth == 0 and ends[1:] == [None, None]
    is_over = stay.left_ms is not None and not task_waits
    return start, max(known) if is_over else None


def offer_span(offer: Offer) -> Span:
    end = offer.completed_ms if offer.outcome == "accepted" else offer.ended_ms
    return offer.offered_ms, end


def spell_span(spell: Spell) -> Span:
    return spell.started_ms, spell.ended_ms
