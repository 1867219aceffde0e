"""What the directory shows of listings: rows, the read-back, and the queries that the fields make."""

from collections.abc import Mapping
from dataclasses import dataclass

from ccbs_desk.config.language import Code, Text, is_rtl, message
from ccbs_desk.directory.query import Hit, Pair, Query
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.spoken import spoken_groups
from ccbs_desk.services.directory_alarms import AlarmView
from ccbs_desk.services.taught import TaughtView, pair_of
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.values import Joined, Named

_LEAST_TOLD = ("sound", "latin", "spelling", "learned", "begun", "category", "place", "exact")
GROUPS_APART = "\u2002"


@dataclass(frozen=True, slots=True)
class Row:
    """A listing in the table. `similar` is one that came a moment later, below those that were there."""

    id: str
    name: str
    spans: tuple[tuple[int, int], ...]
    number: str
    place: object
    why: Text
    similar: bool = False
    category: str = ""
    spoken_name: object = ""
    teaches: Pair | None = None

    @property
    def called(self) -> object:
        """What it is called, in the language of the moment where it has a name in both."""
        return self.spoken_name or self.name


def row_of(hit: Hit, asked: str = "", *, similar: bool = False, why: Text | None = None) -> Row:
    """Return a listing as a row; it says of its words the one that was met least well."""
    met = next((one for one in _LEAST_TOLD if one in hit.why), "exact")
    place = Joined(tuple(part for part in (hit.governorate, *_apart(hit)) if part), "، ")
    told = why or (text.SIMILAR if similar else text.WHYS.get(met, text.WHYS["exact"]))
    teaches = pair_of(asked, hit)
    return Row(hit.id, hit.name, hit.spans, hit.number, place, told, similar, hit.category, teaches=teaches)


def _apart(hit: Hit) -> tuple[str, ...]:
    """Return town, area and street, each once."""
    told = dict.fromkeys((hit.town, hit.area, hit.street))
    told.pop(hit.governorate, None)
    return tuple(told)


def prepared_rows(told: tuple[str, ...]) -> tuple[Row, ...]:
    """Return the prepared answers, given as number, Arabic and English name."""
    rows = []
    for one in told:
        number, arabic, english = one.split("|")
        named = Named(Bilingual(arabic, english))
        shown = arabic if is_rtl() else english
        rows.append(Row(f"prepared:{number}", shown, (), number, "", text.PREPARED_WHY, spoken_name=named))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Groups:
    """A number as it is read out, in groups."""

    number: str

    def __str__(self) -> str:
        return str(Code(GROUPS_APART.join(spoken_groups(self.number))))


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written: the area code apart."""

    number: str

    def __str__(self) -> str:
        area, *local = spoken_groups(self.number) or ("",)
        return str(Code(" ".join(filter(None, (area, "".join(local))))))


def query_of(box: str, slots: Mapping[str, str], *, keystroke: bool, near: str, limit: int) -> Query:
    """Return the query of box and fields: the parts of the name join the words, the places filter."""
    own = (slots.get("name", ""), slots.get("father", ""), slots.get("family", ""))
    words = " ".join(part for part in (*own, box) if part)
    places = {name: slots.get(name, "") for name in ("governorate", "town", "area", "street")}
    if not words:
        words = " ".join(filter(None, places.values()))
    return Query(words, **places, keystroke=keystroke, near=near, limit=limit)


def time_told(seconds: int, target: int) -> Text:
    """Say how long the look-up takes, against what it should."""
    return message("{seconds} of {target} s", seconds=seconds, target=target)


def reasons_of(alarm: AlarmView) -> object:
    """Return the reasons that were given, in one line."""
    return Joined(alarm.reasons, " · ")


def who_of(alarm: AlarmView) -> object:
    """Return whom an alarm is about."""
    return Named(alarm.who)


def people_of(pair: TaughtView) -> object:
    """Return who taught a pair, the last one first."""
    return Joined(tuple(Named(who) for who in pair.people), " · ")
