"""A message goes to a mobile, whole or not at all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccbs_desk.domain.directory_errors import SmsNeedsMobile, SmsNotSent
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.services.sms import Sms, SmsFolder, mobile

SMS = Sms("+963933123456", "مشفى المواساة: 011 2133000", datetime(2026, 11, 20, 6, 0, tzinfo=UTC))


def test_a_message_is_kept_as_a_file(tmp_path: Path) -> None:
    SmsFolder(tmp_path / "messages").send(SMS)
    (written,) = (tmp_path / "messages").iterdir()
    assert json.loads(written.read_text(encoding="utf-8")) == {
        "to": SMS.to,
        "text": SMS.text,
        "at": "2026-11-20T06:00:00+00:00",
    }


def test_what_cannot_be_written_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("in the way")
    with pytest.raises(Unavailable) as no:
        SmsFolder(tmp_path / "messages").send(SMS)
    assert no.value.reason == SmsNotSent()


@pytest.mark.parametrize("typed", ["0933123456", "+963 933 123 456", "٠٩٣٣١٢٣٤٥٦"])
def test_a_mobile_in_any_spelling(typed: str) -> None:
    assert mobile(typed) == "+963933123456"


@pytest.mark.parametrize("typed", ["", "12", "0112214567", "110", "abc"])
def test_anything_else_takes_no_message(typed: str) -> None:
    with pytest.raises(Refused) as no:
        mobile(typed)
    assert no.value.reason == SmsNeedsMobile()
