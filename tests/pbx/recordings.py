"""The recorded scenes, read: what a real exchange said on its manager interface, and what was asked of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ccbs_desk.domain.phone_errors import PbxUnreachable
from ccbs_desk.telephony.ami.fold import Fold
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.plan import Plan
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.model import Listener

TRACES = Path(__file__).parent / "traces"
SCENES = tuple(sorted(path.stem for path in TRACES.glob("*.session")))
FROM_PBX, FROM_CLIENT = "<", ">"
BANNER = b"Asterisk Call Manager/"


@dataclass(frozen=True, slots=True)
class Turn:
    """One frame of a recording: which way it went, its bytes without the empty line, and the frame."""

    way: str
    raw: bytes
    frame: Frame


def turns(scene: str) -> Iterator[Turn]:
    """Return the frames of a scene in their order."""
    lines: list[bytes] = []
    for line in (TRACES / f"{scene}.session").read_bytes().splitlines(keepends=True):
        way, text = line[:1].decode(), line[2:]
        if text.startswith(BANNER):
            continue
        if text != b"\r\n":
            lines.append(text)
            continue
        raw = b"".join(lines).removesuffix(b"\r\n")
        lines.clear()
        yield Turn(way, raw, Frame(raw))


class Replay:
    """Folds a recorded scene into a book, as the real interface would: a log-in begins with what the lists show.

    Time is the recording's own: what bears no time stamp happened at the last one.
    """

    def __init__(self, listener: Listener, pbx: str = "rec") -> None:
        self.now = datetime(2026, 11, 23, tzinfo=UTC)
        self.book = CallBook(pbx, listener)
        self.fold = Fold(self.book, Plan(), lambda: self.now)
        self._asked: dict[str, str] = {}
        self._lists: dict[str, list[Frame]] = {}
        self._log_ins = 0
        self.deaf_until_second_log_in = False
        """Whether the gateway starts only with the scene's second log-in."""

    def run(self, scene: str, meanwhile: Callable[[Frame], None] = lambda frame: None) -> None:
        """Play a scene to its end; `meanwhile` sees each event after it was folded."""
        for turn in turns(scene):
            if turn.way == FROM_CLIENT:
                self._ask(turn.frame)
            elif turn.frame.get("ActionID") in self._asked and turn.frame.event != "OriginateResponse":
                self._answer(turn.frame)
            else:
                self.now = self.fold.at(turn.frame)
                if self.deaf_until_second_log_in and self._log_ins < 2:
                    continue
                self.fold.take(turn.frame)
                meanwhile(turn.frame)

    def _ask(self, frame: Frame) -> None:
        name = frame.get("Action")
        self._asked[frame.get("ActionID")] = name
        if name == "Login":
            self._log_ins += 1
            if self._log_ins > 1 and not self.deaf_until_second_log_in:
                self.book.lost(self.now, PbxUnreachable())
            self._lists.clear()

    def _answer(self, frame: Frame) -> None:
        name = self._asked[frame.get("ActionID")]
        if frame.event:
            self._lists.setdefault(name, []).append(frame)
        if frame.event == "CoreShowChannelsComplete" and self._log_ins > 1:
            self.fold.found(self._lists["QueueStatus"], self._lists["CoreShowChannels"][:-1])
