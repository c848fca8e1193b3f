"""Language, connection and addresses are kept by thread (`ground/apps.py`): fast to ask for, nobody gets another's."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections
from django.urls import base, get_urlconf, set_urlconf
from django.utils import translation
from django.utils.translation import gettext, trans_real

from hjemmekontakt.ground.statements import fetch


def test_each_thread_answers_in_its_own_language():
    assert isinstance(trans_real._active, threading.local)
    both_are_in = threading.Barrier(2, timeout=10)

    def says(language):
        with translation.override(language):
            both_are_in.wait()
            said = gettext("Timeavtaler")
            both_are_in.wait()
        return said, translation.get_language()

    with translation.override("en"), ThreadPoolExecutor(2) as two:
        in_nynorsk, in_bokmaal = two.map(says, ["nn", "nb"])
        assert gettext("Timeavtaler") == "Appointments"

    assert [in_nynorsk, in_bokmaal] == [("Timeavtalar", "nb"), ("Timeavtaler", "nb")]


def test_each_thread_has_a_connection_of_its_own(world):
    assert isinstance(connections._connections, threading.local)
    both_have_asked = threading.Barrier(2, timeout=10)

    def backend(_):
        try:
            (asked,) = fetch("SELECT pg_backend_pid()", [])
            both_have_asked.wait()
            (again,) = fetch("SELECT pg_backend_pid()", [])
            return asked, again, id(connections["default"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        first, second = two.map(backend, range(2))
    assert first[0] == first[1] != second[0] == second[1]
    assert len({first[2], second[2], id(connections["default"])}) == 3


def test_each_thread_has_its_own_addresses():
    assert isinstance(base._urlconfs, threading.local)
    both_are_in = threading.Barrier(2, timeout=10)

    def has(addresses):
        set_urlconf(addresses)
        both_are_in.wait()
        return get_urlconf()

    with ThreadPoolExecutor(2) as two:
        found = list(two.map(has, ["of one", "of the other"]))
    assert (found, get_urlconf()) == (["of one", "of the other"], None)
