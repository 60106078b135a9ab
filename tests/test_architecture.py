"""The layers of the design, held: imports point down, modules stay small, documents name every command."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from extractors import errors

ROOT = Path(__file__).parent.parent
LAYERS = ("extractors", "pipeline", "flows")
"""From the bottom up: each may import itself and those before it."""
LIMIT = 300
HEAVY = {"spacy", "sqlalchemy", "alembic", "openpyxl", "docx", "cv2", "onnxruntime", "pdfplumber", "pypdfium2",
         "jinja2", "prefect", "scipy", "numpy", "fsspec", "pydantic_settings"}  # fmt: skip
READMES = ("README.md", "README.zh-CN.md")


def modules(layer: str) -> list[Path]:
    return [p for p in sorted((ROOT / layer).rglob("*.py")) if "versions" not in p.parts]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_down_only(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"samples", "tests", "benchmarks"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(layer)
        for name in imported(path)
        if name.split(".")[0] in above
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("library", ["prefect", "typer", "rich", "uvicorn"])
def test_the_domain_knows_no_scheduler_and_no_screen(library: str) -> None:
    users = [p for layer in LAYERS[:2] for p in modules(layer) if library in {n.split(".")[0] for n in imported(p)}]
    assert not users, users


def test_only_the_flows_import_prefect() -> None:
    users = [p.name for p in modules("flows") if "prefect" in {n.split(".")[0] for n in imported(p)}]
    assert sorted(users) == ["mailbox.py", "watch.py", "watched.py"]


@pytest.mark.parametrize("layer", LAYERS)
def test_modules_stay_small(layer: str) -> None:
    large = {str(p): n for p in modules(layer) if (n := len(p.read_text(encoding="utf-8").splitlines())) > LIMIT}
    assert not large, large


@pytest.mark.parametrize("layer", LAYERS)
def test_every_package_says_what_may_live_in_it_and_imports_nothing(layer: str) -> None:
    for path in modules(layer):
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), path
            assert not list(imported(path)), path


def test_no_library_is_imported_before_a_command_needs_it() -> None:
    code = "import sys, flows.cli; flows.cli.build(); print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())


def test_every_error_has_a_code_with_a_text() -> None:
    known = set(errors.TEXTS)
    for layer in LAYERS:
        for path in modules(layer):
            raised = re.findall(r"\w+Error\(\s*\"([a-z]+(?:-[a-z]+)+)\"", path.read_text(encoding="utf-8"))
            assert set(raised) <= known, (path, set(raised) - known)


def commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    from flows.cli import build

    def walk(prefix: str, group: typer.core.TyperGroup) -> Iterator[tuple[str, typer.core.TyperCommand]]:
        for name, command in group.commands.items():
            if isinstance(command, typer.core.TyperGroup):
                yield from walk(f"{prefix} {name}", command)
            else:
                assert isinstance(command, typer.core.TyperCommand)
                yield f"{prefix} {name}", command

    root = typer.main.get_command(build())
    assert isinstance(root, typer.core.TyperGroup)
    return walk("zhongshi", root)


def test_every_command_and_option_has_help() -> None:
    for name, command in commands():
        assert command.help, name
        for param in command.params:
            assert getattr(param, "help", None), (name, param.name)


@pytest.mark.parametrize("readme", READMES)
def test_every_command_and_option_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name, command in commands():
        assert name in text, name
        for param in command.params:
            for option in param.opts:
                if option.startswith("--"):
                    assert option in text, (name, option)


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_exit_codes_is_the_codes_own(readme: str) -> None:
    from flows import cli
    from flows.commands import reconcile, run

    text = (ROOT / readme).read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    used = {kind.exit_code for kind in errors.ZhongshiError.__subclasses__()}
    used |= {0, cli.INTERRUPTED, cli.UNEXPECTED, reconcile.DIFFERENCES, run.FAILED}
    assert listed == used


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    from pipeline.settings import Limits, Settings

    text = (ROOT / readme).read_text(encoding="utf-8")
    names = [f"ZHONGSHI_{name.upper()}" for name in Settings.model_fields if name != "limits"]
    names += [f"ZHONGSHI_LIMITS__{name.upper()}" for name in Limits.model_fields]
    assert not [name for name in names if name not in text]


@pytest.mark.parametrize("readme", READMES)
def test_every_file_that_the_readme_links_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert not [link for link in links if not (ROOT / link).exists()]
