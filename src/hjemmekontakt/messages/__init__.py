"""The dialogue between a citizen, or who acts for her, and a unit of the home service.

Owns threads, messages, who has read them and the promised answer time. Tells of itself by events only; never sends an
SMS. One room more: `template_pages`, where the staff keep their ready answers.
"""
