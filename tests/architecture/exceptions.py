"""The visible exceptions to the gates: each a place and its reason. These lists only ever get shorter.

A place is a file (`ccbs_desk/sync/engine.py`) or a function or class in it (`ccbs_desk/sync/engine.py::Engine.pull`).
A line that is no longer needed fails as well.
"""

from collections.abc import Iterable, Mapping

# A migration is one statement after the other and is never read but once: its functions may be of any length.
RECORDS = ("ccbs_desk/models/migrations/",)

# Longer than a file, a function or a class may be.
SIZES: dict[str, str] = {}

# A module, class or function without a docstring.
DOCSTRINGS: dict[str, str] = {}

# Imports inside functions, outside the composition root and the entry points.
LOCAL_IMPORTS: dict[str, str] = {}

# A broad `except` where something must survive poison; each logs, parks and counts.
BROAD_EXCEPT: dict[str, str] = {
    "ccbs_desk/config/secrets.py": "a secret store raises whatever its libraries do; it is logged and left alone",
    "ccbs_desk/models/store.py": "the store thread outlives any act; the asker gets the error",
    "ccbs_desk/models/upgrade.py": "whatever a step of an upgrade raises, the copy of before takes the place",
    "ccbs_desk/sync/agreement.py": "a comparison that fails is tried again, and the loop goes on",
    "ccbs_desk/sync/engine.py": "the loop of sync outlives our own bugs and those of its listeners",
    "ccbs_desk/sync/pull.py": "a page that can't be written is held, and the loop goes on",
    "ccbs_desk/sync/push.py": "an answer that can't be applied parks its act, and the others are applied",
    "ccbs_desk/sync/rebase.py": "one act that can't be run again must not keep the server's rows out",
    "ccbs_desk/telephony/ami/client.py": "an event that can't be worked off is counted, and the link goes on",
    "ccbs_desk/ui/walker/journey.py": "whatever ends a walk is told to its reader, with a picture",
    "server_stub/acts.py": "an act that makes the server fail is parked, and the rest goes on",
    "server_stub/applier.py": "a batch that fails as a whole is run one by one; the thread outlives any act",
    "server_stub/gateway/gateway.py": "the reader of the exchange outlives an event; it is logged and counted",
    "server_stub/gateway/records.py": "a call that can't be written must not take the others with it",
    "server_stub/provisioning/job.py": "the job outlives a failure; its orders are looked at again in the next round",
    "server_stub/snapshots.py": "the builder outlives a failure; the desk asks again",
}

# A clock or chance in the domain or the services, whose replays must end the same.
CLOCK_AND_CHANCE: dict[str, str] = {
    "ccbs_desk/services/session.py": "mints the id of a command when its form opens; handlers are given it",
}

# Writing to a table in the services otherwise than through Work.
DIRECT_WRITES: dict[str, str] = {
    "ccbs_desk/services/desk_bus.py": "the desk's own outbox, drafts and journal, which surround a handler",
    "ccbs_desk/services/drafts.py": "what is being typed is no act",
    "ccbs_desk/services/outbox.py": "what a person decides about an act that the server did not take is no act",
}

# Files that the tests do not run as far as their place asks: per cent that they do run, rounded down. What else they do
# runs in processes of their own, which are not counted: desk, walker and demo in tests/stories/test_journey.py.
COVERAGE: dict[str, int] = {
    "ccbs_desk/__main__.py": 0,
    "ccbs_desk/desktop.py": 0,
    "ccbs_desk/models/migrations/__main__.py": 0,
    "ccbs_desk/program.py": 75,
    "ccbs_desk/ui/walker/calls.py": 0,
    "ccbs_desk/ui/walker/hands.py": 79,
    "ccbs_desk/ui/walker/journey.py": 0,
    "ccbs_desk/ui/walker/pulse.py": 44,
    "ccbs_desk/ui/walker/start.py": 0,
    "ccbs_desk/ui/walker/tour.py": 0,
    "ccbs_desk/ui/walker/visit.py": 30,
    "server_stub/demo/__main__.py": 26,
    "server_stub/demo/journey.py": 17,
    "server_stub/demo/screen.py": 38,
    "server_stub/demo/tour.py": 36,
    "server_stub/demo/world.py": 35,
}


def judge(found: Mapping[str, str] | Iterable[str], excepted: Mapping[str, str]) -> None:
    """Fail for each place found that is no exception, and for each exception that nothing needs any more."""
    told = found if isinstance(found, Mapping) else dict.fromkeys(found, "")
    unexpected = [f"{place}  {said}".rstrip() for place, said in sorted(told.items()) if place not in excepted]
    needless = [f"{place}  is no exception any more: take its line out" for place in excepted if place not in told]
    assert not unexpected + needless, "\n" + "\n".join(unexpected + needless)
