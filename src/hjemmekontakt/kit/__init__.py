"""The page frame and its components: what every page looks like and how it speaks.

Owns the style sheet, the small script, the Jinja2 macros, icons and form widgets.
Knows nothing of persons, visits or messages: the pages bring their own words.
"""
