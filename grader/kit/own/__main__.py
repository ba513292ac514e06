"""`python -m lab_kit`, and the command `lab-kit`."""

from grader.kit.own.cli import main

if __name__ == "__main__":
    main()
