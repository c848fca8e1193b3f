"""Hjemmekontakt: the open, self-hosted contact between home care recipients, their kin and their municipality."""

__version__ = "0.1.0"
