"""TaskRouter's REST API, /v1: one file per resource.

`call.py` is what every request goes through, `parameters.py` reads forms and queries,
`paging.py` makes pages, `shapes.py` renders resources.
"""
