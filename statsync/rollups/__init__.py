"""Facts to rows of 15 minutes: cutting at edges, adding up, merging histograms.

Everything is additive but what stands at an edge. In every row waiting_start + entered =
answered + abandoned + short + moved_on + ended + waiting_end.
"""

from statsync.rollups.agents import WorkerFacts, effort, touching, worker_row
from statsync.rollups.buckets import BUCKET_MS, Row, bucket_of, buckets_between
from statsync.rollups.demand import DemandFacts, demand_row, whole_tasks
from statsync.rollups.histograms import BANDS, band, percentile
from statsync.rollups.merging import beside, merge

__all__ = [
    "BANDS",
    "BUCKET_MS",
    "DemandFacts",
    "Row",
    "WorkerFacts",
    "band",
    "beside",
    "bucket_of",
    "buckets_between",
    "demand_row",
    "effort",
    "merge",
    "percentile",
    "touching",
    "whole_tasks",
    "worker_row",
]
