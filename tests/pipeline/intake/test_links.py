"""Links to providers' stores of large files: told, never fetched."""

from __future__ import annotations

import pytest
from made_archives import plain_zip
from made_messages import make_message, make_part, make_report

from pipeline.intake.links import linked_files
from pipeline.intake.reading import read_message
from pipeline.model import Finding, Severity
from pipeline.settings import Settings


def findings(data: bytes) -> list[Finding]:
    found = read_message(data, "a.eml", Settings()).submissions[0].findings
    return [finding for finding in found if finding.code == "attachment-linked"]


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=0e62&code=9f5b", "QQ 邮箱超大附件"),
        ("http://mail.qq.com/cgi-bin/ftnDownload302?sid=&fid=1", "QQ 邮箱超大附件"),
        ("https://wx.mail.qq.com/ftn/download?func=3&k=54c9", "QQ 邮箱超大附件"),
        ("https://exmail.qq.com/cgi-bin/ftnExs_download?k=1", "QQ 邮箱超大附件"),
        ("https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT", "网易邮箱云附件"),
        ("https://mail.126.com/large-attachment-download/index.html?file=1", "网易邮箱云附件"),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=M0", "网易邮箱云附件"),
        ("http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=1", "网易邮箱云附件"),
        ("https://mail.10086.cn/webmail/largefile/download?id=1", "139 邮箱超大附件"),
        ("https://yun.139.com/link/w/i/1", "139 邮箱超大附件"),
        ("https://cloud.189.cn/t/abc", "天翼云盘"),
        ("https://attachments.office.net/owa/a%40b.cn/service.svc/s/GetFileAttachment?id=AAMk", "Outlook 附件"),
        ("https://u.163.com/x7Kq2", "网易邮箱云附件"),
        ("https://w.url.cn/s/Ab3dE", "QQ 邮箱超大附件"),
        ("https://1drv.ms/b/s!Ab", "OneDrive"),
        ("https://onedrive.live.com/?cid=1", "OneDrive"),
        ("https://contoso-my.sharepoint.com/:f:/g/personal/a", "SharePoint"),
        ("https://pan.baidu.com/s/1abc?pwd=x1y2", "百度网盘"),
    ],
)
@pytest.mark.parametrize("form", ["附件：{url}，请下载", '<p>请<a href="{escaped}">下载附件</a></p>'])
def test_links_of_every_provider_in_text_and_in_html(url: str, provider: str, form: str) -> None:
    source = form.format(url=url, escaped=url.replace("&", "&amp;"))
    assert [(link.provider, link.url) for link in linked_files(source)] == [(provider, url)]


@pytest.mark.parametrize(
    "url",
    [
        "https://dashi.163.com/projects/signature-manager/detail/index.html?ftlId=1",
        "https://mail.163.com/dashi/dlpro.html?from=mail81",
        "https://mail.qq.com/",
        "https://www.miit.gov.cn/zwgk/zcwj/art/2024/art_1.html",
        "https://example.cn/?to=https://pan.baidu.com/s/1",
        "https://notpan.baidu.com.example.cn/s/1",
    ],
)
def test_other_links_are_left_alone(url: str) -> None:
    assert linked_files(f"见 {url} 。") == []


def test_a_link_is_a_finding_with_its_code() -> None:
    link = "https://pan.baidu.com/s/1abc"
    found = findings(make_report(body=f"材料较大，链接：{link} 提取码：x1y2，谢谢"))
    assert [(f.severity, f.params["link"]) for f in found] == [(Severity.ERROR, f"{link} （提取码 x1y2）")]
    assert "百度网盘" in found[0].message


def test_a_link_that_only_html_has_and_a_link_said_twice() -> None:
    url = "https://wx.mail.qq.com/ftn/download?func=3&k=54c9"
    html = f'<p>您好</p><a href="{url.replace("&", "&amp;")}">进入下载页面</a>'
    part = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    assert [f.params["link"] for f in findings(make_message(part, body="您好"))] == [url]
    assert [f.params["link"] for f in findings(make_message(part, body=f"您好 {url}"))] == [url]


def test_a_link_in_a_forwarded_message_in_an_archive() -> None:
    inner = make_report(body="https://pan.baidu.com/s/1abc")
    assert len(findings(make_message(make_part("a.zip", plain_zip(("转发.eml", inner)))))) == 1
