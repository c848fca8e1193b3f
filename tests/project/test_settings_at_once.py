"""Settings are found by Python itself (`project/apps.py`); what Django promises of them holds (decision 77)."""

import pytest
from django.conf import LazySettings, settings
from django.test import override_settings


def test_a_setting_is_found_without_asking_what_it_wraps() -> None:
    assert LazySettings.__getattribute__ is object.__getattribute__


def test_one_that_is_missing_is_missing_and_one_that_is_changed_is_changed() -> None:
    assert settings.LANGUAGE_CODE == "nb"
    with override_settings(LANGUAGE_CODE="nn"):
        assert settings.LANGUAGE_CODE == "nn"
    assert settings.LANGUAGE_CODE == "nb"
    with pytest.raises(AttributeError):
        settings.NOT_A_SETTING  # noqa: B018
    assert "LANGUAGE_CODE" in dir(settings)


def test_what_stands_in_for_a_method_of_what_is_wrapped_is_python_s_own_alone() -> None:
    """Python looks for these in the type, not by `__getattribute__`."""
    stands_in = [name for name in dir(LazySettings) if not getattr(getattr(LazySettings, name), "_mask_wrapped", True)]
    assert "__dir__" in stands_in
    assert all(name.startswith("__") and name.endswith("__") for name in stands_in)
