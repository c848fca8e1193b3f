"""What journals subscribe to by themselves: kept by the journal (`keeping.py`), told by the worker (`telling.py`)."""
