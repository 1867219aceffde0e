"""Chance that is the same in every run."""

from random import Random


def chance_of(name: str) -> Random:
    """Return a stream of chance that follows from its name alone."""
    return Random(name)  # noqa: S311 - made to be repeated, never to keep a secret
