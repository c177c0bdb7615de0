"""Words by which a drawing shows that it is one of CI: of what starts runs, of jobs, of what they do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.labels import GIVING, MAKING, OF_BRANCH
from mermaid2gha.github.events import WORKFLOW_CALL

TOKEN = late(
    r"\[(?!(?:\w+\s+)?(?:access|api|auth\w*|bearer|csrf|device|id|jwt|oauth2?|oidc|refresh|session|user)\s+token\])"
    r"[^\[\]]*\btoken\]",
    re.IGNORECASE,
)
"""The tag of a token of GitHub's, and none of those that other software hands about."""

STARTS_RUNS = late(
    r"\b(?:workflows?|pipelines?|dispatch\w*|ci|github actions)\b|\bon\s*:|\.github/workflows/", re.IGNORECASE
)
STARTS_RUN = late(
    r"\s*(?:re-?)?(?:trigger|dispatch|launch|start|kick)(?:s|es)?\b(?:\s+off)?(?:\s+the)?\b"
    r"|\s*(?:dispara|lanza|inicia|ejecuta|executa|lança|déclenche|lance|démarre|startet|avvia|lancia|uruchamia"
    r"|запускает|触发|启动|起動|トリガー)",
    re.IGNORECASE,
)
"""The head of a text that says that something is started, whose name is the rest of it."""
TRIGGERS = late(r"\b(?:triggers?|triggered|fires?|dispatch(?:es)?)\b|トリガー|触发|启动|트리거", re.I)


def is_about_start(text: str) -> bool:
    """Whether a text says, at its head or anywhere, that something is started: no reply does."""
    return STARTS_RUN.match(text) is not None or TRIGGERS.search(text) is not None


TRIGGERED = late(r"\btrigger(?:s|ed|ing)?\b|\bon\s*:", re.IGNORECASE)
AT_EVENT = frozenset(
    "on upon at every each when bei beim à au al en em ao su alla all bij op przy при ved vid".split()
)
"""Words at the head of a text that say at which event something happens: `On merge to main`."""
EVERYWHERE = frozenset("create delete deployment discussion fork label public status watch".split())
"""Events whose names are words of other software, too."""

WORKFLOW_WORD = late(r"\b(?:workflow|pipeline)s?\b", re.IGNORECASE)
SEVERAL_WORKFLOWS = late(r"\bworkflows\b", re.IGNORECASE)
SAYS_WORKFLOW = late(r"\bworkflow\b", re.IGNORECASE)
USES = late(r"\buses\s*:?\s*(?=\S*\.ya?ml(?![A-Za-z0-9_]))", re.IGNORECASE)
SAYS_CALL = late(rf"\bcalls?\b|\b{WORKFLOW_CALL.name}\b|{USES.pattern}", re.IGNORECASE)
"""A call by its word, or by the key of a job that calls: `uses: ./.github/workflows/ci.yml`."""
REUSED = late(r"\breusable\s+workflow\b", re.IGNORECASE)
SAYS_DISPATCH = late(r"(?:\b|_)dispatch|\bgh\s+workflow\s+run\b", re.IGNORECASE)
OF_RUNS = frozenset(
    "the a its workflow workflows pipeline file job jobs run runs running start starts started begins is "
    "triggered triggers executes executing le la el o il der die das".split()
)
"""What may stand beside the name of a workflow, or of its file, where a text says no more."""
OF_CALLS = frozenset(
    "call calls calling called reusable uses use via with by and dispatch dispatches trigger gh".split()
)
"""What else may stand there where a workflow is called."""
CALLED_BEYOND = late(
    r"\b(?:ruft|rufen|aufruf\w*|auf|appel\w+|llama\w*|invoca\w*|chama\w*|chiama\w*|richiama\w*|wywoł\w+|roept|aan)\b"
    r"|\bвызыва\w+|\bвызов\w*|调用|呼叫|呼び出(?:す|し)?|呼ぶ|を|호출(?:한다|합니다)?|를|을",
    re.IGNORECASE,
)
"""Words of other languages for a call, which are asked for only beside the file of a workflow."""

