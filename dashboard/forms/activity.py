"""The activity forms. Whether an activity takes tasks is decided once, when it is made."""

from django import forms

PARAMETERS = {"FriendlyName": "name", "Available": "available"}


class ActivityForm(forms.Form):
    name = forms.CharField(label="Name", max_length=64)
    available = forms.BooleanField(
        label="Takes tasks",
        required=False,
        help_text="Cannot be changed later.",
    )


class RenameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=64)
