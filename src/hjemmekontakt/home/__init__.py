"""The citizen's and the employee's first pages, and every page that shows several domains at once.

Owns no table. Composes what the domains' queries give; decides nothing. Rooms of its own: one module a page.
"""
