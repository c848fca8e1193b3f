"""`fhir_import`: the worker works on an import of new visits, a thousand lines in each transaction.

No request is measured: handing in is the web's, and quick. `importing` does it, in a process with the worker's settings. The
floor is one `unnest` of the same thousand rows, made beforehand, as superuser.
"""

from hjemmekontakt.project.bench import fhir_put
from hjemmekontakt.project.bench.benchmark import Benchmark

FLOOR = """
INSERT INTO visit ({columns}, moved_from, version, reported_at, stored_at, outcome_at)
SELECT {columns}, NULL, 1, now(), now(), NULL FROM unnest({arrays}) AS told({columns})
"""

BENCHMARK = Benchmark(rows=fhir_put.ROWS, ask=fhir_put.ask, floor=FLOOR, done=fhir_put.DONE)
