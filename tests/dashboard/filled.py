"""What a page says, and its form as a browser would send it."""

import html
from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Fields(HTMLParser):
    """The values of the first form that has this id."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.within = form, False
        self.values: dict[str, str] = {}
        self.area = self.choice = ""

    def handle_starttag(self, tag: str, pairs: Any) -> None:
        given = {key: value or "" for key, value in pairs}
        if tag == "form":
            self.within = given.get("id") == self.form
        if not self.within:
            return
        name = given.get("name", "")
        if tag == "select":
            self.choice = name
        elif tag == "option" and (
            "selected" in given or self.choice not in self.values
        ):
            self.values[self.choice] = given["value"]
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""
        elif tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.values[name] = given.get("value", "on")
        elif tag == "input":
            self.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.within and self.area:
            self.values[self.area] += data.removeprefix("\n")


def read(markup: str, form: str = "worker") -> dict[str, str]:
    fields = Fields(form)
    fields.feed(markup)
    return fields.values


def opened(client: Client, address: str, form: str = "worker") -> dict[str, str]:
    """What the page at this address would send as it is."""
    return read(client.get(address).content.decode(), form)


def said(answer: Any) -> str:
    """The page, its entities read."""
    return html.unescape(answer.content.decode())
