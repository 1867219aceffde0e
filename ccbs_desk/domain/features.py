"""What may stand together on a line: features that need others, and features that exclude one another.

The table of rules is data (the catalogue). An exclusion counts whichever of the two features names it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeatureRule:
    """What the catalogue says of one feature, by the codes of others."""

    code: str
    needs: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()


Rules = Mapping[str, FeatureRule]


def missing_for(code: str, on: Collection[str], rules: Rules) -> tuple[str, ...]:
    """Return which features have to be on before this one can be added."""
    return tuple(sorted(_rule(code, rules).needs.difference(on)))


def clashing_with(code: str, on: Collection[str], rules: Rules) -> tuple[str, ...]:
    """Return which features that are on can't stand beside this one."""
    own = _rule(code, rules).excludes
    return tuple(sorted(other for other in on if other in own or code in _rule(other, rules).excludes))


def depending_on(code: str, on: Collection[str], rules: Rules) -> tuple[str, ...]:
    """Return which features that are on would lose what they need if this one were removed."""
    return tuple(sorted(other for other in on if code in _rule(other, rules).needs))


def _rule(code: str, rules: Rules) -> FeatureRule:
    """Return the rule of a feature; one that the catalogue does not know needs nothing and excludes nothing."""
    return rules.get(code) or FeatureRule(code)
