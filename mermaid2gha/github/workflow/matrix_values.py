"""The values of a matrix as GitHub reads them: a number that is written plainly is a number.

So `[3.9, 3.10]` are 3.9 and 3.1, a trap that many have fallen into. Elsewhere in a workflow texts are as
written. YAML 1.2, core schema, which GitHub's service follows (actions/runner, src/Sdk/WorkflowParser,
YamlObjectReader).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mermaid2gha.github.expressions.ast import number_of, number_text

if TYPE_CHECKING:
    import yaml

_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+")


def is_unsure(matrix: object) -> bool:
    """Whether a matrix that was read as texts has one that is another as a number."""
    match matrix:
        case str():
            return _NUMBER.fullmatch(matrix) is not None and number_text(number_of(matrix)) != matrix
        case Mapping():
            return any(map(is_unsure, matrix.values()))
        case list():
            return any(map(is_unsure, matrix))
        case _:
            return False


def matrices(text: str) -> dict[str, object]:
    """The matrices of a workflow by job, each number that is written plainly in GitHub's spelling."""
    import yaml

    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    jobs = _member(root, "jobs")
    found: dict[str, object] = {}
    for key, job in jobs.value if isinstance(jobs, yaml.MappingNode) else ():
        matrix = _member(_member(job, "strategy"), "matrix")
        if matrix is not None:
            found[str(key.value)] = _value(matrix)
    return found


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    import yaml

    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _value(node: yaml.Node) -> object:
    import yaml

    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(value) for value in node.value]
    text = str(node.value)
    is_plain = isinstance(node, yaml.ScalarNode) and not node.style
    return number_text(number_of(text)) if is_plain and _NUMBER.fullmatch(text) else text
