"""Outcomes in other languages than English: a whole text of known words, one of which says how things ended.

Each word here only spares a question: what is not a text of these words alone is no outcome and is told
(docs/language.md#fragments-and-conditions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import outcomes
from mermaid2gha.compiler.vocabulary.outcomes import Ending, Polarity


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a language, or of several, that an outcome is made of."""

    succeeding: frozenset[str]
    failing: frozenset[str]
    negating: frozenset[str]
    of_all: frozenset[str]
    others: frozenset[str]
    things: frozenset[str]


_SHARED = "test tests testing build builds lint e2e deploy unit".split()
_GENERAL = "ci cd pipeline pipelines check checks job jobs workflow".split()


def _words(succeeding: str, failing: str, negating: str, of_all: str, *, others: str, things: str) -> _Words:
    return _Words(
        frozenset(succeeding.split()),
        frozenset(failing.split()),
        negating=frozenset(negating.split()),
        of_all=frozenset(of_all.split()),
        others=frozenset([*others.split(), *_GENERAL]),
        things=frozenset([*things.split(), *_SHARED]),
    )


_SPACED = (
    _words(
        "pasan pasa pasó pasaron pasado exitoso exitosa exitosos exitosas éxito",
        "falla fallan falló fallaron fallido fallida fallidos fallidas error errores fallo fallos fracaso",
        "no sin ningún ninguna ninguno nada nadie",
        "todo todos toda todas",
        others="si cuando con en caso de el la los las hay es son fue ha han algo alguna alguno algún",
        things="pruebas prueba compilación validación despliegue",
    ),
    _words(
        "passam passa passou passaram sucesso",
        "falha falham falhou falharam falhas erro erros",
        "não sem nenhum nenhuma nada ninguém",
        "todo todos toda todas",
        others="se quando com em caso de o a os as há é são foi foram algo alguma algum",
        things="testes teste compilação validação implantação",
    ),
    _words(
        "réussit réussissent réussi réussis réussie réussies passent passe passés succès",
        "échoue échouent échoué échoués échouée échec échecs erreur erreurs",
        "ne n pas aucun aucune sans rien personne",
        "tous toutes tout toute",
        others="si quand en cas de d le la les l des du est sont a ont quelque chose",
        things="compilation vérification vérifications validation déploiement",
    ),
    _words(
        "erfolgreich bestanden grün erfolg",
        "fehlgeschlagen fehlschlägt fehlschlagen fehler fehlschlag gescheitert scheitert scheitern rot",
        "nicht kein keine keiner keines ohne nichts niemand",
        "alle alles sämtliche",
        others="wenn falls bei sobald der die das ist sind wurde wurden werden hat etwas irgendetwas",
        things="prüfung prüfungen auslieferung",
    ),
    _words(
        "passano passa passati superati superato riuscito riuscita successo",
        "fallisce falliscono fallito falliti fallita errore errori",
        "non nessun nessuno nessuna senza niente nulla",
        "tutti tutte tutto tutta",
        others="se quando con in caso di il la i le lo gli è sono ha qualcosa qualche",
        things="verifica verifiche compilazione validazione",
    ),
    _words(
        "прошли прошёл прошел прошла пройдены успешно успех зелёные зеленые",
        "упали упал упала упало провал провалились провалены ошибка ошибки неудача",
        "не без нет ничего никто ни",
        "все всё",
        others="если при когда один одна одно что-то что-нибудь",
        things="тесты тест сборка проверка проверки деплой",
    ),
)
_GENERAL_BEYOND = "流水线|流水線|ジョブ|ワークフロー|워크플로|CI|workflow|build|job|pipeline|deploy"
_THINGS_IN_CHINESE = (
    r"(?:单元|單元|集成|健康|代码|代碼|质量|品質|安全|自动化)?"
    r"(?:测试|測試|构建|構建|检查|檢查|部署|验证|驗證|校验|编译|編譯|扫描|掃描|门禁)"
)
_THINGS_IN_JAPANESE = r"(?:単体|結合|統合|自動)?(?:テスト|ビルド|チェック|検証|デプロイ|検査)"
_THINGS_IN_KOREAN = r"(?:(?:단위|통합)\s*)?(?:테스트|빌드|검사|배포|검증)"
_IN_CHINESE = late(
    rf"(?:如果|若|当|當)?(?:所有|全部)?(?:的)?(?P<none>(?:什么|什麼)都(?:没有?|沒有?|未)|没有?任何|沒有?任何|没有?|沒有?|无|無|未)?"
    rf"(?:(?P<subject>{_THINGS_IN_CHINESE})|{_GENERAL_BEYOND})?\s*(?P<all>全部|都|均)?(?P<state>未通过|未通過|不通过|不通過|没有通过|未成功|不成功|失败|失敗|出错|报错|错误|錯誤|通过|通過|成功)"
    r"(?:了)?(?:时|時|的话)?",
    re.IGNORECASE,
)
_IN_JAPANESE = late(
    rf"(?P<all>全て|すべて|全)?(?:の)?(?:(?P<subject>{_THINGS_IN_JAPANESE})|{_GENERAL_BEYOND})?"
    r"\s*(?:が|は|に|で|を|も)?\s*(?:何も|どれも|一つも)?(?P<state>不合格|失敗|エラー|成功|合格|パス|通過)"
    r"(?:した|する|しました|なら|すると|したら"
    r"|(?P<none>(?:が|は|も)?(?:していない|してい?なければ|しない|しなかった|しなければ|なし|無し|がない|なければ|ゼロ))(?:なら)?)?"
    r"(?:時|場合|の場合|とき)?",
    re.IGNORECASE,
)
_IN_KOREAN = late(
    rf"(?P<all>모든|전체)?\s*(?:(?P<subject>{_THINGS_IN_KOREAN})|{_GENERAL_BEYOND})?\s*(?:이|가|은|는|에|도)?\s*"
    r"(?:아무것도\s*)?(?P<state>실패|오류|에러|성공|통과)"
    r"(?:\s*(?:하면|시|한\s*경우|했을\s*때|(?P<none>(?:가|이)?\s*(?:하지\s*않|없)(?:으면|음|을\s*때|는\s*경우|았다면|았으면))))?",
    re.IGNORECASE,
)
_FAILING = frozenset(
    "未通过 未通過 不通过 不通過 没有通过 未成功 不成功 失败 失敗 出错 报错 "
    "错误 錯誤 不合格 エラー 실패 오류 에러".split()
)
_BETWEEN = late(r"[\s,.:!?…()\"`“”«»‘’'！？。：]+")


