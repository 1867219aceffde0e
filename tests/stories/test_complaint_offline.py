"""Two counters take the same complaint without a link: it becomes one, and everything that was said stands there."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from ccbs_desk.domain.care_commands import CommentComplaint, OpenComplaint, ResolveComplaint
from ccbs_desk.domain.care_errors import ComplaintResolvedAlready
from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.database import reading
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.calls import calls_about
from ccbs_desk.services.complaints import ComplaintView, complaints_of
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.open_complaint import Opened
from ccbs_desk.services.session import Session
from server_stub.seed import demo
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, run, synced

CALL = call_id("main", "1763624000.17")


async def complain(session: Session, text: str, call: UUID | None = None) -> UUID:
    """Open a complaint about the noise on the demo line."""
    command = OpenComplaint(account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, category="noise", text=text)
    done = await session.act(command, command_id=session.new_id(), call_id=call)
    assert isinstance(done.result, Opened)
    return done.result.complaint_id


async def say(session: Session, complaint_id: UUID, text: str) -> None:
    """Say something on a complaint."""
    words = CommentComplaint(account_id=demo.ACCOUNT_ID, complaint_id=complaint_id, text=text)
    await session.act(words, command_id=session.new_id())


async def resolve(session: Session, complaint_id: UUID, text: str) -> None:
    """Resolve it."""
    done = ResolveComplaint(account_id=demo.ACCOUNT_ID, complaint_id=complaint_id, text=text)
    await session.act(done, command_id=session.new_id())


async def noise(session: Session) -> tuple[ComplaintView, ...]:
    """Return the complaints about noise as this desk sees them."""
    found = await session.read(complaints_of, demo.ACCOUNT_ID, now=session.now())
    return tuple(view for view in found if view.category == "noise")


def test_what_two_counters_opened_without_a_link_becomes_one(country_file: Path, tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        one, two = [await counter_at(centre, tmp_path / name) for name in ("one", "two")]
        async with one.run() as first, two.run() as second:
            rana, samer = await first.sign_in(demo.CLERK), await second.sign_in(demo.CLERK_2)
            for program, clerk in ((first, rana), (second, samer)):
                synced(program, clerk)
                await home(program)
            await cut_off(centre, first, second)
            at_first = await complain(rana, "تشويش منذ الصباح")
            at_second = await complain(samer, "لا يسمع شيئاً", CALL)
            await say(samer, at_second, "سيتصل مساءً")
            await resolve(rana, at_first, "أعيد تشغيل الخط")
            await resolve(samer, at_second, "بدلت العلبة")
            # Each desk sees its own work at once.
            assert [len(await noise(clerk)) for clerk in (rana, samer)] == [1, 1]
            await second.engines[-1].stop()
            await mended(centre)
            await home(first)
            second.sync()
            facts = await home(second)
            await first.told(lambda seen: seen.position >= facts.position)
            for clerk in (rana, samer):
                (view,) = await noise(clerk)
                assert view.complaint_id == at_first
                said = {note.text for note in view.notes}
                assert said == {"تشويش منذ الصباح", "لا يسمع شيئاً", "سيتصل مساءً", "أعيد تشغيل الخط", "بدلت العلبة"}
                assert [note.kind for note in view.notes if note.text == "أعيد تشغيل الخط"] == ["resolved"]
                assert not view.is_open
                assert [call.call_id for call in await clerk.read(calls_about, at_second)] == [CALL]
            notices = await samer.read(notices_of_account, demo.ACCOUNT_ID)
            # The first resolution stands; whoever came second is told, and his words are kept.
            assert [type(notice.about) for notice in notices] == [ComplaintResolvedAlready]

    with a_centre(country_file, tmp_path / "centre") as centre:
        run(story(centre))
        with reading(centre.engine) as connection:
            states = select(Complaint.state).where(
                Complaint.account_id == demo.ACCOUNT_ID, Complaint.category == "noise"
            )
            assert sorted(connection.execute(states).scalars()) == ["cancelled", "resolved"]
        # The call itself was never told by an exchange: it is worked on all the same, and may still come.
        assert "0 broken, 1 pending" in centre.check(strict=False)
