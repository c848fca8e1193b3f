"""What a test's cases are called: the same in each worker of a run, whatever its values are made of."""

import pytest

from tests.conftest import pytest_make_parametrize_id


@pytest.mark.parametrize(
    ("value", "called"),
    [
        ("one small letter", None),
        ("x" * 32, None),
        ("x" * 33, "cookie"),
        (b"x" * 33, "cookie"),
        (7, None),
    ],
)
def test_a_long_value_is_called_by_the_name_of_what_it_is(value: object, called: str | None) -> None:
    assert pytest_make_parametrize_id(value, "cookie") == called, "None leaves it to pytest"


def test_this_run_goes_by_it(request: pytest.FixtureRequest) -> None:
    assert (
        request.config.hook.pytest_make_parametrize_id(config=request.config, val="x" * 33, argname="cookie")
        == "cookie"
    )
