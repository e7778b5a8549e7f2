"""Amounts for people: bytes, and large numbers, with a unit prefix."""

_BYTES = ("B", "KB", "MB", "GB", "TB", "PB")
_NUMBERS = ("", "k", "M", "G", "T")
_HUGE = 10**6
"""From this many of a unit on, amounts are divided as integers: a float may not hold them."""


def format_bytes(count: int) -> str:
    """Bytes as Keras prints them: 1 KB is 1,024 bytes."""
    return _format(count, 1024, _BYTES)


def format_large(count: int) -> str:
    """A large number with a prefix for a power of 1,000, such as 4.09 G."""
    return _format(count, 1000, _NUMBERS) if count >= 1000 else str(count)


def _format(count: int, base: int, units: tuple[str, ...]) -> str:
    power = next((i for i in range(len(units)) if count < base ** (i + 1)), len(units) - 1)
    factor = base**power
    number = f"{count // factor:,}" if count >= _HUGE * factor else f"{count / factor:.2f}"
    return f"{number} {units[power]}"
