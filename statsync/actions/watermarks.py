"""How far a job has got; it moves in the transaction of the job's rows."""

from statsync.models import Watermark, Workspace


def reached(workspace: Workspace, job: str) -> int | None:
    rows = Watermark.objects.filter(workspace=workspace, job=job)
    return rows.values_list("ms", flat=True).first()


def move(workspace: Workspace, job: str, ms: int) -> None:
    Watermark.objects.update_or_create(
        workspace=workspace, job=job, defaults={"ms": ms}
    )
