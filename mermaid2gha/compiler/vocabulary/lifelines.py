"""What people call lifelines: the repository, persons, GitHub Actions, other engines, files of settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import ci_words, events, labels
from mermaid2gha.github.names import job_id

_NO_LETTER = late(r"^[^\w\[(`'\"@]+|[^\w\])`'\".!?*]+$")
_QUOTED = late(r"([\"'`])([^\"'`]+)\1")
FILE = labels.FILE
_IN_ASCII = r"(?:repo(?:[sz][iy]t\w*)?|depot)"
_REPOSITORY = (
    r"(?:repo(?:[sz][iy]t\w*)?|d[ée]p[ôo]t|репозитор\w+|сховищ\w+|仓库|倉庫|リポジトリ|저장소|리포지토리)"
)


def _git(repository: str) -> str:
    """What else GitHub or Git itself is called, by an expression for a repository."""
    return (
        r"(?:(?:git|github|gh)(?:\s*/\s*\w+|[\s-]+(?:events?|schedule|prs?|pull\s+requests?|remote"
        rf"|server|origin|platform|webhooks?|(?:rest\s+|graphql\s+)?api|main)|[\s-]*(?:の\s*)?{repository})"
        rf"|{repository}\s+(?:\w{{1,3}}\s+)?git(?:hub)?)"
        r"(?:\s*\(.*\))?"
    )


_KIND_BEHIND = r"(?-i:\s+(?!de\b|di\b|do\b|du\b|da\b|del\b|des\b)[a-zà-ÿ]+)"
"""One word behind it that says which it is, as Romance languages have it: `Repositório central`."""
_GIT_ALONE = late(r"(?:git|github|gh|(?:https://)?(?:api\.)?github\.com/?)(?:\s*\(.*\))?", re.IGNORECASE)
_GIT = late(_git(_REPOSITORY), re.IGNORECASE, for_ascii=_git(_IN_ASCII))
_SOURCE = late(
    r"(?:.*\s)?(?:repo|repository)(?:\s*\(.*\))?"
    rf"|(?:(?:代码|源码)\s*)?{_REPOSITORY}{_KIND_BEHIND}?(?:\s*[(（].*)?",
    re.IGNORECASE,
    for_ascii=rf"(?:.*\s)?(?:repo|repository)(?:\s*\(.*\))?|{_IN_ASCII}{_KIND_BEHIND}?(?:\s*\(.*)?",
)
"""What else the repository is called."""
_OWN_THING = late(
    r"(?:(?:github|gh|git)\s+)?(?:releases|issues?|pull[- ]requests?|PRs?|tags|branches|discussions?)"
    r"(?:\s*\(.*\))?"
    r"|(?:github|gh)\s+(?:releases?|tags?|wiki|security|milestones?|issue\s+tracker)(?:\s+(?:page|draft|assets|notes))?(?:\s*\(.*\))?(?:\s*(?:\+|&|/|\band\b)\s*(?:releases?|tags?))?"
    r"|(?:releases?|issues|pages)\s+github|(?:PR|pull[- ]request|issue)\s+(?:comments?|reviews?|threads?)"
    r"|(?:(?:github|gh)[\s-])?pages|(?:github|gh)[\s-]pages\s*\(.*\)|(?:(?:github|gh)\s+)?(?:security\s+tab|code\s+scanning)(?:\s*\(.*\))?"
    r"|(?:[\w./*-]+\s+){0,2}branch(?:es)?|(?:branch(?:es)?|branche|rama|ramo|gałąź|гілка|ветка|nhánh|zweig)\s+[\w./*-]+"
    r"|[\w./*-]+\s?(?:ブランチ|分支|브랜치|-?zweig|ветка|гілка|dal[ıi])",
    re.IGNORECASE,
)
_REGISTRY = late(
    r"\b(?:registry(?!\.\w)|registries|ghcr(?:\.io)?|docker\s?hub|dockerhub|ecr|acr|gcr|gar|quay(?:\.io)?|harbor"
    r"|containers?\s+(?:images?|store|repositor\w+)|github\s+packages)\b",
    re.IGNORECASE,
)
_ELSEWHERE = late(
    r"\b(?:azure|acr|aws|amazon|ecr|google|gcp|gcr|gar|artifact\s+registry|docker\s?hub|dockerhub|npm(?:js)?"
    r"|pypi|digital\s?ocean|docr|quay|harbor|jfrog|artifactory|nexus|aliyun|maven\s+central|crates|rubygems"
    r"|nuget|local(?:host|es?)?|lokal\w*)\b|\bdo\s+container\b|\bschema\s+registry\b|:\d{4,5}\b|ローカル|本地|로컬|локальн",
    re.IGNORECASE,
)
_GITHUB = late(r"\bghcr\b|\bgithub\b", re.IGNORECASE)
_HOST = late(r"\b(?!ghcr\.io\b|docker\.pkg\.github\.com\b)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
_ASKING = late(
    r"\?\s*$|^\W*(?:check|verify|list|scan|inspect|query|search|authenticate|auth|log\s?in|login|sign\s+in|wait"
    r"|poll|get|read|find|look|resolve)\w*\b|\b(?:docker\s+login|log\s?in\s+to)\b",
    re.IGNORECASE,
)
_ENVIRONMENT = late(
    r"(?=.*\benvironments?\b)(?=.*\bapprov|.*\bprotect|.*reviewers\b).*|(?:.*\s)?(?:approvals?|approval\s+gate|manual\s+gate)"
    r"(?:\s*\(.*\))?|.*\bapproval\b.*|(?:github|gh)\s+environments?\b.*|(?:environment|gate)\s*:\s*\S.*",
    re.IGNORECASE,
)
_BARE_ENVIRONMENT = late(
    r"\b(?:(?:\d+|github|gh|protected)\s+)*environments?\b|\b(?:manual\s+)?approvals?\b|\bgates?\b",
    re.IGNORECASE,
)
_ENGINE = late(
    r"(?:(?:github[\s-]*|gh[\s-]+)(?:actions?|workflows?)(?:[\s-]+(?:workflow|ci\s*/\s*cd|ci|cd|runner|pipeline)s?)?|gha"
    r"|ci|ci\s*/\s*cd|(?:ci\s*/\s*)?c[id]\s*(?:系统|系統|システム|시스템|工作流|流水线|流水線|ワークフロー|パイプライン|파이프라인|систем\w+|sistema)"
    r"|(?:ci|ci\s*/\s*cd|github|gha)[\s-]+(?:pipeline|workflow|runner|ci)s?)(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_DELIVERY = late(
    r"\b(?:cd\b|continuous\s+(?:delivery|deployment)|(?:cd|deploy(?:ment)?|release)\s+(?:pipeline|workflow)"
    r"|(?:workflow|pipeline)\s+\w+(?:\s+\w+)?|(?:github\s+actions|gha)\s+\w+)(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_OF_GITHUB = late(
    r"\b(?:github[\s-]*|gh[\s-]+)(?:actions?|workflows?)\b|(?<![\w-])gha\b(?!-(?!\w*(?:ci|cd|workflow|pipeline)))",
    re.IGNORECASE,
)
_MAYBE_ENGINE = late(r"(?:actions|workflow|pipeline)(?:\s*\(.*\))?", re.IGNORECASE)
_OF_ENGINES = late(
    r"\bci\b|\bcd\b|\bcontinuous\b|\bintegration\b|\bworkflows?\b|\bpipelines?\b|\bactions\b|\brunners?\b"
    r"|\bbuilds?\b|\bdeploy\w*",
    re.IGNORECASE,
)
_OF_RUNS = late(r"\bci\b|\b(?:cd|deploy(?:ment)?|release)\s+(?:pipeline|workflow)s?\b", re.IGNORECASE)
_OTHER_ENGINE = late(
    r"\b(?:jenkins\w*|gitlab|circle\s?ci|travis(?:[\s-]?ci)?|azure\s+(?:pipelines?|devops)|teamcity|bamboo"
    r"|drone|buildkite|bitbucket|cloud\s?build|code(?:build|pipeline|deploy)|tekton|concourse|appveyor"
    r"|bitrise|woodpecker|semaphore|spinnaker|harness|argo\s*(?:cd|workflows?)?|argocd|flux(?:cd)?"
    r"|\.gitlab-ci\.ya?ml|azure-pipelines\.ya?ml)(?![\w])",
    re.IGNORECASE,
)
_SETTINGS_FILE = late(
    r"(?:.*/)?(?:(?:docker-)?compose(?:[.-][\w.-]+)?|config(?:uration)?|settings|values(?:[.-][\w.-]+)?"
    r"|openapi|swagger|asyncapi|application(?:-\w+)?|chart|kustomization|mkdocs|serverless|pubspec|action"
    r"|playbook|inventory|manifests?|dependabot|codecov|renovate|schema|secrets?|params|\.[\w.-]+)\.ya?ml",
    re.IGNORECASE,
)
_ABOUT_CI = late(r"\bgithub\b|\bgha\b|\bci\b|\.ya?ml(?![A-Za-z0-9_])|\btoken\]", re.IGNORECASE)
_DECLARED = late(r"^[ \t]*(?:participant|actor)[ \t]+(\S+)[ \t]+as[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_ADJECTIVE = (
    r"(?:the|an?|our|your|external|new|other|release|software|core|repo|repository|project|team|tech|qa|senior"
    r"|front-?end|back-?end|platform|devops|ops|open[- ]source|human|end|product|web|app|ml|data|feature)"
)
_ONE = (
    r"(?:devs?|developers?|engineers?|maintainers?|reviewers?|authors?|contributors?|committers?|users?|you|me"
    r"|humans?|people|person|operators?|admins?|administrators?|team|testers?|qa|manager|lead|owner|approvers?"
    r"|programmers?|desarrollador[ae]?|desenvolvedor[ae]?|programador[ae]?|d[ée]veloppeu(?:r|se)"
    r"|entwickler(?:in)?|sviluppatore|usu[aá]rio|utilisateur|benutzer|разработчик|пользователь|розробник|користувач"
    r"|prüfer(?:in)?|revisora?|relect(?:eur|rice)|revisore|recenzent(?:ka)?|programista|ontwikkelaar|utvecklare"
    r"|geliştirici|рецензент|ревью[ве]р|администратор|оператор|тестировщик|адміністратор"
    r"|開発者|開發者|开发者|用户|用戶|ユーザー|개발자|사용자|검토자|리뷰어|승인자|운영자|관리자|담당자|レビュ[アワ]ー|承認者|管理者|担当者"
    r"|审核[人者员]|审批[人者]|管理[员員]|测试人员|維護者|维护者)"
)
_PERSON = late(
    rf"(?:{_ADJECTIVE}\s+)*{_ONE}(?:\s*(?:/|&|\bor\b|\band\b)\s*[\w /-]+)?"
    r"(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_EVENT = late(
    r"(?:git\s+)?(?:push(?:es)?|pr|prs|pull[- ]requests?|merges?|tags?|(?:\S*[*\d]\S*)\s+tags?|schedule[rd]?"
    r"|cron(?:\s*jobs?)?|nightly|daily|weekly|timer|manual|dispatch|release)"
    r"(?:\s+(?:to|on|into|of|as|event|trigger|schedule|run|request|push)\b.*|\s+\S*[*\d/]\S*|\s*\(.*\))*",
    re.IGNORECASE,
)


_TIME = late(r"(?:schedule[rd]?|cron\w*|nightly|daily|weekly|timer|manual|dispatch|release)\b", re.IGNORECASE)


_ORDER = late(
    r"[\s'\"`“«]*(?:/[a-z]|(?:please\s+)?(?:(?:re-?)?run|deploy|release|publish|start|trigger|launch|build|ship)\b)",
    re.IGNORECASE,
)


def is_order(text: str) -> bool:
    """Whether a text orders work: `/deploy`, `run it`. It only tells what is read as no workflow."""
    return _ORDER.match(text) is not None


@lru_cache(maxsize=labels.KNOWN)
def called(label: str) -> str:
    """The first line of a label without pictures or quotes around it, and with blanks for underscores."""
    return unquoted(_NO_LETTER.sub("", next(iter(labels.lines(label)), ""))).replace("_", " ")


def unquoted(label: str) -> str:
    """A label without the quotes in which it stands as a whole: Mermaid shows them, and people mean none."""
    return match[2] if (match := _QUOTED.fullmatch(label.strip())) is not None else label


def is_git(name: str) -> bool:
    """Whether a name is that of GitHub or Git itself, not just of some repository."""
    return _GIT_ALONE.fullmatch(name) is not None or _GIT.fullmatch(name) is not None


def is_of_git(name: str) -> bool:
    """Whether a name begins with GitHub's, and is no engine of it: `GitHubMergeGate`."""
    return re.match(r"github", name, re.IGNORECASE) is not None and not is_of_github(name)


