"""The process that makes one file anew: the file comes in, a line with its kind and then the new file go out."""

import sys

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.cleaning.limits import hold_to_them
from hjemmekontakt.messages.cleaning.making import made_anew

if __name__ == "__main__":
    hold_to_them()
    try:
        made = made_anew(sys.stdin.buffer.read())
    except Refused as refused:
        sys.stdout.buffer.write(refused.why.value.encode() + b"\n")
    else:
        sys.stdout.buffer.write(made.kind.value.encode() + b"\n" + made.content)
