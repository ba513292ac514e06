#!/bin/sh
# What Gradescope runs once, as root, when it builds the autograder from autograder.zip: installs the
# packages and proves that a grade works here. Ends with an error, and so the build, where it does not.
#
# PYTHON       the interpreter (the newest of 3.10 to 3.13 that is installed)
# TORCH_INDEX  where pip finds CPU wheels of torch (PyTorch's own index)
# WHEELS       a folder of wheels to install from instead of the network
set -eu

source=/autograder/source
index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
fail() { echo "setup.sh: $1" >&2; exit 1; }

[ -f "$source/exam/manifest.json" ] || fail "$source/exam holds no exam; package anew"
python=$(sh "$source/newest-python") || fail "bring such a Python, see docker/README.md"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip' 2>/dev/null ||
    { apt-get update && apt-get install --yes --no-install-recommends "python$version-venv"; } ||
    fail "python$version-venv cannot be installed"

# A user with this name is for the course's own checks; student code gets users without a name.
id student >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin student

"$python" -m venv /opt/grader-venv
if [ -n "${WHEELS:-}" ]; then set -- --no-index --find-links "$WHEELS"; else set -- --extra-index-url "$index"; fi
build=$(mktemp -d)
cp "$source/pyproject.toml" "$source/LICENSE" "$build"
PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 /opt/grader-venv/bin/python -m pip install \
    --quiet --no-cache-dir "$@" --constraint "$source/constraints/py$version.txt" "$build" ||
    fail "the packages cannot be installed"
rm -r "$build"
/opt/grader-venv/bin/python -m pip uninstall --quiet --yes quantization-grader

# Student code runs as other users: nothing here is theirs to read.
mkdir -p /autograder/cache
chmod -R go= "$source" /autograder/cache
chmod 755 "$source/run_autograder"
# As the platform does; a build without it (an image of one's own) has the script all the same.
[ "$source/run_autograder" -ef /autograder/run_autograder ] ||
    install -m 755 "$source/run_autograder" /autograder/run_autograder

# The blank template, graded as an upload is: 0 points, and the wall must stand.
root=$(mktemp -d)
mkdir "$root/submission"
cp "$source/student_template/lab1.py" "$root/submission"
/autograder/run_autograder --root "$root" || fail "a grade does not work here, see above"
score=$("$python" -c 'import json, sys; r = json.load(open(sys.argv[1])); print(r["score"], r["extra_data"]["complete"])' \
    "$root/results/results.json")
rm -r "$root"
[ "$score" = "0.0 True" ] || fail "the blank template got '$score' instead of 0 points"
echo "setup.sh: the autograder works (the blank template gets 0 points)"
