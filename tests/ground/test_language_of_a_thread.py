"""The language in use is kept by thread (`ground/apps.py`): fast to ask for, and nobody gets another's."""

import threading
from concurrent.futures import ThreadPoolExecutor

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
