"""`python -m grader`."""

if __name__ == "__main__":
    # Not above: every process that a class is graded by imports this module, and needs no commands.
    from grader.cli import main

    main()
