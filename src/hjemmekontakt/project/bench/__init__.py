"""The benchmarks: a seeded city, the portal as it is served, and for each page a floor that does the same at its barest."""
