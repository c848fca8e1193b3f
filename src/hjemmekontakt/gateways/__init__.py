"""The doors to systems outside the house: SMS, e-mail, push, the contact register, the population register, log-in, virus scan.

Owns the wire and its failures: a gateway is a protocol, a real client and, where the demo needs it, a stand-in.
Decides nothing about whom to tell or what to say, and keeps nothing.
"""
