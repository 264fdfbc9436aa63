"""The worker forms: name, activity, attributes; of one that exists also capacities."""

from typing import Any

from django import forms

from dashboard.forms import merging
from dashboard.forms.attributes import LONGEST_ATTRIBUTES, AttributesField, pretty
from statsync.queries.resources import Activity, Channel, Worker

LONGEST_NAME = 64
MOST_CAPACITY = 1000
PARAMETERS = {
    "FriendlyName": "name",
    "ActivitySid": "activity_sid",
    "Attributes": "attributes",
}
"TaskRouter's parameters to our fields."


class WorkerForm(forms.Form):
    """A worker to be created."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    activity_sid = forms.ChoiceField(label="Activity")
    attributes = AttributesField(
        label="Attributes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=f"A JSON object of at most {LONGEST_ATTRIBUTES} characters.",
    )

    def __init__(self, *args: Any, activities: list[Activity], **options: Any) -> None:
        super().__init__(*args, **options)
        self.activities = {one.sid: words(one) for one in activities}
        choices = self.fields["activity_sid"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = list(self.activities.items())


CHOSEN = "choose:"
"Prefix of the choice between mine and theirs, before the place."
OPENED = "_before"
"Suffix of the hidden field that carries what a field showed when the page was opened."
INCOMPLETE = "This page is incomplete. Reload it and make the change again."


class WorkerChangeForm(WorkerForm):
    """A worker that exists. What each field showed when the page was opened is carried
    beside it, for the worker may have been changed by others since."""

    def __init__(self, *args: Any, known: Worker, **options: Any) -> None:
        shown = fields_of(known)
        opened = {f"{name}{OPENED}": value for name, value in shown.items()}
        super().__init__(*args, initial=shown | opened, **options)
        self.channels = known.channels
        self.clashes: list[dict[str, str]] = []
        for channel in known.channels:
            self.fields |= channel_fields(channel)
        for name in shown:
            self.fields[f"{name}{OPENED}"] = hidden(self.fields[name])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in [one for one in self.fields if one.endswith(OPENED)]:
            if name not in self.data or name in self.errors:
                self.errors.pop(name, None)
                raise forms.ValidationError(INCOMPLETE)
        return data

    def opened_fields(self) -> Any:
        return [self[name] for name in self.fields if name.endswith(OPENED)]

    def channel_rows(self) -> list[tuple[str, Any, Any]]:
        """(channel, its capacity field, its switch) for the template."""
        return [
            (one.name, self[f"capacity_{one.name}"], self[f"on_{one.name}"])
            for one in self.channels
        ]

    def merge(self, now: Worker) -> merging.Merge:
        """What was changed here on top of what TaskRouter has now."""
        data = self.cleaned_data
        names = [one for one in self.fields if not one.endswith(OPENED)]
        theirs = {
            name.removeprefix(CHOSEN)
            for name, choice in self.data.items()
            if name.startswith(CHOSEN) and choice == "theirs"
        }
        return merging.merge(
            merging.flat({one: data[f"{one}{OPENED}"] for one in names}),
            merging.flat({one: data[one] for one in names}),
            merging.flat(fields_of(now)),
            theirs,
        )

    def ask_which(self, merge: merging.Merge, now: Worker) -> None:
        """Shows the page as if opened now and edited as before, and both values of
        every clash."""
        shown, data = fields_of(now), self.data.dict()  # type: ignore[attr-defined]
        for name in shown:
            data[f"{name}{OPENED}"] = shown[name]
            data[name] = merge.wanted.get(name, shown[name])
        data["attributes"] = pretty(merging.attributes_of(merge.wanted))
        self.data = data
        self.clashes = [self.in_words(one, now) for one in merge.clashes]
        self.add_error(
            None, "Somebody changed the same meanwhile. Choose, then save again."
        )

    def in_words(self, clash: merging.Clash, now: Worker) -> dict[str, str]:
        names = {now.activity_sid: now.activity_name} | self.activities
        field = self.fields.get(clash.place)

        def said(value: Any) -> str:
            if isinstance(value, bool):
                return "on" if value else "off"
            named = names.get(value, value) if clash.place == "activity_sid" else value
            return "nothing" if named is None else str(named)

        return {
            "name": f"{CHOSEN}{clash.place}",
            "label": str(field.label) if field else key_label(clash.place),
            "mine": said(clash.mine),
            "theirs": said(clash.theirs),
        }


def key_label(place: str) -> str:
    return f"Attributes, {place.removeprefix(merging.WITHIN)}"


def channel_fields(channel: Channel) -> dict[str, forms.Field]:
    return {
        f"capacity_{channel.name}": forms.IntegerField(
            label=f"{channel.name} capacity", min_value=0, max_value=MOST_CAPACITY
        ),
        f"on_{channel.name}": forms.BooleanField(
            label=f"{channel.name} on", required=False
        ),
    }


def hidden(shown: forms.Field) -> forms.Field:
    """A field of the same kind of value, that nobody sees and nobody judges."""
    kinds = (forms.IntegerField, forms.BooleanField, AttributesField)
    kind = next((one for one in kinds if isinstance(shown, one)), forms.CharField)
    return kind(required=False, widget=forms.HiddenInput)


def words(activity: Activity) -> str:
    return activity.name if activity.available else f"{activity.name} (takes no tasks)"


def fields_of(worker: Worker) -> dict[str, Any]:
    """What the form shows of a worker."""
    capacities = {f"capacity_{one.name}": one.capacity for one in worker.channels}
    switches = {f"on_{one.name}": one.available for one in worker.channels}
    return {
        "name": worker.name,
        "activity_sid": worker.activity_sid,
        "attributes": pretty(worker.attributes),
        **capacities,
        **switches,
    }
