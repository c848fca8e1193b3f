"""Django's PostgreSQL, with fewer trips to the database (decision 65)."""
