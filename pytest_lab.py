"""`pytest --lab=lab1.ipynb`: all that pytest finds of the grader by itself.

It is installed alone, for the grader is run from its checkout. So it needs nothing of it, and does
nothing, as long as no lab is named.
"""

import importlib
import sys
from collections.abc import Generator

import pytest

PLUGIN = "grader.self_check.pytest_plugin"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name a lab, and the exam that it is checked with."""
    group = parser.getgroup("lab", "the checks of a lab as tests")
    group.addoption("--lab", metavar="PATH", help="a .py, an .ipynb, a folder or an archive")
    group.addoption(
        "--lab-exam", metavar="NAME|DIR", help="name or folder of an exam; the default exam if none"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Where a lab is all that is asked for, no conftest.py counts: there may be any beside it.

    Raises:
        pytest.UsageError: settings were taken from beside it.
    """
    known = early_config.known_args_namespace
    if known.lab:
        require_own_settings(early_config)
        known.noconftest |= not known.file_or_dir
    return (yield)


def require_own_settings(config: pytest.Config) -> None:
    """See that pytest has taken no settings from beside the lab: these can overwrite any file.

    It looks there if the path stands apart from `--lab`, which it does not know so early. Settings
    that keep this very module out are not seen here: `--lab=` alone is safe from those.

    Raises:
        pytest.UsageError: it has.
    """
    settings, here = config.inipath, config.invocation_params
    named = any(str(each).startswith(("-c", "--config-file")) for each in here.args)
    if settings is None or named or here.dir.is_relative_to(settings.parent):
        return
    lab = config.known_args_namespace.lab
    raise pytest.UsageError(f"{settings}: not taken, as it lies beside the lab; write --lab={lab}")


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the rest where a lab is named.

    Raises:
        pytest.UsageError: there is no grader to check it with.
    """
    if not config.getoption("lab"):
        return
    here = config.invocation_params.dir
    if here.joinpath(*PLUGIN.split(".")).with_suffix(".py").exists():
        sys.path.insert(0, str(here))  # as `python -m pytest` does
    try:
        plugin = importlib.import_module(PLUGIN)
    except ImportError as error:
        problem = f"--lab: the grader cannot be imported ({error})"
        raise pytest.UsageError(f"{problem}; start pytest in its checkout") from error
    config.pluginmanager.register(plugin, PLUGIN)
