"""What a report is asked for: queue, range, size of the rows."""

from datetime import date
from typing import Any

from django import forms

FIRST_DAY = date(2010, 1, 1)
"Before TaskRouter there was nothing to count."
LONGEST_DAYS = 31
STEPS = (("15", "15 minutes"), ("day", "days"))
ALL_TASKS = ("", "All queues, tasks")


class HistoryForm(forms.Form):
    queue = forms.ChoiceField(label="Queue", required=False)
    first = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    step = forms.ChoiceField(label="Rows of", choices=STEPS)

    def __init__(
        self, asked: Any, queues: list[tuple[str, str]], today: date, own: str
    ) -> None:
        """What is not asked for: today, by quarters, of the queue `own`."""
        given = {"queue": own, "first": today, "last": today, "step": "15"}
        given |= {name: asked[name] for name in given if name in asked}
        if "first" in asked and "last" not in asked:
            given["last"] = asked["first"]
        super().__init__(given, label_suffix="")
        self.today = today
        choices = self.fields["queue"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [ALL_TASKS, *queues]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        for name, day in (("first", first), ("last", last)):
            if day and not FIRST_DAY <= day <= self.today:
                self.add_error(name, f"Choose a day from {FIRST_DAY} to {self.today}.")
                return data
        if first and last and last < first:
            self.add_error("last", f"To lies before From: choose {first} or later.")
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last", f"At most {LONGEST_DAYS} days at once.")
        return data
