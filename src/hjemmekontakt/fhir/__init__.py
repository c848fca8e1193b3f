"""The door where journal systems speak FHIR R4 with the portal.

It owns the language: shapes, mapping to and from the domains' own words, outcomes and what is offered.
It owns no facts: those live in the domains, and nothing inside the house knows FHIR.
"""
