"""The statements that the visits' tables are read and written by (`sql/`)."""

from pathlib import Path

from hjemmekontakt.ground.statements import Statements

SQL = Statements(Path(__file__).parent / "sql")
