"""What several do at the same moment: each on a connection of its own, and nobody's surprise is swallowed."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.ground.refused import Refused


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all at the same moment; what each gave, or why it was refused. Whatever else was raised is raised here."""
    results: list[object] = [None] * len(acts)
    surprises: list[BaseException] = []
    ready = Barrier(len(acts))

    def do(place: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[place] = act()
        except (Refused, Denied) as refused:
            results[place] = refused.why
        except BaseException as surprise:
            surprises.append(surprise)
        finally:
            connection.close()

    hands = [Thread(target=do, args=(place, act)) for place, act in enumerate(acts)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    if surprises:
        raise surprises[0]
    return results
