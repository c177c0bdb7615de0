"""Random drawings as people word them: whole phrases, words within sentences, other languages, no language.

Other drawings of the laws say what they mean; in these, what a statement is rests on its words as often as on
its place, so that other words can be put in their stead.
"""

from __future__ import annotations

from random import Random

FILES = {"CI": "CI (ci.yml)", "Release": "Release (release.yml)"}
OUTSIDE = ("Scanner", "Cloud", "Boss", "Bot", "Production approval", "Store")
KINDS = {"Store": '@{ "type": "database" }'}
SOLID = (*("->>",) * 12, "->", "-x", "-)", "<<->>")
DASHED = (*("-->>",) * 8, "-->", "--x", "--)")
TEXTS = {
    "person to repository": (
        "push to main",
        "open a pull request",
        "merge",
        "push the code",
        "los geht's",
        "git push origin v1.2.3",
        "create a release",
    ),
    "repository to workflow": (
        "push",
        "Trigger 'push'",
        "weiter",
        "pull request event",
        "schedule: nightly",
        "here it is",
        "on: release",
    ),
    "person to workflow": (
        "workflow_dispatch",
        "start it",
        "approve",
        "yes",
        "ok go ahead",
        "run the deployment",
        "/deploy",
    ),
    "workflow to repository": (
        "Post status",
        "comment on the PR",
        "create a release",
        "create an issue",
        "checkout",
        "commit the changelog",
        "do it",
        "push tag v1",
    ),
    "workflow to person": (
        "ask for approval",
        "please look",
        "publish it?",
        "notify",
        "report the results",
        "fertig",
    ),
    "workflow to outside": (
        "Analyse",
        "deploy",
        "upload the report",
        "publish package",
        "wait for go",
        "approve?",
        "request approval",
        "download rules",
        "is it fine?",
        "put it there",
        "docker push",
        "check the quality gate",
    ),
    "workflow to registry": (
        "push image",
        "pull image",
        "docker login",
        "put it",
        "fetch base image",
        "scan",
    ),
    "workflow to another repository": ("push a commit", "open a pull request", "clone", "update it"),
    "workflow to workflow": (
        "workflow_call",
        "workflow_dispatch",
        "Trigger 'workflow_run'",
        "start",
        "call it",
    ),
    "outside to workflow": (
        "approved",
        "passed",
        "here you are",
        "Deployment approved",
        "download the result",
        "trigger ci.yml",
        "start",
        "pull rules",
    ),
    "workflow to itself": (
        "git push",
        "approve",
        "request approval for production",
        "wait for go",
        "Decide what to run",
        "create a release",
        "Build",
        "Bauen",
    ),
    "workflow to job": ("start", "run the job", "call job", "weiter", "build"),
    "job to workflow": ("done", "Output: version", "ok", "fertig", "failed"),
    "job to outside": ("upload it", "deploy", "fetch rules", "analyse", "hin damit"),
    "person to person": ("approves", "please look", "passt", "go ahead"),
    "person in the middle to repository": ("merge", "comment /deploy", "approve the PR", "look", "passt so"),
    "repository to person": ("notify", "review requested", "approved?", "Bescheid"),
    "outside to others": ("create an issue", "push a commit", "read it", "do it"),
    "person to outside": ("/deploy", "run", "look at it", "mach schon"),
}
CONDITIONS = (
    "tests passed",
    "all good",
    "no errors",
    "approved",
    "on main",
    "if needed",
    "github.ref == 'refs/heads/main'",
    "es ist spät",
    "deploy?",
    "stop",
)
LOOPS = ("Wait for image", "Retry 3 times", "For each python (3.11, 3.12)", "until fine", "for all of them")
LISTS = ("Python: 3.11, 3.12", "a and b", "side by side")
NOTES = ("Skip Build", "Job 1: Build", "Deploy skipped", "needs approval", "langsam")
JOBS = ("Build", "Test", "Deploy", "Publish", "Package", "Lint", "Prepare", "Ausliefern", "Install")


