"""One writer of facts at a time per workspace."""

from statsync.models import Workspace


def hold(workspace: Workspace) -> None:
    """Until the transaction ends. SQLite's IMMEDIATE transactions are alone anyway."""
    list(
        Workspace.objects.select_for_update(no_key=True)
        .filter(pk=workspace.pk)
        .values_list("pk")
    )
