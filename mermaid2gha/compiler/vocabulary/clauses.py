"""Clauses within the text of an activity that say when it happens, or who is asked: `deploy (only on main)`.

None of them decides anything: they tell a reader that a text may mean more than the name of what it draws
(docs/language.md#reading). A word that is missing here costs a warning, and no workflow. `If` with one word
(`if changed`, `if needed`) is what a step finds out by itself, and no clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import approvals, labels, loops
from mermaid2gha.compiler.vocabulary.branches import MAIN
from mermaid2gha.compiler.vocabulary.event_filters import is_manual
from mermaid2gha.compiler.vocabulary.origins import left_out
from mermaid2gha.compiler.vocabulary.outcomes import Polarity, outcome, whatever_said
from mermaid2gha.compiler.vocabulary.outcomes_beyond import outcome as outcome_beyond
from mermaid2gha.compiler.vocabulary.times import repetition_said


class ClauseKind(Enum):
    """What a clause may say: a condition, a branch or tag, that a pull request was merged, that something
    failed, that it happens always, an approval, what a key of a job says in a workflow file, that a right is
    needed, how often it is tried, on which days, that people start it, that its failure stops nothing, or
    beside what else it runs."""

    CONDITION = "condition"
    REF = "ref"
    MERGED = "merged"
    FAILURE = "failure"
    ALWAYS = "always"
    APPROVAL = "approval"
    KEY = "key"
    RIGHT = "right"
    TRIES = "tries"
    TIME = "time"
    MANUAL = "manual"
    TOLERANT = "tolerant"
    BESIDE = "beside"


WHEN = (ClauseKind.CONDITION, ClauseKind.FAILURE, ClauseKind.ALWAYS)
"""What says when something runs."""
MAY_SAY = {
    ClauseKind.FAILURE: "that something failed",
    ClauseKind.ALWAYS: "that this runs whatever failed",
    ClauseKind.TRIES: "how often this is tried",
    ClauseKind.MANUAL: "that people start this",
    ClauseKind.TOLERANT: "that nothing stops where this fails",
    ClauseKind.BESIDE: "that this runs beside something else",
}
"""What clauses may say, but for those that say when."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it is written, and the environment that it names."""

    kind: ClauseKind
    text: str
    environment: str = ""


CONDITIONAL = frozenset(
    "only if when whenever unless except excluding provided iff"
    " nur wenn falls sofern außer ausser seulement uniquement si quand lorsque sauf"
    " solo sólo solamente cuando salvo excepto só somente apenas quando exceto soltanto tranne"
    " alleen als wanneer tenzij tylko jeśli jeżeli gdy kun hvis bara om när"
    " только если когда кроме лишь тільки лише якщо коли крім sadece yalnızca eğer"
    " nếu khi pokud pokiaľ jestliže když keď dacă când amikor amennyiben mikäli jika apabila kapag"
    " ако ako jos kui kalau bila dersom baldin jei jeigu αν εάν όταν אם כאשר إذا عندما अगर यदि"
    " iba len jen pouze výhradně csak kizárólag doar numai samo само vain ainult tikai tik endast enbart"
    " chỉ hanya μόνο רק فقط केवल".split()
)
_ALONE = frozenset(
    "only nur seulement uniquement solo sólo solamente somente apenas soltanto alleen"
    " iba len jen pouze csak doar numai samo само vain ainult tikai tik endast enbart chỉ hanya μόνο".split()
)
"""Words that say `no other` as well: at the end of a text, or before what is done, they condition nothing."""

_EXCEPTING = frozenset(
    "unless except excluding außer ausser sauf salvo excepto exceto tranne tenzij кроме крім".split()
)
_ONLY = _ALONE | {"только", "лишь", "лише", "tylko", "kun", "bara", "sadece", "yalnızca"}
"""Words that say `no other` before a branch's name: `deploy only main`."""
_BRANCH = late(MAIN, re.IGNORECASE)
_CONDITIONS = tuple([one] for one in sorted(CONDITIONAL - _ALONE))
_CONDITIONED = tuple(
    [one] for one in "conditional conditionally bedingt conditionnel condicional condizionale".split()
)
"""Remarks that say, as a whole, that there is a condition."""

_AT = frozenset(
    "on for in if when to from during von aus depuis desde dari från fra bei auf für im sur en pour "
    "dans em no na en per su bij op voor przy dla при на для pri pre ve v pe la på vid för for til "
    "till di untuk trên cho za".split()
)
_ASKING = frozenset(
    "check checks checking verify verifies validate see sees test tests determine determines decide decides"
    " detect detects ensure ensures ask asks find finds know look looks inspect confirm confirms fail fails"
    " evaluate evaluates assert asserts prüfe prüfen prüft vérifie vérifier comprobar verificar verifica"
    " проверить проверяет sprawdź".split()
)
"""Before `if` these ask a question, and condition nothing."""

