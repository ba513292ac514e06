"""A student's own checks, again and again: at every save, and as tests of pytest.

Here it is decided which questions are asked, never what is right. `cli` enters for `check --watch`,
and pytest by `pytest_plugin`.
"""
