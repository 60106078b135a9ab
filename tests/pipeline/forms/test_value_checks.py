import pytest

from extractors.i18n import _
from pipeline.findings import CODES
from pipeline.forms.checks import KIND_NAMES, problem_of
from pipeline.forms.form import load_form
from pipeline.forms.kinds import Kind
from pipeline.model import Severity

FORM = load_form()


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", "", "value-missing"),
        ("name", "—", "value-missing"),
        ("built", "", None),
        ("investment", "12,850.5", None),
        ("investment", "约三千万", "value-malformed"),
        ("equipment", "79.5", "value-malformed"),
        ("equipment", "79台", None),
        ("built", "2021年6月", None),
        ("built", "预计2025年12月", None),
        ("built", "明年", "value-malformed"),
        ("code", "91350100M000100Y43", None),
        ("code", "91350100M000100Y44", "code-check-wrong"),
        ("code", "9135010", "value-malformed"),
        ("mode", "龙头企业自主建设", None),
        ("mode", "企业自建", "value-not-allowed"),
        ("industry", "量子科技", None),
        ("public", "部分", "value-malformed"),
        ("public", "是", None),
        ("phone", "0437-23418629", None),
        ("phone", "(0437)23418629、13812345678", None),
        ("phone", "张三", "value-malformed"),
    ],
)
def test_a_value_is_checked_by_its_field(field, text, code):
    problem = problem_of(text, FORM.field(field))
    assert (None if problem is None else problem.code) == code


def test_problems_only_warn_and_have_texts():
    problem = problem_of("91350100M000100Y44", FORM.field("code"))
    assert problem is not None and problem.severity is Severity.WARNING and problem.code in CODES
    assert all(_(KIND_NAMES[kind]) for kind in Kind)
