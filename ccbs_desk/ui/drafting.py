"""A form's draft: kept under the id that its act will have, written shortly after each change, found again later.

What is typed in the tab of a call is that call's own draft, whatever is typed about the same subscriber elsewhere.
"""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from ccbs_desk.services.drafts import DraftView, draft, drafts_of, drop_draft, save_draft
from ccbs_desk.services.session import Session
from ccbs_desk.ui.shell.tasks import Tasks

PAUSE = 0.3
"""seconds without a change before it is written"""

FEATURE = "feature"
"""The kind of the drafts of changes to features; the outbox writes them too, to put right what was refused."""

CATEGORY, WORDS, LINE, COMMENT = "category", "words", "line", "comment"
"""The fields of the drafts of complaints: of a new one, and of what is said on one; the outbox writes them too."""
ACCOUNT = "account"
"""stands where a line would, for a complaint about the account itself"""

SCOPE_END = "/"
"""parts the call from what the draft is about"""


def scope_of(call_id: UUID) -> str:
    """Return what the subjects of a call's drafts begin with."""
    return f"{call_id}{SCOPE_END}"


async def release_drafts(session: Session, going_on: Collection[UUID]) -> None:
    """Let what was typed in the tabs of calls that are over, and not done, be found without them."""
    kept = tuple(map(scope_of, going_on))
    for one in await session.read(drafts_of, session.person.id):
        if SCOPE_END in one.subject and not one.subject.startswith(kept):
            await session.write(
                save_draft,
                command_id=one.command_id,
                kind=one.kind,
                staff_id=one.staff_id,
                subject=one.subject.partition(SCOPE_END)[2],
                fields=one.fields,
                now=one.updated_at,
                amends=one.amends,
            )


class Keeper:
    """Keeps one form of a kind: the id of its act, and what is typed in it."""

    def __init__(self, session: Session, tasks: Tasks, kind: str) -> None:
        self._session, self._tasks, self._kind = session, tasks, kind
        self._subject = ""
        self._waiting: Mapping[str, Any] | None = None
        self.command_id = session.new_id()
        self.amends: UUID | None = None

    async def open(self, subject: str, draft_id: UUID | None = None) -> DraftView | None:
        """Begin a form about a subject: the named draft, else the person's last one about it, else a new one."""
        await self.written()
        found = await self._find(self._scope + subject, draft_id)
        self._subject = self._scope + subject
        self.command_id = found.command_id if found else self._session.new_id()
        self.amends = found.amends if found else None
        return found

    async def mending(self, subject: str) -> UUID | None:
        """Return the draft that is to put right something refused about a subject, if one waits that is not open."""
        known = await self._session.read(drafts_of, self._session.person.id, kind=self._kind)
        mine = (one for one in known if one.subject == self._scope + subject and one.amends is not None)
        return next((one.command_id for one in mine if one.command_id != self.command_id), None)

    @property
    def _scope(self) -> str:
        return scope_of(self._session.call_id) if self._session.call_id else ""

    async def _find(self, subject: str, draft_id: UUID | None) -> DraftView | None:
        if draft_id is not None and (named := await self._session.read(draft, draft_id)) is not None:
            return named
        known = await self._session.read(drafts_of, self._session.person.id, kind=self._kind)
        return next((one for one in known if one.subject == subject), None)

    async def last_subject(self) -> str | None:
        """Return what the person's last draft of this kind is about."""
        known = await self._session.read(drafts_of, self._session.person.id, kind=self._kind)
        scope = self._scope
        mine = (one.subject.removeprefix(scope) for one in known if one.subject.startswith(scope))
        return next((subject for subject in mine if SCOPE_END not in subject), None)

    def keep(self, fields: Mapping[str, Any]) -> None:
        """Write what is typed, a moment after the last change."""
        self._waiting = fields
        self._tasks.start(self._write_later(), latest=f"draft {self._kind}")

    async def drop(self) -> None:
        """Forget what was typed, by the person's word, and begin anew."""
        self._waiting = None
        await self._session.write(drop_draft, self.command_id)
        self.renew()

    def renew(self) -> None:
        """The act is done: the next one has another id."""
        self._waiting = None
        self.command_id, self.amends = self._session.new_id(), None

    async def written(self) -> None:
        """Write at once what still waits."""
        if self._waiting is not None:
            await self._session.write(self._take_waiting())

    def close(self) -> None:
        """Let go: what still waits is handed to the store, which finishes it before it closes."""
        if self._waiting is not None:
            self._session.store.write(self._take_waiting())

    async def _write_later(self) -> None:
        await asyncio.sleep(PAUSE)
        await self.written()

    def _take_waiting(self) -> "partial[bool]":
        fields, self._waiting = self._waiting or {}, None
        return partial(
            save_draft,
            command_id=self.command_id,
            kind=self._kind,
            staff_id=self._session.person.id,
            subject=self._subject,
            fields=fields,
            now=self._session.now(),
            amends=self.amends,
        )
