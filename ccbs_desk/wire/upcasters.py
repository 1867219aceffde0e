"""Bring the body of a command of an older version to today's. Every version of the last twelve months has its step."""

from collections.abc import Callable
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _price_unseen(body: dict[str, Any]) -> dict[str, Any]:
    """Version 2 names the price that was shown; a desk of before may have shown none."""
    return {"shown": None, **body}


def _no_card(body: dict[str, Any]) -> dict[str, Any]:
    """Version 2 names the slip of a card; a desk of before took cash alone."""
    return {"card": None, **body}


# (kind, version): the step from that version to the next one.
STEPS: dict[tuple[str, int], Step] = {
    ("AddFeature", 1): _price_unseen,
    ("RemoveFeature", 1): _price_unseen,
    ("TakePayment", 1): _no_card,
}


def upcast(kind: str, version: int, wanted: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body in version `wanted`. A missing step is our bug (KeyError): versions are never dropped early."""
    for step in range(version, wanted):
        body = STEPS[kind, step](body)
    return body