_BY_ITSELF = late(
    r"[\W_]*(workflow_call|workflow_dispatch|repository_dispatch)[^\w(（\[]+(\w.*)", re.IGNORECASE
)
_USES = late(
    r"[\W_]*uses\s*:?\s*[`'\"]?(?:\./)?((?:[\w.-]+/)*[\w.-]+\.ya?ml(?:@[\w./-]+)?)[`'\"]?[\W_]*",
    re.IGNORECASE,
)


def started_by_itself(text: str) -> tuple[str, str]:
    """The event by which what a workflow does by itself starts another one, and what is said of that:
    `workflow_call deploy.yml`, `uses: ./.github/workflows/ci.yml`; empty if its text begins with none."""
    if ".y" in text and (match := _USES.fullmatch(text)):
        return WORKFLOW_CALL.name, match[1]
    match = _BY_ITSELF.match(text) if "_call" in text or "_dispatch" in text else None
    return (match[1].lower(), match[2]) if match is not None else ("", "")


def called_by_itself(lines: Iterable[str]) -> str:
    """The workflow that what a workflow does by itself says it calls, on one of its lines; empty if none."""
    said = map(started_by_itself, lines)
    return next((what for event, what in said if event == WORKFLOW_CALL.name), "")


_SCRIPT = late(r"(?!.*\.ya?ml\b).*[\w-]\.(?:[mc]?[jt]s|py|sh|bash|rb|pl|ps1)(?![\w.-])", re.IGNORECASE)


def is_script(name: str) -> bool:
    """Whether a name is that of a program, which a step runs, and no file of a workflow: `prepare.mjs`."""
    return _SCRIPT.match(name) is not None


JOB_WORD = late(r"(?<![/{])\b(?:job|runner)s?\b(?![/}])", re.IGNORECASE)
"""Not in the path of an address: `GET /v1/jobs/{id}`."""

CALLS_JOB = late(r"\s*(?:call|invoke|run|start|trigger|launch|queue)s?\b.*\bjobs?\b", re.IGNORECASE)
PLACE = late(r"\(\s*(?:in|on|inside)\s[^()]*\)", re.IGNORECASE)
"""Where something is: `Packer (in the runner)`."""

WORK = late(
    r"\b(?:build|test|lint|deploy|publish|push|release|checkout|install|compile|package|scan|plan|apply)\w*\b"
    r"|\b[\w-]+/[\w.-]+@v\d|\b[\w-]+-action\b|\.github/",
    re.IGNORECASE,
)
WORKING = (
    MAKING
    | GIVING
    | frozenset(
        "run runs test tests lint lints scan scans verify verifies check checks sign signs install installs "
        "checkout execute executes".split()
    )
)
"""Verbs at the head of a note that tells of work."""

_PROPERTIES = frozenset(
    "uses needs requires has takes lasts consumes costs keeps is are runs-on nutzt braucht benötigt hat"
    " dauert utilise nécessite prend usa necesita requiere tarda dura precisa requer leva richiede impiega"
    " używa wymaga trwa использует требует занимает kullanır gerektirir".split()
)
"""Verbs at the head of a note that say what a job is like, and name no work."""


def says_property(text: str) -> bool:
    """Whether a text says at its head what something is like: `uses the npm cache`."""
    said = labels.words(text)
    return len(said) > 1 and said[0] in _PROPERTIES and not started_by_itself(text)[0]


def says_work(text: str) -> bool:
    """Whether a text has a word for work, or a verb at its head that is known."""
    return WORK.search(text) is not None or labels.words(text)[:1] == () or labels.words(text)[0] in WORKING


def is_called_as_job(name: str) -> bool:
    """Whether a lifeline is called as a job that does what CI does, or by its number: `Lint job` and
    `Job 2: Notify`, and not `Spark job`."""
    is_work = (_JOB_OF.fullmatch(name) and WORK.search(name)) or _JOB_AT_NUMBER.match(name)
    return is_work is not None and OTHER_SYSTEM.search(name) is None


_JOB_AT_NUMBER = late(r"job\s*#?\d{1,2}\s*(?:[:.)]|\s[–—-]\s)\s*\S", re.IGNORECASE)
_JOB_OF = late(r"[\w /&+-]+\sjob|job:?\s[\w /&+-]+", re.IGNORECASE)


