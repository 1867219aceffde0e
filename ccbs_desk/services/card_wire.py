"""A subscriber's card as it crosses the wire inside the offer of a call, and back."""

from dataclasses import fields
from typing import Any, get_type_hints

import msgspec

from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.notices import NoticeView, details_of, read_about
from ccbs_desk.wire.codec import encode

_NOTICE_FIELDS = [
    (field.name, get_type_hints(NoticeView)[field.name]) for field in fields(NoticeView) if field.name != "about"
]
_NoticeForm: Any = msgspec.defstruct("_NoticeForm", [*_NOTICE_FIELDS, ("details", dict[str, Any])], frozen=True)
_CardForm: Any = msgspec.defstruct(
    "_CardForm",
    [
        (field.name, get_type_hints(Card)[field.name] if field.name != "notices" else tuple[_NoticeForm, ...])
        for field in fields(Card)
    ],
    frozen=True,
)
_DECODER = msgspec.json.Decoder(_CardForm)


def encode_card(card: Card) -> bytes:
    """Return the card as bytes."""
    shown = {field.name: getattr(card, field.name) for field in fields(card)}
    shown["notices"] = [
        {name: getattr(notice, name) for name, _ in _NOTICE_FIELDS} | {"details": details_of(notice.about)}
        for notice in card.notices
    ]
    return encode(shown)


def decode_card(raw: bytes) -> Card | None:
    """Return the card, or None for one that this version can't read."""
    try:
        form = _DECODER.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None
    notices = tuple(
        NoticeView(
            **{name: getattr(notice, name) for name, _ in _NOTICE_FIELDS}, about=read_about(notice.code, notice.details)
        )
        for notice in form.notices
    )
    return Card(**{field.name: getattr(form, field.name) for field in fields(Card)} | {"notices": notices})
