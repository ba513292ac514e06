"""Made reports, each complete or with one thing missing, and what `writeup` must say of them."""
