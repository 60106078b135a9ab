"""Characters that print alike, from their pictures in the installed fonts: writes extractors/scan/look_alikes.txt.

Every character of GB 2312 is drawn in five faces, blurred as a scan blurs it, and held against every other by
normalised cross-correlation. Pairs that correlate by at least `ALIKE` in any face are kept; so are a few that differ in
width or height only, which a picture of one size can't tell. Each line is a character and those like it that follow in
the order of Unicode.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

OUT = Path(__file__).resolve().parent.parent / "extractors" / "scan" / "look_alikes.txt"
ALIKE = 0.90
MORE = ("日曰", "人入", "力刀", "未末", "八入", "贝见", "工土")
FONTS = Path("/usr/share/fonts")
FACES = (
    ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("truetype/arphic/ukai.ttc", 0),
    ("truetype/arphic/uming.ttc", 0),
    ("truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0),
)
SIDE, SIZE, BLUR = 48, 40, 1.6
"""Pixels: of the picture, of the character, of the blur's standard deviation."""
AT_ONCE = 500
"""Characters compared with all others at a time, for memory."""


def characters() -> list[str]:
    """Those of GB 2312, signs and letters included."""
    out = []
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                out.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return [c for c in out if "\u4e00" <= c <= "\u9fff"]


def pictures(names: list[str], face: str, index: int) -> np.ndarray:
    """Characters × pixels, each of mean 0 and length 1."""
    font = ImageFont.truetype(str(FONTS / face), SIZE, index=index)
    rows = []
    for name in names:
        image = Image.new("L", (SIDE, SIDE), 0)
        ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), name, 255, font=font, anchor="mm")
        small = cv2.GaussianBlur(np.asarray(image, np.float32), (0, 0), BLUR)[::2, ::2].ravel()
        small -= small.mean()
        rows.append(small / max(float(np.linalg.norm(small)), 1e-6))
    return np.array(rows, np.float32)


def main() -> None:
    """Compares and writes."""
    names = characters()
    alike: dict[str, set[str]] = defaultdict(set)
    for face, index in FACES:
        drawn = pictures(names, face, index)
        for start in range(0, len(names), AT_ONCE):
            close = drawn[start : start + AT_ONCE] @ drawn.T >= ALIKE
            for a, b in zip(*np.nonzero(close), strict=True):
                if start + a < b:
                    alike[names[start + a]].add(names[b])
    for one, other in MORE:
        alike[one].add(other)
    lines = [one + "".join(sorted(others)) for one, others in sorted(alike.items())]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
