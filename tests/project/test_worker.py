"""The worker's loops beside each other."""

import os

from hjemmekontakt.project import worker


def test_no_loop_waits_for_the_connection_of_another_one() -> None:
    names = [name for name, _step, _rest in worker.loops()]
    assert len(names) <= worker.CONNECTIONS
    assert names.count("large jobs") == worker.HANDS_AT_LARGE_JOBS


def test_the_worker_has_so_many_connections_unless_it_is_said_otherwise(monkeypatch) -> None:
    monkeypatch.setattr(worker, "loops", list)
    monkeypatch.setattr(worker.signal, "signal", lambda _number, stop: stop())
    monkeypatch.setenv("HK_POOL_SIZE", "20")
    assert worker.main() == 0
    assert os.environ["HK_POOL_SIZE"] == "20"
    del os.environ["HK_POOL_SIZE"]
    assert worker.main() == 0
    assert os.environ["HK_POOL_SIZE"] == str(worker.CONNECTIONS)