STARTING = frozenset(
    "trigger invoke call launch execute kick spawn process evaluate perform apply sync".split()
)
"""Verbs at the head of what a tool is told to do, which asks nobody."""

OTHER_SYSTEM = late(
    r"\b(?:argo\w*|tekton|jenkins|azure|aws|gitlab|airflow|temporal|prefect|dagster|kubeflow|circleci|buildkite"
    r"|databricks|data|ml|step functions?|queues?|schedulers?|cron|batch|background)\b",
    re.IGNORECASE,
)
"""Systems whose own workflows, pipelines and jobs are no matter of GitHub's."""

RELEASES = late(r"(?:github\s+)?releases?", re.IGNORECASE)
"""The name of a lifeline that sends releases."""


_SECRET = late(
    r"\bsecrets?\b|\b\w*(?:_TOKEN|_KEY|_SECRET|_PASSWORD)\b|\bcredentials?\b|\bapi[- ]keys?\b|\bpasswords?\b",
    re.IGNORECASE,
)


_NO_SECRET = late(
    r"\b(?:without|no|ohne|sans|sin|sem|senza|zonder|bez|ilman|utan|uden|uten|без)\s+(?:any\s+|the\s+)?(?:secrets?|credentials?)\b",
    re.IGNORECASE,
)


def says_secret(text: str) -> bool:
    """Whether a text says that a secret of the repository is used."""
    return _SECRET.search(_NO_SECRET.sub(" ", text.replace("GITHUB_TOKEN", " "))) is not None


_OTHER_TOKEN = late(
    r"\bPATs?\b|\bpersonal access tokens?\b|\bdeploy keys?\b|\bGitHub App\b|\bmachine (?:user|account)\b"
    r"|\b(?:app|bot|release|admin|custom)(?:'s)?[ -]token\b|\bsecrets\.(?!GITHUB_TOKEN\b)\w",
    re.IGNORECASE,
)
"""Words that say another token than the workflow's own is used; events that it makes start runs."""


def says_other_token(text: str) -> bool:
    """Whether a text names another token than the workflow's own."""
    return _OTHER_TOKEN.search(text) is not None


_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
THINGS = tuple(
    (
        late(
            rf"(?<!{_LETTER})(?:{words})(?!{_LETTER})|{beyond}",
            re.IGNORECASE,
            for_ascii=rf"(?<![a-z])(?:{words})(?![a-z])",
        ),
        scope,
    )
    for words, beyond, scope in (
        (r"issues?|incidencias?|ärende\w*|zgłoszeni\w+", "イシュー|议题|議題|工单|이슈", "issues"),
        (
            r"pull[- ]requests?|PRs?",
            r"プルリク|拉取请求|合并请求|풀\s*리퀘스트|пул-?реквест",
            "pull-requests",
        ),
        (
            r"comment(?!ary)\w*|labels?|komment(?:a|ier|er|oi)\w*|coment[aáeo]\w*|koment\w+|mengomentar\w+|reacties?|opmerking\w*"
            r"|reageer\w*|etikett\w*|yorum\w*|megjegyzés\w*|σχόλι\w+|bình\s+luận|nhận\s+xét",
            "コメント|レビュー|评论|評論|留言|댓글|코멘트|리뷰|коммент|комент|ラベル|라벨|метк",
            "",
        ),
        (
            rf"releases?(?!{OF_BRANCH})|tags?|lanzamientos?|lançamentos?|wydani\w+",
            "リリース|发行版|發行版|릴리[스즈]|релиз|タグ|태그",
            "contents",
        ),
    )
)
"""What is written in a repository, with the right to it; a comment or label is of what it stands at. A word
for both a label and a tag is none."""


def names_comment(text: str) -> bool:
    """Whether a text, in whatever language, speaks of a comment or a label."""
    return any(pattern.search(text) is not None for pattern, scope in THINGS if not scope)


def is_anywhere(verb: str, to: str) -> bool:
    """Whether a verb may write anything of a repository, and all that says what is the name of that: `post
    findings` to `Target Repo`."""
    return verb not in _OF_FILES and _REPOSITORY.search(to) is not None


