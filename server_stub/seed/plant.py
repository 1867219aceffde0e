"""The cable plant of an area: cabinets, distribution points and pairs, of which some are spare and some faulty."""

from dataclasses import dataclass
from random import Random

from server_stub.seed.ids import id_stream
from server_stub.seed.plan import RANGE_USED, RANGES_PER_EXCHANGE, AreaPlan
from server_stub.seed.shape import Batch

PAIRS = 10
"""Pairs of a distribution point; seven or eight of them are in use."""
_POINTS_IN_CABINET = 40
_NUMBER_STEP, _NUMBER_START = 6_187, 4_567
"""Numbers are given out across the range, not one after the other; the step shares no factor with its size."""
_RANGE_SIZE = 10_000


@dataclass(slots=True)
class _Exchange:
    """How far an exchange's plant is filled."""

    id: bytes
    lines: int = 0
    cabinets: int = 0


class Plant:
    """Gives out numbers and pairs, and writes the plant as it goes."""

    def __init__(self, area: AreaPlan, rng: Random) -> None:
        self._area = area
        self._bits = rng.getrandbits
        self._cabinet_ids = id_stream("cabinet", area.number)
        self._point_ids = id_stream("distribution_point", area.number)
        self._pair_ids = id_stream("pair", area.number)
        self._exchange = _Exchange(area.ranges[0].exchange_id)
        self._cabinet_id = b""
        self._points = 0
        self._free: list[bytes] = []
        self._numbers = 0

    def number(self) -> str:
        """Return the next number of the area, each once."""
        n = self._numbers
        self._numbers = n + 1
        within = (_NUMBER_START + _NUMBER_STEP * (n % RANGE_USED)) % _RANGE_SIZE
        return f"{self._area.ranges[n // RANGE_USED].stem}{within:04}"

    def exchange(self) -> bytes:
        """Return the exchange whose numbers are given out now."""
        n = min(self._numbers // RANGE_USED, len(self._area.ranges) - 1)
        return self._area.ranges[n - n % RANGES_PER_EXCHANGE].exchange_id

    def pair(self, batch: Batch) -> bytes:
        """Return a pair for a line of the exchange."""
        exchange_id = self.exchange()
        if exchange_id != self._exchange.id:
            self._exchange = _Exchange(exchange_id)
            self._free, self._points = [], 0
        if not self._free:
            self._new_point(batch)
        return self._free.pop()

    def reserve(self, batch: Batch) -> None:
        """Add a distribution point that nobody uses yet: an area without lines has plant, too."""
        self._new_point(batch)

    def _new_point(self, batch: Batch) -> None:
        number, exchange = self._area.number, self._exchange
        if self._points % _POINTS_IN_CABINET == 0:
            self._cabinet_id = next(self._cabinet_ids)
            exchange.cabinets += 1
            batch.of("cabinet").append((self._cabinet_id, number, exchange.id, f"{exchange.cabinets:02}"))
        self._points += 1
        point_id = next(self._point_ids)
        code = f"{exchange.cabinets:02}-{(self._points - 1) % _POINTS_IN_CABINET + 1:02}"
        batch.of("distribution_point").append((point_id, number, self._cabinet_id, code))
        chance = self._bits(8)
        used = PAIRS - 3 + (chance & 1)
        faulty = PAIRS if chance & 0b1110 else PAIRS - 1
        pairs = batch.of("pair")
        for n in range(PAIRS):
            state = "used" if n < used else "faulty" if n >= faulty else "free"
            pair_id = next(self._pair_ids)
            pairs.append((pair_id, number, point_id, n + 1, state))
            if n < used:
                self._free.append(pair_id)