_ALWAYS = frozenset(
    "always immer toujours siempre sempre altijd zawsze всегда завжди alltid her\u00a0zaman".split()
)
_NOTHING = r"(?!)"
_RUNS = late(
    r"\S+\s+(?:se\s+|é\s+|viene\s+|est\s+|wird\s+|wordt\s+)?"
    r"(?:run|exec|ausgef|exéc|ejec|corr|esegu|roda|uitgev|wykon|uruch|выполн|запуск|викон|körs|kjør)\w*\W*\Z",
    re.IGNORECASE,
)
"""That something runs, behind a word for always: `Cleanup always runs`."""
_ALWAYS_BEYOND = late(r"常に|必ず|总是|總是|始终|항상", for_ascii=_NOTHING)
_CONDITIONAL_BEYOND = late(
    r"場合|のみ|だけ|の時|如果|若是|若(?=.{1,30}?[则則就時时，,])|仅|僅|只有|只在|除非|경우|일\s?때|에서만|때만|(?<!하지)(?<!\d)만(?=\s*(?:[)）]|$))|ถ้า|หาก"
    r"|(?:\b(?:olursa|varsa|yoksa)|\w(?:ıysa|iyse|uysa|üyse|ıyorsa|iyorsa|ırsa|irse))(?=\s|$)"
    r"|(?:이|라|으|브랜치|태그)면(?=[\s,，])|(?:分支|标签|標籤)[^\s，,]{0,8}?[时時]",
    for_ascii=_NOTHING,
)
_CONDITIONAL_AHEAD = late(
    r"\W*(?:[Ss]e|[Hh]a|[Aa]k|[Aa]ko|[Аа]ко|[Jj]os|[Kk]ui|[Jj]a|[Kk]ung|[Dd]ersom|[Bb]aldin|[Bb]ila|[Kk]alau)"
    r"\s[^,:→⇒]{1,60}(?:[→⇒]|[,:]\s)\s*\S|\W*[^\W_][^,:→⇒]{0,40}\s(?:ise|iken)\b"
    r"|.{3,80}?\s(?:se|caso)\s+(?:o|os|as?|il|lo|i|gli|non|não|houver|c['’]è|ci)\s|.{3,80}?,\s(?:ha|ak|kung)\s",
)
"""Words that mean `if` at the head of a text alone, before what is done then: `se main, pubblica`."""
_DIRECTION = (
    r"(?:(?:in|on)?to|from|against|with|vs|versus|nach|von|vers|depuis|contre|desde|hacia|verso|naar|van|tegen|do|od|из|от|до"
    r"|till|från|mot|til|fra|ke|dari|vào|từ)\s"
)
"""Words that something goes to a branch, or comes from it: that is what is done, and no condition."""
_OF_REF = late(
    r"\s*(?:branch|branche|zweig|rama|ramo|ветка|gałąź|nhánh|gren|tags?|tagg|etiqueta|étiquette|тег|tag|分支|ブランチ|브랜치"
    r"|标签|標籤|タグ|태그)\s*:?\s*['\"`]?[\w.*/{}<>-]+['\"`]?\s*"
    r"|\s*['\"`]?[\w.*/-]+['\"`]?\s*(?:branch|tags?|分支|ブランチ|브랜치|标签|標籤|タグ|태그)\s*"
    rf"|\s*(?:(?!{_DIRECTION})[^\W\d][\w'’]*\s+){{0,3}}['\"`]?(?:{MAIN}|(?:releases?|hotfix(?:es)?)/[\w.*/-]+)['\"`]?\s*",
    re.IGNORECASE,
)
"""A remark that names a branch or a tag, and says no more: `(branch main)`, `(tag v*)`; with whatever words
before what is a branch's name as such, `(na main)`, but for those that something goes there."""
_APART = late(
    r"\b(?:on|for|auf|für|bei|sur|pour|en|para|em|su|per|op|voor|na|dla|на|для)\s+(?:\S+\s+){0,2}?(?!to\b)\S*"
    r"(?:tag|branch|zweig|rama|ветк|main|master|release|pull|prs?|fork|push|nightl)\S*\s+"
    r"(?:only|nur|seulement|uniquement|solo|sólo|solamente|somente|apenas|soltanto|alleen|tylko|только)\W*$"
    r"|\b(?:but|aber|mais|pero|ma|mas|maar|ale|но)\s+(?:not|nicht|niet|pas|no|non|não|nie|не)\s+"
    r"(?:on|for|from|if|when|in|auf|für|bei|sur|pour|si|en|para|em|su|per|op|voor|na|dla|на|для)\s.{2,60}",
    re.IGNORECASE,
)
"""What a text is done for alone, or not for, at its end: `for tags only`, `but not for forks`."""
_FAILURE_BEYOND = late(
    r"başarısız(?:sa\b|\s+ol(?:ur)?sa\b)|"
    r"\b(?:bei|im\s+falle?|in\s+case|en\s+cas|in\s+caso|em\s+caso|en\s+caso|bij|przy|w\s+razie|при|у\s+разі)\b.{0,12}?"
    r"\b(?:probl[eè]m\w*|проблем\w*|fehl\w+|[ée]chec\w*|fall[oai]\w*|errore?\w*|falha\w*|erros?|fout\w*|błęd\w+|ошибк\w+|помилк\w+)"
    r"|失敗(?:時|した)|失败(?:时|後|后)|(?:問題|異常|障害)(?:が)?(?:発生|起き|ある|あれば)|(?:出现|出現|发生|發生|出)(?:了)?(?:问题|問題|错误|錯誤|异常|異常)"
    r"|(?:실패|문제|오류|에러|장애)(?:[가이]?\s?발생)?\s?(?:시|하면|할\s?때)",
    re.IGNORECASE,
)
_MERGED = late(
    r"\b(?:after|once|upon|following)\s+(?:(?:the|an?|it(?:'s|\s+is)?|prs?|pull\s+requests?|being|successful)\s+){0,4}merg\w+"
    r"|\b(?:nach\s+(?:dem\s+)?|apr[èe]s\s+(?:le\s+|la\s+)?|tras\s+(?:el\s+)?|despu[ée]s\s+del?\s+|depois\s+do\s+"
    r"|ap[oó]s\s+(?:o\s+)?|dopo\s+(?:il\s+)?|po\s+|na\s+(?:de\s+)?|sau\s+khi\s+)(?:merge\w*|fusi\w+|z?merg\w+)"
    r"|\bпосле\s+(?:м[её]рж|слияни)\w*|合并[之以]?后|合併[之以]?後|マージ(?:後|の後|したら)|(?:머지|병합)\s?(?:후|하면)",
    re.IGNORECASE,
    for_ascii=r"\b(?:after|once|upon|following)\s+(?:(?:the|an?|it(?:'s|\s+is)?|prs?|pull\s+requests?|being|successful)"
    r"\s+){0,4}merg\w+|\b(?:nach\s+(?:dem\s+)?|apres\s+(?:le\s+|la\s+)?|tras\s+(?:el\s+)?|despues\s+del?\s+|depois\s+do\s+"
    r"|apos\s+(?:o\s+)?|dopo\s+(?:il\s+)?|po\s+|na\s+(?:de\s+)?|sau\s+khi\s+)(?:merge\w*|fusi\w+|z?merg\w+)",
)
_ON_MERGE = late(
    r"\b(?:on|at|upon|when|if|bei|beim|wenn|lors\s+de|[àa]\s+la|au|al|nel|no|na|przy|při|pri|op|vid|ved|при)\s+"
    r"(?:(?:the|a|an|prs?|is|le|la|el)\s+){0,3}(?:merge[sd]?|merged|fusi\w+|слиянии|scalen\w*|unione)\W*$"
    r"|(?:マージ|合并|合併|머지|병합)\s?(?:時|时|시)\W*$",
    re.IGNORECASE,
)
"""The same in other words, at the end of a text or as a whole remark: `on merge`."""
_MAY = (
    r"(?:may|might|can|could|allowed?|allow|permitted|ok(?:ay)?|soft|darf|kann|k[öo]nnen|d[üu]rfen|peut|peuvent|puede|puedo|pode|pu[òo]"
    r"|mo[żz]e|může|môže|mag|kan|f[åa]r|kunne|может|можно|може|boleh|lehet|voi|saa|poate|có\s+thể)"
)
_FAIL = (
    r"(?:fail\w*|fehlschl\w*|scheiter\w*|[ée]chou\w*|[ée]chec\w*|fall[aeio]\w*|falh\w*|zawie\w*|nie\s+uda\w*|sel[hž]\w*|zlyh\w*"
    r"|fal[ei]n|misluk\w*|misslyck\w*|feile?|упа\w+|пад\w+|провал\w*|gagal|ep[äa]onnistu\w*|e[şs]ua\w*|thất\s+bại)"
)
_TOLERANT = late(
    rf"\b{_MAY}\s+(?:to\s+|si[ęe]\s+|zu\s+)?{_FAIL}\b|\b{_FAIL}\s+(?:is\s+|are\s+)?(?:allowed|ok(?:ay)?|ignored|erlaubt|tol[ée]r\w+|permitid\w+)\b"
    r"|\b(?:non|not|nicht|no|nie|ikke|inte|niet|nem|ne)[-\s]?(?:bloc?k\w+|bloqu\w+|bloccant\w*)|неблокир\w+|не\s+блокир\w+"
    r"|\b(?:continue|continues)\s+on\s+(?:error|failure)|\b(?:fail|failure)[- ]soft\b"
    r"|(?:允许|容许|可以?|允許)失[败敗]|失[败敗](?:可|允许|許容|してもよい|不影响)|不阻[塞断]|실패\s?(?:허용|무시|가능)|ノンブロッキング",
    re.IGNORECASE,
)
"""That what fails there stops nothing, which a job of a workflow file says by `continue-on-error`."""
_BESIDE = late(
    r"\b(?:in\s+parallel\s+(?:with|to)|parallel\s+(?:zu[mr]?|to|with|met|med)|at\s+the\s+same\s+time\s+as|concurrently\s+with|alongside|simultaneously\s+with"
    r"|gleichzeitig\s+mit|en\s+parallèle\s+(?:avec|de|du|des|à)|en\s+même\s+temps\s+que|en\s+paralelo\s+(?:con|a|al)|al\s+mismo\s+tiempo\s+que"
    r"|em\s+paralelo\s+(?:com|a|ao)|ao\s+mesmo\s+tempo\s+que|in\s+parallelo\s+(?:con|a)|tegelijk(?:ertijd)?\s+met|równolegle\s+z|souběžně\s+s"
    r"|párhuzamosan)\s+\S.{0,60}|(?:параллельно|одновременно|паралельно)\s+(?:с|со|з|із)\s+\S.{0,60}|.{1,40}(?:と(?:並行|並列|同時)|[와과]\s?(?:동시|병렬|병행))"
    r"|[与與和跟].{1,30}?(?:并行|並行|同时|同時)",
    re.IGNORECASE,
)
"""That something runs at the time of something else, which it names."""
_LEAVE = late(
    r"\b(?:if|when|once|as\s+soon\s+as|where|wenn|falls|sobald|si|quand|lorsque|cuando|quando|se|caso|als|indien|jeśli|gdy|если|когда|якщо)\s+"
    r"(?:allowed|permitted|authori[sz]ed|approved|accepted|erlaubt|genehmigt|freigegeben|autoris[ée]\w*|permise?|approuv\w+|permitid[oa]|aprobad[oa]"
    r"|autorizad[oa]|aprovad[oa]|consentito|permesso|approvat[oa]|toegestaan|goedgekeurd|dozwolon\w+|zatwierdzon\w+|разрешен\w+|одобрен\w+|дозволен\w+)\b",
    re.IGNORECASE,
)
"""By whose leave something is done, in one word, which no step finds out by itself: `when allowed`."""
_FAILS = late(rf"\S+\s+{_FAIL}\W*", re.IGNORECASE)
"""A word for `if`, and one that something fails: `když selžou`."""
_ADVISORY = frozenset(
    "advisory informational informative informativo informatif indicatif best-effort".split()
)
"""Remarks that say so as a whole."""
_OF_REFS = late(
    r"(?<!based\s)(?<!depending\s)(?<!push\s)\b(?:on|for|bei|für|sur|pour|en|para|em|su|sui|per|na|dla|op|voor|ved|på|vid|för|при|на|для)\s+"
    r"(?:(?:the|all|alle|les|los|os|i|gli|tutti|tous|new|neuen|git)\s+){0,2}"
    r"(?:(?:version|release)\s+)?(?:tag(?:s|gar|ach|u)?|теги?|тегах|release\s+branch(?:es)?|etiquetas|étiquettes)\W*$"
    r"|(?:タグ|标签|標籤|태그)\s?(?:時|时|時のみ|시)\W*$",
    re.IGNORECASE,
)
"""What a text is done for at its end: `publish on tags`."""
_HAND = (
    r"(?:manually|by\s+hand|on\s+demand|von\s+hand|manuell|manuellement|[àa]\s+la\s+main|manualmente|a\s+mano"
    r"|handmatig|ręcznie|ručně|вручную|вручну)"
)
_BY_HAND = late(
    rf"\b{_HAND}\W*$|\W*\A{_HAND}\s|\b{_HAND}\s+(?:(?:te|zu|auch)\s+)?(?:start\w*|trigger\w*|aus(?:zu)?lös\w*|run|runs|spust\w*|urucho\w*|запус\w*)"
    rf"|\b(?:started?|triggered|run|lancé\w*|avvia\w+|lanza\w+|inicia\w+)\s+{_HAND}\b",
    re.IGNORECASE,
)
"""What people start, at the head or the end of a text or beside a word for a start."""
_OPTIONAL_WORD = (
    r"(?:optional(?:ly|e[nrs]?)?|opcional\w*|optionnel\w*|facultati\w*|opzional\w*"
    r"|opcjonaln\w*|volitelně|valg?fri\w*|необязательн\w*|опциональн\w*|опціональн\w*"
    r"|isteğe bağlı|tùy chọn|opsional|optioneel"
    r"|可选|可選|任意|オプション|선택\s?(?:적|사항)?)"
)
_OPTIONAL = late(
    rf"[(\[（]\s*{_OPTIONAL_WORD}\s*[)\]）]|[,;–—-]\s*{_OPTIONAL_WORD}$"
    rf"|^\W*{_OPTIONAL_WORD}(?!\w)(?!\s+(?:dep|param|input|arg|flag|field|extra)\w*)",
    re.IGNORECASE,
)
"""That something is optional, at the head or the end or in brackets: nobody says when it is done."""
_REMARK = late(r"[(（\[]([^()（）\[\]]*)[)）\]]")
_KEY = late(
    r"\s*(environment|env|needs|if|when|condition)(?:\s*[:=]\s*|\s+(?=['\"`]))['\"`]?([\w./-]+)(?!\s*[:=]|[\w./-])",
    re.IGNORECASE,
)
_LINE = late(
    r"(concurrency|container|continue-on-error|defaults|env|environment|if|needs|outputs|permissions|runs-on"
    r"|secrets|services|strategy|timeout-minutes)\s*:\s*['\"`]?(\S.*?)['\"`]?",
    re.IGNORECASE,
)
"""A line that is one of a job in a workflow file (docs.github.com, Workflow syntax)."""
_ENVIRONMENT = late(
    r"environment\s*[:=]\s*(?:['\"`]?([\w./-]+)['\"`]?(?:\s*[(\[（].*)?|\$\{\{.*)", re.IGNORECASE
)
"""A line that is the environment of a job, and says no more in words."""
_OF_A_JOB = frozenset(("concurrency", "environment", "if", "needs", "timeout-minutes"))
"""Keys that are meant where they are a whole text, which no job is called."""
_HYPHENED = late(
    r"(?:continue-on-error|fail-fast|max-parallel|timeout-minutes|working-directory)\b.*", re.IGNORECASE
)
"""Keys that no everyday words are, so that they are meant without a colon, too."""
_TIMEOUT = late(
    r"\btime-?out\b\s*(?:of|after|in|:|=)?\s*\d+\s*(?:s|sec\w*|m|min\w*|h|hours?)\b"
    r"|\b\d+\s*(?:s|sec\w*|m|min\w*|h|hours?)\s+time-?out\b|\bmax(?:imum|\.)?\s+\d+\s*min\w*",
    re.IGNORECASE,
)
_RIGHT = late(
    r"\b(?:write|admin)[- ](?:access|permissions?|rights?|scope|token)\b"
    r"|\b(?:needs?|requires?|with)\s+write\b"
    r"|\b\w*(?:schreibrecht|schreibzugriff)\w*|\b(?:acc[eè]s|droits?)\s+en\s+[ée]criture"
    r"|\bpermisos?\s+de\s+escritura"
    r"|\bpermiss(?:ão|ões)\s+de\s+escrita|写权限|寫入權限|書き込み権限|쓰기\s*권한",
    re.IGNORECASE,
)
"""Words for a right to write, wherever they stand in a remark, and for a time after which a job ends."""
_COMPARISON = late(r"!?\s*[^\W\d][\w.-]*\s*(?:={1,3}|!=)\s*['\"`]?[\w./-]+['\"`]?", re.IGNORECASE)
_COMPARED_IN = late(r"[\w\])'\"]\s*(?:==|!=|>=|<=)\s*[\w'\"]")
_WORDS = late(r"[^\W_][\w'’-]*")
_MOST = 6
_FEW = 3


