"""One runner per job and workspace: a lease that ends by itself."""

from statsync.models import Watermark, Workspace


def take(workspace: Workspace, job: str, now_ms: int, hold_ms: int) -> bool:
    """Whether the job is ours until now + hold. A conditional update decides."""
    name = f"lease:{job}"[:32]
    Watermark.objects.get_or_create(workspace=workspace, job=name, defaults={"ms": 0})
    return bool(
        Watermark.objects.filter(workspace=workspace, job=name, ms__lte=now_ms).update(
            ms=now_ms + hold_ms
        )
    )


def release(workspace: Workspace, job: str, now_ms: int) -> None:
    name = f"lease:{job}"[:32]
    Watermark.objects.filter(workspace=workspace, job=name).update(ms=now_ms)
