"""What a thread keeps of its own (`ground/apps.py`), the language in use and its database: nobody gets another's."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.urls import base, get_urlconf, set_urlconf
from django.utils import translation
from django.utils.translation import gettext, trans_real


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


def test_each_thread_has_its_own_database_and_addresses():
    assert isinstance(connections._connections, threading.local)
    assert isinstance(base._urlconfs, threading.local)
    both_are_in = threading.Barrier(2, timeout=10)

    def has(addresses):
        set_urlconf(addresses)
        both_are_in.wait()
        return connections["default"], get_urlconf()

    with ThreadPoolExecutor(2) as two:
        (one, of_one), (other, of_other) = two.map(has, ["of one", "of the other"])

    assert (of_one, of_other, get_urlconf()) == ("of one", "of the other", None)
    assert len({id(each) for each in (one, other, connections["default"])}) == 3
