"""`pytest --lab=lab1.ipynb`: all that pytest loads of the kit by itself.

It lies beside the package: to import that costs time, and settings, where no lab is named.
"""

import importlib
import importlib.util
from collections.abc import Generator

import pytest

PLUGIN = "lab_kit.self_check.pytest_plugin"
OF_THE_GRADER = "pytest_lab"
"""A module of the grader, which brings in the same options, and checks more."""


def _is_ours() -> bool:
    return importlib.util.find_spec(OF_THE_GRADER) is None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name a lab."""
    if _is_ours():
        group = parser.getgroup("lab", "the checks of a lab as tests")
        group.addoption("--lab", metavar="PATH", help="a .py, an .ipynb, a folder or an archive")
        group.addoption("--lab-exam", help="the kit has no exam but its own")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Where a lab is all that is asked for, no conftest.py counts: there may be any beside it.

    Raises:
        pytest.UsageError: settings were taken from beside it.
    """
    known = early_config.known_args_namespace
    if _is_ours() and known.lab:
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
        pytest.UsageError: another exam is asked for.
    """
    if _is_ours() and config.getoption("lab"):
        if config.getoption("lab_exam"):
            raise pytest.UsageError("--lab-exam: the kit has no exam but its own; leave it out")
        config.pluginmanager.register(importlib.import_module(PLUGIN), PLUGIN)