def says_git(name: str) -> bool:
    """Whether a name has Git or GitHub in it as a word, whatever stands beside it: `Our Git (GitHub)`."""
    return _SAYS_GIT.search(name) is not None and not is_of_github(name)


_SAYS_GIT = late(r"(?<![\w.-])git(?:hub)?(?![\w.])", re.IGNORECASE)


def says_which_repository(name: str) -> bool:
    """Whether the name of GitHub says in brackets which repository of it is meant: `GitHub (docs repo)`."""
    return re.search(r"\([^()]*\brepo(?:sitory)?\b[^()]*\)", name, re.IGNORECASE) is not None


_PARTICULAR = late(
    r"(?!(?:git|github|gh|source|code|app|application|project|main|mono|the|our|this|remote|central|public|private)\s)"
    r"[\w-]+\s+(?:repo|repository)(?:\s*\(.*\))?|.*\((?:[\w.-]+)/(?:[\w.-]+)\)\s*",
    re.IGNORECASE,
)


def says_particular(name: str) -> bool:
    """Whether a name is that of a repository of some kind, or of one by its owner: it may be another one."""
    return _PARTICULAR.fullmatch(name) is not None


def is_repository(name: str) -> bool:
    """Whether a name is that of GitHub, Git or the repository as a whole."""
    return is_git(name) or _UNSAID_REPOSITORY.fullmatch(name) is not None


