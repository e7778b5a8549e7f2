"""What all tests share: the option that rewrites golden files, and the check of every JSON."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

import json_schemas

# How long an example takes says how busy the other cores are.
settings.register_profile("convcalc", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("convcalc")


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
