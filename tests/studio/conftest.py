"""One studio for the tests of a module."""

import pytest
from parts import need
from visiting import Studio


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Where the listener's own scripts are."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def studio(data):
    need(modules=["starlette", "uvicorn"])
    running = Studio(XDG_DATA_HOME=str(data))
    yield running
    code, _, err = running.end()
    assert code == 130
    assert err.strip() == "Interrupted."