_UNSAID_REPOSITORY = late(
    rf"(?:(?:the|this|our|my|same|current)\s+)?repo(?:sitory)?|(?:代码|源码)?\s*{_REPOSITORY}",
    re.IGNORECASE,
    for_ascii=rf"(?:(?:the|this|our|my|same|current)\s+)?repo(?:sitory)?|{_IN_ASCII}",
)
"""A repository of which nothing says that it is another one than the drawing's own."""


def is_source(name: str) -> bool:
    if is_git(name) or is_own_thing(name):
        return True
    return _SOURCE.fullmatch(name) is not None and not _stores_images(name)


def _stores_images(name: str) -> bool:
    """Whether what is called a repository is a registry first: `Docker Registry / Helm Repo`."""
    match = _REGISTRY.search(name)
    return match is not None and not name[match.end() :].startswith("-")


def is_own_thing(name: str) -> bool:
    """Whether a name is that of a thing of the repository: its releases, issues, pull requests …"""
    return _OWN_THING.fullmatch(name) is not None or _OWN_THING.fullmatch(_remarkless(name)) is not None


def _remarkless(name: str) -> str:
    """A name without the remark in brackets behind it."""
    return _REMARK.sub("", name) if name.endswith(")") else name


_REMARK = late(r"\s*\([^()]*\)$")
_NEARLY_GITHUB = late(
    r"(?:(?:github|gh)\b(?!\s+(?:actions?|apps?|workflows?|copilot|enterprise\s+server)\b)"
    r"|.*\b(?:PRs?|pull[- ]requests?|gh-pages|github\s+(?:pages|releases?|issues?|wiki))\b).*|.*\bgithub\W*$",
    re.IGNORECASE,
)
_NEARLY_ITS_THING = late(
    r"releases?|(?:issues?|releases?|branch(?:es)?|tags?|discussions?|repo(?:sitory)?)[\s-]+(?!please\b|drafter\b|it\b|plz\b)\S.*"
    r"|.*\b(?:releases|issues|discussions)(?:\s*\(.*\))?"
    r"|(?:drafts?|new|latest|next|the|borrador|entwurf|brouillon|rascunho|bozza|concept|szkic|taslak|utkast|udkast|черновик|чернетка)\b.*"
    r"\b(?:releases?|version|versión|versão|versione|релиза?|релізу?|wydani[ae]|sürüm\w*)(?:\s*\(.*\))?"
    r"|(?:release|リリース|发布|릴리스).*(?:草稿|下書き|ドラフト|초안)",
    re.IGNORECASE,
)


