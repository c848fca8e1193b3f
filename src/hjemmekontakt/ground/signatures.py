"""By which algorithms other machines sign: what the door tells of, and the log-in demands."""

ASSERTIONS = ("RS384", "ES384")
"""A client's assertion (SMART Backend Services)."""

PROOFS = tuple(f"{kind}{size}" for kind in ("ES", "PS", "RS") for size in (256, 384, 512))
"""A proof that whoever shows a token holds its key (DPoP, RFC 9449)."""

DPOP_CHALLENGE = f'DPoP algs="{" ".join(PROOFS)}"'
