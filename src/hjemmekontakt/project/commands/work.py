"""`./hk work`: the worker, that carries events on and does what falls due."""

import argparse


def run(arguments: list[str]) -> int:
    """Work until told to stop."""
    argparse.ArgumentParser(prog="./hk work", description="Gjør bakgrunnsarbeidet.").parse_args(arguments)

    from hjemmekontakt.project import worker

    return worker.main() or 0
