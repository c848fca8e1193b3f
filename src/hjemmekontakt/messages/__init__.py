"""The dialogue between a citizen, or who acts for her, and a unit of the home service.

Owns threads, messages, who has read them and the promised answer time. Tells of itself by events only; never sends an
SMS. A room of its own: `handling_views.py` (the pages by which staff handle a thread).
"""
