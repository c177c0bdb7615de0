# Sourced by `run` and `long`: a temporary folder, a Python that is new enough, and the programs of others
# that the tests compare with. Sets `root`, `work` (removed at the end) and `python`.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
actionlint_version=v1.7.12
yamlfmt_version=v0.21.0

export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUTF8=1
export MERMAID2GHA_NODE_MODULES=$work/node/node_modules
unset VIRTUAL_ENV PYTHONPATH
unset PYTHONDONTWRITEBYTECODE # images of containers set it; each start would compile the package anew

step() {
    printf '\n== %s (after %ds)\n' "$*" "$SECONDS"
}

# The first Python that is new enough, under the names that systems give it.
python=
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
for name in "${python:-python3.11}" git node npm go; do
    command -v "$name" >/dev/null || { echo "$name is missing" >&2; exit 1; }
done

# The package with what its tests need, in the checkout's `.venv`; each file of others by its hash.
install_package() {
    [[ -x .venv/bin/python ]] || "$python" -m venv .venv
    .venv/bin/pip install -q --require-hashes -r .ci/requirements.txt
    .venv/bin/pip install -q --no-deps --no-build-isolation -e .
}

# Mermaid and GitHub's own packages from npm, actionlint from Go.
install_oracles() {
    mkdir -p "$work/node" "$work/bin"
    cp .ci/package.json .ci/package-lock.json "$work/node/"
    npm ci --prefix "$work/node" --ignore-scripts --no-audit --no-fund --loglevel=error
    GOBIN=$work/bin GOFLAGS=-modcacherw GOPATH=$work/go \
        go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version"
}

# What people lay files out with: beside prettier, which is among the packages from npm.
install_formatters() {
    GOBIN=$work/bin GOFLAGS=-modcacherw GOPATH=$work/go \
        go install "github.com/google/yamlfmt/cmd/yamlfmt@$yamlfmt_version"
    "$python" -m venv "$work/formatters"
    "$work/formatters/bin/pip" install -q --require-hashes --no-deps -r .ci/formatters.txt
    PATH=$PATH:$work/formatters/bin
}

# From here on all programs are those that were installed.
use_package() {
    python=$root/.venv/bin/python
    PATH=$root/.venv/bin:$work/bin:$PATH
}
