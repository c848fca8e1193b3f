"""The dialogue between a citizen, or who acts for her, and a unit of the home service.

Owns threads, messages, attachments, who has read them and the promised answer time. Tells of itself by events only;
never sends an SMS. Rooms of its own: `cleaning` (what a file becomes before it is kept), `uploads.py` (the files of a form),
`handling_views.py` (the pages by which staff handle a thread), `draft_pages.py` (what both sides' pages get back when they
keep a draft), `pulse.py` (how far things have come, asked without unlocking anything), `refresh_views.py` and
`search_views.py` (the pages that refresh themselves, and search), `template_pages.py` (where the staff keep ready answers),
`inbox_page.py` and `thread_page.py` (what the pages of the inbox and of a dialogue at work are kept for, and what is put in),
`inbox_rows.py` and `thread_rows.py` (their rows as markup), `for_journal.py` (what a journal reads of its own dialogues),
`scanning.py` (the virus scanner, asked about every file). Of important letters: `letter_files.py` (the file, made ready),
`letter_register.py` (what the contact register says of who is to get one), `letter_views.py` (the office's pages).
"""
