"""The API's published description, as something that answers can be held against.

It lies beside the project, not in it: in `../shared/reference/` or `../shared/`.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
from jsonschema import Draft7Validator, FormatChecker

from tests.box import ROOT

PLACES = [
    folder / "twilio_taskrouter_v1.json"
    for folder in (ROOT.parent / "shared" / "reference", ROOT.parent / "shared")
]
FILE = next((place for place in PLACES if place.exists()), PLACES[0])
WHY_NOT = f"the API's description is not at {FILE.relative_to(ROOT.parent)}"
FORMATS = FormatChecker(formats=())
METHODS = ("get", "post", "delete")


@FORMATS.checks("date-time")
def is_moment(value: object) -> bool:
    """Without fractions: clients read no others."""
    wanted = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    return not isinstance(value, str) or bool(re.fullmatch(wanted, value))


@FORMATS.checks("uri")
def is_address(value: object) -> bool:
    return not isinstance(value, str) or value.startswith(("http://", "https://"))


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    "Below /v1, with {Name}s."
    parameters: tuple[str, ...]
    "Of the query, or of the form."
    required: frozenset[str]
    headers: tuple[str, ...]
    "Other than those of an answer."
    answers: dict[str, Any]

    def judge(self, answer: httpx.Response) -> list[str]:
        """What is wrong with an answer that should be a success."""
        wanted = self.answers.get(str(answer.status_code))
        if wanted is None:
            return [f"{answer.status_code}: {answer.text[:200]}"]
        wrong = [
            f"no {name}" for name in wanted["headers"] if name not in answer.headers
        ]
        content = wanted.get("content", {}).get("application/json")
        if content is None:
            return wrong + ([f"a body: {answer.text}"] if answer.content else [])
        validator = Draft7Validator(content["schema"], format_checker=FORMATS)
        errors = validator.iter_errors(answer.json())
        return wrong + [f"{error.json_path}: {error.message}" for error in errors]


def load() -> dict[str, Operation]:
    """Nothing where the description is not there."""
    return operations(json.loads(FILE.read_text())) if FILE.exists() else {}


def operations(document: dict[str, Any]) -> dict[str, Operation]:
    schemas = document["components"]["schemas"]
    return {
        one["operationId"]: operation(path, method, one, schemas)
        for path, item in document["paths"].items()
        for method, one in item.items()
        if method in METHODS
    }


def operation(
    path: str, method: str, one: dict[str, Any], schemas: dict[str, Any]
) -> Operation:
    forms = one.get("requestBody", {}).get("content", {})
    form = forms.get("application/x-www-form-urlencoded", {}).get("schema", {})
    given = one.get("parameters", [])
    asked = [each["name"] for each in given if each["in"] == "query"]
    return Operation(
        name=one["operationId"],
        method=method,
        path=path.removeprefix("/v1"),
        parameters=(*asked, *form.get("properties", {})),
        required=frozenset(form.get("required", [])),
        headers=tuple(each["name"] for each in given if each["in"] == "header"),
        answers=resolved(one["responses"], schemas),
    )


def resolved(node: Any, schemas: dict[str, Any]) -> Any:
    """References followed, `nullable` said as JSON Schema does, every name demanded."""
    if isinstance(node, list):
        return [resolved(each, schemas) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return resolved(schemas[node["$ref"].rpartition("/")[2]], schemas)
    here = {name: resolved(value, schemas) for name, value in node.items()}
    if here.pop("nullable", False) is True:
        return {"anyOf": [{"type": "null"}, here]}
    if here.get("type") == "object" and isinstance(here.get("properties"), dict):
        here["required"] = list(here["properties"])
    return here
