"""The message sink's page: the SMS and e-mails that came in, newest first, in large and plain type."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import islice

MOST_SHOWN = 200
FRAME = """<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SMS og e-post i demoen</title>
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem }}
article {{ border: 1px solid #6b6b6b; padding: .75rem 1rem; margin: 0 0 1rem; overflow-wrap: anywhere }}
article p {{ margin: .25rem 0; white-space: pre-wrap }}
h3 {{ margin: 0; font-size: 1.125rem }}
a {{ color: #0b57a4 }}
</style>
</head>
<body>
<main>
<h1>SMS og e-post i demoen</h1>
<p>Her havner alt som demoen sender. Ingenting går videre til noen. <a href="/">Oppdater</a></p>
<h2>SMS</h2>
{sms}
<h2>E-post</h2>
{mail}
</main>
</body>
</html>
"""


def page(sms: list[dict[str, str]], mail: list[dict[str, str]]) -> str:
    """Draw the page; what came in is shown as text, never as HTML.

    >>> sms = {"to": "+4790000001", "from": "Tunvik", "text": "<b>", "at": "2026-03-23T08:00:00+00:00"}
    >>> "&lt;b&gt;" in page([sms], [])
    True
    """
    return FRAME.format(sms=_items(sms, nothing="Ingen SMS ennå."), mail=_items(mail, nothing="Ingen e-post ennå."))


def _items(items: list[dict[str, str]], *, nothing: str) -> str:
    shown = [_item(item) for item in islice(reversed(items), MOST_SHOWN)]
    return "\n".join(shown) if shown else f"<p>{nothing}</p>"


def _item(item: Mapping[str, str]) -> str:
    lines: Iterable[str] = (item[name] for name in ("subject", "text") if name in item)
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    from_whom = f"<p>Fra {escape(item['from'])}, <time>{escape(item['at'])}</time></p>"
    return f"<article><h3>Til {escape(item['to'])}</h3>{from_whom}{said}</article>"
