"""The embedded set: one command, two processes, no other server (design.md, section 3).

`up.py` is the web process (b), `neighbour.py` starts and watches the built-in
TaskRouter (a), `job_runner.py` runs Celery inside (b), `run_file.py` writes var/run.json.
"""
