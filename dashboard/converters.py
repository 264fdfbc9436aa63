"""What an address may hold where it names a thing at TaskRouter: a sid of its kind.

Anything else is no page. A `..` in a sid's place would climb out of its collection.
"""

from django.urls.converters import StringConverter


class WorkerSid(StringConverter):
    regex = "WK[0-9a-fA-F]{32}"


class ActivitySid(StringConverter):
    regex = "WA[0-9a-fA-F]{32}"
