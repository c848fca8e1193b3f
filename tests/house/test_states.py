"""The state diagrams in the documents are those that the rules draw now."""

from hjemmekontakt.project.commands import docs


def test_the_diagrams_are_as_the_rules_stand() -> None:
    drawn = {file.name: file.read_text(encoding="utf-8") for file in docs.DIAGRAMS.glob("*.md")}

    assert drawn == docs.diagrams(), "run ./hk docs --no-pictures"
