"""Explain a failed case of the shared tests as pytest explains one of a test module."""

import pytest

pytest.register_assert_rewrite("layers.rules")
