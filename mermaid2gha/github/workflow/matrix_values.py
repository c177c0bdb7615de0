"""The values of a matrix as GitHub reads them: a number that is written plainly is a number.

So `[3.9, 3.10]` are 3.9 and 3.1, a trap that many have fallen into. Elsewhere in a workflow texts are as
written. YAML 1.2, core schema, which GitHub's service follows (actions/runner, src/Sdk/WorkflowParser,
YamlObjectReader).
"""

from __future__ import annotations

import re

from mermaid2gha.github.expressions.ast import number_of, number_text
from mermaid2gha.yaml.tree import Scalar, Tree
from mermaid2gha.yaml.values import Value, value

_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+")


def matrix_value(node: Tree) -> Value:
    """A matrix with each number that is written plainly in GitHub's spelling."""
    return value(node, _text)


def _text(text: Scalar) -> str:
    is_number = text.is_plain and _NUMBER.fullmatch(text.value) is not None
    return number_text(number_of(text.value)) if is_number else text.value
