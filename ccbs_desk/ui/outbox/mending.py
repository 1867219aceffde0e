"""The draft that puts a refused act right: the form that it opens in, what that is about, and what stands in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ccbs_desk.domain.care_commands import (
    AddFeature,
    CommentComplaint,
    OpenComplaint,
    RemoveFeature,
    ResolveComplaint,
)
from ccbs_desk.domain.commands import CloseTill, OpenTill, TakePayment
from ccbs_desk.services.outbox import Amendment
from ccbs_desk.ui.drafting import ACCOUNT, CATEGORY, COMMENT, FEATURE, LINE, WORDS

FEATURES = frozenset({AddFeature.KIND, RemoveFeature.KIND})
SAID = frozenset({CommentComplaint.KIND, ResolveComplaint.KIND})
FORMS = frozenset({TakePayment.KIND, OpenTill.KIND, CloseTill.KIND, OpenComplaint.KIND, *FEATURES, *SAID})
"""Acts that are made in a form, so that they can be mended in it."""


@dataclass(frozen=True, slots=True)
class Mending:
    """A draft to be kept: of which kind, about what, with which fields."""

    kind: str
    subject: str
    fields: Mapping[str, Any]


def mending_of(meant: Amendment, complaints: Collection[UUID]) -> Mending:
    """Return the draft for what was meant. `complaints` are those of the account that are here.

    Words on a complaint that is not here any more begin a new one: nobody has to type them again.
    """
    fields = meant.fields
    if meant.kind in FEATURES:
        # The day is chosen anew: that of then may be over.
        removal = str(meant.kind == RemoveFeature.KIND)
        return Mending(
            FEATURE, meant.subject, {"line": fields["line_id"], "feature": fields["feature_id"], "removal": removal}
        )
    if meant.kind == OpenComplaint.KIND:
        typed = {CATEGORY: fields["category"], WORDS: fields["text"], LINE: fields["line_id"] or ACCOUNT}
        return Mending(OpenComplaint.KIND, meant.subject, typed)
    if meant.kind in SAID:
        if UUID(fields["complaint_id"]) in complaints:
            return Mending(CommentComplaint.KIND, fields["complaint_id"], {COMMENT: fields["text"]})
        return Mending(OpenComplaint.KIND, meant.subject, {WORDS: fields["text"]})
    if meant.subject:
        return Mending(meant.kind, meant.subject, fields)
    return Mending(meant.kind, str(fields["session_id"] if meant.kind == CloseTill.KIND else fields["till_id"]), fields)
