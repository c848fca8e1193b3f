"""The wiring: settings, addresses, the web and worker entry points and the commands. No decisions are made here."""
