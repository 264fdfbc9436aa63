"""A worker's attributes as people write them: a JSON object, with mistakes named."""

import json
from typing import Any

from django import forms

from dashboard.forms.merging import is_text, packed

LONGEST_ATTRIBUTES = 4096


class AttributesField(forms.CharField):
    """JSON text of an object; nothing is an empty one."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip() or "{}"
        parse_attributes(text)
        return text


def pretty(text: str) -> str:
    try:
        made = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
    # Half a character cannot be sent to a browser; its escape can.
    return made if is_text(made) else text


def parse_attributes(text: str) -> dict[str, Any]:
    """Raises ValidationError with the line and column of a mistake."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise forms.ValidationError(
            f"Not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except ValueError:
        raise forms.ValidationError("A number has too many digits.") from None
    except RecursionError:
        raise forms.ValidationError("Nested too deeply.") from None
    if not is_text(text) or not is_text(json.dumps(value, ensure_ascii=False)):
        raise forms.ValidationError("Half a character (\\ud800 to \\udfff) is no text.")
    if not isinstance(value, dict):
        raise forms.ValidationError('A JSON object is needed, as {"skills": ["en"]}.')
    if (length := len(packed(value))) > LONGEST_ATTRIBUTES:
        raise forms.ValidationError(
            f"{length} characters; TaskRouter keeps at most {LONGEST_ATTRIBUTES}."
        )
    return value