_OF_FILES = frozenset("push commit tag merge upload write release publish deploy bump".split())
_REPOSITORY = late(
    r"\b(?:repo|repositor(?:y|io)|dépôt|depot|репозитори\w*)\W*$|仓库|リポジトリ|저장소", re.IGNORECASE
)


def is_administered(text: str) -> bool:
    """Whether a text speaks of what the administrators of a repository set, which no own token can write."""
    return _ADMINISTERED.search(text) is not None


_ADMINISTERED = late(
    r"\b(?:(?:repo(?:sitory)?|org(?:ani[sz]ation)?|actions|github|environment)\s+(?:variables?|secrets?|settings)"
    r"|branch\s+protections?|rule\s?sets?|webhooks?|collaborators?)\b",
    re.IGNORECASE,
)


REFS = late(
    r"\b(?:branch(?:es|e)?|zweig\w*|commit\w*|ram[ao]s?|gałą\w+|gałęz\w+|větev|dal)\b|ветк\w*|ветвь|коммит|分支|ブランチ|브랜치|コミット|커밋|提交",
    re.IGNORECASE,
)
"""What else is written in a repository."""
_MERGES = late(
    r"(?<![\w-])(?:auto-?)?(?!merged\b)(?:merg|fusion|zmerg|scal(?=[aio]|\b)|połącz|mescl|sammanfog|samenvoeg|slouč|birleştir|zusammenführ|influ[iy]|összefésül"
    r"|flett|yhdist|gabung|îmbin)\w*"
    r"(?![\s-]*(?:request|queue|conflict|group|commit))|\b(?:gộp|hợp\s+nhất)\b|マージ|合并(?!请求)|合併|병합|слить|слия|влить|объедин|злити|злива|мерж\w*",
    re.IGNORECASE,
)
_LABELS = late(
    r"\b(?:labels?|étiquet\w*|etiquet\w*|etykiet\w*|etichett\w*|etiket\w*|štít\w+)\b|标签|標籤|ラベル|라벨|ярлык|метк",
    re.IGNORECASE,
)
_OF_VERSIONS = late(
    r"\bv\d|\d+\.\d|\brelease|\bversi|версі|верси|版本|バージョン|버전|\bgit\b", re.IGNORECASE
)
_REQUEST_NAMED = next(pattern for pattern, scope in THINGS if scope == "pull-requests")


_PUSHES = late(
    r"\b(?:ge)?(?:push|commit)(?!\s*=)\w*|\bpouss\w+|\bempuj\w+|推送|提交|プッシュ|コミット|푸시|커밋|пуш\w*|комм?ит\w*",
    re.IGNORECASE,
)


_PAGES = late(r"\b(?:github|gh)[\s-]+pages\b", re.IGNORECASE)


def right_by_deed(text: str, named: str) -> str:
    """The right that a write most likely needs by what it does, in whatever language, where the thing that it
    names speaks for another (`named`): who commits the tag of an image, or gives to the branch `gh-pages`,
    writes to the repository; who merges a request, or pushes beside one, to both. A word for both a label and
    a tag is that of a label, but beside a version."""
    is_both = _MERGES.search(text) is not None or (
        named == "pull-requests" and _PUSHES.search(text) is not None
    )
    if is_both and _REQUEST_NAMED.search(text) is not None:
        return "contents, pull-requests"
    if named in ("packages", "pages") and REFS.search(text) is not None:
        return "contents"
    named = "pages" if named == "deployments" and _PAGES.search(text) is not None else named
    is_label = (
        named in ("contents", "") and _LABELS.search(text) is not None and _OF_VERSIONS.search(text) is None
    )
    return "pull-requests" if is_label else named


_HEAD = late(
    r"\b(?:heads?|tête|kopf|cabe[zcç]\w*|testa|fork(?:s|u|a)?|branch(?:e|es)?|zweig|ram[ao]|gałą\w+|větev|code|código|codice|kod\w*)\b"
    r"|голов|ветк|форк|код[аеу]?\b|ブランチ|フォーク|コード|分支|代码|브랜치|포크|코드",
    re.IGNORECASE,
)