_USUAL = frozenset(word for words in _SPACED for word in words.things)
_USUAL_BEYOND = late(f"{_THINGS_IN_CHINESE}|{_THINGS_IN_JAPANESE}|{_THINGS_IN_KOREAN}")


def is_usual(word: str) -> bool:
    """Whether a word is what outcomes in these languages are usually of."""
    return word in _USUAL or _USUAL_BEYOND.fullmatch(word) is not None


@lru_cache(maxsize=1 << 12)
def outcome(text: str) -> Ending | None:
    """The outcome that a text is as a whole, with the words of whose it is, or nothing."""
    bare = text.strip(" .!?。！？✅❌✔✘️")
    for pattern in () if bare.isascii() else (_IN_CHINESE, _IN_JAPANESE, _IN_KOREAN):
        if match := pattern.fullmatch(bare):
            is_failure, is_none = match["state"] in _FAILING, bool(match["none"])
            polarity = Polarity.SUCCESS if is_failure is is_none else Polarity.FAILURE
            is_unclear = match["all"] and polarity is Polarity.FAILURE
            return None if is_unclear else Ending(polarity, match["subject"] or "")
    said = [word for word in _BETWEEN.split(bare.casefold()) if word]
    found = {read for words in _SPACED if (read := _read(said, words)) is not None}
    return found.pop() if len({one.polarity for one in found}) == 1 else None


def without_outcome(text: str) -> str:
    """A text without how something ended before a colon: `open an issue` of `tests failed: open an issue`."""
    before, colon, after = text.partition(":")
    is_apart = bool(colon) and " " in before and after[:1].isspace()
    return after.strip() if is_apart and (outcomes.outcome(before) or outcome(before)) else text


def _read(said: list[str], words: _Words) -> Ending | None:
    states = [word for word in said if word in words.succeeding | words.failing]
    known = words.others | words.things | words.negating | words.of_all
    if len(states) != 1 or not all(word in known for word in said if word != states[0]):
        return None
    is_failure = states[0] in words.failing
    is_negated = any(word in words.negating for word in said)
    if any(word in words.of_all for word in said) and (is_failure or is_negated):
        return None  # that all failed is not that one did, and that not all passed is another thing again
    polarity = Polarity.SUCCESS if is_failure == is_negated else Polarity.FAILURE
    return Ending(polarity, " ".join(word for word in said if word in words.things))


