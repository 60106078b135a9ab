"""The recogniser: images of text lines to posteriors, with onnxruntime on the model in the `rapidocr` wheel.

PP-OCRv6 small takes 3 × 48 × W and gives W/8 steps over 18,710 classes (blank, characters, space). The classes are
folded before anything else sees them: kana and other scripts are left out, full and half width are one character,
white space is blank. Of what is left a reading takes only the common characters (`Recogniser.common`): under a seal,
free decoding invents rare and traditional forms. The others can still be weighed when the electronic copy has one.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.evidence import BLANK, CERTAIN_BLANK, Steps, sparse
from extractors.scan.ink import Gray

HEIGHT = 48
"""Pixels the model takes."""
WIDEST = 2400
"""Pixels at that height; a longer line is squeezed. 2,400 are 300 steps, some 80 characters."""
BATCH = 4
"""Lines a run; larger batches of lines of different length are slower for the padding."""
NAME_CHARACTERS = "堃喆昇昉珺祎赟翀玥琎旻昳燚頔彧瑀骐麒媖婳孖屾峣崟嵊嵘淏淦湉溁滢潆澔濛瀚炅炜烜烨煊煜煐熠珏珞珮珣琚瑄瑾璟璐璠鑫鑅錡镕镔锟䶮祯禔祺禛竑筠箐粲翾芃芮苡茗茜荃莘菡萱蓁蔺薇衎裎諲谌谞贇赪轩轶逴邴郗郦鄢鄞钊钰钶铄铖铭铱镒闫闵隽霈霖靓靖韬颀颋飏骁骞骢鹄鹏龑镓锗铟钽铌锆铪镧铈镨钕钐铕钆铽镝钬铒铥镱镥钪钇钯铑铱锇钌砜腈嘧啶吡咯噻吩呋喃嘌呤酞菁酰胺肽苷烷烯炔羟羧酮醛醚酯酚" # noqa: E501
"""Not in GB 2312, or rare in it: characters of personal names, elements and compounds."""
FOLDED = {"—": "-", "–": "-", "－": "-", "―": "-", "‐": "-", "−": "-", "一": "一", "〔": "(", "〕": ")", "［": "(",
          "］": ")", "[": "(", "]": ")", "【": "(", "】": ")", "“": '"', "”": '"', "‘": "'", "’": "'", "·": ".",
          "•": ".", "。": "。", "、": "、", "～": "~", "×": "x", "㎡": "㎡"}  # fmt: skip
"""Folded beyond NFKC: forms that print alike. Both a reading and a hypothesis pass through `fold`."""


def fold(text: str) -> str:
    """The text in the recogniser's alphabet: NFKC, look-alike punctuation one form, white space out."""
    out = []
    for character in text:
        if character in FOLDED:
            out.append(FOLDED[character])
            continue
        out.extend(FOLDED.get(c, c) for c in unicodedata.normalize("NFKC", character))
    return "".join(c for c in out if not c.isspace())


@dataclass(frozen=True)
class Recogniser:
    """A session of the model with its folded alphabet."""

    session: Any
    """An onnxruntime.InferenceSession."""
    columns: NDArray[np.int64]
    """The kept classes, by folded character; the blank's first."""
    characters: str
    """Folded characters by index; index 0 is the blank."""
    extra: tuple[tuple[int, int], ...]
    """(class, index): further classes to add to an index (another width, white space to blank)."""
    common: NDArray[np.bool_]
    """By index, whether it is the blank or a character that cells commonly hold: GB 2312 and `NAME_CHARACTERS`."""


@functools.cache
def load() -> Recogniser:
    """The recogniser, loaded once a process."""
    import onnxruntime

    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None and spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "models" / "PP-OCRv6_rec_small.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("ZHONGSHI_THREADS", "0")) or min(os.cpu_count() or 1, 4)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    columns, characters, extra = [0], [BLANK], []
    index_of: dict[str, int] = {}
    for number, name in enumerate(names[1:], start=1):
        folded = fold(name)
        if not folded:
            extra.append((number, 0))
        elif len(folded) > 1 or _foreign(folded):
            continue
        elif folded in index_of:
            extra.append((number, index_of[folded]))
        else:
            index_of[folded] = len(columns)
            columns.append(number)
            characters.append(folded)
    common = np.array([i == 0 or _common(c) for i, c in enumerate(characters)])
    return Recogniser(session, np.array(columns), "".join(characters), tuple(extra), common)


def _foreign(character: str) -> bool:
    """Greek, Cyrillic, box drawing, kana and Bopomofo, which no cell of a form holds."""
    return any(low <= character <= high for low, high in ("\u0370\u04ff", "\u2500\u257f", "\u3040\u312f"))


def _common(character: str) -> bool:
    if character in NAME_CHARACTERS or character == "㎡":
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def recognise(lines: Sequence[Gray]) -> list[Steps]:
    """The posteriors of each text line (grey, paper 255, print dark)."""
    recogniser = load()
    prepared = [_prepare(line) for line in lines]
    order = sorted(range(len(lines)), key=lambda i: prepared[i].shape[1])
    out: list[Steps | None] = [None] * len(lines)
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        width = max(prepared[i].shape[1] for i in chosen)
        batch = np.zeros((len(chosen), 3, HEIGHT, width), np.float32)
        for place, i in enumerate(chosen):
            batch[place, :, :, : prepared[i].shape[1]] = prepared[i][None]
        posteriors = recogniser.session.run(None, {"x": batch})[0]
        for place, i in enumerate(chosen):
            steps = -(-prepared[i].shape[1] // 8)
            out[i] = _folded(recogniser, posteriors[place, :steps])
    return [steps for steps in out if steps is not None]


def _folded(recogniser: Recogniser, posteriors: NDArray[np.float32]) -> Steps:
    """The posteriors of a line (T × classes) over the folded alphabet, the best of each step that says anything."""
    telling = np.flatnonzero(posteriors[:, 0] < CERTAIN_BLANK)
    rows = posteriors[telling]
    kept = rows[:, recogniser.columns]
    for number, index in recogniser.extra:
        kept[:, index] += rows[:, number]
    return sparse(kept, telling, len(posteriors))


def _prepare(line: Gray) -> NDArray[np.float32]:
    height, width = line.shape
    wide = int(np.clip(round(width * HEIGHT / max(height, 1)), 16, WIDEST))
    interpolation = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    resized = cv2.resize(line, (wide, HEIGHT), interpolation=interpolation)
    scaled: NDArray[np.float32] = resized.astype(np.float32) / 127.5 - 1.0
    return scaled


@functools.cache
def indices() -> dict[str, int]:
    """Folded characters to their index."""
    return {c: i for i, c in enumerate(load().characters) if i}


@functools.cache
def possible(allowed: frozenset[str]) -> NDArray[np.bool_]:
    """By index, whether a character is one of those allowed (folded); the blank always is."""
    folded = {f for c in allowed for f in fold(c)}
    return np.array([i == 0 or c in folded for i, c in enumerate(load().characters)])
