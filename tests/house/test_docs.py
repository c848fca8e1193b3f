"""What stands in the documents is there: files that are named, settings, commands."""

import re
from pathlib import Path

from hjemmekontakt.project.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
NAMED = re.compile(r"`((?:src|tests|docs|deploy)/[\w./-]+\.(?:py|md|jinja|sql|mjs|toml|png))`")
LINKED = re.compile(r"\]\(((?!https?:|#|mailto:)[^)#]+)")
SETTING = re.compile(r'text\(\s*"([A-Z_]+)"')


def test_every_file_that_a_document_names_exists() -> None:
    gone = []
    for document in [*(ROOT / name for name in DOCUMENTS), *(ROOT / "docs").rglob("*.md")]:
        content = document.read_text(encoding="utf-8")
        gone += [f"{document.name}: {name}" for name in NAMED.findall(content) if not (ROOT / name).exists()]
        gone += [
            f"{document.name}: {link}"
            for link in LINKED.findall(content)
            if not (document.parent / link.strip()).exists()
        ]
    assert gone == []


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "src/hjemmekontakt/project/settings.py").read_text(encoding="utf-8")
    reference = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    names = set(SETTING.findall(settings)) | {"HK_DEMO_SECRET", "HK_DEBUG", "HK_BEHIND_PROXY"}
    assert {name for name in names if f"`{name}`" not in reference} == set()


def test_every_command_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in COMMANDS if f"./hk {name}" not in readme} == set()
