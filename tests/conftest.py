"""The option that rewrites golden files, and how Hypothesis runs on a busy machine."""

import pytest
from hypothesis import HealthCheck, settings

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
