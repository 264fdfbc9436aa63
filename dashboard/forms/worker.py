"""The worker form: name, activity, attributes, and capacity per channel."""

import json
from typing import Any

from django import forms

from statsync.queries.resources import Activity, Channel, Worker

LONGEST_NAME, LONGEST_ATTRIBUTES = 64, 4096
MOST_CAPACITY = 1000
PARAMETERS = {
    "FriendlyName": "name",
    "ActivitySid": "activity_sid",
    "Attributes": "attributes",
}
"TaskRouter's parameters to our fields."


class WorkerForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    activity_sid = forms.ChoiceField(label="Activity")
    attributes = forms.CharField(
        label="Attributes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=f"A JSON object of at most {LONGEST_ATTRIBUTES} characters.",
    )
    attributes_before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        activities: list[Activity],
        channels: list[Channel],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        choices = self.fields["activity_sid"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(one.sid, words(one)) for one in activities]
        self.channels = channels
        for channel in channels:
            self.fields[f"capacity_{channel.name}"] = forms.IntegerField(
                label=f"{channel.name} capacity",
                min_value=0,
                max_value=MOST_CAPACITY,
                initial=channel.capacity,
            )
            self.fields[f"on_{channel.name}"] = forms.BooleanField(
                label=f"{channel.name} on", required=False, initial=channel.available
            )

    def channel_rows(self) -> list[tuple[str, Any, Any]]:
        """(channel, its capacity field, its switch) for the template."""
        return [
            (one.name, self[f"capacity_{one.name}"], self[f"on_{one.name}"])
            for one in self.channels
        ]

    def clean_attributes(self) -> str:
        text = self.cleaned_data["attributes"].strip() or "{}"
        parse_attributes(text)
        return str(text)

    def changed_channels(self) -> dict[str, dict[str, Any]]:
        """Channel to TaskRouter's parameters, only where something differs."""
        changes: dict[str, dict[str, Any]] = {}
        for one in self.channels:
            capacity = self.cleaned_data[f"capacity_{one.name}"]
            on = self.cleaned_data[f"on_{one.name}"]
            own: dict[str, Any] = {}
            if capacity != one.capacity:
                own["Capacity"] = capacity
            if on != one.available:
                own["Available"] = "true" if on else "false"
            if own:
                changes[one.name] = own
        return changes


def words(activity: Activity) -> str:
    return activity.name if activity.available else f"{activity.name} (takes no tasks)"


def initial_of(worker: Worker) -> dict[str, Any]:
    return {
        "name": worker.name,
        "activity_sid": worker.activity_sid,
        "attributes": pretty(worker.attributes),
        "attributes_before": worker.attributes,
    }


def pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def parse_attributes(text: str) -> dict[str, Any]:
    """Raises ValidationError with the line and column of a mistake."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise forms.ValidationError(
            f"Not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise forms.ValidationError("Nested too deeply.") from None
    if not isinstance(value, dict):
        raise forms.ValidationError('A JSON object is needed, as {"skills": ["en"]}.')
    minified = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if len(minified) > LONGEST_ATTRIBUTES:
        raise forms.ValidationError(
            f"{len(minified)} characters; TaskRouter keeps at most {LONGEST_ATTRIBUTES}."
        )
    return value


class Clash(Exception):
    """The same key was changed here and elsewhere meanwhile."""


def merged(before: str, wanted: str, present: str) -> str:
    """Our changes of single keys on top of what TaskRouter has now. Raises Clash."""
    old, new, now = (json.loads(text or "{}") for text in (before, wanted, present))
    ours = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    for key in sorted(ours):
        if now.get(key) != old.get(key) and now.get(key) != new.get(key):
            raise Clash(
                f"{key}: changed meanwhile to {json.dumps(now.get(key))}; you wanted"
                f" {json.dumps(new.get(key))}. Reload, or set it again."
            )
    result = {key: value for key, value in now.items() if key not in ours}
    result |= {key: new[key] for key in new if key in ours}
    return json.dumps(result, separators=(",", ":"), ensure_ascii=False)
