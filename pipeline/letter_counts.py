"""How many platforms a letter claims to report, among all the numbers it holds; None rather than a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.letter_mentions import THING, Mention, kinds_in, mentions_in, there_are, verbs_follow, without_titles

if TYPE_CHECKING:
    from spacy.language import Language


def count_claimed(nlp: Language, lines: Sequence[str]) -> int | None:
    """The number of platforms that a letter claims, from its folded lines; None where it says none or not clearly.

    What is reported or recommended goes before what was selected or collected from others; the whole before its parts
    (其中省级3个). Where only a complete list of parts is said (省级5个、储备4个), they are added up.
    """
    documents = list(nlp.pipe(_sentences(lines)))
    if not any(THING.search(d.text) for d in documents):
        return None
    mentions = [m for i, d in enumerate(documents) for m in mentions_in(d, i) if not m.foreign]
    texts = [d.text for d in documents]
    lists = [group for group in _lists(mentions, texts) if len(group) > 1]
    listed = [m for group in lists for m in group]
    claims = [m for m in mentions if m not in listed and _claims(m)]
    totals = [m for m in claims if m.total and not m.kind]
    if totals:
        # 省级共5个、储备共7个 are parts of the total beside them.
        claims = [m for m in claims if not (m.total and m.kind)]
    whole = [m for m in claims if _rank(m) >= 2 and not m.kind]
    if not whole:
        claims = [_complete([m], mentions, texts) if m.kind else m for m in claims]
        claims += [_complete(group, mentions, texts) for group in lists]
    if claims:
        return _chosen(claims)
    return _only_pool(mentions, texts)


def _sentences(lines: Sequence[str]) -> list[str]:
    """The text by sentences, titles left out; lines are joined, for a scan breaks a sentence anywhere."""
    text = ""
    for i, line in enumerate(lines):
        if re.fullmatch(r"-+\d{1,3}-+|第\d{1,3}页(?:[,/]?共\d{1,3}页)?|\d{1,3}/\d{1,3}", line):
            continue
        # A page's number or the first digit of two? A sign between makes the number unclear.
        alone = line.isdigit() or (i > 0 and lines[i - 1].isdigit())
        text += ("|" if alone and text[-1:].isdigit() and line[:1].isdigit() else "") + line
    return [s for s in re.split(r"(?<=[。!?])", without_titles(text)) if s]


def _claims(mention: Mention) -> bool:
    if mention.part or mention.pool:
        return False
    return mention.thing or mention.total or (mention.bare and mention.verb >= 2)


def _rank(mention: Mention) -> int:
    return mention.verb or (2 if mention.total else 0)


def _lists(mentions: Sequence[Mention], texts: Sequence[str]) -> list[list[Mention]]:
    """Runs of mentions that stand side by side and count different kinds of one whole."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        last = groups[-1] if groups else []
        if last and _continues(last, mention, texts):
            last.append(mention)
        elif not (mention.part or mention.pool) and (mention.kind or mention.thing):
            groups.append([mention])
    # A total that its own parts follow is no part of the list (报送12个、省级5个、储备7个).
    for group in groups:
        first, *rest = group
        if len(rest) > 1 and not first.kind and first.number == sum(m.number or 0 for m in rest):
            del group[0]
    return groups


def _continues(group: Sequence[Mention], mention: Mention, texts: Sequence[str]) -> bool:
    last = group[-1]
    if mention.part or mention.pool or mention.sentence != last.sentence:
        return False
    between = texts[mention.sentence][last.end : mention.start]
    between = re.sub(r"\([^()]*其中[^()]*\)", "", between)
    if mention.total and not mention.kind:
        return False
    if mention.kind and all(m.kind for m in group):
        new = mention.kind not in {m.kind for m in group} and mention.dimension == last.dimension
        return new and re.search(r"[,;、和及与]", between) is not None and not verbs_follow(between)
    together = re.match(r"[^,;]{0,12}?[、和及与]", between) is not None and not re.search(r"[,;]", between)
    alike = all(m.thing for m in group) or all(m.kind for m in group)
    return together and mention.thing and alike and not verbs_follow(between)


def _complete(group: Sequence[Mention], mentions: Sequence[Mention], texts: Sequence[str]) -> Mention:
    """The parts added up; without a number where one of them may be missing: misread, or named without its number."""
    text = texts[group[0].sentence]
    start = max(text.rfind(sign, 0, group[0].start) for sign in ",;:") + 1
    beside = [m for m in mentions if m.sentence == group[0].sentence and m.start >= start and m not in group]
    named = kinds_in(text[start:]) - {m.kind for m in beside if m.part or m.pool or m.total}
    own = [m for m in beside if not (m.part or m.pool or m.total or m.thing)]
    missing = bool(own) or not named <= {m.kind for m in group}
    numbers = [m.number for m in group if m.number is not None]
    total = None if missing or len(numbers) < len(group) else sum(numbers)
    return replace(
        group[0], number=total, verb=max(m.verb for m in group), total=any(m.total for m in group), kind=None
    )


def _chosen(claims: Sequence[Mention]) -> int | None:
    """The one number that the surest claims agree on."""
    best = max(map(_rank, claims))
    if best == 0:
        return _one_of(claims)
    top = [m for m in claims if _rank(m) == best]
    choices = (top, [m for m in top if m.total], [m for m in top if m.now])
    return next((n for n in map(_one_of, choices) if n is not None), None)


def _one_of(claims: Iterable[Mention]) -> int | None:
    numbers = [n for n, _ in groupby(sorted((m.number for m in claims), key=lambda n: -1 if n is None else n))]
    return numbers[0] if len(numbers) == 1 else None


def _only_pool(mentions: Sequence[Mention], texts: Sequence[str]) -> int | None:
    """Where nothing else is said, what there is is what is reported: 我省现有中试平台20个，现予报送."""
    whole = [m for m in mentions if not m.part]
    if len(whole) != 1 or not whole[0].thing:
        return None
    text, mention = texts[whole[0].sentence], whole[0]
    return mention.number if there_are(text[: mention.start]) and verbs_follow(text[mention.end :]) else None
