"""Names of the whole country at the centre: found as a desk's directory finds them, on SQLite and PostgreSQL alike."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.subscribers import Account, Address, Line, Listing, Subscriber
from ccbs_desk.services.work import RowChange
from server_stub.feed import feeding, new_epoch
from server_stub.seed import demo
from tests.contract.test_visits import agent, found
from tests.factories.server import RunningServer, SignedIn

ACCOUNT = demo.ACCOUNT_ID


def ids(who: SignedIn, text: str) -> list[UUID]:
    """Return the accounts that are meant."""
    return [hit.account_id for hit in found(who, text).hits]


def renamed(server: RunningServer, account_id: UUID, name: str) -> str:
    """Let a subscriber have another name; return the one of before."""
    table = table_of(Subscriber)
    with feeding(server.engine) as (connection, writer):
        chosen = select(Account.subscriber_id).where(Account.id == account_id)
        before = fetch(connection, SYNCED["subscriber"], connection.execute(chosen).scalar_one())
        assert before is not None
        connection.execute(update(table).where(table.c.id == before["id"]).values(name=name))
        writer.publish([RowChange("subscriber", before["id"], before | {"name": name}, before)])
    return str(before["name"])


def somebody(server: RunningServer, n: int) -> UUID:
    """Return the only account of one of the country's subscribers, not the demo's."""
    with reading(server.engine) as connection:
        alone = select(Account.subscriber_id).group_by(Account.subscriber_id).having(func.count() == 1)
        query = select(Account.id).where(Account.id != ACCOUNT, Account.subscriber_id.in_(alone))
        return connection.execute(query.order_by(Account.id).offset(n).limit(1)).scalar_one()


def test_a_name_is_found_however_it_is_typed_or_heard(server: RunningServer) -> None:
    who, account_id = agent(server), somebody(server, 0)
    renamed(server, account_id, "عبد المنعم زهير القطيفاني")
    exact = ("عبد المنعم زهير القطيفاني", "القطيفاني عبدالمنعم", "قطيفاني زهير", "زهير عبد المنعم", "القطيفان")
    for text in exact:
        assert account_id in ids(who, text), text
    # Names that are only like it stand below.
    assert [hit.why for hit in found(who, "عبد المنعم القطيفاني").hits if hit.why != "name_near"] == ["name"]
    assert [hit.why for hit in found(who, "عبد المنعم القطيف").hits if hit.why != "name_near"] == ["name_begins"]
    # Misheard, misspelt, in Latin letters.
    for text in ("عبد المنعم الكطيفاني", "زهير القطيفالي", "abdulmonem alqtifani"):
        near = {hit.account_id: hit.why for hit in found(who, text).hits}
        assert near.get(account_id) == "name_near", text


def test_a_name_that_changes_is_found_under_the_new_one_alone(server: RunningServer) -> None:
    who, account_id = agent(server), somebody(server, 1)
    before = renamed(server, account_id, "ثروت الصهيوني")
    assert account_id in ids(who, "ثروت الصهيوني")
    renamed(server, account_id, "بهجت الكفرسوساني")
    assert ids(who, "بهجت الكفرسوساني") == [account_id]
    assert account_id not in ids(who, "ثروت الصهيوني")
    assert account_id not in ids(who, before)


def test_who_is_not_published_is_found(server: RunningServer) -> None:
    who = agent(server)
    with reading(server.engine) as connection:
        listed = select(Listing.account_id).where(Listing.listed)
        account_id = connection.execute(select(Account.id).where(Account.id.not_in(listed)).limit(1)).scalar_one()
    renamed(server, account_id, "نجدت الطرابيشي")
    assert ids(who, "نجدت الطرابيشي") == [account_id]


def test_words_of_the_place_narrow_a_name(server: RunningServer) -> None:
    who, one, other = agent(server), somebody(server, 2), somebody(server, 3)
    for account_id, town in ((one, "كفرنبل"), (other, "تلكلخ")):
        renamed(server, account_id, "حكمت السرميني")
        move(server, account_id, town)
    assert set(ids(who, "حكمت السرميني")) == {one, other}
    assert ids(who, "حكمت السرميني كفرنبل")[0] == one
    assert ids(who, "السرميني تلكلخ حكمت")[0] == other


def move(server: RunningServer, account_id: UUID, town: str) -> None:
    """Let the account's lines end in another town."""
    table = table_of(Address)
    with feeding(server.engine) as (connection, writer):
        chosen = select(Line.address_id).where(Line.account_id == account_id)
        for address_id in connection.execute(chosen).scalars().all():
            before = fetch(connection, SYNCED["address"], address_id)
            assert before is not None
            connection.execute(update(table).where(table.c.id == address_id).values(town=town))
            writer.publish([RowChange("address", address_id, before | {"town": town}, before)])


def test_who_comes_is_found_and_who_is_gone_is_not(server: RunningServer) -> None:
    who = agent(server)
    with feeding(server.engine) as (connection, writer):
        account = fetch(connection, SYNCED["account"], ACCOUNT)
        assert account is not None
        subscriber = fetch(connection, SYNCED["subscriber"], account["subscriber_id"])
        assert subscriber is not None
        new: dict[str, Any] = subscriber | {"id": uuid4(), "name": "شوكت البابيلي"}
        opened: dict[str, Any] = account | {"id": uuid4(), "subscriber_id": new["id"], "number": "9990000017"}
        connection.execute(insert(table_of(Subscriber)), [new])
        connection.execute(insert(table_of(Account)), [opened])
        writer.publish([RowChange("subscriber", new["id"], new), RowChange("account", opened["id"], opened)])
    assert ids(who, "البابيلي شوكت") == [opened["id"]]
    with feeding(server.engine) as (connection, writer):
        connection.execute(delete(table_of(Account)).where(Account.id == opened["id"]))
        writer.publish([RowChange("account", opened["id"], None, opened)])
    assert opened["id"] not in ids(who, "البابيلي شوكت")


def test_many_ask_at_the_same_time(server: RunningServer) -> None:
    account_id = somebody(server, 4)
    renamed(server, account_id, "رفعت الدوماني")
    people = [agent(server), agent(server)]
    found(people[0], "رفعت")
    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(lambda n: ids(people[n % 2], "رفعت الدوماني"), range(12)))
    assert [first for first, *_ in told] == [account_id] * 12


def test_a_database_that_was_put_back_has_its_names_prepared_anew(own_server: RunningServer) -> None:
    who = agent(own_server)
    assert ACCOUNT in ids(who, demo.NAME)
    folder = own_server.parts.settings.snapshot_folder / "names"
    (path,) = folder.glob("*.index")
    first = path.stat().st_mtime_ns
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {left.suffix for left in folder.iterdir()} <= {".index", ".lock"}
    new_epoch(own_server.engine)
    assert ACCOUNT in ids(who, demo.NAME)
    assert path.stat().st_mtime_ns > first
