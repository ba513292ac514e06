"""`python -m tests.quantizers`."""

from tests.quantizers.page import PAGE, measured, written

if __name__ == "__main__":
    PAGE.write_text(written(measured()), "utf-8")