def may_be_github(name: str) -> bool:
    """Whether a name has GitHub or a thing of the repository in it and goes on: `Pull request UI`. It only
    tells what is given no right."""
    is_thing = _NEARLY_ITS_THING.fullmatch(name) is not None and _TOOL.search(name) is None
    if not (is_thing or _NEARLY_GITHUB.match(name) is not None or names_repository(name)):
        return False
    return not (is_other_engine(name) or says_bot(name) or is_client(name))


def names_repository(name: str) -> bool:
    """Whether a name has a repository in it that stores code, in whatever language: `다운스트림 레포`."""
    if _A_REPOSITORY.search(name) is None or _OF_PACKAGES.search(name) is not None:
        return False
    return not (_stores_images(name) or is_local_copy(name))


_A_REPOSITORY = late(
    rf"(?<![a-z]){_IN_ASCII}(?![a-z]|-server)|d[ée]p[ôo]t|репозитор|сховищ|仓库|倉庫|库$|リポジトリ|レポジトリ|저장소|레포|리포",
    re.IGNORECASE,
    for_ascii=rf"(?<![a-z]){_IN_ASCII}(?![a-z]|-server)",
)
_OF_PACKAGES = late(
    r"\b(?:artifa[ck]t\w*|artefa\w+|maven|npm|nuget|nexus|helm|charts?|docker|packages?|paket\w*|images?|im[áa]gen\w*|rpm|apt|deb"
    r"|data|models?)\b|镜像|鏡像|制品|构件|包|数据|数據|イメージ|成果物|アーティファクト|パッケージ|データ|이미지|아티팩트|패키지|데이터|образ|артефакт|пакет|данн",
    re.IGNORECASE,
)
"""What else is stored in what is called a repository."""


