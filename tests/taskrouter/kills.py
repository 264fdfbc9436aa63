"""kill -9 of the built-in TaskRouter under load, and what must hold afterwards."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from tests.machine import wait_until
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.listener import Listener

CLIENTS, PAUSE_SECONDS = 4, 0.08
"Together about fifty requests a second."


@dataclass
class Load:
    """Creates tasks as fast as told; what a kill leaves unanswered is not counted."""

    server: TaskRouter
    ws: str
    answered: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def client(self, timeout: str) -> None:
        with self.server.http() as http:
            while not self.stopping.wait(PAUSE_SECONDS):
                try:
                    made = http.post(f"{self.ws}/Tasks", data={"Timeout": timeout})
                except httpx.TransportError:
                    continue  # it was killed meanwhile
                if made.status_code == 201:
                    self.answered.append(made.json()["sid"])


def kill_under_load(server: TaskRouter, chance: random.Random, kills: int) -> None:
    listener = Listener()
    with server.http() as http:
        ws = floor(http, listener.url)
        load = Load(server, ws)
        with ThreadPoolExecutor(CLIENTS) as pool:
            for n in range(CLIENTS):
                pool.submit(load.client, "2" if n == 0 else "86400")
            for _ in range(kills):
                time.sleep(chance.uniform(0.1, 1.0))
                server.kill()
                server.start()
            load.stopping.set()
        assert_nothing_is_lost(http, ws, load, listener)
    listener.shutdown()
    listener.server_close()


def floor(http: httpx.Client, callback_url: str) -> str:
    made = http.post(
        "/Workspaces",
        data={
            "FriendlyName": "Floor",
            "Template": "FIFO",
            "EventCallbackUrl": callback_url,
            "EventsFilter": "task.created,task.canceled",
        },
    )
    return f"/Workspaces/{made.raise_for_status().json()['sid']}"


def assert_nothing_is_lost(
    http: httpx.Client, ws: str, load: Load, listener: Listener
) -> None:
    wait_until(lambda: not short_lived(http, ws), 20, "timers go on after the kills")
    created = events(http, ws, "task.created")
    subjects = [one["resource_sid"] for one in created]
    assert load.answered
    assert len(subjects) == len(set(subjects)), "a task was created twice"
    assert set(load.answered) <= set(subjects), "an answered task is not in the log"
    waiting = {one["sid"] for one in listed(http, f"{ws}/Tasks", "tasks")}
    ended = {one["resource_sid"] for one in events(http, ws, "task.canceled")}
    assert waiting | ended == set(subjects), "state and log tell different tasks"
    told = {one["sid"] for one in created}
    wait_until(lambda: told <= heard(listener), 60, "every callback is delivered")


def short_lived(http: httpx.Client, ws: str) -> list[str]:
    """Tasks that are past their time to live and still wait."""
    found = listed(http, f"{ws}/Tasks?AssignmentStatus=pending", "tasks")
    return [one["sid"] for one in found if one["timeout"] == 2]


def heard(listener: Listener) -> set[str]:
    return {form["Sid"] for form, _ in list(listener.heard)}


def events(http: httpx.Client, ws: str, type: str) -> list[dict]:
    return listed(http, f"{ws}/Events?EventType={type}&Minutes=60", "events")


def listed(http: httpx.Client, path: str, key: str) -> list[dict]:
    """Every row, page after page."""
    page = http.get(path, params=None).raise_for_status().json()
    found = page[key]
    while page["meta"]["next_page_url"]:
        page = http.get(page["meta"]["next_page_url"]).raise_for_status().json()
        found += page[key]
    return found
