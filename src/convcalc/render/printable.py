"""The one door for text from files, paths and the command line: a function for each destination.

A name must not be able to steer a terminal, to command a CI server that reads a log, to be markup,
or to be a formula. Renderers escape nothing by themselves.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

# Controls, line and paragraph separators, marks that change the direction of text, characters that
# have no width and so make two names look alike (joiners are part of words), tags, surrogates.
_UNSAFE = (
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """For a line of text: every character that could steer a terminal is written as an escape."""
    if text.isprintable():  # nearly always: then there is no pattern to compile
        return text
    return re.sub(_UNSAFE, lambda match: _escape(match[0]), text)


def printable_lines(text: str) -> str:
    """For text of several lines: the same, but its line breaks are kept."""
    return "\n".join(map(printable, text.split("\n")))


def without_commands(text: str) -> str:
    """For a whole output: no line of it is a command to a CI server that reads it as a log.

    GitHub takes `::` at the start of a line for a command, and `##[` anywhere; Azure `##vso[`, too.
    """
    if "::" not in text and "##" not in text:
        return text
    # Colour may stand before what a log begins with.
    text = re.sub(r"(?m)^((?:[^\S\n]|\x1b\[[\d;]*m)*):(?=:)", r"\1\\x3a", text)
    return re.sub(r"#(?=#(?:vso)?\[)", r"\\x23", text)


def printable_json(text: str) -> str:
    """For JSON: what could steer, which can only stand in its strings, as JSON's own escapes."""
    text = re.sub(r"#(?=#(?:vso)?\[)", r"\\u0023", text) if "##" in text else text
    return "\n".join(
        line if line.isprintable() else re.sub(_UNSAFE, _json_escape, line)
        for line in text.split("\n")
    )


def encode_json(value: Any) -> str:
    """For JSON: indented, and safe to print."""
    import msgspec  # noqa: PLC0415 (start-up time)

    return printable_json(msgspec.json.format(json_bytes(value), indent=2).decode()) + "\n"


def json_bytes(value: Any) -> bytes:
    """Plain data as compact JSON, not yet safe to print."""
    import msgspec  # noqa: PLC0415 (start-up time)

    try:
        return msgspec.json.encode(value, enc_hook=repr)
    except UnicodeEncodeError:
        return msgspec.json.encode(encodable(value), enc_hook=repr)


def encodable(value: Any) -> Any:
    """Plain data in which surrogates, which no encoding has, are written as escapes."""
    if isinstance(value, str):
        return re.sub(r"[\ud800-\udfff]", lambda match: _escape(match[0]), value)
    if isinstance(value, dict):
        return {encodable(key): encodable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encodable(part) for part in value]
    return value


def markdown(text: str) -> str:
    """For GitHub's Markdown: text without effect as markup, on one line or in a cell.

    GitHub looks for mentions, references, links and formulas in the text that Markdown gives, so
    that no escape stops it, but not in code.
    """
    text = printable(text)
    if re.search(r"[@$]|www\.|://|#\d|\bGH-\d|:[a-z+-][\w+-]*(:|$)", text, re.IGNORECASE):
        return markdown_code(text)
    return re.sub(r"[\\`*_<>|\[\]#&~]|^[-+](?=\s|$)|^\d+(?=[.)](\s|$))", _markdown_escape, text)


def markdown_code(text: str) -> str:
    """For GitHub's Markdown: text as code.

    Text with what would end it, or the cell that it is in, is written as HTML, in which a character
    given by its number has no meaning.
    """
    text = printable(text)
    if not text:
        return ""
    if re.fullmatch(r"[^\s`|\\](?:[^`|\\]*[^\s`|\\])?", text):
        return f"`{text}`"
    numbered = re.sub(r"[!-/:-@\[-`{-~]", lambda match: f"&#{ord(match[0])};", text)
    return f"<code>{numbered}</code>"


def markdown_fenced(lines: Sequence[str], language: str) -> Iterator[str]:
    """For Markdown: a block of text as it stands; the fence is longer than any in it."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    yield ""
    yield f"{fence}{language}"
    yield from map(printable, lines)
    yield fence
    yield ""


def csv_text(text: str) -> str:
    """For a cell of CSV: a text that a spreadsheet would compute gets a `'` before it."""
    text = printable(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def workflow_data(text: str) -> str:
    """For the message of a command of GitHub's workflows."""
    return printable_lines(text).replace("%", "%25").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """For a property of such a command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: str) -> str:
    """For a message of SARIF, in which `[text](address)` would be a link."""
    return re.sub(r"\[(?=[^\]]*\]\()", r"\\[", text)


def xml_text(text: str) -> str:
    """For XML: an escape for each character that it can't hold, even by its number."""
    return re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]",
        lambda match: _escape(match[0]),
        text,
    )


def xml_document(text: str) -> str:
    """For a whole document in ASCII: what a program would not leave as it is, by its number."""
    text = re.sub(r"[\t\r\x7f]", lambda match: f"&#{ord(match[0])};", text)
    return re.sub(r"(?m)^( *):(?=:)", r"\1&#58;", text).replace("##", "#&#35;")


def uri(path: str) -> str:
    """For a URI reference: every byte of a path that can't stand in one is escaped."""
    from urllib.parse import quote_from_bytes  # noqa: PLC0415 (start-up time)

    try:
        encoded = path.encode(errors="surrogateescape")  # the bytes of a name that is no text
    except UnicodeEncodeError:
        encoded = path.encode(errors="surrogatepass")
    reference = quote_from_bytes(encoded)
    return f"file:///{reference.lstrip('/')}" if PurePath(path).is_absolute() else reference


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _markdown_escape(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"
