"""A script to its tree, by descent over its characters."""

from __future__ import annotations

import re

from mermaid2gha.github.shell.syntax import (
    AndOr,
    Arithmetic,
    Assignment,
    Case,
    Characters,
    Command,
    Commands,
    For,
    Function,
    Group,
    If,
    NotUnderstoodError,
    Parameter,
    Part,
    Pipeline,
    Redirect,
    Simple,
    Substitution,
    Test,
    While,
    Word,
)

_DEEPEST = 40
_DECLARING = ("export", "local", "declare")
_SPACE = re.compile(r"(?:[ \t]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(\+?=)")
_FUNCTION = re.compile(r"(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\(\)[ \t\r\n]*\{")
_REDIRECT = re.compile(r"(\d?)(>>|>&|>|<<<|<<-?|<)")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9?#@*$!-]")
_PLAIN = re.compile(r"[^\s'\"\\$`|&;<>(){}#*?\[\]~!=]+")


def parsed_script(text: str) -> Commands:
    """The commands of a script; `NotUnderstoodError` where it is beyond what is followed here."""
    parser = _Parser(text.replace("\r\n", "\n"))
    commands = parser.commands(())
    if parser.at < len(parser.text):
        raise NotUnderstoodError(parser.text[parser.at :][:20])
    return commands


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.pending: list[tuple[str, bool, bool, list[Redirect]]] = []

    # -- characters ------------------------------------------------------------------------------

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise NotUnderstoodError(f"no {text} at {self.at}")

    def blanks(self) -> None:
        if match := _SPACE.match(self.text, self.at):
            self.at = match.end()
        if self.peek("#") and (self.at == 0 or self.text[self.at - 1] in " \t\n;&|()"):
            match = _COMMENT.match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def lines(self) -> None:
        """Blanks, comments, and the ends of lines."""
        while True:
            self.blanks()
            if not self.line_end():
                return

    def line_end(self) -> bool:
        if not self.take("\n"):
            return False
        for end, is_dashed, is_literal, target in self.pending:
            target.append(Redirect("<<", self.document(end, is_dashed, is_literal)))
        self.pending.clear()
        return True

    def document(self, end: str, is_dashed: bool, is_literal: bool) -> Word:
        lines: list[str] = []
        while self.at < len(self.text):
            stop = self.text.find("\n", self.at)
            stop = len(self.text) if stop < 0 else stop
            line = self.text[self.at : stop]
            self.at = min(stop + 1, len(self.text))
            line = line.lstrip("\t") if is_dashed else line
            if line == end:
                text = "".join(f"{line}\n" for line in lines)
                return (Characters(text, True),) if is_literal else _Parser(text).quoted_text("")
            lines.append(line)
        raise NotUnderstoodError(f"no end {end}")

    def word_ahead(self, *words: str) -> bool:
        """Whether one of these reserved words stands here."""
        for word in words:
            if self.peek(word):
                after = self.text[self.at + len(word) : self.at + len(word) + 1]
                if not after or after in " \t\n;&|()<>" or word in ("}", "{"):
                    return True
        return False

    # -- commands --------------------------------------------------------------------------------

    def commands(self, ends: tuple[str, ...]) -> Commands:
        """Commands up to one of some words, or `)`, or the end."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstoodError("nested too deeply")
        lists: list[AndOr] = []
        while True:
            self.lines()
            if self.at >= len(self.text) or self.peek(")") or self.peek(";;") or self.word_ahead(*ends):
                break
            lists.append(self.and_or())
            self.blanks()
            if self.peek(";;") or self.take(";") or self.peek(")") or self.peek("\n"):
                continue
            if self.peek("&"):
                raise NotUnderstoodError("in the background")
            if self.at < len(self.text) and not self.word_ahead(*ends):
                raise NotUnderstoodError(self.text[self.at :][:20])
        self.depth -= 1
        return tuple(lists)

    def and_or(self) -> AndOr:
        first = self.pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while True:
            self.blanks()
            operator = next((text for text in ("&&", "||") if self.take(text)), "")
            if not operator:
                return AndOr(first, tuple(rest))
            self.lines()
            rest.append((operator, self.pipeline()))

    def pipeline(self) -> Pipeline:
        self.blanks()
        is_negated = False
        while self.peek("! "):
            self.at += 2
            is_negated = not is_negated
            self.blanks()
        commands = [self.command()]
        while True:
            self.blanks()
            if self.peek("||") or not self.take("|"):
                return Pipeline(tuple(commands), is_negated)
            if self.peek("&"):
                raise NotUnderstoodError("|&")
            self.lines()
            commands.append(self.command())

    def command(self) -> tuple[Command, tuple[Redirect, ...]]:
        self.blanks()
        command = self.compound()
        redirects: list[Redirect] = []
        if command is None:
            return self.simple()
        while self.redirect(redirects):
            pass
        return command, self.settled(redirects)

    def settled(self, redirects: list[Redirect]) -> tuple[Redirect, ...]:
        """The redirects; a here-document is read from the lines that follow this one and taken out of the
        text, so that what comes next is the rest of this line, and then the lines behind the document."""
        if self.pending and self.pending[-1][3] is redirects:
            rest = self.text.find("\n", self.at)
            if rest < 0:
                raise NotUnderstoodError("no here-document")
            here, self.at = self.at, rest
            self.line_end()
            self.text = self.text[:rest] + "\n" + self.text[self.at :]
            self.at = here
        return tuple(redirects)

    def compound(self) -> Command | None:
        if match := _FUNCTION.match(self.text, self.at):
            self.at = match.end()
            body = self.commands(("}",))
            self.need("}")
            return Function(match[1], Group(body))
        for word, parse in (
            ("if", self.if_command),
            ("while", self.while_command),
            ("until", self.while_command),
            ("for", self.for_command),
            ("case", self.case_command),
            ("[[", self.test_command),
        ):
            if self.word_ahead(word):
                return parse()
        if self.take("(("):
            return Arithmetic(self.until_closed("))"))
        if self.take("("):
            body = self.commands(())
            self.need(")")
            return Group(body, is_subshell=True)
        if self.word_ahead("{"):
            self.at += 1
            body = self.commands(("}",))
            self.need("}")
            return Group(body)
        return None

    def if_command(self) -> Command:
        self.need("if")
        branches: list[tuple[Commands, Commands]] = []
        otherwise: Commands = ()
        while True:
            condition = self.commands(("then",))
            self.need("then")
            branches.append((condition, self.commands(("elif", "else", "fi"))))
            if self.take("elif"):
                continue
            if self.take("else"):
                otherwise = self.commands(("fi",))
            self.need("fi")
            return If(tuple(branches), otherwise)

    def while_command(self) -> Command:
        is_until = self.take("until")
        if not is_until:
            self.need("while")
        condition = self.commands(("do",))
        self.need("do")
        body = self.commands(("done",))
        self.need("done")
        return While(condition, body, is_until)

    def for_command(self) -> Command:
        self.need("for")
        self.blanks()
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise NotUnderstoodError("for")
        self.at = match.end()
        self.lines()
        self.need("in")
        words: list[Word] = []
        while word := self.word():
            words.append(word)
        self.blanks()
        self.take(";")
        self.lines()
        self.need("do")
        body = self.commands(("done",))
        self.need("done")
        return For(match[0], tuple(words), body)

    def case_command(self) -> Command:
        self.need("case")
        word = self.word()
        self.lines()
        self.need("in")
        branches: list[tuple[tuple[Word, ...], Commands]] = []
        while True:
            self.lines()
            if self.take("esac"):
                return Case(word, tuple(branches))
            self.take("(")
            patterns = [self.word()]
            self.blanks()
            while self.take("|"):
                patterns.append(self.word())
                self.blanks()
            self.need(")")
            branches.append((tuple(patterns), self.commands(("esac",))))
            self.lines()
            if not self.take(";;") and not self.peek("esac"):
                raise NotUnderstoodError("case")

    def test_command(self) -> Command:
        self.need("[[")
        words: list[Word] = []
        while True:
            self.lines()
            if self.word_ahead("]]"):
                self.at += 2
                return Test(tuple(words))
            operator = next((text for text in ("&&", "||", "(", ")", "<", ">") if self.take(text)), "")
            if operator:
                words.append((Characters(operator),))
                continue
            is_pattern = bool(words) and words[-1] == (Characters("=~"),)
            word = self.expression_word() if is_pattern else self.word()
            if not word:
                raise NotUnderstoodError("[[")
            words.append(word)

    def expression_word(self) -> Word:
        """A regular expression without quotes, in which `(`, `)` and `|` are its own."""
        self.blanks()
        start, depth = self.at, 0
        if self.text[start : start + 1] in ("'", '"', "$"):
            return self.word()
        while self.at < len(self.text) and not (depth == 0 and self.text[self.at] in " \t\n"):
            depth += (self.text[self.at] == "(") - (self.text[self.at] == ")")
            self.at += 1
        text = self.text[start : self.at]
        if re.search(r"\$[\w{(]|[`'\"]", text):
            raise NotUnderstoodError(text)
        return (Characters(text),)

    def simple(self) -> tuple[Command, tuple[Redirect, ...]]:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self.blanks()
            if self.redirect(redirects):
                continue
            match = _ASSIGNED.match(self.text, self.at) if not words else None
            if match is not None:
                self.at = match.end()
                assignments.append(self.assignment(match[1], is_more=match[2] == "+="))
                continue
            word = self.word()
            if not word:
                break
            words.append(word)
        if not words and not assignments:
            raise NotUnderstoodError(self.text[self.at :][:20])
        if len(words) > 1 and words[0] in tuple((Characters(name),) for name in _DECLARING):
            raise NotUnderstoodError("export")
        return Simple(tuple(assignments), tuple(words)), self.settled(redirects)

    def assignment(self, name: str, *, is_more: bool) -> Assignment:
        if not self.take("("):
            return Assignment(name, (self.joined_word(),), is_more=is_more)
        words: list[Word] = []
        while True:
            self.lines()
            if self.take(")"):
                return Assignment(name, tuple(words), is_array=True, is_more=is_more)
            word = self.word()
            if not word:
                raise NotUnderstoodError("array")
            words.append(word)

    def redirect(self, found: list[Redirect]) -> bool:
        self.blanks()
        match = _REDIRECT.match(self.text, self.at)
        if match is None and self.peek("&>"):
            self.at += 2
            found.append(Redirect(">", self.word()))
            return True
        if match is None or (match[1] and self.at and self.text[self.at - 1] not in " \t\n;|&"):
            return False
        self.at = match.end()
        operator = match[2]
        if operator == ">&":
            target = self.word()
            if match[1] not in ("2", "", "1") or target not in ((Characters("1"),), (Characters("2"),)):
                raise NotUnderstoodError(">&")
            found.append(Redirect(f"{match[1] or '1'}>&", target))
        elif operator in ("<<", "<<-"):
            self.blanks()
            end = self.word()
            if not all(isinstance(part, Characters) for part in end):
                raise NotUnderstoodError("<<")
            name = "".join(part.text for part in end if isinstance(part, Characters))
            is_literal = any(isinstance(part, Characters) and part.is_quoted for part in end)
            self.pending.append((name, operator == "<<-", is_literal, found))
        else:
            found.append(Redirect(f"2{operator}" if match[1] == "2" else operator, self.word()))
        return True

    # -- words -----------------------------------------------------------------------------------

    def word(self) -> Word:
        """The next word, after blanks; empty where there is none."""
        self.blanks()
        return self.joined_word()

    def joined_word(self) -> Word:
        parts: list[Part] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if match := _PLAIN.match(self.text, self.at):
                parts.append(Characters(match[0]))
                self.at = match.end()
            elif char == "'":
                end = self.text.find("'", self.at + 1)
                if end < 0:
                    raise NotUnderstoodError("'")
                parts.append(Characters(self.text[self.at + 1 : end], True))
                self.at = end + 1
            elif char == '"':
                self.at += 1
                parts += self.quoted_text('"')
                self.at += 1
            elif char == "\\":
                if self.text[self.at + 1 : self.at + 2] == "\n":
                    break
                parts.append(Characters(self.text[self.at + 1 : self.at + 2], True))
                self.at += 2
            elif char == "$":
                parts.append(self.dollar(is_quoted=False))
            elif char in " \t\n|&;<>()":
                break
            elif char == "`":
                raise NotUnderstoodError("`")
            else:
                parts.append(Characters(char))
                self.at += 1
        return _merged(parts)

    def quoted_text(self, end: str) -> Word:
        """What stands between double quotes, or in a here-document, up to the end."""
        parts: list[Part] = []
        plain: list[str] = []
        while True:
            if self.at >= len(self.text):
                if end:
                    raise NotUnderstoodError(end)
                break
            char = self.text[self.at]
            if char == end:
                break
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\", "\n"):
                plain.append("" if self.text[self.at + 1] == "\n" else self.text[self.at + 1])
                self.at += 2
            elif char == "$":
                parts.append(Characters("".join(plain), True))
                plain.clear()
                parts.append(self.dollar(is_quoted=True))
            elif char == "`":
                raise NotUnderstoodError("`")
            else:
                plain.append(char)
                self.at += 1
        parts.append(Characters("".join(plain), True))
        return tuple(part for part in parts if part != Characters("", True)) or (Characters("", True),)

    def dollar(self, *, is_quoted: bool) -> Part:
        self.at += 1
        if self.take("(("):
            return Arithmetic(self.until_closed("))"), is_quoted)
        if self.take("("):
            body = self.commands(())
            self.need(")")
            return Substitution(body, is_quoted)
        if self.take("{"):
            return self.braced(is_quoted=is_quoted)
        if self.peek("'") or self.peek('"'):
            raise NotUnderstoodError("$'")
        match = _NAME.match(self.text, self.at)
        if match is None:
            return Characters("$", is_quoted)
        self.at = match.end()
        return Parameter(match[0], is_quoted=is_quoted)

    def braced(self, *, is_quoted: bool) -> Parameter:
        is_length = self.peek("#") and not self.peek("#}")
        self.at += is_length
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise NotUnderstoodError("${")
        self.at = match.end()
        index = ""
        if self.take("["):
            end = self.text.find("]", self.at)
            index = self.text[self.at : end]
            self.at = end + 1
            if end < 0 or index not in ("@", "*"):
                raise NotUnderstoodError("${ [")
        operators = (":-", ":+", ":=", "-", "+", "^^", ",,", "%%", "%", "##", "#")
        operator = next((text for text in operators if self.take(text)), "")
        word: Word = self.quoted_text("}") if operator and not self.peek("}") else ()
        self.need("}")
        return Parameter(match[0], operator, word, index=index, is_length=is_length, is_quoted=is_quoted)

    def until_closed(self, end: str) -> str:
        start, depth = self.at, 0
        while self.at < len(self.text):
            if depth == 0 and self.take(end):
                return self.text[start : self.at - len(end)]
            depth += (self.text[self.at] == "(") - (self.text[self.at] == ")")
            self.at += 1
        raise NotUnderstoodError(end)


def _merged(parts: list[Part]) -> Word:
    """Parts with each run of characters without quotes as one."""
    merged: list[Part] = []
    for part in parts:
        if merged and isinstance(part, Characters) and not part.is_quoted:
            last = merged[-1]
            if isinstance(last, Characters) and not last.is_quoted:
                merged[-1] = Characters(last.text + part.text)
                continue
        merged.append(part)
    return tuple(merged)
