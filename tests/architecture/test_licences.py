"""Everything that the product runs on may be used by a program under Apache-2.0, and the documents list it."""

import pytest

from tests.architecture import licences


def test_every_licence_is_allowed() -> None:
    said = {name: licences.licence(name) for name in licences.runtime_packages()}
    assert {name: licence for name, licence in said.items() if not licences.is_allowed(licence)} == {}


def test_the_document_is_up_to_date() -> None:
    assert licences.TABLE.read_text(encoding="utf-8") == licences.table()


def test_what_was_read_by_hand_agrees_with_what_the_package_says() -> None:
    for name, read in licences.READ_BY_HAND.items():
        package = licences.installed(name)
        assert package is None or licences.stated(package) in {read, ""}, name
    assert set(licences.READ_BY_HAND) <= set(licences.runtime_packages())


def test_the_list_holds_what_is_needed_and_no_tools() -> None:
    packages = set(licences.runtime_packages())
    assert {"pyside6-essentials", "shiboken6", "sqlalchemy", "psycopg-binary", "markupsafe"} <= packages
    assert not {"pytest", "mypy", "ruff", "hatchling", "import-linter", "hypothesis"} & packages


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("MIT AND (Apache-2.0 OR GPL-3.0-only)", False),
        ("MIT AND (Apache-2.0 OR ISC)", True),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_choice_of_licences(expression: str, allowed: bool) -> None:
    assert licences.is_allowed(expression) == allowed
