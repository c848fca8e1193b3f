"""FHIR R4 (4.0.1) as strict shapes: every element of the specification is known, everything else is refused."""
