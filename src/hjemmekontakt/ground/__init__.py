"""The ground that every domain stands on: clock, working days, outbox, identity numbers, refusals, keys.

Owns the outbox, the jobs' memory, the worker's heartbeat and the demo's moved clock. `policies.py` writes row-level
security for the migrations of all. Knows nothing of home care beyond dates and numbers.
"""
