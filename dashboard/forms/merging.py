"""What three parties say of a worker: the page when it was opened, the person who has
edited it since, and TaskRouter now.

Only what the person has changed is asked for; the rest stays as it is now. Where both
have changed the same, the person is asked. All are flat: place -> value, where a place is
a field, or `attributes.` and one key of them with its value as JSON text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WITHIN = "attributes."
Flat = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """Changed here and elsewhere meanwhile. None: it is not there."""

    place: str
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    changed: set[str]
    "Places the person has changed."
    clashes: list[Clash]
    now: Flat
    wanted: Flat
    "Everything as it should become."


def flat(fields: Mapping[str, Any]) -> Flat:
    """`fields["attributes"]` is JSON text of an object."""
    attributes = json.loads(fields["attributes"] or "{}")
    return {
        **{name: value for name, value in fields.items() if name != "attributes"},
        **{f"{WITHIN}{key}": packed(value) for key, value in attributes.items()},
    }


def merge(opened: Flat, mine: Flat, now: Flat, theirs: set[str]) -> Merge:
    """`theirs`: places where the person has chosen what stands at TaskRouter."""
    changed = {
        place
        for place in (opened | mine).keys() - theirs
        if opened.get(place) != mine.get(place)
    }
    clashes = [
        Clash(place, mine.get(place), now.get(place))
        for place in sorted(changed)
        if now.get(place) not in (opened.get(place), mine.get(place))
    ]
    every = now | {place: mine.get(place) for place in changed}
    wanted = {place: value for place, value in every.items() if value is not None}
    return Merge(changed, clashes, now, wanted)


def attributes_of(given: Flat) -> str:
    """The attributes' JSON text again."""
    keys = {
        place.removeprefix(WITHIN): json.loads(value)
        for place, value in given.items()
        if place.startswith(WITHIN)
    }
    return packed(keys)


def packed(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if is_text(text) else json.dumps(value, separators=(",", ":"))


def is_text(value: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
