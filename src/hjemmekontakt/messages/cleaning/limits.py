"""How much one file may take while it is made anew."""

import resource

MEMORY = 1024 * 1024 * 1024
SECONDS = 10  # of its own work
PATIENCE = 3 * SECONDS  # by the clock on the wall, where the machine has much else to do


def hold_to_them() -> None:
    """Hold this process to its measure: so much memory, so many seconds of work, and no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