def names_pr(text: str) -> bool:
    """Whether a text names a pull request, in whatever language."""
    return _REQUEST_NAMED.search(text) is not None


def names_head(text: str) -> bool:
    """Whether a text names what a pull request would bring, in whatever language: `la tête de la PR`."""
    return _REQUEST_NAMED.search(text) is not None and _HEAD.search(text) is not None


LOOKS = late(
    r"\b(?:pr[üu]f|les(?:en|e|t)|lies|(?:auf)?list|zähl|hol(?:en|t|e)|vergleich|abruf|ruft|auscheck|such(?:en|t|e)|wart"
    r"|vérifi|lire|lit|compte|récup|compar|cherch|attend|verific|lee|ler|lê|contar|conta|obt|busc|esper|revis|consult"
    r"|legg|elenc|confront|cerca|recuper|sprawd|czyt|pobier|porówn|szuk|czek)\w*"
    r"|\b(?:провер|чита|получ|сравн|ищ|най|счита|жд)\w*"
    r"|检查|读取|获取|列出|比较|查询|等待|確認|読|取得|一覧|比較|検索|待|확인|읽|조회|목록|비교|검색|대기",
    re.IGNORECASE,
)
"""Words of other languages for what only looks at something."""
_VERIFYING = late(
    r"(?:verif(?!ied)|validat|validi|valida|inspect)\w*|valider|check(?:s|ed|ing|er)?", re.IGNORECASE
)


def verifies(text: str) -> bool:
    """Whether a text looks at what others have made, by its first words or its last, or in another language:
    `verify-attestation`, `provenance check`, `Signatur prüfen`."""
    parts = re.split(r"[\s_-]+", " ".join(labels.words(labels.without_asides(text)))) or [""]
    return any(map(_VERIFYING.fullmatch, (*parts[:3], parts[-1]))) or LOOKS.search(text) is not None


