"""What of a step's values is known before it runs, and what only a runner knows."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.github.expressions.ast import Call, Context, Index, Literal, Logical, Node, Not
from mermaid2gha.github.expressions.checker import children
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import is_true, string_of

_UNKNOWN_CONTEXTS = frozenset(("secrets", "runner", "job", "steps"))

GIVEN_CONTEXTS = frozenset(("github", "inputs", "needs", "vars"))
"""Contexts with values that somebody has to give: of `needs` the outputs."""


@dataclass(frozen=True, slots=True)
class StepView:
    """What a step sees. `variables` are those of the environment that are known, `hidden` the others, and
    `open_steps` steps that may fail without the job; both in small letters.

    `takes` are the contexts, of those that somebody has to give, whose values are taken as they are.
    """

    environment: Environment = field(repr=False)
    variables: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    open_steps: frozenset[str] = frozenset()
    takes: frozenset[str] = GIVEN_CONTEXTS

    def is_known(self, node: Node) -> bool:
        """Whether an expression reads nothing that only a runner knows: secrets, files, outputs of steps."""
        match node:
            case Index(Context("github"), Literal("event_name")):
                return True
            case Index(Index(Context("needs")), Literal("result")):
                return True
            case Index(Index(Context("steps"), Literal(str(step))), Literal(str(name))):
                return name == "conclusion" or (name == "outcome" and step.lower() not in self.open_steps)
            case Index(Context("env"), Literal(str(name))):
                return name.lower() not in self.hidden
            case Context("env"):
                return not self.hidden
            case Context(name):
                return name not in _UNKNOWN_CONTEXTS and name not in GIVEN_CONTEXTS - self.takes
            case Call("hashfiles"):
                return False
        return all(self.is_known(part) for part in children(node))

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
        return replace(self, environment=seen, variables=variables, hidden=frozenset(hidden))
