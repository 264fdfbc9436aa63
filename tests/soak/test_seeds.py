"""Ten thousand random days, each offer judged; what was seen is left in var/soak/."""

import json
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.box import ROOT
from tests.engine.laws import live_by_the_laws

SEEDS = range(10_000)
pytestmark = pytest.mark.soak


def judged(seed: int) -> tuple[int, int, str]:
    """The seed, how many events its day had, and which law it broke."""
    try:
        return seed, len(live_by_the_laws(seed).events), ""
    except Exception as error:
        return seed, 0, f"{type(error).__name__}: {error}"


def test_every_law_holds_in_ten_thousand_random_days() -> None:
    began = time.monotonic()
    with ProcessPoolExecutor(2) as processes:
        days = list(processes.map(judged, SEEDS, chunksize=50))
    broken = {seed: law for seed, _, law in days if law}
    folder = Path(ROOT) / "var" / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    seen = {
        "seeds": len(days),
        "events": sum(events for _, events, _ in days),
        "broken": broken,
        "seconds": round(time.monotonic() - began),
    }
    (folder / "seeds.json").write_text(json.dumps(seen))
    assert not broken
