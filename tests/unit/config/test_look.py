"""Language and colours are as they were last, before anybody has signed in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccbs_desk.config.look import FILE, KeptLook, keep_look, kept_look
from ccbs_desk.config.options import parse

# A start up to the first window, and a switch of both as a person makes it.
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ccbs_desk import desktop
from ccbs_desk.config.language import current_language
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.tokens import Scheme

def painted(options, app, collector, look, window, faces):
    print(current_language(), theme.current().scheme, window.layoutDirection().name)
    look.set_language("en")
    look.set_scheme(Scheme.DARK)
    return 0

desktop._run = painted
sys.exit(desktop.main(sys.argv[1:]))
"""


def started(profile: Path, *arguments: str) -> list[str]:
    """Start the desk up to its first paint; return its language, colours and direction then."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", START, "--profile", str(profile), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.split()


def test_what_was_chosen_is_there_at_the_next_start_before_the_first_paint(tmp_path: Path) -> None:
    profile = tmp_path / "new" / "profile"
    assert started(profile) == ["ar", "light", "RightToLeft"]
    assert started(profile) == ["en", "dark", "LeftToRight"]
    assert started(profile, "--language", "ar", "--scheme", "contrast") == ["ar", "contrast", "RightToLeft"]


def test_a_walk_leaves_no_choice_behind(tmp_path: Path) -> None:
    started(tmp_path, "--walk", "tour")
    assert not (tmp_path / FILE).exists()


def test_the_command_line_comes_first(tmp_path: Path) -> None:
    keep_look(tmp_path, KeptLook("en", "dark"))
    where = ["--profile", str(tmp_path)]
    assert (parse(where).language, parse(where).scheme) == ("en", "dark")
    chosen = parse([*where, "--language", "ar", "--scheme", "light"])
    assert (chosen.language, chosen.scheme) == ("ar", "light")


@pytest.mark.parametrize(
    ("content", "look"),
    [
        (b"", KeptLook()),
        (b"\xff\xfe", KeptLook()),
        (b"[]", KeptLook()),
        (b'{"language": "en"}', KeptLook("en", "light")),
        (b'{"language": "tlh", "scheme": "dark"}', KeptLook("ar", "dark")),
        (b'{"language": ["en"], "scheme": 3}', KeptLook()),
    ],
)
def test_what_can_not_be_read_is_as_at_first(tmp_path: Path, content: bytes, look: KeptLook) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert kept_look(tmp_path) == look


def test_a_disk_that_takes_nothing_costs_only_the_choice(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "profile").write_text("in the way")
    keep_look(tmp_path / "profile", KeptLook("en", "dark"))
    assert "could not be kept" in caplog.text
    assert kept_look(tmp_path / "profile") == KeptLook()
