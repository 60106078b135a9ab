"""What of the findings the sender is asked to act on."""

from pipeline.model import Finding, Severity
from pipeline.reports.points import for_sender


def test_what_is_for_information_asks_the_sender_nothing():
    params = {"rule": "reserve-not-finished", "said": "第 3 行“甲”属于“储备”，但“建设阶段”为“已建成”。"}
    assert for_sender(Finding("rule-broken", Severity.WARNING, params))
    assert not for_sender(Finding("rule-broken", Severity.INFO, params))
