"""`python -m tests.similarity` writes anew what is known of independent right solutions."""

from tests.similarity.independent import FILE, written

if __name__ == "__main__":
    FILE.write_bytes(written())
