"""The demo: a synthetic municipality and everything around it, started and stopped by one command.

It owns the persons, the embedded PostgreSQL and the stand-ins for the outside world.
It takes no part in production: `./hk serve` refuses to start with any of its settings.
"""
