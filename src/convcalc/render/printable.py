"""Makes text from files, paths and the command line safe: one function for each destination.

A name must not steer a terminal, command a CI server that reads a log, or act as markup or as a
formula. All escaping is here; renderers do none.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

# Controls, line and paragraph separators, marks that change the direction of text, characters
# without width, which make two names look alike (joiners are part of words), tags, surrogates.
_UNSAFE = (
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """For a line of text: escape every character that could steer a terminal."""
    if text.isprintable():  # nearly always, and saves compiling the pattern
        return text
    return re.sub(_UNSAFE, lambda match: _escape(match[0]), text)


def printable_lines(text: str) -> str:
    """For several lines of text: the same, but keep line breaks."""
    return "\n".join(map(printable, text.split("\n")))


def without_commands(text: str) -> str:
    """For a whole output: escape what a CI server would take for a command.

    On GitHub that is `::` at the start of a line, and `##[` anywhere; on Azure, also `##vso[`.
    """
    if "::" not in text and "##" not in text:
        return text
    # Colours may precede it.
    text = re.sub(r"(?m)^((?:[^\S\n]|\x1b\[[\d;]*m)*):(?=:)", r"\1\\x3a", text)
    return re.sub(r"#(?=#(?:vso)?\[)", r"\\x23", text)


def printable_json(text: str) -> str:
    """For JSON: escape the same, which only strings can hold, as JSON does."""
    text = re.sub(r"#(?=#(?:vso)?\[)", r"\\u0023", text) if "##" in text else text
    return "\n".join(
        line if line.isprintable() else re.sub(_UNSAFE, _json_escape, line)
        for line in text.split("\n")
    )


def encodable(value: Any) -> Any:
    """For any encoding: escape the surrogates in plain data."""
    if isinstance(value, str):
        return re.sub(r"[\ud800-\udfff]", lambda match: _escape(match[0]), value)
    if isinstance(value, dict):
        return {encodable(key): encodable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encodable(part) for part in value]
    return value


def markdown(text: str) -> str:
    """For GitHub's Markdown: text that is no markup, on one line or in a cell.

    GitHub finds mentions, references, links and formulas after it has resolved escapes, so text
    with any of them becomes code.
    """
    text = printable(text)
    if re.search(r"[@$]|www\.|://|#\d|\bGH-\d|:[a-z+-][\w+-]*(:|$)", text, re.IGNORECASE):
        return markdown_code(text)
    return re.sub(r"[\\`*_<>|\[\]#&~]|^[-+](?=\s|$)|^\d+(?=[.)](\s|$))", _markdown_escape, text)


def markdown_code(text: str) -> str:
    """For GitHub's Markdown: text as code.

    Text that would end the code or its cell is written as HTML, with punctuation as character
    references.
    """
    text = printable(text)
    if not text:
        return ""
    if re.fullmatch(r"[^\s`|\\](?:[^`|\\]*[^\s`|\\])?", text):
        return f"`{text}`"
    numbered = re.sub(r"[!-/:-@\[-`{-~]", lambda match: f"&#{ord(match[0])};", text)
    return f"<code>{numbered}</code>"


def markdown_fenced(lines: Sequence[str], language: str) -> Iterator[str]:
    """For Markdown: a fenced block; the fence is longer than any in the text."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    yield ""
    yield f"{fence}{language}"
    yield from map(printable, lines)
    yield fence
    yield ""


def csv_text(text: str) -> str:
    """For a cell of CSV: put a `'` before a text that a spreadsheet would compute."""
    text = printable(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def workflow_data(text: str) -> str:
    """For the message of a GitHub workflow command."""
    return printable_lines(text).replace("%", "%25").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """For a property of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: str) -> str:
    """For a SARIF message, in which `[text](address)` would be a link."""
    return re.sub(r"\[(?=[^\]]*\]\()", r"\\[", text)


def xml_text(text: str) -> str:
    """For XML: escape the characters that it can't hold, even as references."""
    return re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]",
        lambda match: _escape(match[0]),
        text,
    )


def xml_document(text: str) -> str:
    """For a whole XML document: reference characters that parsers or CI servers would interpret."""
    text = re.sub(r"[\t\r\x7f]", lambda match: f"&#{ord(match[0])};", text)
    return re.sub(r"(?m)^( *):(?=:)", r"\1&#58;", text).replace("##", "#&#35;")


def uri(path: str) -> str:
    """For a URI reference: escape every byte of a path that one can't hold."""
    from urllib.parse import quote_from_bytes  # noqa: PLC0415 (start-up time)

    try:
        encoded = path.encode(errors="surrogateescape")  # restores a name that is not text
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
