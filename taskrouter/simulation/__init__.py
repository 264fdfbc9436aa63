"""The contact centre in a box: Harbour Support, with callers, agents and their day.

`plan.py` says who works there and what a day is like, `director.py` decides who does
what next, `scripts.py` what may happen besides, `asks.py` what they ask TaskRouter for.
`playing.py` asks the engine, with a fast clock: so `past.py` makes days that are over.
`live.py` asks over HTTP, like any customer of TaskRouter; `hosted.py` keeps it beside us.
"""
