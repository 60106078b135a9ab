"""Links to a provider's store of large files. They are never fetched: a finding says what lies there."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from extractors.i18n import N_
from pipeline.model import Finding, Severity

MOST_LINKS = 50
"""Different links of one text that are told."""
URL = re.compile(r"https?://[^\s\"'<>（）【】，。；、“”\u4e00-\u9fff]{4,1000}", re.IGNORECASE)
CODE = re.compile(r"(?:提取码|访问码|提取密码)[\s:：为是]{0,5}([0-9A-Za-z]{4,8})")
PROVIDERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(r"https?://(?:[\w-]+\.)*" + pattern, re.IGNORECASE))
    for name, pattern in (
        (N_("QQ 邮箱超大附件"), r"mail\.qq\.com/(?:cgi-bin/ftn\w*_?download|ftn/|cgi-bin/ftnExs)|ftn\.qq\.com/"),
        (N_("QQ 邮箱超大附件"), r"exmail\.qq\.com/(?:cgi-bin/ftn|ftn/)"),
        (N_("网易邮箱云附件"), r"(?:163|126|yeah)\.(?:com|net)/(?:large-att|html/cloud-att|cloud-att)"),
        (N_("网易邮箱云附件"), r"fs\.(?:163|126)\.com/"),
        (N_("139 邮箱超大附件"), r"mail\.(?:10086\.cn|139\.com)/\S{0,300}?(?:large|share|ftn|download|disk)"),
        (N_("139 邮箱超大附件"), r"(?:yun|caiyun)\.139\.com/"),
        (N_("189 邮箱超大附件"), r"mail\.189\.cn/\S{0,300}?(?:large|share|ftn|download|disk)"),
        (N_("天翼云盘"), r"cloud\.189\.cn/(?:t|web|share|s)"),
        (N_("新浪邮箱超大附件"), r"mail\.sina\.(?:com|cn)(?:\.cn)?/\S{0,300}?(?:large|attach|download)"),
        (N_("Outlook 附件"), r"attachments\.office\.net/"),
        (N_("网易邮箱云附件"), r"u\.163\.com/\w"),
        (N_("QQ 邮箱超大附件"), r"w\.url\.cn/s/\w"),
        ("OneDrive", r"1drv\.ms/"),
        ("OneDrive", r"onedrive\.live\.com/"),
        ("SharePoint", r"sharepoint\.(?:com|cn)/"),
        (N_("百度网盘"), r"(?:pan|yun)\.baidu\.com/(?:s|share|wap|link)"),
        (N_("阿里云盘"), r"(?:alipan|aliyundrive)\.com/s/"),
        (N_("腾讯微云"), r"share\.weiyun\.com/"),
        (N_("企业微信微盘"), r"drive\.weixin\.qq\.com/s"),
        (N_("夸克网盘"), r"pan\.quark\.cn/s/"),
        (N_("腾讯文档"), r"docs\.qq\.com/(?:doc|sheet|pdf|s|form)"),
        (N_("金山文档"), r"(?:kdocs|wps)\.cn/(?:l|p|view|docs)/"),
    )
)
"""Names, and what their links begin with. Paths matter: 163 and QQ put links to their apps below every mail."""


@dataclass(frozen=True)
class Link:
    """Files that lie with a provider."""

    provider: str
    url: str
    code: str
    """That opens the link (提取码), empty where none is given."""


def linked_files(source: str) -> list[Link]:
    """The links in a text or in HTML, where most stand in attributes that are not shown."""
    found: dict[str, Link] = {}
    for match in URL.finditer(source):
        url = html.unescape(match[0]).rstrip(".,;:!)]}&")
        provider = next((name for name, pattern in PROVIDERS if pattern.match(url)), None)
        if provider is None or url in found:
            continue
        code = CODE.search(source, match.end(), match.end() + 300)
        found[url] = Link(provider, url, code[1] if code else "")
        if len(found) == MOST_LINKS:
            break
    return list(found.values())


def findings_of(links: list[Link]) -> list[Finding]:
    """A finding for each link. It's an error: something was sent that has not been read."""
    return [
        Finding(
            "attachment-linked",
            Severity.ERROR,
            {"provider": link.provider, "link": link.url + (f" （提取码 {link.code}）" if link.code else "")},
        )
        for link in links
    ]
