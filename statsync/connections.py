"""One client per account and process, so that connections are kept open."""

from threading import Lock

from statsync.client import Client
from statsync.models import Account, Workspace

_clients: dict[tuple[str, str, str], Client] = {}
_lock = Lock()


def of(workspace: Workspace) -> Client:
    return to(workspace.account)


def to(account: Account) -> Client:
    key = (account.base_url, account.sid, account.auth_token)
    with _lock:
        if key not in _clients:
            _clients[key] = Client(*key)
        return _clients[key]
