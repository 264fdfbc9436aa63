"""The contact centre in a box: Harbour Support, with callers, agents and their day.

`plan.py` says who works there and what a day is like, `director.py` decides who does
what next, `past.py` plays days that are over through the engine, `live.py` acts in the
present over HTTP, like any customer of TaskRouter.
"""
