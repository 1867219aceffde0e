"""Keep the message catalogues: take the texts out of the code, merge them, compile them.

`python -m ccbs_desk.config.catalogues` does all three; run it after texts were added, then fill the empty `msgstr`.
Entries carry no line numbers and are sorted, so that two people's additions merge.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ccbs_desk.config.language import DOMAIN, LANGUAGES
from ccbs_desk.config.paths import translations

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "message": None,
    "nmessage": (1, 2),
    "pmessage": ((1, "c"), 2),
}
SOURCES = Path(__file__).resolve().parent.parent


def extract(folder: Path = SOURCES) -> Catalog:
    """Return the template: every text that the code asks for."""
    template = Catalog(project="CCBS Desk", charset="utf-8")
    found = extract_from_dir(str(folder), method_map=[("**.py", "python")], keywords=KEYWORDS)
    for name, _line, msgid, comments, context in found:
        template.add(msgid, None, [(f"ccbs_desk/{name}", 1)], auto_comments=comments, context=context)
    return template


def read(language: str) -> Catalog:
    """Return a language's catalogue as it is kept in the tree."""
    with _po(language).open("rb") as file:
        return read_po(file, locale=language)


def update(template: Catalog) -> dict[str, int]:
    """Merge the template into each catalogue, write it, and return how many texts each still lacks."""
    missing: dict[str, int] = {}
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
        catalogue.obsolete.clear()
        if language == "en":
            _fill_english(catalogue)
        out = BytesIO()
        write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
        _write_if_changed(_po(language), out.getvalue())
        missing[language] = sum(1 for entry in catalogue if entry.id and not complete(entry))
    return missing


def compile_all() -> None:
    """Write the compiled file of each catalogue that is newer than it."""
    for language in LANGUAGES:
        source = _po(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        out = BytesIO()
        write_mo(out, read(language))
        target.write_bytes(out.getvalue())


def main() -> None:
    """Update and compile, and say what is left to translate."""
    missing = update(extract())
    compile_all()
    for language, count in missing.items():
        sys.stdout.write(f"{_po(language)}: {count} texts without a translation\n")


def _po(language: str) -> Path:
    return translations() / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def complete(entry: Message) -> bool:
    """Return whether every form of the text is translated."""
    return bool(entry.string) and (isinstance(entry.string, str) or all(entry.string or ()))


def _fill_english(catalogue: Catalog) -> None:
    """English texts are their own translation, unless somebody wrote a better one."""
    for entry in catalogue:
        if entry.id and not complete(entry):
            entry.string = entry.id


def _write_if_changed(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        path.write_bytes(content)


if __name__ == "__main__":
    main()
