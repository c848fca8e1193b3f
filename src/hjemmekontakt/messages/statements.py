"""The statements that we write ourselves (`sql/`), where one does what would else be asked for in several."""

from pathlib import Path

from hjemmekontakt.ground.statements import Row as Row
from hjemmekontakt.ground.statements import Statements
from hjemmekontakt.ground.statements import fetch as fetch
from hjemmekontakt.ground.statements import named as named
from hjemmekontakt.ground.statements import run as run
from hjemmekontakt.ground.statements import run_with_next as run_with_next

SQL = Statements(Path(__file__).parent / "sql")
rows = SQL.rows
