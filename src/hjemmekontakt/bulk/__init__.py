"""Large jobs of a journal: what it handed in to be read line by line, or asked to have written out, how far it has come.

It keeps bytes, sealed and for a short time, and knows nothing of what they say: the door that takes them does. Room of its
own: `working.py` (what the worker takes and puts back, within the transaction that does the work).
"""
