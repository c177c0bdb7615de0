"""Which documents and settings make a project.

Settings are the nearest `mermaid2gha.yml` above a document. The documents that one settings file lists are
one project, whichever of them is named; where it lists none, the named ones are. Documents without settings
that are compiled together are one project too. A folder stands for every document below it, and for every
settings file below it with its documents; where settings list their documents, others below a folder do not
count. A document that is named and not listed is compiled apart, under those settings.

Reports `missing-file`, `unreadable-file`, `not-utf-8`, `no-documents`, and what `settings_from` reports.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, has_errors
from mermaid2gha.base.encoding import decoded
from mermaid2gha.base.paths import folder_of, is_at_or_below, joined, name_of, parts_of
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.renderers import may_matter
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.project.cache import kind_of
from mermaid2gha.project.snapshot import Disk, is_inside, shown
from mermaid2gha.settings.model import Settings
from mermaid2gha.settings.names import PYPROJECT, SETTINGS, SETTINGS_NAMES
from mermaid2gha.settings.reader import settings_from, settings_tree
from mermaid2gha.yaml.tree import Entries, Items, Scalar, resolved

MISSING_FILE = Rule("missing-file", Severity.ERROR)
NO_DOCUMENTS = Rule("no-documents", Severity.ERROR)
SEVERAL_SETTINGS_FILES = Rule("several-settings-files", Severity.ERROR)
UNREADABLE_FILE = Rule("unreadable-file", Severity.ERROR)

STANDARD_INPUT, STDIN = "-", "<stdin>"
"""Standard input on the command line, and the name of what comes from it."""
_MARKDOWN = (".md", ".markdown", ".mdx")
_MERMAID = (".mmd", ".mermaid")
_NO_PLACE = {"node_modules", "__pycache__", "site-packages"}


@dataclass(frozen=True, slots=True)
class Project:
    """Documents that are compiled together. `root` and `paths` are absolute; `-` is standard input.

    `is_whole`: these are all the documents of the settings, so that what they do not draw is drawn no more.
    """

    settings: Settings
    root: str
    documents: tuple[SourceFile, ...]
    paths: tuple[str, ...]
    is_whole: bool = False

    @property
    def settings_path(self) -> str:
        """Where its settings stand, or would stand."""
        file = self.settings.file
        return joined(self.root, name_of(file.name) if file is not None else SETTINGS)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The projects that can be compiled, and what keeps others from it.

    `is_misused`: some finding is about the command line or the settings, not about a document's text.
    `folders` are those whose projects were looked for, absolute.
    """

    projects: tuple[Project, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_misused: bool
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents read for themselves, without settings, and what could not be read."""

    documents: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_misused: bool


@dataclass(slots=True)
class _Realm:
    """A settings file, or none, while the documents under it are gathered."""

    root: str
    settings: Settings
    listed: tuple[str, ...] = ()
    is_sound: bool = True
    wants_listed: bool = False
    is_whole: bool = False
    named: dict[str, None] = field(default_factory=dict)


def load(paths: Sequence[str], disk: Disk, standard_input: bytes = b"") -> Loaded:
    """The projects that the paths of a command line name; without paths, that of the settings above, or else
    those of all settings below."""
    gathering = _Gathering(disk, standard_input)
    if not paths:
        gathering.settings_above()
    for path in paths:
        gathering.path(path)
    projects = [project for realm in gathering.realms.values() for project in gathering.projects(realm)]
    return Loaded(
        tuple(projects), tuple(gathering.found), gathering.is_misused, folders=tuple(gathering.folders)
    )


def read_documents(paths: Sequence[str], disk: Disk, standard_input: bytes = b"") -> Documents:
    """The documents that paths name; a folder stands for those below it.

    Of settings only `fences` count, and faults in them are not told here.
    """
    gathering, looking = _Gathering(disk, standard_input), _Gathering(disk, standard_input)
    alone = _Realm(os.getcwd(), Settings())  # noqa: PTH109
    read: list[SourceFile | None] = []
    for path in paths:
        whole = path if path == STANDARD_INPUT else os.path.abspath(path)  # noqa: PTH100 (as below)
        below = [whole]
        if whole != STANDARD_INPUT and disk.is_folder(whole):
            below = [file for file in _files(disk, whole) if gathering.is_document(file)]
        for name in below:
            file = gathering.document(name, alone)
            if file is not None and may_matter(file.text):
                folder = os.getcwd() if name == STANDARD_INPUT else folder_of(name)  # noqa: PTH109
                file = _rendered(file, looking.realm(folder))
            read.append(file)
    documents = tuple(file for file in read if file is not None)
    return Documents(documents, tuple(gathering.found), gathering.is_misused)


@dataclass(slots=True)
class _Gathering:
    disk: Disk
    standard_input: bytes
    found: list[Diagnostic] = field(default_factory=list)
    realms: dict[str | None, _Realm] = field(default_factory=dict)
    is_misused: bool = False
    folders: list[str] = field(default_factory=list)

    def misuse(self, rule: Rule, message: str, *places: Span, cure: str = "") -> None:
        self.is_misused = True
        self.found.append(diagnostic(rule, message, *places, help=cure))

    def settings_above(self) -> None:
        realm = self.realm(os.getcwd())  # noqa: PTH109
        if realm.settings.file is None and self.settings_below(os.getcwd()):  # noqa: PTH109
            return
        if realm.settings.file is None:
            message = f"no document is named, and there is no `{SETTINGS}` here, above or below"
            cure = f"name one, as in `mermaid2gha compile docs/ci.md`, or list your documents in `{SETTINGS}`"
            self.misuse(NO_DOCUMENTS, message, cure=cure)
        elif realm.is_sound and not realm.listed:
            message = f"no document is named, and `{realm.settings.file.name}` lists none"
            cure = "write `documents: [docs/ci.md]` into it, or name one: `mermaid2gha compile docs/ci.md`"
            self.misuse(NO_DOCUMENTS, message, cure=cure)
        realm.wants_listed = True

    def settings_below(self, folder: str) -> bool:
        """At the root of a repository whose projects lie below it: each of them; whether any is there."""
        below = list(_files(self.disk, folder))
        realms = [self.realm(folder_of(path)) for path in below if name_of(path) in SETTINGS_NAMES]
        if not any(realm.listed or not realm.is_sound for realm in realms):
            return False
        for realm in realms:
            realm.wants_listed = True
        self.folders.append(folder)
        return True

    def path(self, path: str) -> None:
        if path == STANDARD_INPUT:
            self.realm(os.getcwd()).named[STANDARD_INPUT] = None  # noqa: PTH109
            return
        whole = os.path.abspath(path)  # noqa: PTH100 (`Path.resolve` follows links; names must stay)
        if self.disk.is_folder(whole):
            self.folder(whole)
        elif name_of(whole) in SETTINGS_NAMES:
            self.settings(whole)
        else:
            realm = self.realm(folder_of(whole))
            if whole in realm.listed:
                realm.wants_listed = True
            else:
                realm.named[whole] = None

    def settings(self, path: str) -> None:
        """A settings file that is named; of others in its folder nothing is known then."""
        folder, name = folder_of(path), name_of(path)
        if name == PYPROJECT and name not in self.disk.settings_files(folder) and self.disk.is_there(path):
            message = f"`{shown(path)}` has no table `[tool.mermaid2gha]`"
            cure = 'write `[tool.mermaid2gha]` and below it `documents = ["docs/ci.md"]`'
            self.misuse(NO_DOCUMENTS, message, cure=cure)
        else:
            self.realm(folder).wants_listed = True

    def folder(self, folder: str) -> None:
        self.folders.append(folder)
        counted = len(self.found)
        is_any = False
        for path in _files(self.disk, folder):
            realm = self.realm(folder_of(path))
            if name_of(path) in SETTINGS_NAMES or path in realm.listed:
                is_any = realm.wants_listed = True
            elif not realm.listed and realm.is_sound and self.is_document(path):
                realm.named[path] = None
                realm.is_whole = realm.settings.file is not None and _is_below(realm.root, folder)
                is_any = True
        if not is_any and len(self.found) == counted:
            message = f"there is no document with a sequence diagram below `{shown(folder)}`"
            cure = "a document is a `.md`, `.markdown`, `.mdx`, `.mmd` or `.mermaid` file; name one of yours"
            self.misuse(NO_DOCUMENTS, message, cure=cure)

    def is_document(self, path: str) -> bool:
        """Whether a file found below a folder draws a sequence diagram; a quick look at its text."""
        if not path.endswith(_MARKDOWN + _MERMAID):
            return False
        content = self.disk.known(path) or b""
        return b"sequenceDiagram" in content and (path.endswith(_MERMAID) or b"mermaid" in content)

    def realm(self, folder: str) -> _Realm:
        """The realm that a folder belongs to; its settings are read once, and their faults told once."""
        root = self.disk.settings_root(folder)
        if root not in self.realms:
            self.realms[root] = self.read_realm(root)
        return self.realms[root]

    def read_realm(self, root: str | None) -> _Realm:
        if root is None:
            return _Realm(os.getcwd(), self.with_folder(os.getcwd(), Settings()))  # noqa: PTH109
        names = self.disk.settings_files(root)
        path = joined(root, names[0])
        if len(names) > 1:
            both = " and ".join(f"`{shown(joined(root, name))}`" for name in names)
            cure = "move what they say into one of them, and delete the others"
            message = f"{both} are {_all(names)} settings of this folder"
            self.misuse(SEVERAL_SETTINGS_FILES, message, cure=cure)
            return _Realm(root, Settings(), is_sound=False)
        try:
            content = self.disk.content(path)
        except OSError as error:
            message = f"`{shown(path)}` cannot be read: {(error.strerror or str(error)).lower()}"
            self.misuse(UNREADABLE_FILE, message, cure="see that it is a file which you may read")
            return _Realm(root, Settings(), is_sound=False)
        file, faults = decoded(content, shown(path))
        settings, found = settings_from(file, shown(root)) if not faults else (Settings(file=file), [])
        self.found += [*faults, *found]
        settings = self.with_folder(root, settings)
        is_sound = not has_errors([*faults, *found])
        self.is_misused |= not is_sound
        if is_sound:
            is_sound = not self.are_outside(root, settings)
        realm = _Realm(root, settings, is_sound=is_sound)
        if is_sound:
            realm.listed = tuple(dict.fromkeys(self.listed(realm)))
            self.name_all(realm)
        return realm

    def with_folder(self, root: str, settings: Settings) -> Settings:
        """Settings with the folder of workflow files where GitHub looks for them, below the root of the
        repository, unless they say it; `root` is their own folder."""
        repository = self.disk.repository(root)
        if repository in (None, root):
            return settings
        node = settings_tree(settings.file)[0] if settings.file is not None else None
        if isinstance(node, Entries) and node.get("workflows") is not None:
            return settings
        folder = joined(os.path.relpath(repository or root, root), settings.workflows)
        return replace(settings, workflows=folder.replace(os.sep, "/"))

    def name_all(self, realm: _Realm) -> None:
        """Let the settings list the documents that its folders and patterns stand for."""
        if any(_is_pattern(name) for name in realm.settings.documents):
            names = (joined(os.path.relpath(path, realm.root)).replace(os.sep, "/") for path in realm.listed)
            realm.settings = replace(realm.settings, documents=tuple(names))

    def are_outside(self, root: str, settings: Settings) -> bool:
        """Whether folders or documents of the settings lie outside of the repository, which is told: whoever
        reads our log would learn what is there."""
        repository = self.disk.repository(root)
        if repository is None:
            return False
        folders = [("workflows", settings.workflows), ("graphs", settings.graphs)]
        named = [*folders, *(("documents", name) for name in settings.documents)]
        counted = len(self.found)
        for key, name in named:
            path = os.path.normpath(joined(root, name)) if name is not None else repository
            if not is_inside(path, repository) or ".git" in parts_of(path)[len(parts_of(repository)) :]:
                from mermaid2gha.project.writer import outside_project  # late: most checks write nothing

                node = settings_tree(settings.file)[0] if settings.file is not None else None
                value = node.get(key) if isinstance(node, Entries) else None
                place = value.span if value is not None else None
                self.found.append(outside_project(f"`{name}` lies outside of the repository", place))
                self.is_misused = True
        return len(self.found) > counted

    def listed(self, realm: _Realm) -> Iterator[str]:
        for name in realm.settings.documents:
            path = os.path.normpath(joined(realm.root, name))
            if self.disk.is_folder(path):
                yield from self.own(realm, _files(self.disk, path))
            elif _is_pattern(name) and not self.disk.is_there(path):
                yield from self.matching(realm, name)
            else:
                yield path

    def own(self, realm: _Realm, files: Iterator[str]) -> Iterator[str]:
        """The documents among files that no settings nearer than these lay claim to."""
        for file in files:
            if self.is_document(file) and self.disk.settings_root(folder_of(file)) == realm.root:
                yield file

    def matching(self, realm: _Realm, pattern: str) -> Iterator[str]:
        """The documents that a pattern of `documents` matches; one that matches none is told."""
        below, inner = _split(pattern)
        folder = os.path.normpath(joined(realm.root, below))
        files = (
            file
            for file in _files(self.disk, folder)
            if _is_matched("/".join(parts_of(file)[len(parts_of(folder)) :]), inner)
        )
        documents = tuple(self.own(realm, files))
        if not documents:
            place = _listing(os.path.normpath(joined(realm.root, pattern)), realm)
            cure = "see that some document with a sequence diagram is matched, or delete the pattern"
            self.misuse(MISSING_FILE, f"`{pattern}` matches no document", *place, cure=cure)
            realm.is_sound = False
        yield from documents

    def projects(self, realm: _Realm) -> Iterator[Project]:
        """The project of the listed documents, and that of the others which were named; whole ones only."""
        if not realm.is_sound:
            return
        for paths, is_whole in (
            (realm.listed if realm.wants_listed else (), True),
            (tuple(path for path in realm.named if path not in realm.listed), realm.is_whole),
        ):
            read = [self.document(path, realm) for path in dict.fromkeys(paths)]
            documents = tuple(file for file in read if file is not None)
            if documents and len(documents) == len(read):
                yield Project(
                    realm.settings,
                    realm.root,
                    documents=documents,
                    paths=tuple(dict.fromkeys(paths)),
                    is_whole=is_whole,
                )

    def document(self, path: str, realm: _Realm) -> SourceFile | None:
        if path == STANDARD_INPUT:
            file, faults = decoded(self.standard_input, STDIN)
            self.found += faults
            return None if faults else _rendered(file, realm)
        name = shown(path)
        try:
            content = self.disk.content(path)
        except (FileNotFoundError, NotADirectoryError):
            cure = "mend the path, or delete it" if path in realm.listed else "mend the path"
            self.misuse(MISSING_FILE, f"there is no file `{name}`", *_listing(path, realm), cure=cure)
            return None
        except OSError as error:
            message = f"`{name}` cannot be read: {(error.strerror or str(error)).lower()}"
            cure = "see that it is a file which you may read"
            self.misuse(UNREADABLE_FILE, message, *_listing(path, realm), cure=cure)
            return None
        file, faults = decoded(content, name)
        self.found += faults
        return None if faults else _rendered(file, realm)


def _rendered(file: SourceFile, realm: _Realm) -> SourceFile:
    """A document with the renderers that the settings name."""
    return replace(file, fences=realm.settings.fences) if realm.settings.fences else file


def _files(disk: Disk, folder: str) -> Iterator[str]:
    """The files below a folder that can be documents or settings, in order; each folder's files first."""
    names = disk.names(folder)
    if "pyvenv.cfg" in names:
        return
    paths = [joined(folder, name) for name in names if name not in _NO_PLACE]
    kinds = {path: kind_of(path) for path in paths}  # the digest of the names has them
    settings = disk.settings_files(folder)
    yield from (joined(folder, name) for name in settings)
    yield from (path for path in paths if path.endswith((*_MARKDOWN, *_MERMAID)) and kinds[path] == "file")
    for path in paths:
        if kinds[path] == "folder":
            yield from _files(disk, path)


def _is_pattern(name: str) -> bool:
    """Whether an item of `documents` stands for all that it matches."""
    return any(sign in name for sign in "*?[")


def _split(pattern: str) -> tuple[str, str]:
    """The folder that a pattern begins with, and what it says of the names below."""
    parts = pattern.replace(os.sep, "/").split("/")
    fixed = next(number for number, part in enumerate(parts) if _is_pattern(part))
    return "/".join(parts[:fixed]) or ".", "/".join(parts[fixed:])


def _is_matched(path: str, pattern: str) -> bool:
    """Whether a pattern matches a path: `**` is any folders, while `*`, `?` and `[…]` stay within a name."""
    from fnmatch import fnmatchcase

    wanted = pattern.split("/")
    at = {0}
    for name in path.split("/"):
        at = _passed(at, wanted)
        stay = {here for here in at if here < len(wanted) and wanted[here] == "**"}
        at = stay | {here + 1 for here in at - stay if here < len(wanted) and fnmatchcase(name, wanted[here])}
    return len(wanted) in _passed(at, wanted)


def _passed(at: set[int], wanted: Sequence[str]) -> set[int]:
    """The places in a pattern, and those behind a `**` that may stand for nothing."""
    found = set(at)
    for here in range(len(wanted)):
        if here in found and wanted[here] == "**":
            found.add(here + 1)
    return found


def _all(names: Sequence[str]) -> str:
    return "both" if len(names) == 2 else "all"


def _is_below(path: str, folder: str) -> bool:
    return is_at_or_below(path, folder)


def _listing(path: str, realm: _Realm) -> tuple[Span, ...]:
    """The place in the settings that lists a document, if one does."""
    file = realm.settings.file
    node = settings_tree(file)[0] if file is not None else None
    items = node.get("documents") if isinstance(node, Entries) else None
    for item in map(resolved, items.items if isinstance(items, Items) else ()):
        if isinstance(item, Scalar) and os.path.normpath(joined(realm.root, item.value.strip())) == path:
            return (item.span,)
    return ()


def missing_file(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `missing-file`, for those who find it elsewhere."""
    return diagnostic(MISSING_FILE, message, *labels, help=help)


def no_documents(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `no-documents`, for those who find it elsewhere."""
    return diagnostic(NO_DOCUMENTS, message, *labels, help=help)
