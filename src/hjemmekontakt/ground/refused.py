"""The one exception by which a rule of the service says no to somebody who may ask."""

from enum import StrEnum


class Refused(Exception):
    """The thing asked for is not possible now; `why` is a member of the domain's `Refusal` and has its sentence in `words.py`."""

    def __init__(self, why: StrEnum) -> None:
        super().__init__(why.value)
        self.why = why
