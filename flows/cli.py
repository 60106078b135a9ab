"""The command line: what is asked for, in which language, and what every error comes to.

`main` is the one place where an error becomes a line on the screen and an exit code. Commands import what they need
when they run: `zhongshi reconcile` must not wait for Prefect, nor ``--help`` for anything.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

import typer

from extractors import i18n
from extractors.errors import UsageError, ZhongshiError
from extractors.i18n import _

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of the signal, as shells have it."""
UNEXPECTED = 70
"""Exit code after a mistake of the program (EX_SOFTWARE of sysexits.h)."""
LANGUAGES = ("zh", "en")
"""The first one where nothing else is said."""
LANGUAGE_VARIABLE = "ZHONGSHI_LANG"


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits with its code."""
    given = sys.argv[1:] if arguments is None else arguments
    interrupted = _remembered_interrupts()
    try:
        code = _run(given)
    except ZhongshiError as error:
        _complain(error.message)
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if interrupted:  # some package caught it, and raised something else
            _complain(_("已中断。已完成的部分已保存，再次运行会从中断处继续。"))
            sys.exit(INTERRUPTED)
        from pipeline.logs import keep_traceback

        _complain(_("程序出现意外错误。详情见 {path}，请把它交给维护人员。").format(path=keep_traceback(error)))
        code = UNEXPECTED
    if code == INTERRUPTED:  # Typer, too, turns Ctrl-C into this code
        _complain(_("已中断。已完成的部分已保存，再次运行会从中断处继续。"))
    sys.exit(code)


def _remembered_interrupts() -> list[int]:
    """A list that gets a number for every Ctrl-C; what it does otherwise stays."""
    seen: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupt)
    return seen


def _run(given: list[str]) -> int:
    language, rest = take_language(given)
    if language is not None:
        os.environ[LANGUAGE_VARIABLE] = language  # the settings and child processes read it there
    i18n.use(language or os.environ.get(LANGUAGE_VARIABLE) or LANGUAGES[0])
    from flows.help_texts import error_text, translate_titles

    translate_titles()
    try:
        code = typer.main.get_command(build()).main(rest, prog_name="zhongshi", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # help was printed when the error was made
            return UsageError.exit_code
        _complain(error_text(error, rest))
        return UsageError.exit_code
    return code if isinstance(code, int) else 0


def take_language(given: list[str]) -> tuple[str | None, list[str]]:
    """The language asked for, and the arguments without it. It is needed before any help text is made.

    Raises:
        UsageError: setting-wrong, for a language that there is none of, here or in the environment.
    """
    language: str | None = None
    rest: list[str] = []
    words = iter(given)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            language = next(words, "")
        elif word.startswith("--lang="):
            language = word.removeprefix("--lang=")
        else:
            rest.append(word)
    asked = os.environ.get(LANGUAGE_VARIABLE) if language is None else language
    if asked and asked not in LANGUAGES or language == "":
        raise UsageError("setting-wrong", reason=f"lang: {asked!r}（{'、'.join(LANGUAGES)}）")
    return language, rest


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


def build() -> typer.Typer:
    """The commands, with help in the language in use."""
    from flows.commands.app import assemble

    return assemble()


if __name__ == "__main__":
    main()