@lru_cache(maxsize=1 << 12)
def clause(text: str) -> Clause | None:
    """The first clause in a label that may say when what it names happens, or that people are asked: of its
    further lines, the remarks in brackets and keys of a job alone, and as its first one an environment."""
    pieces = labels.pieces(text)
    if pieces and (match := _ENVIRONMENT.fullmatch(pieces[0].strip())):
        return Clause(ClauseKind.APPROVAL, pieces[0], match[1] or "")
    for piece in pieces[1:]:
        if match := _LINE.fullmatch(piece):
            return _of_key(match[1].lower(), match[2], piece)
        if _RIGHT.search(piece):
            return Clause(ClauseKind.RIGHT, piece)
    if match := _TIMEOUT.search(text):
        return Clause(ClauseKind.KEY, match[0])
    if ":" in text and (match := _LINE.fullmatch(labels.plain(text))) and match[1].lower() in _OF_A_JOB:
        return _of_key(match[1].lower(), match[2], match[0])
    for number, line in enumerate(labels.lines(text)):
        for match in _REMARK.finditer(line):
            if found := _of_remark(match[1], match[0]):
                return found
        if number == 0 and (found := _before_more(line) or _of_sentence(_REMARK.sub(" ", line))):
            return found
    if match := _MERGED.search(text) or _ON_MERGE.search(text):
        return Clause(ClauseKind.MERGED, match[0].strip())
    match = _OPTIONAL.search(text)
    return Clause(ClauseKind.CONDITION, match[0].strip()) if match is not None else None


