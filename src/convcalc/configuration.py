"""The configuration of a repository: `convcalc.yaml`, in the current folder or one around it."""

from pathlib import Path

from convcalc.checks import codes
from convcalc.diagnostics import Diagnostic, SpecError, did_you_mean
from convcalc.formats.spec import document
from convcalc.formats.spec.document import Value

NAME = "convcalc.yaml"
ALL = "all"


def find(folder: Path) -> Path | None:
    """The nearest configuration, in the folder or one around it."""
    paths = (parent / NAME for parent in (folder, *folder.parents))
    return next((path for path in paths if path.is_file()), None)


def read_warnings(data: bytes) -> tuple[str, ...]:
    """The codes of the warnings that a configuration asks for. Raises SpecError."""
    root = document.read(data.decode("utf-8-sig", errors="replace"))
    if root is None or root.plain is None:
        return ()
    if not root.is_mapping:
        raise _wrong(root, "wrong-type", "a configuration must be a mapping")
    for key in root.parts:
        if key != "warnings":
            message = f"there is no key {key!r} in a configuration"
            raise _wrong(root.key(key), "unknown-key", message, "its key is warnings")
    wanted = root.get("warnings")
    if wanted is None or wanted.plain is None:
        return ()
    if wanted.plain == ALL:
        return codes()
    if not wanted.is_list:
        raise _wrong(wanted, "wrong-type", f"warnings must be a list of codes, or {ALL}")
    for part in wanted.parts:
        if part.plain not in codes():
            help = did_you_mean(str(part.plain), codes()) or f"the codes are {', '.join(codes())}"
            raise _wrong(part, "wrong-value", f"there is no warning {part.plain!r}", help)
    return tuple(part.plain for part in wanted.parts)


def _wrong(value: Value, code: str, message: str, help: str | None = None) -> SpecError:
    return SpecError([Diagnostic(code=code, message=message, span=value.span, help=help)])
