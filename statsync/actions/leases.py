"""One runner per job and workspace: a lease that ends by itself unless it is renewed."""

from dataclasses import dataclass

from statsync.models import Watermark, Workspace


@dataclass
class Lease:
    workspace: Workspace
    name: str
    until_ms: int

    def move(self, until_ms: int) -> bool:
        """Whether it was still ours to move. A conditional update decides."""
        rows = Watermark.objects.filter(workspace=self.workspace, job=self.name)
        if not rows.filter(ms=self.until_ms).update(ms=until_ms):
            return False
        self.until_ms = until_ms
        return True


def take(workspace: Workspace, job: str, now_ms: int, hold_ms: int) -> Lease | None:
    """Ours until now + hold; None where another runner has it."""
    name = f"lease:{job}"[:32]
    Watermark.objects.get_or_create(workspace=workspace, job=name, defaults={"ms": 0})
    until = now_ms + hold_ms
    free = Watermark.objects.filter(workspace=workspace, job=name, ms__lte=now_ms)
    return Lease(workspace, name, until) if free.update(ms=until) else None