def is_request(name: str) -> bool:
    """Whether a name is that of a pull request, in which checks are shown that a workflow runs."""
    return _REQUEST.fullmatch(name) is not None


_REQUEST = late(r"(?:github\s+)?\b(?:PR|pull[- ]request)\b(?:\s*\(.*\))?", re.IGNORECASE)


_MACHINE = late(
    r"\b(?:stack|compose|cluster|k8s|kubernetes|ecs|eks|aks|gke|lambda|database|db|sonar\w*|vm|host|cdn|helm|docker"
    r"|container|pods?|node|instance|load\s*balancer)\b",
    re.IGNORECASE,
)


def may_be_job(name: str) -> bool:
    """Whether a name says job or runner, in whatever language, and names no other system that has jobs."""
    return _JOB.search(name) is not None and _MACHINE.search(name) is None and not is_other_engine(name)


_JOB = late(
    r"\bjobs?\b(?!\s+(?:queue|scheduler|store|api)\b)|\brunner\b|ジョブ|ランナー|作业|作業|运行器|잡$|러너|джоб|раннер",
    re.IGNORECASE,
)


def is_machine(name: str) -> bool:
    """Whether a name is that of what runs or stores something, and passes on no word of people's."""
    return _MACHINE.search(name) is not None


_HOST_NAME = late(
    r"\b(?:vps|server\w*|host|vm|ec2|droplet|instance|machine|servidor\w*|serveur\w*|сервер\w*)\b|サーバ|服务器|伺服器|서버",
    re.IGNORECASE,
)


def is_host(name: str) -> bool:
    """Whether a name is that of a machine of people's, which a workflow reaches from outside."""
    return _HOST_NAME.search(name) is not None and re.search(r"\brunner", name, re.IGNORECASE) is None


def says_bot(name: str) -> bool:
    """Whether a name says that it is a bot: `Dependabot`, `merge bot`."""
    return re.search(r"bot\b", name, re.IGNORECASE) is not None


def is_site(name: str) -> bool:
    """Whether a name is that of GitHub's pages, which tell visitors what they show, and nobody an event."""
    return _SITE.fullmatch(name) is not None


_SITE = late(r"(?:(?:github|gh)[\s-])?pages(?:\s*\(.*\))?|pages\s+github", re.IGNORECASE)


def may_be_site(name: str) -> bool:
    """Whether a name may be that of GitHub's pages, and of a workflow that makes them, too."""
    return name.casefold() == "pages"


def is_registry(name: str) -> bool:
    return _REGISTRY.search(name) is not None


def takes_own_token(name: str) -> bool:
    """Whether a registry is one that the job's own token opens: GitHub's, as far as its name tells."""
    if _GITHUB.search(name):
        return _REGISTRY.search(name) is not None or re.search(r"\bpackages\b", name, re.I) is not None
    is_other = _ELSEWHERE.search(name) is not None or _HOST.search(name) is not None
    is_packages = re.fullmatch(r"packages", name, re.I) is not None
    return (is_packages or _REGISTRY.search(name) is not None) and not is_other


