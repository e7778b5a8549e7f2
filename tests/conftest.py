"""What all tests share: the option that rewrites golden files, and the check of every JSON."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

import json_schemas

# How long an example takes depends on what else the machine does.
settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="rewrite the golden files and the generated parts of the documentation",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    # Several tests rewrite parts of one file: they must run one after the other.
    if config.getoption("--update-goldens"):
        config.option.numprocesses = 0


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture(autouse=True, scope="session")
def every_json_is_valid() -> Iterator[None]:
    """Hold each JSON that is written while tests run against its published schema."""
    with pytest.MonkeyPatch.context() as patch:
        for output, module, name in json_schemas.RENDERERS:
            patch.setattr(module, name, json_schemas.checked(output, getattr(module, name)))
        yield
