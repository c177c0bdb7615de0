"""What of a step's values is known before it runs, and what only a runner knows."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.ast import Call, Context, Index, Literal, Logical, Node, Not
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import is_true, string_of

_UNKNOWN_CONTEXTS = frozenset(("secrets", "runner", "job"))


@dataclass(frozen=True, slots=True)
class StepView:
    """What a step sees. `variables` are those of the environment that are known, `hidden` the others.

    The hidden ones are in small letters.
    """

    environment: Environment = field(repr=False)
    variables: Mapping[str, str]
    hidden: frozenset[str]

    def is_known(self, node: Node) -> bool:
        """Whether an expression reads nothing that only a runner knows: secrets, files, outputs of steps."""
        for part in nodes(node):
            match part:
                case Context(name) if name in _UNKNOWN_CONTEXTS:
                    return False
                case Call("hashfiles"):
                    return False
                case Index(Context("env"), Literal(str(name))) if name.lower() in self.hidden:
                    return False
                case Index(Context("env"), None) if self.hidden:
                    return False
                case Index(Index(Context("steps")), Literal(str(name))) if name.lower() == "outputs":
                    return False
                case Index(Context("steps"), None):
                    return False
        return True

    def truth(self, node: Node) -> bool | None:
        """Whether an expression is true; none where only a runner knows."""
        if self.is_known(node):
            try:
                return is_true(evaluate(node, self.environment))
            except EvaluationError:
                return None
        match node:
            case Not(operand):
                inner = self.truth(operand)
                return None if inner is None else not inner
            case Logical(operator, operands):
                values = [self.truth(operand) for operand in operands]
                deciding = operator == "||"
                if deciding in values:
                    return deciding
                return None if None in values else not deciding
            case _:
                return None

    def text(self, text: str) -> str | None:
        """A text with its expressions evaluated; none where only a runner knows, or they have no value."""
        if "${{" not in text:
            return text
        try:
            node = templated(text)
            return string_of(evaluate(node, self.environment)) if self.is_known(node) else None
        except (EvaluationError, ValueError):
            return None

    def within(self, pairs: tuple[tuple[str, str], ...]) -> StepView:
        """The same with more variables."""
        variables, hidden = dict(self.variables), set(self.hidden)
        for name, text in pairs:
            value = self.text(text)
            if value is None:
                hidden.add(name.lower())
                variables.pop(name, None)
            else:
                hidden.discard(name.lower())
                variables[name] = value
        environment = self.environment
        contexts = {**environment.contexts, "env": dict(variables)}
        seen = Environment(
            contexts, environment.is_success, environment.is_failure, is_cancelled=environment.is_cancelled
        )
        return StepView(seen, variables, frozenset(hidden))