def is_asking_registry(text: str) -> bool:
    """Whether a message to a registry asks, logs in or waits, and gives nothing."""
    return _ASKING.search(text) is not None or ci_words.is_login(text)


def is_environment(name: str) -> bool:
    """Whether a name is that of an environment which people approve."""
    return _ENVIRONMENT.fullmatch(name) is not None


def says_environment(name: str) -> bool:
    """Whether a name has the word environment in it, which people may have to approve."""
    return re.search(r"\benvironment\b", name, re.IGNORECASE) is not None


def environment(name: str) -> str:
    """The environment that a lifeline's name tells, as a slug; empty if it is called by nothing but that."""
    if not re.search(r"environment|approv", name, re.IGNORECASE):
        return ""
    bare = _BARE_ENVIRONMENT.sub("", name)
    return job_id(bare) if bare.strip(" ()[]:/,") else ""


_TOOL = late(
    r"(?<![A-Za-z0-9_])(?:api|apis|cli|aws|sts|iam|s3|ecs|eks|lambda|oidc|azure|aks|gcp|gke|k8s|kubernetes|kubectl|cluster|helm"
    r"|docker|buildx|buildkit|registry|terraform|tf|ansible|pulumi|cloud\w*|server\w*|serv(?:eu|ido)r\w*|vm|host|db"
    r"|database|runner|container\w*|image\w*|store|storage|bucket|cache|cdn|pages|site|web\w*|app|app-?store|npm|pypi"
    r"|maven|gradle|nuget|cargo|trivy|snyk|sonar\w*|codeql|codecov|semgrep|scann\w+|linter\w*|eslint|ruff|pytest|jest"
    r"|playwright|cypress|tests?|suite|compiler|toolchain|vault|secrets?|webhook\w*|service|endpoint|vercel|netlify"
    r"|heroku|fly|firebase|supabase|datadog|sentry|grafana|prometheus|monitoring|logs?|queue|bot|script\w*|tool\w*"
    r"|prod|production|staging|env|browser|client|laptop|ide|editor|terminal|console|shell|phone|front-?end"
    r"|back-?end|nginx|apache|caddy|traefik|engine|agent|model|llm|ai)(?![A-Za-z0-9_])"
    r"|服务|服務|数据库|資料庫|平台|集群|系统|系統|引擎|サーバ|サービス|システム|データベース|서비스|서버|시스템|데이터베이스",
    re.IGNORECASE,
)
_COMMAND = late(
    r"(?:\$\s*)?(?:export|uv|uvx|npm|npx|pnpm|yarn|bun|node|deno|python3?|pip|poetry|go|cargo|make|just|task|bash|sh|cat|curl|wget"
    r"|docker|podman|terraform|tofu|pulumi|kubectl|helm|aws|az|gcloud|gh|git|ssh|scp|rsync|mvn|gradle|dotnet|php|composer|ruby"
    r"|bundle|rake|cosign|syft|grype|trivy)\s+[\w./-]|[^\s]*\s--?[a-z][\w-]*|(?:POST|GET|PUT|PATCH|DELETE)\s+[/\w]",
)
"""How commands and calls begin, which ask nobody."""


_PLATFORM = late(
    r"(?:vercel|netlify|railway|render(?:\.com)?|fly\.io|heroku|(?:aws\s+)?amplify|cloudflare\s+(?:pages|workers)"
    r"|read\s*the\s*docs|codecov|coveralls|sonar(?:cloud|qube)|dependabot|renovate(?:\s*bot)?|chromatic|expo|eas)\b.*",
    re.IGNORECASE,
)
_LOCAL_COPY = late(
    r"(?:local|lokal\w*|locale?s?|локальн\w*|ローカル|本地|本機|로컬|working\s+(?:copy|tree))\b.*|(?:ローカル|本地|本機|로컬).*"
    r"|.*\b(?:local|clone|laptop|working\s+(?:copy|tree)|workstation)(?:\s*\(.*\))?|.*\((?:local|lokal)\)",
    re.IGNORECASE,
)


