"""The terms of use, who accepted which version, and the one day until the service is usable.

Owns acceptances and activations. Does not decide which services are open: it asks `municipalities` and `people`.
Rooms of its own: `ready.py`, the gate in front of the pages of messages and visits; `terms_v1.py`, the published text;
`for_journal.py`, what a journal reads of those who use the service.
"""
