"""``zhongshi library``: what is in the cultivation library, with its history, and as a file."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from extractors.errors import UsageError
from extractors.i18n import _
from flows.commands.ledger import ledger_of
from flows.commands.settings import settings_for
from flows.screen import is_wide, out, table
from pipeline.calls.call import CHINA

OPERATOR, INDUSTRY = "operator", "industry"
"""Fields of the form that the list shows beside the name, where a platform has them."""


def list_library(workspace: Path | None, region: str | None, text: str | None, withdrawn: bool) -> int:
    """Prints the platforms."""
    from pipeline.library.query import list_entries

    entries = list_entries(ledger_of(settings_for(workspace=workspace)), region=region, text=text, withdrawn=withdrawn)
    made = table(_("编号"), _("地区"), _("平台"), _("建设单位"), _("版本"), numbers=(_("编号"), _("版本")))
    made.columns[1].no_wrap = True
    if is_wide():
        made.add_column(_("所属行业"))
    for entry in entries:
        style = "dim strike" if entry.withdrawn else ""
        cells = [Text(entry.region), Text(entry.name, style), Text(entry.values.get(OPERATOR, ""))]
        row = [Text(str(entry.id)), *cells, Text(str(entry.versions))]
        made.add_row(*row, *([Text(entry.values.get(INDUSTRY, ""))] if is_wide() else []))
    out().print(made)
    out().print(_("共 {count} 个平台。").format(count=len(entries)))
    return 0


def show_platform(workspace: Path | None, entry_id: int) -> int:
    """Prints one platform: its values as they stand, then what each version changed.

    Raises:
        UsageError: entry-missing.
    """
    from pipeline.library.query import show_entry

    found = show_entry(ledger_of(settings_for(workspace=workspace)), entry_id)
    if found is None:
        raise UsageError("entry-missing", name=str(entry_id))
    entry, headers = found.entry, _headers()
    gone = _("（已撤回）") if entry.withdrawn else ""
    out().print(Text(f"{entry.name}{gone}", "bold"))
    out().print(Text(f"{entry.region}  {entry.department}"))
    values = table(_("栏目"), _("内容"))
    for key, value in entry.values.items():
        values.add_row(Text(headers.get(key, key)), Text(value))
    out().print(values)
    history = table(_("版本"), _("入库时间"), _("报送"), _("变化"), numbers=(_("版本"),))
    for version in found.versions:
        changes = [
            f"{headers.get(key, key)}：{old or '—'} → {new or '—'}" for key, (old, new) in version.changes.items()
        ]
        what = _("撤回") if version.withdrawn else "\n".join(changes) or _("首次入库")
        when = f"{version.loaded_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        history.add_row(str(version.number), when, f"{version.submission_id:05d}", Text(what))
    out().print(history)
    return 0


def export_library(workspace: Path | None, path: Path, region: str | None, text: str | None) -> int:
    """Writes the platforms to a file.

    Raises:
        UsageError: export-kind-unknown, export-unwritable.
    """
    from pipeline.library.export import export

    count = export(ledger_of(settings_for(workspace=workspace)), path, region=region, text=text)
    out().print(_("已把 {count} 个平台写入 {path}").format(count=count, path=path), soft_wrap=True)
    return 0


def _headers() -> dict[str, str]:
    """Field ids to the form's headers."""
    from pipeline.calls.catalogue import all_fields

    return {field.id: field.header for field in all_fields().values()}