RUNNING = frozenset("run use start begin".split())
"""What is done with a tool by which it writes."""
_WRITER = late(
    r"(?<![\w/-])(?:(release[- ]please(?:-action)?|changesets(?:/action)?|auto-?merge)"
    r"|((?:python-)?semantic[- ]release)"
    r"|(release-drafter|goreleaser|release-it"
    r"|(?:github|gh)[- ]releases?)|((?:github|gh)[- ]pages))(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
"""Tools and places that are there to be written to, by their names, grouped by what writing them needs (their
own pages). A word of another writing may stand directly behind one."""
_TO_WRITE = (
    ("contents", "pull-requests"),
    ("contents", "issues", "pull-requests"),
    ("contents",),
    ("pages", "id-token"),
)


def writers_named(text: str) -> tuple[str, ...]:
    """The rights of the first tool or place which a text names that is there to be written to."""
    match = _WRITER.search(text)
    return _TO_WRITE[match.lastindex - 1] if match is not None and match.lastindex else ()


_OIDC = late(
    r"\boidc\b|\bopenid\s+connect\b|\btrusted\s+publish\w*|\b(?:workload|web|federated)\s+identit(?:y|ies)\b"
    r"|\bAssumeRoleWithWebIdentity\b|\bfederated\s+(?:credentials?|login|token)\b|\bkeyless\b|\bsigstore\b|\bfulcio\b",
    re.IGNORECASE | re.ASCII,
)
"""In ASCII, as commands are: a word of another writing may stand directly behind it (`OIDCトークン`)."""


def says_oidc(text: str) -> bool:
    return _OIDC.search(text) is not None


_ATTESTED_IN_ASCII = r"\battest|provenance|\bslsa\b"
ATTESTED = (
    rf"{_ATTESTED_IN_ASCII}|(?<![a-z])slsa(?![a-z])|\bprovenien[zt]|\bproced[eê]ncia|\bprovenans|провенанс|аттестац"
    r"|プロベナンス|来歴|来源证明|构建证明|構建證明|출처\s*증명|프로비넌스"
)
"""Words for what an attestation is, or says."""
_SIGNED_IN_ASCII = (
    r"\bcosign\b(?!\s+(?:verif\w+|login|download|tree|version)\b)|\bassum(?:e|es|ing)\b.*\brole\b"
    r"|\b(?:aws-actions/configure-aws-credentials|azure/login|google-github-actions/auth)\b"
)
_KEYLESS_IN_ASCII = (
    r"\bfedera(?:ted|d[oa]s?|t[oaie])\b|\bwif\b|\bwithout\s+(?:[\w-]+\s+)?(?:keys?|credentials)\b"
    r"|\bs(?:in|em)\s+(?:clave|chave)"
)
_KEYLESS = (
    rf"{_KEYLESS_IN_ASCII}|\bföderiert\w+|\bfédér\w+|федератив|联合身份|聯合身分|フェデレーション|페더레이션"
    r"|\bschlüssellos|\bsans\s+clé|бесключ|キーレス|无密钥|無密鑰|키리스"
)
"""Words for an identity that others trust, and for a signature or login without a key."""
_BY_IDENTITY = rf"{ATTESTED}|{_KEYLESS}"
SIGNED = late(
    rf"{ATTESTED}|{_KEYLESS}|{_SIGNED_IN_ASCII}|(?<![a-z])cosign(?![a-z\s])",
    re.IGNORECASE,
    for_ascii=rf"{_ATTESTED_IN_ASCII}|{_KEYLESS_IN_ASCII}|{_SIGNED_IN_ASCII}",
)
"""What tells of a proof of who somebody is; in other languages than English it is no more than likely."""


def is_signed_without_key(text: str) -> bool:
    """Whether a text tells of what hardly anything but the run's own identity can prove."""
    return re.search(_BY_IDENTITY, text, re.IGNORECASE) is not None


_GIVES_ELSEWHERE = late(
    r"\b(?:hochladen|lädt|pushen|veröffentlich\w*|envo(?:yer|ie)|pouss\w+|publi(?:er|e|ca|car|quer)|téléverser"
    r"|sub(?:ir|e)|empuj\w+|envia\w*|загру\w+|публик\w+|отправ\w+|выклад\w+|wypchn\w+|wypych\w+|wysł\w+"
    r"|carica\w*|pubblica\w*|gönder\w*|yükle\w*|yayınla\w*)\b|推送|上传|上傳|发布|發布|アップロード|プッシュ|公開|푸시|업로드",
    re.IGNORECASE,
)
"""Words of giving in other languages: to a registry they say no more than that it is one."""


def gives_in_any_language(text: str) -> bool:
    """Whether a text has a word of giving, of whatever language."""
    return _GIVES_ELSEWHERE.search(text) is not None


_GIVEN_LAST = late(
    r"(?:推送|上传|上傳|发布|發布|アップロード|プッシュ|公開|push|푸시|업로드)(?:する|します|하기|합니다)?$",
    re.IGNORECASE,
)
_NEGATED = late(r"[不未别勿沒没]|ない|なし|안\s|않|\b(?:no|nicht|ne|não|non|не|nie)\b", re.IGNORECASE)


def is_giving(text: str) -> bool:
    """Whether the verb of a text in another language gives something: at its head, or at the end of one in a
    language whose verbs stand there."""
    bare = labels.unnumbered(text).strip(" .。!！")
    if _NEGATED.search(bare):
        return False
    first = _GIVES_ELSEWHERE.match(bare) is not None
    return first or (not bare.isascii() and _GIVEN_LAST.search(re.sub(r"\s*[(（].*$", "", bare)) is not None)


TELLS = late(
    r"\b(?:status\w*|stato|stan|estado|état|durum\w*|ergebnis\w*|result\w*|résultats?|risultat\w*|wynik\w*|sonu[cç]\w*|report\w*"
    r"|links?|urls?|enlaces?|liens?|bağlant\w*|ok|done|success|failed|fertig|erledigt|erfolg\w*|fehlgeschlag\w*|listo|hecho"
    r"|termin\w*|complet\w*|conclu\w*|éxito|sucesso|succès|réussi\w*|échou\w*|échec|fall[aó]\w*|falh\w*|fatto|fallit\w*|gotowe|tamam\w*"
    r"|başar\w*)\b|https?:|статус|состояни|результат|отч[её]т|ссылк|готов|успе[хш]|успешн|ошибк|провал|заверш|выполнен"
    r"|状态|狀態|ステータス|状態|상태|结果|結果|결과|报告|報告|レポート|보고|链接|連結|鏈接|リンク|링크|完成|完了|완료|成功|성공|失败|失敗|실패|通过|通過|合格|통과"
    r"|なし|없음|可能|가능|待|대기|中$|중$|已|済|끝|됨$|[✅❌✔✗✘]",
    re.IGNORECASE,
)


def names_thing_beyond(text: str) -> bool:
    """Whether a text in another language names a thing that is written in a repository, and tells neither how
    something ended or stands nor where it is, and looks at nothing."""
    things = [match for pattern, _ in THINGS if (match := pattern.search(text)) is not None]
    is_beyond = any(char > "\x7f" and char.isalpha() for char in text) or any(
        _ENGLISH.fullmatch(match[0]) is None or _ARTICLE.search(text, 0, match.start()) for match in things
    )
    return bool(things) and is_beyond and TELLS.search(text) is None and LOOKS.search(text) is None


_ARTICLE = late(r"\w\s+(?:un[aeo]?|l[eao]s?|[ie]l|uma?|eine?[nmrs]?|de[rnmst]|das|een|het|ett)\s+\Z", re.I)
SECURITY = r"\bsarif\b|\bcode[\s-]+scanning\b|\bsecurity[\s-]+(?:tab|alerts?|results?|findings)\b"
"""What GitHub shows of scans."""
_SECURITY = late(SECURITY, re.IGNORECASE)


def gives_to_security(text: str, to: str) -> bool:
    """Whether a text gives findings of a scan, or anything to where GitHub shows them, in whatever language:
    `SARIF hochladen`."""
    is_of_scan = _SECURITY.search(text) is not None or _SECURITY.search(to) is not None
    return is_of_scan and gives_in_any_language(text)


def names_service(text: str) -> bool:
    """Whether a text names another service than GitHub that has issues, comments or requests of its own."""
    return _SERVICE.search(text) is not None


_SERVICE = late(
    r"\b(?:jira|linear|asana|trello|youtrack|redmine|bugzilla|servicenow|zendesk|clickup|shortcut|confluence|notion"
    r"|slack|(?:ms|microsoft)\s+teams|discord|telegram|mattermost|gitlab|bitbucket|azure\s+(?:devops|boards)|gerrit"
    r"|sentry|pagerduty|opsgenie|datadog|grafana|sonar\w*|crowdin|weblate|figma)\b",
    re.IGNORECASE,
)


def may_be_made(text: str) -> bool:
    """Whether a text whose verb is not known names a thing of a repository that it may make: a request or an
    issue as its last word, or, in another language, any."""
    said = labels.words(text)
    if len(said) > 1 and (said[-1] in ("pr", "prs", "issue", "issues") or said[-2] == "pull"):
        return True
    is_of_image = IMAGE.search(text) is not None
    is_made = _MAKES.search(text) is not None and any(pattern.search(text) for pattern, _ in THINGS)
    is_tag = (_TAGS.search(text) is not None or is_made) and not is_of_image
    return (is_tag and TELLS.search(text) is None and LOOKS.search(text) is None) or names_thing_beyond(text)


_MAKES = late(
    r"^\W*(?:cre(?:a|e|ar|er|are)|cri(?:a|e|ar)|crée[rz]?|erstell\w+|erzeug\w+|utw[oó]rz\w*|maak|skapa|opret|oluştur\w*|vytvo[řr]\w*"
    r"|genera[r]?|abr(?:e|ir)|apri\w*|öffne\w*|ouvr(?:e|ir))\b|созда\w+|створ\w+",
    re.IGNORECASE,
)
_TAGS = late(
    r"标签|標籤|\b(?:etiquet\w+|étiquet\w+|etichett\w+|taggen|taggt|taggar?|taggea\w*)\b", re.IGNORECASE
)
"""Words for a label or a tag, both of which are written, or for making one."""
IMAGE = late(
    r"\bghcr\b|\bimages?\b|\bimag(?:en(?:es)?|em)\b|\bcontainers?\b|镜像|鏡像|イメージ|이미지|образ",
    re.IGNORECASE,
)


_ENGLISH = late(r"(?:issue|pull[- ]request|pr|comment|label|release|tag)s?", re.IGNORECASE)


_TAKEN = late(
    r"\b(?:herunterlad\w*|lädt\b.*\bherunter|télécharg\w+|récup\w+|descarg\w+|baix\w+|scaric\w+|prelev\w+|pobier\w*|pobrać|indir\w*"
    r"|obt\w+|download\w*|ophal\w*|haalt|holt|hole[n]?|скач\w+|получ\w+|загрузи\w*\s+(?:из|с)|тян\w+)\b"
    r"|拉取|下载|下載|获取|取得|ダウンロード|プル(?!リク)|다운로드|가져오",
    re.IGNORECASE,
)


def says_taken(text: str) -> bool:
    """Whether a text in another language has a word for what is taken from somewhere."""
    return _TAKEN.search(text) is not None


_CODE = late(
    r"\b(?:code|sources?|branch|head|commits?|refs?|sha|repo(?:sitory)?|forks?|changes|tree|files?|versions?)\b"
    r"|\b(?:k[oó]d|c[oó]d|quell|zdroj|źród|fuente|fonte|исход|код)\w*|代码|代碼|源码|コード|ソース|코드|소스",
    re.IGNORECASE,
)
_IN_ENGLISH = late(r"\b(?:the|an?|its|our|with|and)\b", re.IGNORECASE)


_ATTACHED = late(
    r"\b(?:[ée]tiquet|etykiet|etiket|štít|popis|címk|nálep|naljep|oznak)\w*|標籤|标签|nhãn", re.IGNORECASE
)
"""Words for a label or a tag, of which none takes code."""


def may_take_code(text: str) -> bool:
    """Whether a text of which no verb is known may take code: not one that names a request, an issue or what
    stands at them and no code, nor one in English, whose verbs of taking are known, that names none."""
    if _CODE.search(text) is not None or says_taken(text) or LOOKS.search(text) is not None:
        return True
    is_of_talk = _ATTACHED.search(text) is not None or any(
        scope != "contents" and pattern.search(text) for pattern, scope in THINGS
    )
    is_request = re.search(r"\bPRs?\b|\brequest", text, re.IGNORECASE) is not None
    return not (is_of_talk or (_IN_ENGLISH.search(text) is not None and not is_request))


_OF_OWN = late(r"\borigin/(?:main|master)\b")
_OF_OTHERS = late(r"\bPRs?\b|\bpull[- /]|\bhead\b|\bforks?\b|\brefs?/|\bgithub\.", re.IGNORECASE)


def takes_own_branch(text: str) -> bool:
    """Whether a text names the branch of the repository that nobody but its people write: `origin/main`."""
    return _OF_OWN.search(text) is not None and _OF_OTHERS.search(text) is None


def is_login(text: str) -> bool:
    """Whether a message to a registry logs in, or waits, and asks for nothing that is there."""
    return _LOGIN.search(text) is not None


_LOGIN = late(
    r"^\W*(?:authenticate|auth|wait|poll)\b|\blog\s?in\b|\bsign\s+in\b|\banmeld\w*|\beinlogg\w*|\bconnexion\b|\bse\s+connect"
    r"|\biniciar?\s+sesi|\baccesso\b|\bautentic\w*|\bzalog\w*|\blogow\w*|\bgiriş\b|\bđăng\s+nhập|вход\b|войти|логин|авториз"
    r"|登录|登入|登陆|ログイン|로그인",
    re.IGNORECASE,
)
"""Words for a login, in whatever language: it gives nothing."""


def consequence(text: str) -> str:
    """What a text says behind an arrow: `tests failed → open an issue`."""
    return _ARROW.split(text, maxsplit=1)[-1] if _ARROW.search(text) is not None else ""


_ARROW = late(r"\s*(?:[→⇒➜]|[-=]+>)\s*")


def speaks_of_image(text: str) -> bool:
    """Whether a text names an image or its registry, which is pushed as well."""
    return IMAGE.search(text) is not None or "docker" in text.lower()
