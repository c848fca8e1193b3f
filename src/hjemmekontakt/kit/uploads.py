"""Files that come with a form: kept in memory and never on a disk, on the pages that take files, within their limits."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

LARGEST_REQUEST = 200 * 1024 * 1024
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files a page takes at once, and how large each may be."""

    most: int
    largest: int


def takes_files(*, most: int, largest: int) -> Callable[[View], View]:
    """Let a page take files; it stands outermost on the view. Everywhere else no file comes in."""

    def mark(view: View) -> View:
        view.takes_files = Limits(most, largest)  # type: ignore[attr-defined]
        return view

    return mark


class InMemory(FileUploadHandler):
    """Takes in the files of one request.

    One that is too large, or one too many, is read past and comes without its content, but with its name and its whole
    size: so the page can say which it was, and nothing else that was sent is lost.
    """

    limits: Limits | None = None
    whole = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *_: Any, **__: Any) -> None:
        """Find out what the page takes; far too much is not read at all."""
        view = getattr(self.request.resolver_match, "func", None) if self.request else None
        self.limits = getattr(view, "takes_files", None)
        largest: int = LARGEST_REQUEST if self.limits else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > largest:
            raise RequestDataTooBig("more than the page takes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        if self.limits is None:
            raise SkipFile
        self.size = 0
        self.pieces: list[bytes] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, for as long as the file is one that can be taken."""
        self.size += len(raw_data)
        if self._can_be_whole():
            self.pieces.append(raw_data)
        else:
            self.pieces.clear()

    def file_complete(self, file_size: int) -> UploadedFile:
        """Hand the file over, with its content or without."""
        self.whole += self._can_be_whole()
        content = BytesIO(b"".join(self.pieces))
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )

    def _can_be_whole(self) -> bool:
        return self.limits is not None and self.whole < self.limits.most and self.size <= self.limits.largest