_FAILED = (
    r"fail|error|broke|red\b|fehl|scheiter|geschei|kaputt|rot\b|fall[aoeiói]|fallid|falh|fracas|errore?s?|erros?\b|[ée]chou|[ée]chec"
    r"|erreur|rouge|rosso|mislukt|misluk|fout|błąd|błęd|czerwon|neusp|selh|chyb|hata|kötü|virhe|epäonn|misslyck|fejl|feil|hib[aá]"
    r"|eșu|αποτ|gagal|lỗi|thất\s+bại"
)
_FAILED_BEYOND = (
    r"ошиб|упал|пада|провал|неудач|красн|помилк|невдач|失敗|失败|エラー|不合格|报错|出错|실패|오류|에러"
    r"|فشل|נכשל|विफल|ล้มเหลว|[❌✗✘]"
)
_SUCCEEDED = (
    r"pass(?:e[sd]|ing)?\b|success|succe[es]d|green\b|bestand|erfolg|grün|éxito|exitos|sucesso|pasa|passa|réuss|succès|vert|superat"
    r"|riuscit|successo|verde|geslaagd|groen|powiod|przesz|zielon|úsp|başar|geç(?:ti|er)|iyi|onnist|lyck|siker|reuș|επιτ|berhasil"
    r"|sukses|thành\s+công"
)
_SUCCEEDED_BEYOND = "успе|прош[лё]|зел[её]н|успіш|成功|合格|通過|通过|성공|통과|نجاح|הצלח|सफल|สำเร็จ|[✅✔✓]"
_STEMS = rf"\b(?:{_FAILED}|{_SUCCEEDED})|{_FAILED_BEYOND}|{_SUCCEEDED_BEYOND}"
"""Beginnings of words for how something ends, in whatever language."""


def says_ending(text: str) -> bool:
    """Whether a text, that is no outcome as a whole, has a word for how something ends."""
    return re.search(_STEMS, text, re.IGNORECASE) is not None


def says_failure_alone(text: str) -> bool:
    """Whether a text has a word, in whatever language, for that something fails, and none for that it
    succeeds, or for that nothing fails."""
    rest, failing = re.subn(rf"\b(?:{_FAILED})|{_FAILED_BEYOND}", " ", text, flags=re.IGNORECASE)
    is_both = re.search(rf"\b(?:{_SUCCEEDED})|{_SUCCEEDED_BEYOND}", rest, re.IGNORECASE) is not None
    said = {word for word in _BETWEEN.split(text.casefold()) if word}
    is_negated = any(said & words.negating for words in _SPACED) or bool(said & _NOT)
    return bool(failing) and not (is_both or is_negated)


_NOT = frozenset("not no never without".split())


# -- what a drawing names --------------------------------------------------------------------------

_EITHER = late(
    r"(?:or|oder|ou|o|u|of|lub|albo|veya|ya da|или|або|hoặc|eller"
    r"|または|又は|もしくは|或者|或|또는|혹은|या|/)",
    re.IGNORECASE,
)
_BOTH = late(
    r"(?:and|und|et|y|e|en|i|ve|и|та|và|och|og|と|および|及び|和|与|且|과|와|및|और|&|\+)", re.IGNORECASE
)
_QUOTES = late(r"[\"`“”„«»「」]|(?<!\w)'|'(?!\w)")
_COMMA = late(r"[,、،;]")
_PLACE = "\0"


@dataclass(frozen=True, slots=True)
class NamedEnding:
    """How some jobs or steps, by the names in which they are drawn, have ended: one of those that failed, or
    all of those that succeeded: `Vergleich fehlgeschlagen`, `deploy EU or deploy US failed`. A name is known
    as a whole, whatever its language; what remains has to be an outcome by itself."""

    polarity: Polarity
    names: tuple[str, ...]


def named_outcome(text: str, names: Iterable[str]) -> NamedEnding | None:
    """The outcome of what is drawn by some of these names, if a text is one as a whole."""
    rest, found = _QUOTES.sub("", text), list[str]()
    for name in sorted({*names}, key=lambda one: (-len(one), one)):
        at = rest.lower().find(name.lower()) if name and len(rest.lower()) == len(rest) else -1
        if at >= 0 and _is_word(rest, at, at + len(name)):
            rest, found = rest[:at] + _PLACE + rest[at + len(name) :], [*found, name]
    if not found or rest.count(_PLACE) != len(found):
        return None
    first, last = rest.index(_PLACE), rest.rindex(_PLACE)
    between = [part.strip() for part in rest[first:last].split(_PLACE)[1:]]
    bare = " ".join((rest[:first] + " " + rest[last + 1 :]).split())
    ending = outcomes.outcome(bare) or outcome(bare)
    if ending is None or ending.subject:
        return None
    joined = _EITHER if ending.polarity is Polarity.FAILURE else _BOTH
    if not all(joined.fullmatch(part) or _COMMA.fullmatch(part) for part in between):
        return None
    return NamedEnding(ending.polarity, tuple(sorted(found, key=text.casefold().find)))


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether a part of a text is no part of a longer word, where words are written apart."""
    if not text[start:end].isascii() and " " not in text:
        return True
    return not any(
        char.isalnum() or char in _NO_EDGES for char in text[max(start - 1, 0) : start] + text[end : end + 1]
    )


_NO_EDGES = "_" + _PLACE
