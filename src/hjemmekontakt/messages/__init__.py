"""The dialogue between a citizen, or who acts for her, and a unit of the home service.

Owns threads, messages, attachments, who has read them and the promised answer time. Tells of itself by events only;
never sends an SMS. A room of its own, `cleaning`, holds what a file becomes before it is kept.
"""
