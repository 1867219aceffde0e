"""Compile the message catalogues and put them and the resources into the package when it is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGED = {"translations": "ccbs_desk/_translations", "resources": "ccbs_desk/_resources"}


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # the configuration's type is of no use here
    """Writes each `messages.mo` beside its `messages.po`; the compiled files are never committed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue; map the data folders into a wheel, while a checkout reads them in place."""
        for source in Path(self.root, "translations").glob("*/LC_MESSAGES/messages.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        if version != "editable":
            present = {name: inside for name, inside in PACKAGED.items() if Path(self.root, name).is_dir()}
            build_data["force_include"].update(present)
