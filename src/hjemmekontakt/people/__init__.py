"""The people: citizens, employees, and the decisions (vedtak) by which a citizen receives a service.

Owns names, birth dates, the sealed national ids and the identifiers that each municipality's journal gives a citizen.
Knows no log-in and no content. A room of its own: `for_journal.py` (employees, decisions and those helped, as a journal
reads them).
"""
