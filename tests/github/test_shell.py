"""Plain scripts end as bash ends them, or are not understood."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mermaid2gha.github.shell.script import exit_code

SCRIPTS: list[tuple[str, dict[str, str]]] = [
    ("exit 1", {}),
    ("exit 0\nexit 3", {}),
    ("false\nexit 4", {}),
    ("! false", {}),
    ("! true", {}),
    ("set +e\nfalse\necho hi", {}),
    ("[ a = b ]", {}),
    ("[[ ab == a* ]]", {}),
    ("[[ ab == 'a*' ]]", {}),
    ("[ a = b ] && exit 1", {}),
    ("[ a = b ] || exit 3", {}),
    ("[ a = a ] && [ b = c ]", {}),
    ("[ ! a = b -a -n x ]", {}),
    ('test "$A" = success', {"A": "failure"}),
    ('[ -z "$A" ] && echo none\necho x', {"A": "s"}),
    ('if [ "$A" != success ]; then\n  echo "::error::x"\n  exit 1\nfi', {"A": "failure"}),
    ('if [ "$A" != success ]; then echo "::error::x"; exit 1; fi', {"A": "success"}),
    (
        'if [[ "$A" == failure ]]; then exit 1; elif [[ "$A" == skipped ]]; then exit 2; else exit 3; fi',
        {"A": "skipped"},
    ),
    ('for r in success failure; do if [[ "$r" == "failure" || "$r" == x ]]; then exit 1; fi; done', {}),
    ('a=("x y" "z")\nfor r in "${a[@]}"; do [ "$r" = "x y" ] || exit 5; done', {}),
    ('a=(success skipped)\nfor r in "${a[@]}"; do [[ $r =~ ^(success|skipped)$ ]] || exit 1; done', {}),
    ('a=()\na+=(x)\na+=(y)\n[ "${#a[@]}" -eq 2 ] && exit 6', {}),
    ('echo \'{"a": "failure"}\' | grep -q failure && exit 1 || exit 0', {}),
    ("if echo \"$A\" | grep -qE 'failure|cancelled'; then exit 1; fi", {"A": "success\nfailure"}),
    ("if echo \"$A\" | grep -qE 'failure|cancelled'; then exit 1; fi", {"A": "success\nskipped"}),
    ('echo "$A" | grep -v success | grep -q . && exit 1\nexit 0', {"A": "success\nsuccess"}),
    ('failed=0\n[ "$A" = x ] || failed=1\nexit $failed', {"A": "y"}),
    ("n=0\nfor x in a b; do ((n++)) || true; done\nif (( n > 1 )); then exit 4; fi", {}),
    ("exit $(( 1 + 2 ))", {}),
    (
        'check() {\n  if [ "$2" != success ]; then\n    return 1\n  fi\n}\ncheck a success\ncheck b "$A"',
        {"A": "x"},
    ),
    (
        'case "$A" in\n  success | skipped) echo ok ;;\n  fail*) exit 5 ;;\n  *) exit 6 ;;\nesac',
        {"A": "failure"},
    ),
    ('while read -r a b; do\n  [ "$b" = ok ] || exit 7\ndone <<EOF\na ok\nb $A\nEOF\necho x', {"A": "bad"}),
    ('while read -r a; do [ "$a" = ok ]; done <<< "$A"\n', {"A": "ok\nok"}),
    ('echo "$A" | while read -r a; do [ "$a" = ok ] || exit 8; done', {"A": "ok\nno"}),
    (
        'allowed="success skipped"\nfor r in $A; do\n  [[ " $allowed " != *" $r "* ]] && exit 1\ndone',
        {"A": "x"},
    ),
    ("# only a comment\n\ntrue # done\n", {}),
    ('case "$A" in [!a-c]*) exit 1 ;; [a-c]?[.x-]*) exit 2 ;; esac', {"A": "bc-d"}),
    ('case "$A" in *a*"*"*b) exit 1 ;; *a*b*) exit 2 ;; esac', {"A": "xaabxb-"}),
    ('case "$A" in **) exit 3 ;; esac', {"A": ""}),
    ("[[ $A == v[0-9]*.[0-9]*[!0-9] ]] && exit 4", {"A": "v1.2.x"}),
    ("x=" + "a" * 9000 + "\n[[ $x == " + "*a" * 50 + "*b ]] && exit 1", {}),
    ('x=${A:-none}\n[ "$x" = none ]', {}),
    ('x="$(echo a b)"\n[ "$x" = "a b" ]', {}),
    ("{ false; } || exit 9", {}),
    ("( exit 3 )\necho never", {}),
    ("false | true", {}),
    ("set -o pipefail\nfalse | true", {}),
    ('[ "${A^^}" = OK ]', {"A": "ok"}),
    ('printf "%s\\n" a b | grep -c a', {}),
    ('for i in 1 2 3; do [ $i = 2 ] && continue; [ $i = 3 ] && break; done\necho "$i" | grep -q 3', {}),
    ('[[ "$A" == "a" && ( "$B" == "x" || -n "$C" ) ]]', {"A": "a", "C": "1"}),
    ('echo "x" >> "$GITHUB_STEP_SUMMARY"\nexit 1', {"GITHUB_STEP_SUMMARY": "/dev/null"}),
    ("cat <<'EOF'\n$A ${{\nEOF\nexit 2", {}),
    ("if false; then exit 1; fi", {}),
    ("a=x; b=y\nif [ $a = x ] && [ $b != y ]; then exit 1; fi", {}),
]


SCRIPTS += [
    (f"{script}\nexit 7", {})
    for script in (
        "for i in a; do [ $i = b ] && exit 3; done",
        "{ false && true; }",
        "( false && true )",
        "f() { false && true; }; f",
        "if true; then false && true; fi",
        "case a in a) false && true;; esac",
        "for i in a; do ! true; done",
        "{ false && true; false; }",
        "{ { false && true; }; }",
        "for i in a; do { false && true; } || false; done",
    )
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the judge")
@pytest.mark.parametrize(("script", "variables"), SCRIPTS, ids=range(len(SCRIPTS)))
def test_a_plain_script_ends_as_bash_ends_it(script: str, variables: dict[str, str]) -> None:
    run = subprocess.run(["bash", "-e", "-c", script], env=variables, capture_output=True, check=False)
    assert exit_code(script, variables) == run.returncode


@pytest.mark.parametrize(
    "script",
    [
        "make test\nexit 1",
        "curl x | grep -q y",
        "[ -f x ] && exit 1",
        'if [ "$GITHUB_REF" = x ]; then exit 1; fi',
        "exit 1 &",
        "x=`date`",
        "while true; do true; done",
        "f() { f; }\nf",
        'if [ "$A" = "x; then exit 1; fi',
        "case $A in",
        "exit $SECRET",
        "[[ aaaaaaaaaaaaaaaaaaaaaaaa =~ (a+)+b ]]",
        "(" * 200 + ")" * 200,
        "x=a\nfor i in " + "1 " * 60 + '; do x="$x$x"; done',
        "eval exit 1",
        "case a in [z-a]) exit 1 ;; esac",
        "case a in [[:alpha:]]) exit 1 ;; esac",
        "x=" + "a" * 9000 + "\n[[ $x =~ .*.*.*.*b ]] && exit 1",
    ],
)
def test_what_depends_on_more_than_its_text_is_not_understood(script: str) -> None:
    assert exit_code(script, {}, frozenset({"secret"})) is None
