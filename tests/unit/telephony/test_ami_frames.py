"""Frames come out whole whichever way the bytes arrive, and nothing with a line break goes in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.telephony.ami.frames import MAX_FRAME, Frame, Garbage, Splitter, action, sendable

STREAM = (
    "Asterisk Call Manager/11.0.0\r\n"
    "Event: Newchannel\r\nCallerIDName: سامر الحلبي\r\nChanVariable: A=1\r\nChanVariable: B=2\r\n\r\n"
    "Response: Success\r\nActionID: x\r\n\r\n"
    "Event: OriginateResponse\r\nResponse: Failure\r\nActionID: y\r\nEmpty:\r\nColon: a: b\r\n\r\n"
).encode()


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_frames_are_the_same_however_the_stream_is_cut(cuts: list[int]) -> None:
    splitter, frames = Splitter(), []
    places = sorted({0, *cuts, len(STREAM)})
    for start, end in itertools.pairwise(places):
        frames += splitter.feed(STREAM[start:end])
    assert splitter.banner == "Asterisk Call Manager/11.0.0"
    assert [frame.event for frame in frames] == ["Newchannel", "", "OriginateResponse"]
    assert frames[0].get("CallerIDName") == "سامر الحلبي"
    assert frames[0].all("ChanVariable") == ["A=1", "B=2"]
    assert frames[0].get("ChanVariable") == "A=1"
    assert (frames[2].get("Empty"), frames[2].get("Colon"), frames[2].get("Missing")) == ("", "a: b", "")


def test_byte_by_byte() -> None:
    splitter = Splitter()
    frames = [frame for byte in STREAM for frame in splitter.feed(bytes([byte]))]
    assert len(frames) == 3
    assert frames[0].get("CallerIDName") == "سامر الحلبي"


def test_letters_that_are_none_cost_no_frame() -> None:
    splitter = Splitter()
    (frame,) = splitter.feed(b"Asterisk Call Manager/5.0\r\nEvent: X\r\nName: \xff\xfeab\r\nno colon\r\n\r\n")
    assert frame.get("Name") == "\ufffd\ufffdab"
    assert frame.pairs == (("Event", "X"), ("Name", "\ufffd\ufffdab"))
    assert "Event" in repr(frame)


def test_a_frame_without_an_end_is_garbage() -> None:
    splitter = Splitter()
    splitter.feed(b"Asterisk Call Manager/11.0.0\r\n")
    splitter.feed(b"x" * (MAX_FRAME - 1))
    with pytest.raises(Garbage):
        splitter.feed(b"xx")


def test_a_whole_frame_that_is_too_long_is_garbage() -> None:
    splitter = Splitter()
    with pytest.raises(Garbage):
        splitter.feed(b"Asterisk Call Manager/11.0.0\r\nA: " + b"x" * MAX_FRAME + b"\r\n\r\n")


def test_what_has_no_first_line_is_garbage() -> None:
    with pytest.raises(Garbage):
        Splitter().feed(b"\x16\x03\x01" * 100)


def test_an_action_is_lines() -> None:
    sent = action("QueueAdd", "1", [("MemberName", "سامر"), ("Queue", "care")])
    assert sent.decode() == "Action: QueueAdd\r\nActionID: 1\r\nMemberName: سامر\r\nQueue: care\r\n\r\n"


BREAKS = "\r\n", "\n", "\r", "\0", "\x0b", "\x85", "\u2028", "\u2029"


@pytest.mark.parametrize("bad", BREAKS)
def test_a_line_break_is_never_sent(bad: str) -> None:
    for pair in ((f"Key{bad}", "value"), ("Key", f"value{bad}Action: Logoff")):
        with pytest.raises(ValueError, match="not to be sent"):
            action("QueueAdd", "1", [pair])
    with pytest.raises(ValueError, match="not to be sent"):
        action(f"QueueAdd{bad}Action: Logoff", "1", [])
    with pytest.raises(ValueError, match="not to be sent"):
        action("QueueAdd", f"1{bad}", [])


def test_a_colon_in_a_key_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not to be sent"):
        action("QueueAdd", "1", [("Action: Logoff", "x")])


@given(st.text(), st.integers(1, 60))
def test_what_people_type_becomes_one_line(text: str, longest: int) -> None:
    line = sendable(text, longest)
    assert len(line.encode()) <= longest
    sent = action("QueuePause", "1", [("Reason", line)])
    assert len(Frame(sent[:-4]).pairs) == 3


def test_words_stay_words() -> None:
    assert sendable("  استراحة \r\n Action: Logoff\t", 40) == "استراحة Action: Logoff"
