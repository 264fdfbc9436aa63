"""TaskRouter's own statistics, kept as polled: the second, independent witness."""

from django.db import connection, transaction

from statsync.actions import watermarks
from statsync.models import Sample, Watermark, Workspace

HOUR_MS = 3_600_000
KEPT_MS = 30 * 24 * HOUR_MS
WHOLE_MS = HOUR_MS
"So long every sample is kept; then the first of each quarter of an hour."
QUARTER_MS = 900_000
AT_ONCE_MS = 6 * HOUR_MS
"How much is thinned in one transaction, so that nobody waits long for it."
JOB = "thinned"

THIN = """
DELETE FROM statsync_sample WHERE workspace_id = %s AND at_ms >= %s AND at_ms < %s
AND EXISTS (
  SELECT 1 FROM statsync_sample earlier
  WHERE earlier.workspace_id = statsync_sample.workspace_id
    AND earlier.kind = statsync_sample.kind
    AND earlier.subject = statsync_sample.subject
    AND earlier.at_ms >= statsync_sample.at_ms - statsync_sample.at_ms %% %s
    AND (earlier.at_ms < statsync_sample.at_ms
      OR earlier.at_ms = statsync_sample.at_ms AND earlier.id < statsync_sample.id)
)
"""


def store_sample(
    workspace: Workspace, kind: str, subject: str, body: str, now_ms: int
) -> None:
    """`kind`: realtime or cumulative; `subject`: workspace, workers or a sid."""
    Sample.objects.create(
        workspace=workspace, at_ms=now_ms, kind=kind, subject=subject, body=body
    )


def thin(workspace: Workspace, now_ms: int) -> bool:
    """The next whole quarters that are old enough. Whether there are more."""
    last = now_ms - WHOLE_MS
    last -= last % QUARTER_MS
    start = thinned_upto(workspace)
    if start is None or start >= last:
        return False
    end = min(last, start + AT_ONCE_MS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(THIN, [workspace.pk, start, end, QUARTER_MS])
        watermarks.move(workspace, JOB, end)
    return end < last


def thinned_upto(workspace: Workspace) -> int | None:
    """Before the first time: where the samples begin. None where there are none."""
    mark = Watermark.objects.filter(workspace=workspace, job=JOB).first()
    if mark is not None:
        return mark.ms
    first = Sample.objects.filter(workspace=workspace).order_by("at_ms").first()
    return first.at_ms - first.at_ms % QUARTER_MS if first is not None else None


def forget_old(workspace: Workspace, now_ms: int) -> None:
    Sample.objects.filter(workspace=workspace, at_ms__lt=now_ms - KEPT_MS).delete()
