"""How the tests are run: what Hypothesis tries, and the word that renews golden results."""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure, so nothing here depends on a clock.
_CLOCKLESS = [HealthCheck.too_slow]

settings.register_profile(
    "everyday",
    derandomize=True,
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=_CLOCKLESS,
)
settings.register_profile(
    "thorough",
    derandomize=False,
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=_CLOCKLESS,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


def pytest_addoption(parser: pytest.Parser) -> None:
    # Here and not in tests/golden: pytest knows only the options of the topmost conftest.
    parser.addoption("--accept-golden", action="store_true", help="record today's results as the golden ones")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that all workers end together and none is left with a long one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the search for garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def accept_golden(request: pytest.FixtureRequest) -> bool:
    """Whether differences from the golden results are to be recorded instead of reported."""
    return bool(request.config.getoption("--accept-golden"))
