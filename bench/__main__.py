"""`make bench`: every measurement, one after the other, each in a process of its own."""

import subprocess
import sys

MEASUREMENTS = (
    *("p1_ingest", "p2_fanout", "p3_paint", "p4_engine", "p5_create_task"),
    "p9_statistics",
)


def main() -> int:
    wanted = sys.argv[1:] or MEASUREMENTS
    codes = [
        subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode
        for name in wanted
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
