"""A body of an older version goes step by step to today's; a step that is missing is our bug."""

from typing import Any

import pytest

from ccbs_desk.wire import upcasters


def test_a_body_takes_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(body: dict[str, Any]) -> dict[str, Any]:
        return {"amount": body["sum"]}

    def with_method(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "method": "cash"}

    monkeypatch.setattr(upcasters, "STEPS", {("Pay", 1): renamed, ("Pay", 2): with_method})
    assert upcasters.upcast("Pay", 1, 3, {"sum": 5}) == {"amount": 5, "method": "cash"}
    assert upcasters.upcast("Pay", 2, 3, {"amount": 5}) == {"amount": 5, "method": "cash"}
    assert upcasters.upcast("Pay", 3, 3, {"amount": 5}) == {"amount": 5}
    with pytest.raises(KeyError):
        upcasters.upcast("Open", 1, 2, {})
