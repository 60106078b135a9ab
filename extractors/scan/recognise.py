"""The recogniser: images of text lines to posteriors, with onnxruntime on the model in the `rapidocr` wheel.

PP-OCRv6 small takes 3 × 48 × W and gives W/8 steps over 18,710 classes (blank, characters, space). The classes are
folded before anything else sees them: kana and other scripts are left out, full and half width are one character,
white space is blank. Of what is left a reading takes only the common characters (`Recogniser.common`): under a seal,
free decoding invents rare and traditional forms. The others can still be weighed when the electronic copy has one.
"""

from __future__ import annotations

import functools
import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan import model
from extractors.scan.evidence import BLANK, CERTAIN_BLANK, STRIDE, Steps, sparse
from extractors.scan.ink import Gray

T = TypeVar("T")
V = TypeVar("V")

HEIGHT = 48
"""Pixels the model takes."""
WIDEST = 2400
"""Pixels at that height; a longer line is squeezed. 2,400 are 300 steps, some 80 characters."""
QUICK = Path(__file__).with_name("quick.onnx")
QUICK_OF = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
"""SHA-256 of the wheel's model that it was made of."""
MOST_THREADS = 4
"""Without a setting; each holds the logits of a line, 20 MB for the longest."""
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
    """An onnxruntime.InferenceSession: 1 × 3 × 48 × W to logits, T × classes. The folded characters stand first, the
    blank before all; then the classes that are added to one of these (another width, white space to blank)."""
    classes: tuple[int, ...]
    """The classes of the wheel's model that the session gives; -1 for none."""
    characters: str
    """Folded characters by index; index 0 is the blank."""
    added: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    """(indices, classes): classes to add to characters; an index stands at most once in each pair."""
    common: NDArray[np.bool_]
    """By index, whether it is the blank or a character that cells commonly hold: GB 2312 and `NAME_CHARACTERS`."""


def threads() -> int:
    """How many lines are recognised at a time."""
    return int(os.environ.get("ZHONGSHI_THREADS", "0")) or min(os.cpu_count() or 1, MOST_THREADS)


@functools.cache
def load() -> Recogniser:
    """The recogniser, loaded once a process."""
    if threads() == 1:
        # OpenCV asks the machine, not the environment, how many cores it may use.
        cv2.setNumThreads(1)
    content = model.path().read_bytes()
    columns, characters, extra = _alphabet(model.metadata(content)["character"].splitlines())
    kept = [*columns, *[-1] * (-len(columns) % STRIDE)]
    classes = (*kept, *(number for number, _ in extra))
    session = _session(model.with_classes(content, classes))
    common = np.array([i == 0 or _common(c) for i, c in enumerate(characters)])
    return Recogniser(session, classes, "".join(characters), _rounds([index for _, index in extra], len(kept)), common)


@functools.cache
def quick() -> Any:
    """The session with its large products in eight bits (tools/quantise.py), in little more than half the time."""
    content = model.path().read_bytes()
    if hashlib.sha256(content).hexdigest() != QUICK_OF:
        return load().session  # another model in the wheel, of which no quick copy was made
    return _session(model.with_classes(content, load().classes, QUICK.read_bytes()))


def _session(content: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Lines side by side, a thread each, need no padding to a common width, and what comes after the network runs in
    # their threads too. A thread of the network costs the same processor time, whether it runs one line or four.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _alphabet(names: Sequence[str]) -> tuple[list[int], list[str], list[tuple[int, int]]]:
    """The kept classes and their folded characters, the blank's first; further classes, each with its index."""
    columns, characters, extra = [0], [BLANK], []
    index_of: dict[str, int] = {}
    for number, name in enumerate([*names, " "], start=1):
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
    return columns, characters, extra


def _rounds(indices: Sequence[int], first: int) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]:
    """Further classes, numbered from `first`, in rounds in which no index stands twice."""
    rounds: list[dict[int, int]] = []
    for place, index in enumerate(indices, start=first):
        free = next((each for each in rounds if index not in each), None)
        if free is None:
            rounds.append(free := {})
        free[index] = place
    return tuple((np.array(list(each)), np.array(list(each.values()))) for each in rounds)


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


def recognise(lines: Sequence[Gray], in_eight_bits: bool = False) -> list[Steps]:
    """The posteriors of each text line (grey, paper 255, print dark).

    Args:
        lines: images of single lines.
        in_eight_bits: whether to take the quick session; see `extractors.scan.cascade`.
    """
    recogniser = load()
    session = quick() if in_eight_bits else recogniser.session
    return each_line(lambda line: _recognise(recogniser, session, line), lines)


def each_line(work: Callable[[Gray], T], lines: Sequence[Gray]) -> list[T]:
    """What some work gives for each line, several at a time; work that does this itself is done in its own thread."""
    # The longest first, so that no thread is left with one at the end.
    order = sorted(range(len(lines)), key=lambda i: -lines[i].shape[1] / max(lines[i].shape[0], 1))
    done = beside(lambda i: work(lines[i]), order) if len(lines) > 1 else map(work, lines)
    of = dict(zip(order, done, strict=True))
    return [of[i] for i in range(len(lines))]


def beside(work: Callable[[V], T], values: Iterable[V]) -> Iterator[T]:
    """What some work gives for each value, in turn; it is done in the recogniser's threads while others go on."""
    return map(work, values) if threads() == 1 else _pool().map(work, values)


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), "recogniser")


def _recognise(recogniser: Recogniser, session: Any, line: Gray) -> Steps:
    logits = session.run(None, {"x": as_input(line)})[0][0]
    blank = logits[:, 0].copy()
    logits[:, 0] = -np.inf
    telling = np.flatnonzero(logits.max(axis=1) > blank - CERTAIN_BLANK)
    rows = logits[telling]
    rows[:, 0] = blank[telling]
    for index, number in recogniser.added:
        rows[:, index] = np.logaddexp(rows[:, index], rows[:, number])
    first = len(recogniser.characters)
    return sparse(rows[:, : first + -first % STRIDE], telling, len(logits))


def as_input(line: Gray) -> NDArray[np.float32]:
    """A line as a batch of one, 1 × 3 × 48 × W: the model takes colours."""
    return np.ascontiguousarray(np.broadcast_to(prepared(line), (1, 3, HEIGHT, _wide(line))))


def prepared(line: Gray) -> NDArray[np.float32]:
    """A line as the model takes it: 48 × W, from -1 (black) to 1 (paper)."""
    interpolation = cv2.INTER_AREA if line.shape[0] > HEIGHT else cv2.INTER_CUBIC
    resized = cv2.resize(line, (_wide(line), HEIGHT), interpolation=interpolation)
    scaled: NDArray[np.float32] = resized.astype(np.float32) / 127.5 - 1.0
    return scaled


def _wide(line: Gray) -> int:
    """Pixels of a line's width as the model takes it."""
    height, width = line.shape
    return int(np.clip(round(width * HEIGHT / max(height, 1)), 16, WIDEST))


@functools.cache
def indices() -> dict[str, int]:
    """Folded characters to their index."""
    return {c: i for i, c in enumerate(load().characters) if i}


@functools.cache
def possible(allowed: frozenset[str]) -> NDArray[np.bool_]:
    """By index, whether a character is one of those allowed (folded); the blank always is."""
    folded = {f for c in allowed for f in fold(c)}
    return np.array([i == 0 or c in folded for i, c in enumerate(load().characters)])
