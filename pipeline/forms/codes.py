"""The unified social credit code of GB 32100-2015: its characters and its check character."""

from __future__ import annotations

from pipeline.forms.text import fold

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a code, each at its value; I, O, S, V and Z are left out for their look-alikes."""

LENGTH = 18


def normal_code(text: str) -> str:
    """The code in capitals: the standard has no small letters, so a small one can only mean its capital."""
    return fold(text).upper()


def is_code(text: str) -> bool:
    """18 characters of the alphabet, whatever the check character."""
    code = normal_code(text)
    return len(code) == LENGTH and all(c in ALPHABET for c in code)


def code_check_ok(code: str) -> bool:
    """Whether the 18th character is the check character of the first 17; False for what isn't a code.

    GB 32100-2015, 5.2: with C(i) the value of the i-th character and W(i) = 3^(i-1) mod 31, the check character has
    the value 31 - (sum of C(i) * W(i), i = 1 to 17) mod 31, where 31 stands for 0.
    """
    code = normal_code(code)
    if not is_code(code):
        return False
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return ALPHABET[-total % 31] == code[17]


def letters_not_used(text: str) -> str:
    """The letters of a code that the standard leaves out (I, O, S, V, Z), each once, in their order."""
    return "".join(dict.fromkeys(c for c in normal_code(text) if c in "IOSVZ"))


def likely_code(text: str) -> str | None:
    """The code that a slip of the hand may have meant: O for 0, I for 1 and the like; for a hint, never for a value.

    None where the text holds no letter that the standard leaves out, or what comes of it isn't a code with a right
    check character.
    """
    code = normal_code(text).translate(str.maketrans("OISVZ", "015U2"))
    return code if letters_not_used(text) and code_check_ok(code) else None