def deploys_by_itself(name: str) -> bool:
    """Whether a name is that of a service or engine outside of GitHub which hears of events and acts then by
    itself: Vercel, Argo CD, Jenkins."""
    is_outside_engine = is_other_engine(name) or _PLATFORM.fullmatch(name) is not None
    return is_outside_engine and re.search(r"\bworkflows?\b(?!s)", name, re.IGNORECASE) is None


def is_local_copy(name: str) -> bool:
    """Whether a name is that of a person's own copy of the repository, or of the machine with it."""
    return _LOCAL_COPY.fullmatch(name) is not None


_CLIENT = late(
    r"(?:(?:git\s?hub|gh|git|the)\s+)?\b(?:cli|command\s+line|terminal|console|shell|browser|web\s?ui|ui)\b"
    r"(?:\s*\(.*\))?"
    r"|[\w./-]+\.(?:sh|ps1|py|js|ts|rb|bat)|(?:web[- ]?)?browser(?:a|en)?"
    r"|navigateur(?:\s+web)?|navegador(?:\s+web)?|przeglądarka|prohlížeč"
    r"|tarayıcı|trình\s+duyệt|selain|webbläsare|nettleser|браузер|ブラウザー?|浏览器|瀏覽器|브라우저",
    re.IGNORECASE,
)


def is_client(name: str) -> bool:
    """Whether a name is that of what people type or click in, or of a script, which no event runs."""
    return _CLIENT.fullmatch(name) is not None


_BRANCH_ALONE = late(
    r"(?:main|master|trunk|develop(?:ment)?|staging|production)(?:\s+branch)?", re.IGNORECASE
)


def is_branch(name: str) -> bool:
    """Whether a name is that of a branch, which does nothing."""
    return _BRANCH_ALONE.fullmatch(name) is not None


def is_tool(name: str, said: str) -> bool:
    """Whether a name is one of tools and machines, or what is said to it is a command of its own: `helm
    upgrade`. It only spares a warning."""
    words, own = labels.words(said), labels.words(name)
    is_more = len(words) > len(own)  # a name alone is an order to what is called so
    is_called = is_more and (words[0] == name.casefold() or set(own) <= set(words))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return is_called or _TOOL.search(apart) is not None or _COMMAND.match(said) is not None


def is_call(text: str) -> bool:
    """Whether a text begins as a command or as a call of an interface does: `export TOKEN`, `POST /start`."""
    return _COMMAND.match(text) is not None or is_command(text)


def is_command_line(text: str) -> bool:
    """Whether a text begins as a command does, and not as a call of an interface."""
    return is_call(text) and _CALL.match(text) is None


_CALL = late(r"(?:POST|GET|PUT|PATCH|DELETE)\s")


def is_command(text: str) -> bool:
    """Whether a text is a command with options of its own: `electron-builder --win --publish always`."""
    return _WITH_OPTIONS.fullmatch(text) is not None


_WITH_OPTIONS = late(r"[a-z][\w./-]*(?:\s+[\w./:@-]+){0,3}\s+--?[a-z][\w-]*[^()]*")


def is_person(name: str) -> bool:
    return _PERSON.fullmatch(name) is not None


def is_outside(label: str, kind: str) -> bool:
    """Whether a lifeline is a person or the repository by declaration and name; what says CI is no person."""
    name = called(label)
    return (kind == "actor" and not says_engine(name)) or is_person(name) or is_source(name)


def is_known(name: str, kind: str) -> bool:
    """Whether a name says what a lifeline is."""
    is_engine_like = says_engine(name) or is_engine(name) or is_other_engine(name) or is_delivery(name)
    is_asked = is_person(name) or is_environment(name) or is_registry(name) or is_event(name)
    return is_engine_like or is_asked or is_outside(name, kind) or is_source(name) or bool(FILE.search(name))


def is_event(name: str) -> bool:
    """Whether a lifeline is called by an event: `push to main`, `v* tag`, `Cron`."""
    return _EVENT.fullmatch(name) is not None or bool(events.is_unmistakable(name) and not FILE.search(name))


def is_time(name: str) -> bool:
    """Whether a lifeline is called by an event that other software knows as well: a scheduler, a cron job."""
    return _TIME.match(name) is not None


def is_engine(name: str) -> bool:
    """Whether a name means GitHub Actions, or a CI that can be it."""
    return _ENGINE.fullmatch(name) is not None


