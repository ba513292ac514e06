"""A student's own checks, again and again: at every save, in a notebook, and as tests of pytest.

Here it is decided which questions are asked, never what is right. `cli` enters for `check --watch`,
pytest by `pytest_plugin`. A notebook's kernel imports `notebook` alone, and with it no other room.
"""
