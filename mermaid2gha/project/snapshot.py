"""What a run reads, each thing once, with the facts that its answer rests on."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping

from mermaid2gha.base.paths import parts_of
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.project.cache import Facts, digest, kind_of, names_digest, read
from mermaid2gha.settings.names import SETTINGS_NAMES, holds_settings

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.base.diagnostic import Diagnostic
    from mermaid2gha.github.validity.calls import Callee
    from mermaid2gha.github.workflow.reader import WorkflowFile


@dataclass(slots=True)
class Disk:
    """Reads files and folders and keeps what was there: two readings in one run cannot differ.

    Paths are absolute. `facts` is what `cache.store` wants.
    """

    facts: Facts = field(default_factory=dict)
    _contents: dict[str, bytes | OSError] = field(default_factory=dict)
    _repositories: dict[str, str | None] = field(default_factory=dict)
    _workflows: dict[str, tuple[WorkflowFile | None, tuple[Diagnostic, ...]]] = field(default_factory=dict)
    _held: tuple[str, ...] = ()

    def content(self, path: str) -> bytes:
        """The bytes of a file; raises OSError as reading does."""
        if path not in self._contents:
            self._contents[path] = self._read(path)
        known = self._contents[path]
        if isinstance(known, OSError):
            raise known
        return known

    def _read(self, path: str) -> bytes | OSError:
        try:
            content = read(path)
            if self._leads_out(path):
                raise PermissionError(
                    errno.EACCES, "a link leads out of the repository, or into git's own folder"
                )
        except OSError as error:
            self.facts["content", path] = f"-{error.errno}"
            return error
        except ValueError as error:
            return FileNotFoundError(str(error))
        self.facts["content", path] = digest(content)
        return content

    def _leads_out(self, path: str) -> bool:
        """Whether a file of a repository truly lies elsewhere: our log would tell what it says."""
        root = self.repository(os.path.dirname(path))  # noqa: PTH120
        return root is not None and not is_inside(path, root)

    def repository(self, folder: str) -> str | None:
        """The root of the repository that a folder lies in, by names; None where it lies in none."""
        if folder not in self._repositories:
            above = os.path.dirname(folder)  # noqa: PTH120
            is_root = self.kind(os.path.join(folder, ".git")) != "-"  # noqa: PTH118
            is_last = is_root or above == folder
            self._repositories[folder] = (folder if is_root else None) if is_last else self.repository(above)
        return self._repositories[folder]

    def with_contents(self, contents: Mapping[str, bytes]) -> Disk:
        """The same snapshot with other contents of some files, as an editor holds them that has not saved."""
        return Disk(self.facts, {**self._contents, **contents}, _held=tuple(contents))

    def known(self, path: str) -> bytes | None:
        """The bytes of a file, or None where nothing can be read."""
        try:
            return self.content(path)
        except OSError:
            return None

    def workflow(self, path: str) -> tuple[WorkflowFile | None, tuple[Diagnostic, ...]]:
        """A workflow file, parsed once, with its faults; None where there is none or nothing can be read."""
        if path not in self._workflows:
            from mermaid2gha.github.workflow.reader import workflow_file  # late: most checks parse none

            content = self.known(path)
            file, faults = workflow_file(content, shown(path)) if content is not None else (None, [])
            self._workflows[path] = file, tuple(faults)
        return self._workflows[path]

    def judged(self, path: str) -> Callee:
        """A workflow file as `workflow` gives it, with why GitHub refuses it by itself."""
        from mermaid2gha.github.validity.validity import judged  # late, as above

        return judged(*self.workflow(path))

    def is_there(self, path: str) -> bool:
        """Whether there is a file, be it one that cannot be read."""
        try:
            self.content(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        except OSError:
            return True
        return True

    def kind(self, path: str) -> str:
        """What there is at a path, as `cache.kind_of` tells it."""
        kind = self.facts["kind", path] = kind_of(path)
        return kind

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder, be it through a link."""
        return self.kind(path) in {"folder", "link"}

    def names(self, folder: str, *, with_hidden: bool = False) -> list[str]:
        """The names in a folder in order; hidden ones if asked. None where there is no folder to read."""
        self.facts["names", folder] = names_digest(folder)
        try:
            names = os.listdir(folder)  # noqa: PTH208 (no paths)
            names = [name for name in names if with_hidden or not name.startswith(".")]
        except (OSError, ValueError):
            return []
        held = (os.path.split(path) for path in self._held)
        return sorted({*names, *(name for of, name in held if of == folder)})

    def settings_files(self, folder: str) -> tuple[str, ...]:
        """The files of a folder that hold settings, by their names; more than one is a fault."""
        paths = ((name, os.path.join(folder, name)) for name in SETTINGS_NAMES)  # noqa: PTH118
        there = ((name, path) for name, path in paths if self.is_there(path))
        return tuple(name for name, path in there if holds_settings(name, self.known(path) or b""))

    def settings_root(self, folder: str) -> str | None:
        """The nearest folder, from this one upwards, that holds settings; `holder` says how far up."""
        return next((at for at in self._upwards(folder) if self.settings_files(at)), None)

    def holder(self, folder: str, name: str) -> str | None:
        """The nearest folder, from this one upwards, that holds a file of that name.

        The root of a repository is the last one: what lies above it is not of its people. Where there is no
        repository, a folder in which everybody may put files, such as `/tmp`, is not asked from below.
        """
        paths = ((at, os.path.join(at, name)) for at in self._upwards(folder))  # noqa: PTH118
        return next((at for at, path in paths if self.is_there(path)), None)

    def _upwards(self, folder: str) -> Iterator[str]:
        """A folder and those above it that may be asked."""
        at = folder
        while True:
            yield at
            above = os.path.dirname(at)  # noqa: PTH120
            is_root = self.kind(os.path.join(at, ".git")) != "-"  # noqa: PTH118
            if above == at or is_root or _is_shared(above):
                return
            at = above


def is_inside(path: str, root: str) -> bool:
    """Whether a path, links followed, lies below a repository's root and leads not into git's own folder."""
    try:
        true = parts_of(os.path.relpath(os.path.realpath(path), os.path.realpath(root)).casefold())
        named = parts_of(os.path.relpath(path, root).casefold())
    except ValueError:  # a NUL in it, or another drive
        return "\0" in path
    return true[:1] != (os.pardir,) and (".git" not in true or ".git" in named)


def _is_shared(folder: str) -> bool:
    """Whether everybody may put files into a folder, each of their own; people's own place is none."""
    if folder == os.getcwd():  # noqa: PTH109
        return False
    try:
        mode = os.stat(folder).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return False
    return bool(mode & stat.S_ISVTX and mode & stat.S_IWOTH)


def shown(path: str) -> str:
    """A path as the user would type it here: relative below the working directory, with `/`."""
    here = os.getcwd()  # noqa: PTH109
    try:
        relative = os.path.relpath(path, here)
    except ValueError:
        return path
    far = relative.startswith(os.pardir) and not _is_near(path, here)
    return (path if far else relative).replace(os.sep, "/")


def _is_near(path: str, here: str) -> bool:
    """Whether two paths share more than the root, so that `../x` is clearer than the whole path."""
    common = os.path.commonpath([path, here])
    return len(parts_of(common)) > 2
