"""TaskRouter's own statistics, kept as polled: the second, independent witness."""

from statsync.models import Sample, Workspace

KEPT_MS = 30 * 86_400_000


def store_sample(
    workspace: Workspace, kind: str, subject: str, body: str, now_ms: int
) -> None:
    """`kind`: realtime or cumulative; `subject`: workspace, workers or a sid."""
    Sample.objects.create(
        workspace=workspace, at_ms=now_ms, kind=kind, subject=subject, body=body
    )


def forget_old(workspace: Workspace, now_ms: int) -> None:
    Sample.objects.filter(workspace=workspace, at_ms__lt=now_ms - KEPT_MS).delete()
