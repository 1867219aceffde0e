"""Why the local database can't be used as it lies on its disk: reasons as in `errors`."""

from dataclasses import dataclass
from typing import ClassVar

from ccbs_desk.domain.errors import Reason


@dataclass(frozen=True, slots=True)
class StoreReadOnly(Reason):
    """Nothing can be written where the local database lies; what is there can be read."""

    code: ClassVar[str] = "store.read_only"


@dataclass(frozen=True, slots=True)
class StoreNewer(Reason):
    """A newer release of the program has brought the local database to a form that this one does not know."""

    code: ClassVar[str] = "store.newer"


@dataclass(frozen=True, slots=True)
class UpgradeFailed(Reason):
    """The local database could not be brought to this release's form; it is as it was before."""

    code: ClassVar[str] = "store.upgrade_failed"


@dataclass(frozen=True, slots=True)
class StorePartLost(Reason):
    """Not all of a damaged database could be read: `saved` acts were, and this desk can't go on as the same one."""

    code: ClassVar[str] = "store.part_lost"
    saved: int


@dataclass(frozen=True, slots=True)
class DataTooOld(Reason):
    """The centre has said nothing for more than `days` days, so that nobody is to look at what is here."""

    code: ClassVar[str] = "data.too_old"
    days: int
