"""How the interface looked last: language and colours, kept beside the store, for the paint before anybody signs in.

It is no secret and no work: a file that is damaged or can't be written is as good as none.
"""

import contextlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from ccbs_desk.config.language import LANGUAGES, Language

SCHEMES = ("light", "dark", "contrast")
FILE = "look.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptLook:
    """The language of the interface and its colour scheme."""

    language: Language = "ar"
    scheme: str = SCHEMES[0]


def kept_look(profile: Path) -> KeptLook:
    """Return how it looked last; what can't be read is as it is at first."""
    first = KeptLook()
    told: object = None
    with contextlib.suppress(OSError, ValueError):
        told = json.loads((profile / FILE).read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        return first
    language, scheme = told.get("language"), told.get("scheme")
    return KeptLook(
        language=next((known for known in LANGUAGES if known == language), first.language),
        scheme=next((known for known in SCHEMES if known == scheme), first.scheme),
    )


def keep_look(profile: Path, look: KeptLook) -> None:
    """Keep how it looks now, in one step. A disk that takes nothing costs the choice, no more."""
    part = profile / f"{FILE}.part"
    try:
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(look)), encoding="utf-8")
        part.replace(profile / FILE)
    except OSError as error:
        _log.warning("language and colours could not be kept: %s", error)
