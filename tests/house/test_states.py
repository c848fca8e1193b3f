"""What the documents hold of diagrams and of what the FHIR door offers is what the code draws now."""

from hjemmekontakt.project.commands import docs


def test_the_diagrams_are_as_the_rules_stand() -> None:
    drawn = {file.name: file.read_text(encoding="utf-8") for file in docs.DIAGRAMS.glob("*.md")}

    assert drawn == docs.diagrams(), "run ./hk docs --no-pictures"


def test_what_the_fhir_door_offers_is_as_the_code_stands() -> None:
    written = {name: (docs.REFERENCES / name).read_text(encoding="utf-8") for name in docs.references()}

    assert written == docs.references(), "run ./hk docs --no-pictures; a change here is a change for every vendor"
