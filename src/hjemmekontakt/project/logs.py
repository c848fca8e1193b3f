"""Log lines as JSON, one a line, with only what is safe to read: never bodies, queries, names or national ids."""

import json
import logging

from hjemmekontakt.ground import clock

SAFE = {
    "act", "kind", "listener", "error", "rows", "event", "count", "seconds", "job", "status", "method", "route",
    "reason", "client", "worker", "attempts", "notice", "channel", "municipality", "provider",
}  # fmt: skip


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; a traceback is told by its places in the code, not by its values."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, object] = {
            "at": clock.real().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in record.__dict__.items() if key in SAFE})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["places"] = _places(record)
        return json.dumps(line, default=str, ensure_ascii=False)


def _places(record: logging.LogRecord) -> list[str]:
    places, trace = [], record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('hjemmekontakt/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]
