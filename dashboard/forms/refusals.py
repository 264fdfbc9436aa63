"""TaskRouter's refusals beside the fields they name."""

import re

from django import forms

from statsync.commands import Command


def place(form: forms.Form, command: Command, fields: dict[str, str]) -> None:
    """`fields`: TaskRouter's parameter to the form's field; else it stands on top."""
    found = re.match(r"([A-Z][A-Za-z]+):", command.answer)
    field = fields.get(found.group(1)) if found else None
    form.add_error(field, f"TaskRouter: {command.answer}")
