"""Amounts as people read them: bytes, and large numbers with a factor."""


def format_bytes(count: float) -> str:
    """A number of bytes as Keras prints it: 1 KB is 1,024 bytes."""
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if count < 1024:
            return f"{count:.2f} {unit}"
        count /= 1024
    return f"{count:.2f} PB"


def format_large(count: int) -> str:
    """A large number with a factor of a power of 1,000, as 4.09 G."""
    for factor, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= factor:
            return f"{count / factor:.2f} {unit}"
    return str(count)
