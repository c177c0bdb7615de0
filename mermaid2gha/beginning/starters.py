"""The steps that a beginning is offered, as lines of the settings; actions by commit, as they are today."""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass


class Language(Enum):
    """What the code is written in, which decides on set-up, tests and lint."""

    PYTHON = "python"
    NODE = "node"
    OTHER = "none"


class Target(Enum):
    """Where something is published."""

    PYPI = "pypi"
    PAGES = "pages"
    GHCR = "ghcr"


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a note or message, by its text; each line as in a list of YAML."""

    text: str
    lines: tuple[str, ...]


_CHECKOUT = """\
- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
"""
_PYTHON = """\
- uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
  with:
    python-version: "3.14"
"""
_NODE = """\
- uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
  with:
    node-version: "24"
"""
_SET_UP = {Language.PYTHON: _PYTHON, Language.NODE: _NODE, Language.OTHER: ""}
_UPLOAD = """\
- uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
  with:
    name: dist
    path: dist/
"""
_DOWNLOAD = """\
- uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
  with:
    name: dist
    path: dist/
"""
_PYPI = """\
- uses: pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33 # v1.14.2
"""
_UPLOAD_SITE = """\
- uses: actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0
  with:
    path: docs
"""
_DEPLOY_SITE = """\
- uses: actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0
"""
_LOGIN = """\
- uses: docker/login-action@dbcb813823bdd20940b903addbd779551569679f # v4.6.0
  with:
    registry: ghcr.io
    username: ${{ github.actor }}
    password: ${{ github.token }}
"""
_BUILD_IMAGE = """\
- run: docker build --tag "ghcr.io/${GITHUB_REPOSITORY,,}:${GITHUB_SHA}" .
"""
_PUSH_IMAGE = """\
- run: docker push "ghcr.io/${GITHUB_REPOSITORY,,}:${GITHUB_SHA}"
"""
_BUILD_PACKAGE = """\
- run: |
    python -m pip install build
    python -m build
"""

_LINT, _TEST, _BUILD = ("lint", "style", "format"), ("test", "check"), ("build", "package")
_OF_JOBS: dict[Language, tuple[tuple[tuple[str, ...], str], ...]] = {
    Language.PYTHON: (
        (_TEST, "- run: |\n    python -m pip install pytest{more}\n    python -m pytest\n"),
        (_LINT, "- run: |\n    python -m pip install ruff\n    python -m ruff check\n"),
        (_BUILD, _BUILD_PACKAGE),
    ),
    Language.NODE: (
        (_TEST, "- run: {install}\n- run: npm test\n"),
        (_LINT, "- run: {install}\n- run: npm run lint\n"),
        (_BUILD, "- run: {install}\n- run: npm run build\n"),
    ),
    Language.OTHER: (),
}


def of_job(name: str, language: Language, files: frozenset[str]) -> Steps | None:
    """The steps of a job by what its name says; none for one whose work we cannot know.

    `files` are the names at the root of the repository.
    """
    words = name.casefold()
    for meant, work in _OF_JOBS[language]:
        if any(word in words for word in meant):
            return _steps(name, _CHECKOUT, _SET_UP[language], work.format(**_commands(files)))
    return None


def _commands(files: frozenset[str]) -> dict[str, str]:
    more = " -r requirements.txt" if "requirements.txt" in files else ""
    more += " -e ." if files & {"pyproject.toml", "setup.py"} else ""
    return {"more": more, "install": "npm ci" if "package-lock.json" in files else "npm install"}


def of_target(target: Target) -> tuple[Steps, ...]:
    """The steps of the notes and messages that are drawn for a target."""
    match target:
        case Target.PYPI:
            return (
                _steps("Build the package", _CHECKOUT, _PYTHON, _BUILD_PACKAGE, _UPLOAD),
                _steps("Publish", _DOWNLOAD),
                _steps("Publish the package", _PYPI),
            )
        case Target.PAGES:
            return (
                _steps("Build the site", _CHECKOUT, _UPLOAD_SITE),
                _steps("Deploy the site", _DEPLOY_SITE),
            )
        case _:
            return (
                _steps("Build the image", _CHECKOUT, _BUILD_IMAGE),
                _steps("Push the image", _LOGIN, _PUSH_IMAGE),
            )


def _steps(text: str, *parts: str) -> Steps:
    return Steps(text, tuple("".join(parts).splitlines()))
