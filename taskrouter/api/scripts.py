"""/signalbox/v1/Scripts: ours; lists the scripts, and plays one in the centre in a box."""

from taskrouter import serving
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.parameters import text
from taskrouter.api.shapes import iso
from taskrouter.engine.refusal import Refused
from taskrouter.simulation import scripts

PLAY = {"Script": text}


async def list_all(call: Call) -> Answer:
    found = scripts.SCRIPTS.items()
    return Answer(
        {"scripts": [{"name": name, "does": one.sentence} for name, one in found]}
    )


async def play(call: Call) -> Answer:
    name = call.parameters(PLAY).get("script", "")
    centre = serving.current().centre
    if centre is None:
        raise Refused(
            "Script: no contact centre lives here; start `manage.py taskrouter"
            " --simulate`, or `make run`."
        )
    try:
        begins = centre.play(name)
    except scripts.CannotPlay as why:
        raise Refused(f"Script: {why}") from None
    does = scripts.SCRIPTS[name].sentence
    return Answer({"name": name, "does": does, "begins": iso(begins)}, 201)


view = endpoint(GET=list_all, POST=play)