def repeated(text: str, *, is_timed: bool) -> Clause | None:
    """What the text of something that is done once says of how often it is tried, or on which days; not
    where these are those of its run, which `is_timed`."""
    bare = labels.plain(text)
    if approvals.says_approval(bare):
        return None  # which is told first
    if said := loops.tries_said(bare):
        return Clause(ClauseKind.TRIES, said)
    said = repetition_said(bare) if not is_timed else ""
    return Clause(ClauseKind.TIME, said) if said else _set_apart(text)


def _set_apart(text: str) -> Clause | None:
    """A remark in brackets, or what is behind a comma or a dash, that says when or for what something is
    done, by the word with which it begins."""
    for line in () if loops.said_list(text) else labels.lines(text)[:1]:
        for match in (*_REMARK.finditer(line), *_BEHIND.finditer(line)):
            is_short = len(_said(match[1])) <= _MOST and match[0][0] != "["
            if is_short and _SETTING.match(match[1]) is not None:
                return Clause(ClauseKind.CONDITION, match[0].strip(" ,，;；–—-"))
    return None


def asks_alone(text: str) -> Clause | None:
    """What the text of a call says that is, as a whole, a comparison or a condition: `created = true`,
    `if created`."""
    bare = labels.plain(text)
    is_asking = _COMPARISON.fullmatch(bare) is not None or _said(bare)[:1] in _CONDITIONS
    return Clause(ClauseKind.CONDITION, bare) if is_asking else None


