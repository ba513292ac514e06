"""`python -m lab_kit`, and the command `lab-kit`."""

from lab_kit_source.cli import main

if __name__ == "__main__":
    main()
