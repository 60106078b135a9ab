"""``zhongshi form``: what the forms are, how a file's headers fit one, and a first form from a filled file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from extractors.errors import StorageError, UnreadableFileError, UsageError
from extractors.i18n import N_, _
from extractors.tables import Document
from flows.commands.settings import settings_for
from flows.screen import out, severity_name, table
from pipeline.calls.call import Call
from pipeline.calls.catalogue import all_forms, call, calls, form_of
from pipeline.forms.checks import KIND_NAMES
from pipeline.forms.fit import Fit, better, fit
from pipeline.forms.form import Field, Form, load_form
from pipeline.forms.headers import Way
from pipeline.forms.kinds import Kind

TO_LOOK_AT = 1
"""Exit code: a header has no field, or a required field no header."""
WAYS = {
    Way.SYNONYM: N_("表头相同"),
    Way.SIMILAR: N_("相近"),
    Way.COUNTED: N_("按序号"),
    Way.TIE: N_("难分"),
    Way.TAKEN: N_("重复"),
    Way.UNKNOWN: N_("未知"),
}
WAY_STYLES = {Way.SYNONYM: "green", Way.SIMILAR: "yellow", Way.COUNTED: "yellow"}
"""All others are red."""
MOST_VALUES = 60
"""Entries of a vocabulary that are printed."""


def show_form(form_id: str | None, call_id: str | None, synonyms: bool) -> int:
    """Prints a form with its call; without a name the usual one, and a list of all forms and calls.

    Raises:
        UsageError: setting-wrong, form-wrong, call-wrong.
    """
    settings = settings_for(call=call_id)
    form, asking = _asked(form_id, call_id, settings.call)
    _show_head(form)
    _show_fields(form, synonyms)
    for field in form.fields:
        if field.values and field.vocabulary is None:
            line = _("“{header}”可选：{values}").format(header=field.header, values="、".join(field.values))
            out().print(Text(line), soft_wrap=True)
    _show_rules(form)
    if asking is not None:
        _show_vocabularies(form, asking)
        _show_call(asking)
    if form_id is None:
        _show_lists(settings.running)
    return 0


def check_file(path: Path, form_id: str | None, call_id: str | None) -> int:
    """Prints how a file's headers fit a form; the exit code says whether somebody has to look.

    Raises:
        UsageError: file-missing, setting-wrong, form-wrong, call-wrong.
        UnreadableFileError: it can't be read, or holds no table of the form.
    """
    form, _asking = _asked(form_id, call_id, settings_for(call=call_id).call)
    document = _read(path)
    found = fit(document, form, path.name)
    out().print(Text(_("文件：")) + path.name, soft_wrap=True)
    out().print(Text(_("表式：{title}（{id}，版本 {version}）").format(**form.model_dump())), soft_wrap=True)
    _show_choice(found)
    other = better(found, document, all_forms().values(), path.name)
    if not found.found:
        _show_better(other)
        raise UnreadableFileError("table-missing", name=path.name)
    _show_columns(found)
    _show_missing(found)
    _show_better(other)
    return 0 if found.settled else TO_LOOK_AT


def new_form(path: Path, target: Path | None, force: bool) -> int:
    """Writes a first form from a filled file.

    Raises:
        UsageError: file-missing, form-exists, setting-wrong.
        UnreadableFileError: it can't be read, or has no table with a header.
        StorageError: output-unwritable.
    """
    from pipeline.forms.draft import as_toml, draft

    form, _asking = _asked(None, None, settings_for().call)
    written = Path(f"{path.stem}.toml") if target is None else target
    if written.exists() and not force:
        raise UsageError("form-exists", name=str(written))
    made = draft(_read(path), form, path.name)
    text = as_toml(made, path.stem)
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        with written.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as theirs:
        raise UsageError("form-exists", name=str(written)) from theirs
    except OSError as theirs:
        raise StorageError("output-unwritable", name=str(written), reason=theirs.strerror or str(theirs)) from theirs
    rows = table(_("表头"), _("种类"), _("单位"), _("依据"))
    for field in made.fields:
        basis = _("{fitting}/{filled} 个值").format(fitting=field.guess.fitting, filled=field.guess.filled)
        rows.add_row(Text(field.header), _kind(field.guess.kind), Text(field.guess.unit or ""), basis)
    out().print(rows)
    for header in made.left_out:
        out().print(Text(_("未列入：“{header}”（与另一列同名，或没有表头）。").format(header=header), "yellow"))
    done = _("已写入 {path}：{fields} 栏，由 {rows} 行推定，请逐项核对。").format(
        path=written, fields=len(made.fields), rows=made.rows
    )
    out().print(done, soft_wrap=True)
    return 0


def _asked(form_id: str | None, call_id: str | None, usual: str) -> tuple[Form, Call | None]:
    """The form that is meant, with the vocabularies of its call, and that call; None where no call asks for it."""
    if form_id is None or (call_id is not None and call(call_id).form == form_id):
        return form_of(call_id or usual), call(call_id or usual)
    form = load_form(form_id)
    asking = next((c for c in calls().values() if c.form == form_id), None)
    return form, asking


def _read(path: Path) -> Document:
    from pipeline.submission import read_any

    if not path.is_file():
        raise UsageError("file-missing", name=str(path))
    return read_any(path)


def _kind(kind: Kind) -> str:
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else kind.value


def _mark(assumed: bool) -> Text:
    return Text(_("推定"), "yellow") if assumed else Text(_("已知"), "green")


def _show_head(form: Form) -> None:
    out().print(Text(_("{title}（{id}，版本 {version}）").format(**form.model_dump()), "bold"), soft_wrap=True)
    if form.assumed:
        out().print(Text(_("推定的表式：原表未公开，以下各栏须在拿到原表后核对。"), "yellow"), soft_wrap=True)
    certainty = _("表头相近程度不到 {certain}%，或与另一栏相差不到 {margin}%，不认。")
    out().print(certainty.format(certain=f"{form.certain:g}", margin=f"{form.margin:g}"), style="dim", soft_wrap=True)
    _show_facts([(fact.what, fact.source) for fact in form.known], form.assumptions)


def _show_facts(known: Sequence[tuple[str, str]], assumed: Sequence[str]) -> None:
    for what, source in known:
        line = Text.assemble((_("已知"), "green"), f"  {what}", (_("（{source}）").format(source=source), "dim"))
        out().print(line, soft_wrap=True)
    for what in assumed:
        out().print(Text.assemble((_("推定"), "yellow"), f"  {what}"), soft_wrap=True)


def _show_fields(form: Form, synonyms: bool) -> None:
    last = _("同义表头")
    made = table(_("栏目"), _("种类"), _("单位"), _("要求"), last, numbers=() if synonyms else (last,))
    for column in made.columns[:3]:
        column.no_wrap = True
    for field in form.fields:
        others = "、".join(field.synonyms) if synonyms else str(len(field.synonyms) or "")
        made.add_row(Text(field.header), _kind(field.kind), Text(field.unit or ""), _wanted(field, form), Text(others))
    out().print(made)


def _wanted(field: Field, form: Form) -> str:
    said = [_("必填")] if field.required else []
    said += [_("名称")] if field.id == form.name_field else [_("识别")] if field.identifies else []
    said += [_("可选 {count} 项").format(count=len(field.values))] if field.values and not field.open else []
    said += [_("参考 {count} 项").format(count=len(field.values))] if field.values and field.open else []
    return _("，").join(said)


def _show_rules(form: Form) -> None:
    if not form.rules:
        return
    rows = table(_("规则"), _("程度"), _("说明"))
    for rule in form.rules:
        rows.add_row(Text(rule.id), severity_name(rule.severity), Text(rule.text))
    out().print(rows)


def _show_vocabularies(form: Form, asking: Call) -> None:
    for name in dict.fromkeys(f.vocabulary for f in form.fields if f.vocabulary is not None):
        words = asking.vocabularies.get(name)
        if words is None:
            continue
        limits = _("可另填") if words.open else _("只能选填")
        title = _("词表“{title}”（{version} 版，{count} 项，{limits}）").format(
            title=words.title, version=words.version, count=len(words.values), limits=limits
        )
        out().print(Text.assemble((title, "bold"), " ", _mark(words.assumed)), soft_wrap=True)
        if words.source:
            out().print(Text(_("依据：{source}").format(source=words.source), "dim"), soft_wrap=True)
        grouped = {value for members in words.groups.values() for value in members}
        for group, members in words.groups.items():
            out().print(Text(f"  {group}：" + "、".join(members)), soft_wrap=True)
        rest = [value for value in words.values if value not in grouped][:MOST_VALUES]
        if rest:
            out().print(Text("  " + "、".join(rest)), soft_wrap=True)


def _show_call(asked: Call) -> None:
    title = _("通知 {id}：{title}").format(id=asked.id, title=asked.title)
    out().print()
    out().print(Text(title, "bold"), soft_wrap=True)
    lines = {
        _("文号"): asked.notice or _("（不详）"),
        _("截止日期"): asked.deadline.isoformat(),
        _("收件"): f"{asked.office}  {asked.mailbox}",
        _("报送单位"): _("{count} 个（{kinds}）").format(
            count=len(asked.reporting_bodies()), kinds="、".join(asked.bodies)
        ),
        _("辨认用词"): "、".join(asked.signs()),
    }
    for name, value in lines.items():
        out().print(Text(f"{name}：{value}"), soft_wrap=True)
    _show_facts([(fact.what, fact.source) for fact in asked.known], asked.assumed)


def _show_lists(running: Sequence[str]) -> None:
    forms = table(_("表式"), _("版本"), _("栏数"), _("依据"), _("名称"), numbers=(_("栏数"),))
    for form in all_forms().values():
        forms.add_row(Text(form.id), form.version, str(len(form.fields)), _mark(form.assumed), Text(form.title))
    listed = table(_("通知"), _("表式"), _("截止日期"), _("文号"), _("状态"))
    for each in calls().values():
        state = _("默认") if each.id == running[0] else _("收取中") if each.id in running else ""
        texts = Text(each.id), Text(each.form), each.deadline.isoformat(), Text(each.notice)
        listed.add_row(*texts, Text(state, "green"))
    out().print()
    out().print(forms)
    out().print(listed)


def _show_choice(found: Fit) -> None:
    if len(found.tables) < 2 and found.found:
        name = found.tables[0].name if found.tables else ""
        line = _("工作表：{name}，共 {rows} 行记录").format(name=name or "—", rows=found.records)
        out().print(Text(line), soft_wrap=True)
        return
    made = table(_("工作表"), _("认出栏数"), _("吻合"), _("采用"), numbers=(_("认出栏数"), _("吻合")))
    for choice in found.tables:
        taken = Text(_("采用"), "green") if choice.taken else Text(_("未采用：没有本表的表头"), "dim")
        made.add_row(Text(choice.name), str(choice.fields), f"{choice.score:.0%}" if choice.taken else "", taken)
    out().print(made)
    if found.found:
        out().print(_("按表头认出的栏数采用，共 {rows} 行记录。").format(rows=found.records))


def _show_columns(found: Fit) -> None:
    made = table(_("文件中的表头"), _("对应的栏"), _("程度"), _("方式"), numbers=(_("程度"),))
    made.columns[3].no_wrap = True
    for column in found.columns:
        field = Text(column.field.header) if column.field is not None else Text(_near(column.near, found.form), "dim")
        way = Text(_(WAYS[column.way]), WAY_STYLES.get(column.way, "red"))
        made.add_row(Text(column.header or _("（没有表头）")), field, f"{column.score:.0%}", way)
    out().print(made)


def _near(near: Sequence[tuple[str, float]], form: Form) -> str:
    """What an unknown header is most like."""
    said = [f"{form.field(id).header} {score:.0%}" for id, score in near if score >= 0.5]
    return _("最近：{said}").format(said="、".join(said)) if said else "—"


def _show_missing(found: Fit) -> None:
    required = [f.header for f in found.missing if f.required]
    others = [f.header for f in found.missing if not f.required]
    if required:
        out().print(Text(_("缺少必填的栏：{names}").format(names="、".join(required)), "red"), soft_wrap=True)
    if others:
        out().print(Text(_("文件中没有的栏：{names}").format(names="、".join(others)), "dim"), soft_wrap=True)
    unknown = [c for c in found.columns if c.field is None]
    if unknown:
        line = _("有 {count} 个表头没有对应的栏，只比对、不检查。如应对应，请在表式中加同义表头（见 docs/forms.md）。")
        out().print(Text(line.format(count=len(unknown)), "yellow"), soft_wrap=True)
    elif not required:
        out().print(Text(_("各表头都有对应的栏，必填的栏都有。"), "green"))


def _show_better(other: Fit | None) -> None:
    if other is not None:
        line = _("表式“{id}”与该文件更吻合（认出 {count} 栏，{score}），请核对是否选错了表式：--form {id}")
        text = line.format(id=other.form.id, count=other.named, score=f"{other.score:.0%}")
        out().print(Text(text, "yellow"), soft_wrap=True)