def says_again(said: Clause, around: Sequence[str]) -> bool:
    """Whether one of the texts of the fragments around a clause says what that does: by a word of it, or by
    how something ended, or in no words at all, where the clause is of that alone."""
    if said.kind in (ClauseKind.FAILURE, ClauseKind.ALWAYS):
        return any(not text or _ending(text) is not None for text in around)
    own = _telling(said.text)
    return any(_is_akin(one, other) for text in around for other in _telling(text) for one in own)


def _telling(text: str) -> set[str]:
    """The words of a text that tell what it is about; of scripts that part no words each two letters."""
    bare = _CONDITIONAL_BEYOND.sub(" ", text)
    own = {word.strip("'’-") for word in _said(bare) if len(word) >= _SHORT or not word.isalpha()}
    pairs = {bare[at : at + 2] for at, letter in enumerate(bare) if letter >= _UNPARTED}
    return (own - CONDITIONAL - _AT - _PARTICLES) | {pair for pair in pairs if len(pair.strip()) > 1}


def _is_akin(one: str, other: str) -> bool:
    """Whether two words are forms of one, in whatever language: more than half of the longer one is alike,
    four letters at least."""
    least = max(_SHORT, max(len(one), len(other)) // 2) + 1
    return one == other or (len(one) >= least and one[:least] == other[:least])


_SHORT = 3
_PARTICLES = frozenset(
    "the and for not has are was der die das den dem des und ist hat war les est une los las una del por per"
    " non het een van dla nie jest para com uma num ett den som det".split()
)
"""Short words that tell nothing of what a text is about."""
_UNPARTED = "\u3040"
"""The first letter of the scripts that part no words."""


def _of_key(key: str, value: str, written: str) -> Clause:
    """What a line says that stands for a key of a job."""
    if key == "environment":
        return Clause(ClauseKind.APPROVAL, written, value)
    return Clause(ClauseKind.CONDITION if key == "if" else ClauseKind.KEY, written)


def _of_remark(inner: str, written: str) -> Clause | None:
    """What a remark in brackets says."""
    if match := _KEY.match(inner):
        is_environment = match[1].lower().startswith("env")
        kind = ClauseKind.APPROVAL if is_environment else ClauseKind.CONDITION
        return Clause(kind, written, match[2] if is_environment else "")
    if (match := _LINE.fullmatch(inner.strip())) and match[1].lower() != "permissions":  # those are read
        return _of_key(match[1].lower(), match[2], written)
    if _HYPHENED.fullmatch(inner.strip()):
        return Clause(ClauseKind.KEY, written)
    if _RIGHT.search(inner):
        return Clause(ClauseKind.RIGHT, written)
    if approvals.says_approval(inner) or approvals.says_reviewers(inner):
        return Clause(ClauseKind.APPROVAL, written, approvals.likely_environment(inner))
    said = _said(inner)
    if left_out(inner)[0]:
        return Clause(ClauseKind.CONDITION, written)
    if _TOLERANT.search(inner) or inner.strip().lower() in _ADVISORY:
        return Clause(ClauseKind.TOLERANT, written)
    if is_manual(inner) and len(said) <= _FEW:
        return Clause(ClauseKind.MANUAL, written)
    if _ON_MERGE.match(inner.strip()):
        return Clause(ClauseKind.MERGED, written)
    if said in _CONDITIONED or (_COMPARED_IN.search(inner) is not None and not written.startswith("[")):
        return Clause(ClauseKind.CONDITION, written)
    if _OF_REF.fullmatch(inner):
        return Clause(ClauseKind.REF, written)
    is_title = written.startswith("[")
    if not is_title and whatever_said(inner):
        return Clause(ClauseKind.ALWAYS, written)
    if not is_title and (polarity := _ending(inner)) is not None:
        is_failure = polarity is Polarity.FAILURE
        is_said = len(said) > 1 or _FAILURE_BEYOND.search(inner) is not None
        is_said = is_said and "fast" not in said  # `fail fast` is how something fails
        return Clause(ClauseKind.FAILURE, written) if is_failure and is_said else None
    if not is_title and _FAILURE_BEYOND.search(inner):
        return Clause(ClauseKind.FAILURE, written)
    if not _ALWAYS.isdisjoint(said) or _ALWAYS_BEYOND.search(inner):
        return Clause(ClauseKind.ALWAYS, written)
    is_short = len(said) == 2 and said[0] in CONDITIONAL - _ALONE
    if (not CONDITIONAL.isdisjoint(said) and not is_short) or _CONDITIONAL_BEYOND.search(inner):
        return Clause(ClauseKind.CONDITION, written)
    return None


_SETTING = late(
    r"\s*(?:after|before|during|until|upon|on|for|per|at|needs?|requires?|nach(?=\s+(?:de[mrn]|einem|einer)\b)|nachdem|bevor|während|bis|braucht"
    r"|benötigt|après|avant|pendant|jusqu\S*|nécessite|lors|tras|después|antes|durante|hasta|requiere|necesita|depois|após|até|requer|precisa"
    r"|dopo|prima|fino|richiede|vóór|tijdens|tot|vereist|przed|podczas|wymaga|před|během|vyžaduje|после|перед|во\s+время|требует|нужн[аоы]?"
    r"|після|перед|під\s+час|потребує|efter|före|før|under|kräver|krever|sau|trước|cần|setelah|sebelum|butuh)\s+\S"
    r"|.{1,20}?(?:[之以]?[后後]|[之以]前|の?前に?|の?[時时]|完了後|している間|(?:[가-힣]|\s)(?:후|전|때|동안)|가?\s?필요)\s*\Z|\s*(?:需要|必须|必要)\S"
    r"|\s*(?:max|min|maximum|minimum|at\s+most|at\s+least|up\s+to|höchstens|mindestens|au\s+plus|máximo|massimo|hoogstens|maks|макс)\b\.?\s*\d",
    re.IGNORECASE,
)
"""A remark that begins with a word for when, for what or upon what something is done, or for how much of it:
such a word makes it no part of a name, as those of a tool or a means do (`with cache`, `by the bot`)."""
_BEHIND = late(r"(?:[,，;；]|\s[–—-])\s+([^,，;；–—]{3,40})\Z")
"""What stands at the end behind a comma or a dash."""


def _before_more(line: str) -> Clause | None:
    """What stands before an arrow or a colon and says that something failed or compares: `tests failed → open
    issue`, `tests failed: open issue`, `mode == auto → deploy`; not `Error: no file`."""
    match = _MORE.search(line) if not _MARKS.isdisjoint(line) else None
    if match is None or not line[match.end() :].strip():
        return None
    said = line[: match.start()].strip()
    if _COMPARED.fullmatch(said):
        return Clause(ClauseKind.CONDITION, said)
    is_whole = match[0] not in _COLONS or " " in said or not said.isascii()
    return Clause(ClauseKind.FAILURE, said) if is_whole and _ending(said) is Polarity.FAILURE else None


_COMPARED = late(r"!?\s*[^\W\d][\w.-]*\s*(?:={2,3}|!=)\s*['\"`]?[\w./-]+['\"`]?(?:\s*(?:&&|\|\|).*)?")
_MORE = late(r"[→⇒➜：，]|[-=]+>|[:,](?=\s)|\s[–—-](?=\s)")
_MARKS = frozenset("→⇒➜：，>:,–—-")
_COLONS = frozenset(":：,，")


def _of_sentence(text: str) -> Clause | None:
    """What the end of a text says, or a whole text that begins like a condition."""
    if written := left_out(text)[0]:
        return Clause(ClauseKind.CONDITION, written)
    if match := _TOLERANT.search(text):
        return Clause(ClauseKind.TOLERANT, match[0])
    if whatever := whatever_said(text):
        return Clause(ClauseKind.ALWAYS, whatever)
    if match := _LEAVE.search(text):
        return Clause(ClauseKind.CONDITION, match[0].strip())
    if match := _BESIDE.search(text):
        return Clause(ClauseKind.BESIDE, match[0].strip())
    if match := _BY_HAND.search(text):
        return Clause(ClauseKind.MANUAL, match[0].strip())
    matches = list(_WORDS.finditer(text))
    said = _folded([match[0] for match in matches])
    for at, word in enumerate(said):
        tail = text[matches[at].start() :].strip()
        is_of_branch = at == len(said) - 2 and _BRANCH.fullmatch(said[-1]) is not None
        is_of_branch = is_of_branch and word not in _EXCEPTING
        is_last = at == len(said) - 1
        if is_last and at > 1 and word in _ONLY and _BRANCH.fullmatch(said[at - 1]):
            return Clause(ClauseKind.REF, text[matches[at - 1].start() :].strip())
        if word in _ALWAYS and at and len(said) - at <= _FEW and (is_last or _RUNS.match(tail)):
            return Clause(ClauseKind.ALWAYS, tail)
        if word in CONDITIONAL and not is_last:
            if at == 1 and said[0] in _ASKING:
                return None
            if word in _ALONE and at and not is_of_branch and said[at + 1] not in _AT | CONDITIONAL:
                continue
        elif not (word in _AT and at and len(said) - at <= _MOST):
            continue
        if (polarity := _ending(tail)) is not None:
            return Clause(ClauseKind.FAILURE, tail) if polarity is Polarity.FAILURE else None
        if word in CONDITIONAL and _FAILS.fullmatch(tail):
            return Clause(ClauseKind.FAILURE, tail)
        if word in CONDITIONAL and (at < len(said) - 2 or is_of_branch):
            return Clause(ClauseKind.CONDITION, tail)
    if match := _FAILURE_BEYOND.search(text):
        return Clause(ClauseKind.FAILURE, match[0])
    if match := _OF_REFS.search(text):
        return Clause(ClauseKind.REF, match[0].strip())
    if match := _APART.search(text):
        return Clause(ClauseKind.CONDITION, match[0].strip())
    if match := _CONDITIONAL_BEYOND.search(text):
        return Clause(ClauseKind.CONDITION, match[0])
    if _CONDITIONAL_AHEAD.match(text):
        return Clause(ClauseKind.CONDITION, text.strip())
    return None


def _ending(text: str) -> Polarity | None:
    """How what a clause speaks of ended, in whatever language, if that is all that it says."""
    ending = outcome(text) or outcome_beyond(text)
    return ending.polarity if ending is not None else None


def _said(text: str) -> list[str]:
    return _folded(_WORDS.findall(text))


def _folded(words: list[str]) -> list[str]:
    """Words in lower case; before a noun, which German writes large, `als` conditions nothing."""
    said = [word.casefold() for word in words]
    if "als" in said:
        for at, word in enumerate(words[1:]):
            if said[at] == "als" and word[0].isupper():
                said[at] = "as"
    return said


def failing(text: str) -> Clause | None:
    """A text that says as a whole that something fails, over what is done then: `On failure`."""
    bare = labels.plain(text).strip(" .:!…–—-")
    found = outcome(bare) or outcome_beyond(bare)
    is_failure = found is not None and found.polarity is Polarity.FAILURE
    return Clause(ClauseKind.FAILURE, bare) if is_failure or _FAILURE_AHEAD.fullmatch(bare) else None


_FAILURE_AHEAD = late(
    r"(?:on\s+)?(?:failures?|errors?)\s+(?:path|case|branch|flow|handling|handler|scenario)|(?:se|si|wenn|falls|gdy|jeśli|als)\s"
    r"(?:[^\s,;]+\s+){0,3}(?:fal(?:h|l)\w*|échou\w*|fehlschl\w+|zawied\w+|mislukt\w*|faal\w*|fail\w*)|hata\s+\w+|başarısız\s+\w+"
    r"|(?:ved|vid)\s+(?:feil|fel|fejl)\w*|bij\s+(?:falen|mislukken)|в\s+случае\s+(?:ошибки|сбоя|неудачи)"
    r"|(?:virheen|häiriön)\s+sattuessa|hiba\s+esetén|khi\s+(?:lỗi|thất\s+bại)",
    re.IGNORECASE,
)
