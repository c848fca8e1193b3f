"""The statements that the large jobs' tables are read and written by, piece after piece (`sql/`)."""

from pathlib import Path

from hjemmekontakt.ground.statements import Statements

SQL = Statements(Path(__file__).parent / "sql")
