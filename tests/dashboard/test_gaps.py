"""What can no longer be read, or could not be kept, is said on Trust and in History."""

from datetime import UTC, datetime

from statsync.models import Window
from tests.road import Road


def test_a_window_that_taskrouter_has_forgotten_is_told(
    supervisor, shift: Road, monkeypatch
) -> None:
    monkeypatch.setattr("dashboard.views.history.now_ms", lambda: shift.api.now)
    assert "No gaps" in supervisor.get("/trust/").content.decode()
    at = shift.day - 86_400_000
    Window.objects.create(
        workspace=shift.workspace, start_ms=at, end_ms=at + 3_600_000, state="expired"
    )
    page = supervisor.get("/trust/").content.decode()
    assert "1 can no longer be read" in page
    assert "No gaps" not in page
    day = datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
    asked = {"first": day, "last": day, "queue": shift.billing, "step": "day"}
    history = supervisor.get("/history/", asked).content.decode()
    assert "not read in time" in history
    assert "forgot before they were read: 1." in history


def test_events_set_aside_are_told(supervisor, shift: Road) -> None:
    shift.workspace.setaside_set.create(
        sha256="0" * 64, body="{}", why="lacks its sid", seen_ms=1, tried_ms=1
    )
    page = supervisor.get("/trust/").content.decode()
    assert "1 events could not be read or kept; the last: lacks its sid" in page
