"""Machines guard the translations: complete, true to their placeholders, none stale."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from ccbs_desk.config import catalogues
from ccbs_desk.config.catalogues import compile_all, complete, extract, read, update
from ccbs_desk.config.language import LANGUAGES

UPDATE = "run `python -m ccbs_desk.config.catalogues`"


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (entry for entry in catalogue if entry.id)


def _key(entry: Message) -> tuple[str | None, object]:
    return entry.context, entry.id


def _names(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue_and_nothing_else(language: str) -> None:
    wanted = {_key(entry) for entry in _entries(extract())}
    kept = {_key(entry) for entry in _entries(read(language))}
    assert wanted - kept == set(), f"missing: {UPDATE}"
    assert kept - wanted == set(), f"stale: {UPDATE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert [entry.id for entry in _entries(read(language)) if not complete(entry)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    wrong = []
    for entry in _entries(read(language)):
        wanted = _names(entry.id if isinstance(entry.id, str) else entry.id[-1])
        # "Two acts" needs no figure, but no form may ask for a value that is not given.
        needed = wanted - {"n"} if isinstance(entry.id, tuple) else wanted
        for form in [entry.string] if isinstance(entry.string, str) else entry.string or ():
            if not needed <= _names(form) <= wanted:
                wrong.append(form)
    assert wrong == []


def test_arabic_has_six_forms_in_the_order_of_its_header() -> None:
    arabic = read("ar")
    assert arabic.num_plurals == 6
    assert all(len(entry.string or ()) == 6 for entry in _entries(arabic) if isinstance(entry.id, tuple))


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Catalogues that a test may change."""
    for language in LANGUAGES:
        kept = catalogues._po(language)
        copy = tmp_path / language / "LC_MESSAGES" / kept.name
        copy.parent.mkdir(parents=True)
        copy.write_bytes(kept.read_bytes())
    monkeypatch.setattr(catalogues, "translations", lambda: tmp_path)
    return tmp_path


def test_a_new_text_is_added_and_a_lost_one_goes(copies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = Catalog()
    template.add("Quite new")
    template.add(("{n} new thing", "{n} new things"))
    assert update(template) == {"ar": 2, "en": 0}
    assert {entry.id for entry in _entries(read("ar"))} == {"Quite new", ("{n} new thing", "{n} new things")}
    assert [entry.string for entry in _entries(read("en")) if entry.id == "Quite new"] == ["Quite new"]
    catalogues.main()
    assert "ar" in capsys.readouterr().out


def test_running_it_twice_changes_nothing(copies: Path) -> None:
    update(extract())
    before = catalogues._po("ar").read_bytes()
    update(extract())
    assert catalogues._po("ar").read_bytes() == before


def test_compiling_writes_only_what_is_older(copies: Path) -> None:
    compile_all()
    compiled = catalogues._po("ar").with_suffix(".mo")
    first = compiled.stat().st_mtime_ns
    compile_all()
    assert compiled.stat().st_mtime_ns == first
