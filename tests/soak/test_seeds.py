"""Ten thousand random days, each offer judged; what was seen is left in var/soak/."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from tests.box import ROOT
from tests.engine import days

SEEDS = 10_000
AGAIN = 100
"Every so many-th day is lived a second time, and must be the same."
pytestmark = pytest.mark.soak


def test_every_law_holds_in_ten_thousand_random_days(tmp_path: Path) -> None:
    began = time.monotonic()
    even, odd, again = (tmp_path / name for name in ("even", "odd", "again"))
    lives = [
        days.begin(range(0, SEEDS, 2), 0, even),
        days.begin(range(1, SEEDS, 2), 1, odd),
    ]
    assert [life.wait() for life in lives] == [0, 0]
    lived = sorted(days.told(even) + days.told(odd), key=lambda day: day["seed"])
    assert days.begin(range(0, SEEDS, AGAIN), 2, again).wait() == 0
    folder = Path(ROOT) / "var" / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    broken = [day for day in lived if "broken" in day]
    whole = json.dumps(lived, sort_keys=True).encode()
    seen = {
        "seeds": len(lived),
        "events": sum(day.get("events", 0) for day in lived),
        "sha256": hashlib.sha256(whole).hexdigest(),
        "broken": broken,
        "seconds": round(time.monotonic() - began),
    }
    (folder / "seeds.json").write_text(json.dumps(seen))
    assert broken == []
    assert len(lived) == SEEDS
    assert days.told(again) == lived[::AGAIN]
