"""Which files of a submission its code imports, and what they are called there."""

import ast
import posixpath
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

RESERVED = frozenset({"conftest", "sitecustomize", "usercustomize", "grader", "handed_in"})
"""Modules that Python or tools import by themselves, and names that the grader needs."""

PACKAGES = frozenset(
    {
        "PIL",
        "IPython",
        "_distutils_hack",
        "charset_normalizer",
        "contourpy",
        "cycler",
        "dateutil",
        "filelock",
        "fontTools",
        "fsspec",
        "functorch",
        "ipykernel",
        "jinja2",
        "jupytext",
        "kiwisolver",
        "markupsafe",
        "matplotlib",
        "mpl_toolkits",
        "mpmath",
        "nbclient",
        "nbconvert",
        "nbformat",
        "networkx",
        "numpy",
        "packaging",
        "pandas",
        "pkg_resources",
        "pylab",
        "pyparsing",
        "pytz",
        "scipy",
        "setuptools",
        "six",
        "sympy",
        "torch",
        "torchgen",
        "torchvision",
        "tqdm",
        "typing_extensions",
        "tzdata",
    }
)
"""What the student's process depends on: the same list wherever the grader is installed."""

IMPORTED = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<source>\.*[\w.]*)[ \t]+)?import[ \t]+(?P<names>[\w., \t]*)",
    re.MULTILINE,
)
IMPORTS_NOTEBOOKS = re.compile(rb"import_ipynb|nbimporter|importnb")
"""What lets a notebook be imported like a module."""
PACKAGE = "handed_in"
"""What the folder of the graded file is called as a package, for its relative imports."""


@dataclass
class Modules:
    """The files of a submission as modules, by their relative posix paths."""

    files: Mapping[str, bytes]
    declared: dict[str, list[str]] = field(default_factory=dict)
    """Folders that a file puts on `sys.path`."""

    def __post_init__(self) -> None:
        """Look the paths up once."""
        paths = [PurePosixPath(name) for name in self.files]
        self._code = {str(p.with_suffix("")): str(p) for p in paths if p.suffix == ".py"}
        self._notebooks = {str(p.with_suffix("")): str(p) for p in paths if p.suffix == ".ipynb"}
        self._folders = {str(above) for p in self._code for above in PurePosixPath(p).parents}

    def find(self, module: str, importer: str, level: int = 0) -> str | None:
        """The file of a module; None where the submission has none.

        Args:
            module: `a.b`; may be empty where `level` is not 0.
            importer: the path of the file that imports it.
            level: the number of dots of a relative import.
        """
        parts = [part for part in module.split(".") if part]
        home = PurePosixPath(importer).parent
        if level:
            folder = posixpath.normpath(posixpath.join(home, *[".."] * (level - 1)))
            return self._file(folder, parts)
        if not parts or is_taken(parts[0]):
            return None
        root = self.root(parts[0], importer)
        return None if root is None else self._file(root, parts)

    def root(self, name: str, importer: str) -> str | None:
        """The folder from which a top-level module is imported.

        It is that of the importer, one that it puts on `sys.path`, one above or its `src`; or any
        other, if there is but one with such a module.
        """
        home = PurePosixPath(importer).parent
        above = [str(folder) for folder in (home, *home.parents)]
        likely = [above[0], *self.declared.get(importer, ())]
        likely += [each for folder in above for each in (folder, posixpath.join(folder, "src"))]
        for folder in likely:
            if self._has(folder, name, importer):
                return str(posixpath.normpath(folder))
        others = {folder for folder in self._folders if self._has(folder, name, importer)}
        return others.pop() if len(others) == 1 else None

    def below(self, folder: str) -> list[str]:
        """The scripts in a folder and all folders in it."""
        start = "" if folder == "." else f"{folder}/"
        return [name for name in self._code.values() if name.startswith(start)]

    def of(self, root: str, name: str) -> list[str]:
        """The files of a top-level module in a folder: one, or those of a package."""
        path = posixpath.normpath(posixpath.join(root, name))
        if path in self._code:
            return [self._code[path]]
        return self.below(path) or [self._notebooks[path]]

    def _has(self, folder: str, name: str, importer: str) -> bool:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path in self._code or path in self._folders:
            return True
        return path in self._notebooks and bool(IMPORTS_NOTEBOOKS.search(self.files[importer]))

    def _file(self, folder: str, parts: list[str]) -> str | None:
        path = posixpath.normpath(posixpath.join(folder, *parts))
        for found in (self._code.get(path), self._code.get(posixpath.join(path, "__init__"))):
            if found is not None:
                return found
        return self._notebooks.get(path)


