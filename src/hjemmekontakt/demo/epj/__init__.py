"""A journal system (EPJ) as the portal meets one: it plans and performs visits, hears of messages and cancellations.

It owns its own plan, in memory. It shares no code with the portal's doors: they speak HTTP and FHIR R4, nothing else.
"""
