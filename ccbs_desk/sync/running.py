"""What runs beside the screens from a sign-in to its end: sync, accounts that visit, the directory that comes."""

from dataclasses import dataclass

from ccbs_desk.sync.country import CountryDirectory
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.visits import Visits


@dataclass(frozen=True, slots=True)
class Running:
    """All of it. Nobody fetches a directory for who may not look into it."""

    engine: Engine
    visits: Visits
    country: CountryDirectory | None

    def start(self) -> None:
        """Begin."""
        self.engine.start()
        self.visits.start()
        if self.country is not None:
            self.country.start()

    async def stop(self) -> None:
        """End; sync last, since the others need what it keeps."""
        if self.country is not None:
            await self.country.stop()
        await self.visits.stop()
        await self.engine.stop()