@dataclass(frozen=True)
class Helpers:
    """What the graded file can import, as it is laid out in the student's process."""

    modules: tuple[tuple[str, str], ...]
    """(path there, path in the submission)."""
    package: str
    """What the graded file's relative imports start from; empty where it has none."""
    notes: tuple[str, ...]


def helpers(modules: Modules, graded: str, level: int) -> Helpers:
    """Find the modules that the graded file can import, and say which are left out.

    Args:
        modules: the submission's.
        graded: the path of the graded file.
        level: the most dots of its relative imports.
    """
    home = str(PurePosixPath(graded).parent)
    beside = [name for name in modules.below(home) if name != graded]
    taken = [name for name in beside if is_taken(_top(posixpath.relpath(name, home)))]
    laid: dict[str, str] = {}
    for name in beside:
        if name not in taken:
            _lay(laid, posixpath.relpath(name, home), name)
    pending = [graded, *laid.values()]
    while pending:
        importer = pending.pop()
        for there, name in _elsewhere(modules, importer, home):
            if name != graded and _lay(laid, there, name):
                pending.append(name)
    package = ""
    if level:
        folder = posixpath.normpath(posixpath.join(home, *[".."] * (level - 1)))
        package = ".".join([PACKAGE, *PurePosixPath(posixpath.relpath(home, folder)).parts])
        for name in modules.below(folder):
            if name != graded:
                _lay(laid, posixpath.join(PACKAGE, posixpath.relpath(name, folder)), name)
    notes = [f"{name} cannot be imported: Python or a package has that name" for name in taken]
    return Helpers(tuple(laid.items()), package, tuple(notes))


def _lay(laid: dict[str, str], there: str, name: str) -> bool:
    """Lay a file out under a path, if it is one of a module and still free."""
    path = PurePosixPath(there).with_suffix(".py")
    fits = all(part.isidentifier() for part in path.with_suffix("").parts)
    if fits and str(path) not in laid:
        laid[str(path)] = name
        return True
    return False


def _elsewhere(modules: Modules, importer: str, home: str) -> Iterator[tuple[str, str]]:
    """The modules that a file imports, apart from the scripts in `home`: (path there, file)."""
    for top in {name.split(".")[0] for name in imported(modules.files[importer])}:
        root = None if is_taken(top) else modules.root(top, importer)
        if root is None:
            continue
        for name in modules.of(root, top):
            if root != home or name.endswith(".ipynb"):
                yield posixpath.relpath(name, root), name


def imported(data: bytes) -> set[str]:
    """The modules that are imported anywhere in a file, a notebook's JSON included.

    `matplotlib.pyplot`, also where it is `from matplotlib import pyplot`. A string that looks like
    an import counts as one.
    """
    text = data.replace(b"\\n", b"\n").replace(b'"', b"\n")
    found: set[bytes] = set()
    for match in IMPORTED.finditer(text):
        names = [name.split(b" as ")[0].strip() for name in (match["names"] or b"").split(b",")]
        source = match["source"]
        found.update(names if source is None else [source, *(source + b"." + n for n in names)])
    return {name.decode() for name in found}


def _top(path: str) -> str:
    return PurePosixPath(path).with_suffix("").parts[0]


def is_taken(name: str) -> bool:
    """Whether a top-level module name belongs to Python or to what the student's process needs."""
    known = name in RESERVED or name in PACKAGES or name in sys.stdlib_module_names
    return known or name.startswith("__")


def declared_folders(tree: ast.AST, home: str) -> Iterator[str]:
    """The folders that code puts on `sys.path`, as far as they are written out.

    Args:
        tree: of a file or cell.
        home: the folder of the file.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Attribute(value=ast.Name(id="sys"), attr="path"),
                    attr="append" | "insert" | "extend",
                )
            ):
                texts = [
                    each.value
                    for each in ast.walk(node)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                up = [".." for each in ast.walk(node) if _is_parent(each)]
                folder = posixpath.normpath(posixpath.join(home, *up, *texts))
                if not folder.startswith(("..", "/")):
                    yield folder


def _is_parent(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "parent"
