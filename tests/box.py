"""The product as processes: the embedded set, and the production set of four.

Both have the same face (`Box`): where they serve, how to end or kill them, and
`manage.py` commands run against the same databases.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twilio.rest import Client

from tests.machine import answers, create_database, end, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
STOP_SECONDS = 10

Environment = dict[str, str]
Process = subprocess.Popen[bytes]


def manage(environment: Environment, *words: str, **options: Any) -> Process:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.Popen(command, env=environment, cwd=ROOT, **options)


def environment(**settings: str) -> Environment:
    """A var/ and ports of its own; a small centre, quick enough to be seen moving."""
    port = free_port()
    return {
        **{k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "SIGNALBOX_VAR": tempfile.mkdtemp(prefix="signalbox-box-"),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TASKROUTER_PORT": str(free_port()),
        "TASKROUTER_CALLBACK_ALLOW": "127.0.0.0/8",
        "SIMULATION_PAST_DAYS": "1",
        **settings,
    }


@dataclass
class Box:
    """The embedded set: `manage.py up`, which starts its TaskRouter itself."""

    environment: Environment = field(default_factory=environment)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        return Path(self.environment["SIGNALBOX_VAR"])

    @property
    def run_file(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.var / "run.json").read_text())
        return content

    @property
    def url(self) -> str:
        return self.environment["PUBLIC_URL"]

    @property
    def sign_in_url(self) -> str:
        return str(self.run_file["sign_in_url"])

    @property
    def taskrouter(self) -> dict[str, Any]:
        at: dict[str, Any] = self.run_file["taskrouter"]
        return at

    def start(self) -> "Box":
        (self.var / "run.json").unlink(missing_ok=True)
        with (self.var / "up.log").open("ab") as log:
            up = manage(self.environment, "up", stdout=log, stderr=log)
        self.processes["web"] = up
        wait_until(
            lambda: (self.var / "run.json").exists() or up.poll() is not None,
            START_SECONDS,
            f"var/run.json; {self.var / 'up.log'} tells more",
        )
        assert up.poll() is None, (self.var / "up.log").read_text()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        return end(self.processes.pop("web"), number, STOP_SECONDS)

    def pids(self) -> dict[str, int]:
        """Every process of the set by its part: web, taskrouter, …"""
        run = self.run_file
        return {"web": run["pid"], "taskrouter": run["taskrouter"]["pid"]}

    def kill(self, parts: list[str]) -> None:
        """kill -9, and away with what is left, as after a power cut of those parts."""
        pids = self.pids()
        # The TaskRouter first: without the web process it leaves by itself.
        for part in sorted(parts):
            os.kill(pids[part], signal.SIGKILL)
        self.after_kill(parts)

    def after_kill(self, parts: list[str]) -> None:
        """Returns once every part runs again and `pids` are those of the living."""
        if "web" not in parts:
            killed = self.taskrouter["pid"]
            wait_until(
                lambda: self.taskrouter["pid"] != killed,
                START_SECONDS,
                "the TaskRouter has been started again",
            )
            return
        self.processes.pop("web").wait()
        port = int(self.environment["TASKROUTER_PORT"])
        wait_until(lambda: not answers(port), STOP_SECONDS, "the TaskRouter has left")
        self.start()

    def run(
        self, *words: str, seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """`manage.py words…` against this set's databases."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def sdk(self) -> Client:
        """The official SDK, pointed at this set's TaskRouter."""
        at = self.taskrouter
        client = Client(at["account_sid"], at["auth_token"])
        client.taskrouter.base_url = at["base_url"]
        return client


@dataclass
class ProductionBox(Box):
    """Web, job runner, beat and built-in TaskRouter, on PostgreSQL and Redis."""

    def start(self) -> "Box":
        self.start_part("taskrouter")
        if not self.var.joinpath("connected").exists():
            self.connect()
        for part in ("web", "jobs", "beat"):
            self.start_part(part)
        port = int(self.environment["PORT"])
        wait_until(lambda: answers(port), START_SECONDS, "the dashboard answers")
        return self

    def start_part(self, part: str) -> None:
        port = self.environment["PORT"]
        commands = {
            "taskrouter": "manage.py taskrouter --simulate",
            "web": f"-m uvicorn config.asgi:application --port {port}"
            " --loop uvloop --ws websockets-sansio --lifespan off",
            "jobs": "-m celery -A config.celery worker"
            " --pool threads --concurrency 4 --loglevel WARNING",
            "beat": "-m celery -A config.celery beat"
            " --scheduler celery.beat:Scheduler --loglevel WARNING",
        }
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with (self.var / f"{part}.log").open("ab") as log:
            self.processes[part] = subprocess.Popen(
                [sys.executable, *commands[part].split()],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        if part == "taskrouter":
            port_a = int(self.environment["TASKROUTER_PORT"])
            wait_until(lambda: answers(port_a), START_SECONDS, "the TaskRouter answers")

    def connect(self) -> None:
        at = self.taskrouter
        done = self.run(
            "connect",
            f"--base-url={at['base_url']}",
            f"--account-sid={at['account_sid']}",
            f"--auth-token={at['auth_token']}",
            f"--workspace-sid={at['workspace_sid']}",
        )
        assert done.returncode == 0, done.stderr
        self.var.joinpath("connected").touch()

    @property
    def taskrouter(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.var / "taskrouter.json").read_text())
        port = self.environment["TASKROUTER_PORT"]
        return {**kept, "base_url": f"http://127.0.0.1:{port}"}

    @property
    def sign_in_url(self) -> str:
        return self.run("sign_in_link").stdout.split()[-1]

    def pids(self) -> dict[str, int]:
        return {part: process.pid for part, process in self.processes.items()}

    def stop(self, number: int = signal.SIGTERM) -> int:
        codes = [end(self.processes.pop(p), number, 20) for p in list(self.processes)]
        return max(codes, key=abs)

    def after_kill(self, parts: list[str]) -> None:
        for part in parts:
            self.processes.pop(part).wait()
            self.start_part(part)


def production(server_url: str, redis_url: str) -> ProductionBox:
    """Migrated, with two databases of its own and no past; not started."""
    name = f"box{random.randrange(10**9)}"
    settings = environment(
        SIMULATION_PAST_DAYS="0",
        DATABASE_URL=create_database(server_url, name),
        TASKROUTER_DATABASE_URL=create_database(server_url, f"{name}_taskrouter"),
        REDIS_URL=redis_url,
        CELERY_BROKER_URL=redis_url.removesuffix("/0") + "/1",
    )
    box = ProductionBox(settings)
    migrated = box.run("migrate", "--verbosity=0")
    assert migrated.returncode == 0, migrated.stderr
    return box
