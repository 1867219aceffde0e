"""What one process needs once: a small country with enrolled desks, as databases in memory that are copied a seed."""

import shutil
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random

from sqlalchemy import delete, update

from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import DeviceStaff
from ccbs_desk.models.database import migrate, open_database
from ccbs_desk.models.reference import Device
from ccbs_desk.sync import snapshots
from server_stub.digests import keep
from server_stub.seed import demo, seed
from server_stub.snapshots import Snapshots
from tests.factories.desk import People
from tests.sync.virtual.desk import VirtualDesk, key_of
from tests.sync.virtual.line import Line
from tests.sync.virtual.loop import BEGINNING, VirtualClock, VirtualLoop
from tests.sync.virtual.memory import Disk, Memory, MemoryStore
from tests.sync.virtual.server import VirtualServer
from tests.sync.world import DESKS, Central, device_of, enrol, people_of, till_of

SUBSCRIBERS, CYCLES = 40, 2


@dataclass(frozen=True, slots=True)
class Kit:
    """The templates, and the databases that a seed plays on. One seed at a time."""

    folder: Path
    server_template: Memory
    desk_template: Memory
    server: Memory
    backup: Memory
    desks: tuple[Disk, ...]
    people: People

    def new_server(self, loop: VirtualLoop, chance: Random) -> VirtualServer:
        """Return the server as on the first day."""
        self.server.fill(self.server_template)
        served = self.folder / "served"
        # Files of another seed's feed may have the same position in their names.
        shutil.rmtree(served, ignore_errors=True)
        return VirtualServer(self.server, self.backup, loop, chance, served)

    def new_desk(self, number: int, loop: VirtualLoop, chance: Random, server: VirtualServer) -> VirtualDesk:
        """Return a desk as on the first day, not started."""
        disk = self.desks[number]
        disk.begin(self.desk_template)
        clock = VirtualClock(loop)
        facts = desk_state.DeviceFacts(device_of(number), demo.AREA, till_of(number))
        with disk.memory.engine.begin() as connection:
            desk_state.put(connection, facts)
        return VirtualDesk(
            MemoryStore(disk, loop, chance, lambda: None),
            self.people,
            clock,  # type: ignore[arg-type]
            till_of(number),
            device_id=device_of(number),
            central=Central(server.memory.engine, server.clock),  # type: ignore[arg-type]
            line=Line(lambda: server.app, chance),
            loop=loop,
            chance=chance,
            number=number,
            login=demo.CLERK_2 if number == 1 else demo.CLERK,
        )

    def close(self) -> None:
        """Leave nothing on the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)


def make_kit() -> Kit:
    """Make the country and the first load of its desks."""
    folder = Path(tempfile.mkdtemp(prefix="ccbs-virtual-"))
    database = folder / "server.db"
    engine = open_database(f"sqlite:///{database}")
    migrate(engine, "server")
    seed(engine, subscribers=SUBSCRIBERS, cycles=CYCLES, seed=1)
    with engine.begin() as connection:
        enrol(connection)
        for number in range(DESKS):
            key = key_of(number).public_key().public_bytes_raw()
            device = update(table_of(Device)).where(Device.id == device_of(number))
            connection.execute(device.values(public_key=key, approved_at=BEGINNING))
        # Nobody else works here, and each batch looks at all who ever did.
        own = tuple(getattr(people_of(connection), each.name) for each in fields(People))
        seen = table_of(DeviceStaff)
        connection.execute(delete(seen).where(seen.c.staff_id.not_in(own)))
        keep(connection)
    built = Snapshots(engine, folder / "snapshots", lambda: BEGINNING, 0)
    info = built.build(demo.AREA)
    built.close()
    engine.dispose()
    server, empty, desk = Memory(), Memory(), Memory()
    server.load(database)
    migrate(empty.engine, "desk")
    with empty.engine.begin() as connection:
        undo.install(connection)
    desk.fill(empty)
    with desk.engine.begin() as connection, (folder / "snapshots" / info.name).open("rb") as file:
        snapshots.load(connection, file, info, lambda _: None)
    with desk.engine.connect() as connection:
        people = people_of(connection)
    disks = tuple(Disk(Memory(), Memory(), empty, folder / f"desk {number}") for number in range(DESKS))
    return Kit(folder, server, desk, Memory(), Memory(), disks, people)
