"""otter-grader reads this project's points as so many; `tests/other_tools` runs it beside that.

try_otter.py RESULTS NOTEBOOK FOLDER PYTHON
"""

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def main() -> None:
    """Exit status 0: every question has its points."""
    results, notebook, folder, python = (Path(path).absolute() for path in sys.argv[1:])
    tests = json.loads(results.read_text("utf-8"))["tests"]
    most = {"1.2": 5, "2.1": 18, "4.3": 18}
    expected = {
        f"q{number.replace('.', '_')}": sum(t["score"] for t in tests if t["number"] == number)
        for number in most
    }
    (folder / "tests").mkdir(parents=True)
    for number, points in most.items():
        name = f"q{number.replace('.', '_')}"
        text = (
            "from otter.test_files import test_case\n"
            f'OK_FORMAT = False\nname = "{name}"\npoints = {points}\n\n'
            "@test_case()\ndef test_nothing():\n    pass\n"
        )
        (folder / "tests" / f"{name}.py").write_text(text, "utf-8")
    command = [str(python), "-m", "grader"]
    plugin = {"lab1_plugin.Lab1": {"command": command, "folder": str(CHECKOUT)}}
    (folder / "otter_config.json").write_text(json.dumps({"plugins": [plugin]}), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "docs" / "otter")}
    otter = [sys.executable, "-m", "otter"]
    generate = ["generate", "--no-environment", "-c", "otter_config.json", "-t", "tests"]
    subprocess.run([*otter, *generate], check=True, cwd=folder, env=environment)
    run = ["run", str(notebook), "-a", "autograder.zip", "-o", str(folder)]
    subprocess.run([*otter, *run], check=True, cwd=folder, env=environment)
    told = json.loads((folder / "results.json").read_text("utf-8"))["tests"]
    found = {test["name"]: test["score"] for test in told if test["name"] in expected}
    print("expected:", expected, "otter:", found)
    assert found == expected


main()