class _Scribe:
    """Writes one drawing, line by line."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.workflows = ["CI", *(["Release"] if self.random.random() < 0.4 else [])]
        self.outside = self.random.sample(OUTSIDE, self.random.randint(1, 2))
        self.job = self.random.random() < 0.2
        self.lines = ["sequenceDiagram", "    actor Dev"]
        self.lines += [f"    participant {name} as {FILES[name]}" for name in self.workflows]
        self.lines += [f"    participant {name}{KINDS[name]}" for name in self.outside if name in KINDS]
        self.lines += ["    participant Worker as Build job"] if self.job else []
        self.depth = 1

    def put(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    def say(self, sender: str, receiver: str, which: str, dashed: float = 0) -> None:
        arrow = self.random.choice(DASHED if self.random.random() < dashed else SOLID)
        self.put(f"{sender}{arrow}{receiver}: {self.random.choice(TEXTS[which])}")

    def start(self, workflow: str) -> None:
        way = self.random.random()
        if way < 0.6:
            self.say("Dev", "GitHub", "person to repository")
        if 0.6 <= way < 0.85:
            self.say("Dev", workflow, "person to workflow")
        else:
            self.say("GitHub", workflow, "repository to workflow")

    def body(self, workflow: str, count: int, *, in_loop: bool = False) -> None:
        for _ in range(count):
            if self.depth < 3 and self.random.random() < 0.2:
                self.fragment(workflow, in_loop=in_loop)
            else:
                self.statement(workflow, in_loop=in_loop)

    def fragment(self, workflow: str, *, in_loop: bool) -> None:
        operator = self.random.choice(("opt", "alt", "loop", "par", "break", "critical", "rect"))
        texts = {"loop": LOOPS, "par": LISTS, "rect": ("rgb(1, 2, 3)",)}.get(operator, CONDITIONS)
        in_loop = in_loop or operator == "loop"
        self.put(f"{operator} {self.random.choice(texts)}")
        self.operand(workflow, in_loop=in_loop)
        other = {"alt": "else", "par": "and", "critical": "option"}.get(operator)
        if other and self.random.random() < 0.8:
            self.put(f"{other} {self.random.choice(CONDITIONS)}")
            self.operand(workflow, in_loop=in_loop)
        self.put("end")

    def operand(self, workflow: str, *, in_loop: bool) -> None:
        self.depth += 1
        self.body(workflow, self.random.randint(1, 2), in_loop=in_loop)
        self.depth -= 1

    def called(self, workflow: str) -> None:
        """A job's lifeline that is called, does something, and answers."""
        self.say(workflow, "Worker", "workflow to job")
        self.say("Worker", self.random.choice(self.outside), "job to outside")
        if self.random.random() < 0.7:
            self.say("Worker", workflow, "job to workflow", 1)

    def statement(self, workflow: str, *, in_loop: bool) -> None:
        other = self.random.choice(self.outside)
        ways = [
            *(lambda: self.put(f"Note over {workflow}: {self.random.choice(JOBS)}"),) * 4,
            lambda: self.put(f"{workflow}->>{workflow}: {self.random.choice(JOBS)}"),
            lambda: self.put(f"Note over {workflow}: {self.random.choice(NOTES)}"),
            lambda: self.say(workflow, workflow, "workflow to itself"),
            lambda: self.say(workflow, "GitHub", "workflow to repository", 0.25),
            lambda: self.say(workflow, "Dev", "workflow to person", 0.25),
            *(lambda: self.say(workflow, other, "workflow to outside", 0.1),) * 3,
            lambda: self.say(workflow, "GHCR", "workflow to registry"),
            lambda: self.say(workflow, "Library repo", "workflow to another repository"),
            lambda: self.say(other, workflow, "outside to workflow", 1),
            lambda: self.say(other, self.random.choice(["GitHub", *self.outside]), "outside to others", 0.5),
            *((lambda: self.called(workflow),) * 2 if self.job else ()),
        ]
        if not in_loop:  # where runs start in a loop, it is people who repeat themselves
            ways += [
                lambda: self.say("Dev", workflow, "person to workflow", 0.25),
                lambda: self.say(other, workflow, "outside to workflow"),
                lambda: self.say("Dev", other, "person to outside"),
                lambda: self.say("Boss", "Dev", "person to person", 0.3),
                lambda: self.say("Dev", "GitHub", "person in the middle to repository"),
                lambda: self.say("GitHub", "Dev", "repository to person", 0.5),
            ]
            if len(self.workflows) > 1:
                [receiver] = [name for name in self.workflows if name != workflow]
                ways.append(lambda: self.say(workflow, receiver, "workflow to workflow"))
        self.random.choice(ways)()


def paraphrased(seed: int) -> str:
    """A drawing, the same one for each number."""
    scribe = _Scribe(seed)
    for _ in range(scribe.random.randint(1, 2)):
        workflow = scribe.random.choice(scribe.workflows)
        scribe.start(workflow)
        scribe.body(workflow, scribe.random.randint(2, 6))
    return "\n".join(scribe.lines) + "\n"
