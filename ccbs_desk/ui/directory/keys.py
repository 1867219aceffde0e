"""The keys of the directory, shown beside what they do."""

from ccbs_desk.ui.kit.shortcuts import Keys

COPY = Keys("B", ctrl=True)
SMS = Keys("M", ctrl=True)
ATTACH = Keys("L", ctrl=True)
NOT_FOUND = Keys("U", ctrl=True)
PREPARED = Keys("E", ctrl=True)
ALARMS = Keys("J", ctrl=True)
PAIRS = Keys("Y", ctrl=True)
JUDGE = Keys("F9")
