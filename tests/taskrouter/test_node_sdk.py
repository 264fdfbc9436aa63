"""Every method of Twilio's Node SDK: tests/taskrouter/node_sdk, run by Node itself."""

import json
import os
import subprocess
import sys

from tests.box import ROOT
from tests.taskrouter.floor import opened
from tests.taskrouter.values import ALONE, ALSO, COMPANY, VALUES


def test_every_method_of_the_node_sdk_answers_as_it_declares(taskrouter) -> None:
    with taskrouter.http() as http:
        floor = opened(http).make_room()
    told = {
        "url": taskrouter.url,
        "account": taskrouter.credentials,
        "sids": floor.sids,
        "values": {name: floor.filled(text) for name, text in VALUES.items()},
        "also": {name: filled(floor, form) for name, form in ALSO.items()},
        "company": {
            " ".join(key): filled(floor, form) for key, form in COMPANY.items()
        },
        "alone": [" ".join(key) for key in ALONE],
    }
    done = subprocess.run(
        [
            sys.executable,
            "config/node.py",
            "--test",
            "tests/taskrouter/node_sdk/every_method.test.js",
        ],
        env={**os.environ, "FLOOR": json.dumps(told)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout


def filled(floor, form: dict[str, str]) -> dict[str, str]:
    return {name: floor.filled(text) for name, text in form.items()}
