"""One runner per job and workspace: a lease that ends by itself unless it is renewed."""

from dataclasses import dataclass

from django.db.models import Q

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
    # One that ends later than any could was taken before the clock went back.
    free = Watermark.objects.filter(
        Q(ms__lte=now_ms) | Q(ms__gt=until), workspace=workspace, job=name
    )
    return Lease(workspace, name, until) if free.update(ms=until) else None
