"""The pop: who calls, as soon as it rings. A tab for each call, a strip for the one not yet looked at, a chooser."""
