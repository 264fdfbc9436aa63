"""Connecting an account: what cannot be connected is said at its field, and keeps its key to itself."""

import pytest

from statsync.models import Workspace
from tests.dashboard.filled import said
from tests.road import ACCOUNT, Road


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"auth_token": "wrong"}, "TaskRouter: "),
        ({"workspace_sid": "WS" + "0" * 32}, "TaskRouter: "),
        ({"base_url": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"base_url": "gopher"}, "valid URL"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "host and port alone"),
        ({"base_url": "http://u:p@127.0.0.1:9"}, "host and port alone"),
        ({"base_url": "http://127.0.0.1:9/?a"}, "host and port alone"),
        ({"account_sid": "AC1"}, "32 hexadecimal digits"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_account_that_cannot_be_connected_is_said_at_its_field(
    admin, shift: Road, changes, words
) -> None:
    form = {
        "base_url": shift.api.url,
        "account_sid": ACCOUNT[0],
        "auth_token": ACCOUNT[1],
        "workspace_sid": shift.workspace.sid,
        **changes,
    }
    answer = admin.post("/connect/", form)
    assert answer.status_code == 400
    assert words in said(answer)
    assert ACCOUNT[1] not in said(answer).replace(str(changes), "")
    assert Workspace.objects.count() == 1


def test_who_connects_is_told_that_taskrouter_will_not_call(admin, shift: Road) -> None:
    form = {
        "base_url": shift.api.url,
        "account_sid": ACCOUNT[0],
        "auth_token": ACCOUNT[1],
        "workspace_sid": shift.workspace.sid,
        "callbacks": "on",
    }
    page = said(admin.post("/connect/", form, follow=True))
    assert "Floor connected." in page
    assert "will not call http://" in page
