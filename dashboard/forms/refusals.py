"""What became of a command that is not done: on the form, beside the field it names."""

import re

from django import forms

from statsync.commands import Command

UNDER_WAY = "This was asked already and has no answer yet; look before asking again."


def place(form: forms.Form, command: Command, fields: dict[str, str]) -> None:
    """`fields`: TaskRouter's parameter to the form's field; else it stands on top."""
    found = re.match(r"([A-Z][A-Za-z]+):", command.answer)
    field = fields.get(found.group(1)) if found else None
    form.add_error(field, in_words(command))


def in_words(command: Command, undone: str = "") -> str:
    """A refusal is TaskRouter's word, and then it is certain that it was `undone`."""
    if command.state == "sent":
        return UNDER_WAY
    refusal = f"{undone}TaskRouter: {command.answer}"
    return refusal if command.state == "refused" else command.answer