def engine_before_colon(label: str) -> str:
    """The engine after which a label with a colon is called: `CI` of `CI: build`; empty if there is none."""
    name, colon, rest = called(label).partition(":")
    return name.strip() if colon and rest.strip() and is_engine(name.strip()) else ""


def is_delivery(name: str) -> bool:
    """Whether a name is one that a second engine has beside a first: CD, Deploy workflow, Workflow docs."""
    return _DELIVERY.fullmatch(name) is not None and not is_other_engine(name)


def is_of_github(text: str) -> bool:
    """Whether a text says GitHub Actions, or a workflow of GitHub's."""
    return _OF_GITHUB.search(text) is not None


def may_be_engine(name: str, short: str) -> bool:
    """Whether a lifeline could be the CI by a name that other things have as well, or by its short name."""
    if is_other_engine(name):
        return False
    return is_common(name) or (short != name and (is_engine(short) or is_common(short)))


def is_common(name: str) -> bool:
    """Whether a name is one that engines of all kinds have: Workflow, Pipeline, Actions."""
    return _MAYBE_ENGINE.fullmatch(name) is not None


def says_runs(name: str) -> bool:
    """Whether a name says, in whatever words beside, that something is CI of GitHub's or releases or deploys:
    `Protected release workflow`."""
    return is_of_github(name) or _OF_RUNS.search(name) is not None


def says_engine(name: str) -> bool:
    """Whether a name has a word of CI in it."""
    return _OF_ENGINES.search(name) is not None


def is_other_engine(name: str) -> bool:
    """Whether a name is that of a system that runs no GitHub workflows: Jenkins, GitLab, Argo CD …"""
    return _OTHER_ENGINE.search(name) is not None and not is_of_github(name)


def speaks_of_ci(text: str) -> bool:
    """Whether the text of a diagram could be about CI at all; `CI` may be short for something else in it."""
    for short, label in dict.fromkeys(_DECLARED.findall(text)):
        if is_engine(short) and not (says_engine(label) or _ABOUT_CI.search(label)):
            text = re.sub(rf"\b{re.escape(short)}\b", " ", text)
    return _ABOUT_CI.search(text) is not None or events.is_unmistakable(text)


_AND_FILE = rf"(?:[\s`]*(?:[+,&/;、→]|\b\w{{1,3}}\b)[\s`]*{FILE.pattern}){{0,9}}"
_FILE_IN_NAME = late(r"\s{0,9}[(\[`]{0,9}\s{0,9}" + FILE.pattern + _AND_FILE + r"\s*[)\]`]*", re.IGNORECASE)


def display_name(label: str) -> str:
    """A workflow's display name: its label without the file, on one line; else the file's stem."""
    text = unquoted(" ".join(labels.lines(label)))
    bare = _FILE_IN_NAME.sub(" ", text)
    bare = " ".join(bare.split()).strip(" ·|-–—:+&,/")
    match = FILE.search(text)
    if match and (not bare or re.fullmatch(r"[(\[][^()\[\]]*[)\]]", bare)):  # `ci.yml (for each system)`
        return re.sub(r"\.ya?ml$", "", match[1], flags=re.IGNORECASE)
    return bare or text


def is_file_of_other(name: str) -> bool:
    """Whether a name has a file in it that is no workflow's: `specs/openapi.yaml`."""
    return FILE.search(name) is not None and workflow_file(name) == ""


def is_labelled_file(label: str) -> bool:
    """Whether a label is a workflow's file, or ends with one in brackets or on a line of its own."""
    last = re.split(r"<br\s*/?>|[(\[]", label, flags=re.IGNORECASE)[-1].strip(" )]\t")
    return FILE.fullmatch(last) is not None and workflow_file(last) != ""


def workflow_file(text: str) -> str:
    """The first of the workflow files that a text names, without its folder; empty if none."""
    return next(workflow_files(text), "")


def workflow_files(text: str) -> Iterator[str]:
    """The workflow files that a text names; not a file of settings, nor one in a folder of something else."""
    for match in FILE.finditer(text):
        is_elsewhere = match.start() < match.start(1) and not match[0].endswith(f"workflows/{match[1]}")
        if ".github/workflows/" in match[0] or not (is_elsewhere or _SETTINGS_FILE.fullmatch(match[0])):
            yield match[1]
