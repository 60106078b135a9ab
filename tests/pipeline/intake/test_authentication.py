"""What is known of who really sent a message: whose word counts, and whose doesn't."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_messages import make_report

from extractors.errors import UsageError
from pipeline.intake.authentication import Authentication, authenticate
from pipeline.intake.comments import without_comments
from pipeline.intake.domains import aligned, body_of_domain, from_domain, organisation
from pipeline.intake.results_header import Result, parse_received_spf, parse_record
from pipeline.settings import Authentication as Wanted
from pipeline.settings import load_settings

OURS = Wanted(servers=("mx.miit.gov.cn",))
BODY = "gxt.jiangsu.gov.cn"
HOP = "Received: from mail.jiangsu.gov.cn (mail [1.2.3.4]) by {by} with ESMTPS; Tue, 8 Oct 2024 09:12:00 +0800"
PASSED = f"Authentication-Results: mx.miit.gov.cn; dmarc=pass (p=none) header.from={BODY}"


def mail(*header: str, sender: str = f"zhang@{BODY}") -> bytes:
    return "\r\n".join([*header, f"From: {sender}", "Subject: a", "", "text"]).encode()


def hop(by: str = "mx.miit.gov.cn") -> str:
    return HOP.format(by=by)


@pytest.mark.parametrize(
    ("servers", "header"),
    [
        pytest.param(
            ("mx.miit.gov.cn",),
            [
                f"Authentication-Results: mx.miit.gov.cn; dmarc=pass (p=none dis=none) header.from={BODY}",
                f"Authentication-Results: mx.miit.gov.cn;\r\n\tdkim=pass (2048-bit key; unprotected) header.d={BODY} "
                'header.i=@gxt.jiangsu.gov.cn header.a=rsa-sha256 header.b="AbC/+=";\r\n\tdkim-atps=neutral',
                f"Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=1.2.3.4; envelope-from=zhang@{BODY}",
                hop(),
            ],
            id="postfix with opendkim, opendmarc and policyd-spf",
        ),
        pytest.param(
            ("*.prod.outlook.com", "*.prod.protection.outlook.com"),
            [
                hop("TY0PR01.apcprd01.prod.outlook.com (2603::1) with HTTPS"),
                hop("PS2PR01.apcprd01.prod.outlook.com"),
                f"Authentication-Results: spf=pass (sender IP is 1.2.3.4)\r\n smtp.mailfrom={BODY}; lists.example.org;"
                f"\r\n dkim=pass (signature was verified) header.d={BODY};dmarc=pass action=none\r\n "
                f"header.from={BODY};compauth=pass reason=100",
                f"Received-SPF: Pass (protection.outlook.com: domain of {BODY} designates 1.2.3.4 as permitted sender)",
                hop("HK2APC01.mail.protection.outlook.com"),
            ],
            id="exchange online, which leaves its name out",
        ),
        pytest.param(
            ("mx.qq.com", "*.qq.com"),
            [
                hop("newxmmxszc6-1.qq.com (NewMX)"),
                "X-QQ-mid: xmmxszc6-1t1729135441tm9qrjq3k",
                f"Authentication-Results: mx.qq.com; spf=pass smtp.mailfrom=<zhang@{BODY}>;\r\n\t "
                f"dkim=pass header.d={BODY}; dmarc=pass(permerror) header.from={BODY}",
                "Received: from localhost by mail.jiangsu.gov.cn (Postfix); Tue, 8 Oct 2024 09:11:00 +0800",
            ],
            id="qq, below its own hop",
        ),
        pytest.param(
            ("*-mx-mta-*",),
            [
                hop("zwqz-mx-mta-g2-2 (Coremail)"),
                f"Authentication-Results: zwqz-mx-mta-g2-2; spf=pass smtp.mail=zhang@{BODY}; dkim=pass "
                f"header.i=@{BODY}; dmarc=pass header.from={BODY}",
            ],
            id="163 by the names of its many machines",
        ),
        pytest.param(
            ("mbox.corp.cn", "mx1.corp.cn"),
            [
                hop("mbox.corp.cn (Postfix)"),
                f'Authentication-Results: mx1.corp.cn 1; spf=pass smtp.mailfrom="zhang"@{BODY}; '
                f"dkim=pass header.d={BODY}; dmarc=pass header.from={BODY}",
                hop("mx1.corp.cn"),
            ],
            id="a store within the house",
        ),
    ],
)
def test_what_our_own_server_recorded_counts(servers: tuple[str, ...], header: list[str]) -> None:
    nameless = "*.prod.outlook.com" in servers
    found = authenticate(mail(*header), Wanted(servers=servers, nameless=nameless))
    assert (found.trusted, found.verified, found.failed) == (True, "dmarc", ())
    assert found.spf == Result("pass", BODY) or "designates" in "".join(header)
    assert found.dkim == (Result("pass", BODY),)
    assert found.dmarc == Result("pass", BODY)
    assert found.server


@pytest.mark.parametrize(
    "header",
    [
        pytest.param([PASSED], id="no hop at all: a saved file"),
        pytest.param([hop("mx.evil.example"), PASSED], id="the topmost hop is another's"),
        pytest.param([hop(), hop("mail.evil.example"), PASSED], id="below a foreign hop"),
        pytest.param([PASSED.replace("mx.miit.gov.cn;", "mx.miit.gov.cn.evil.example;"), hop()], id="a name like ours"),
    ],
)
def test_what_the_sender_could_have_written_is_kept_and_counts_for_nothing(header: list[str]) -> None:
    found = authenticate(mail(*header), OURS)
    assert (found.trusted, found.verified) == (False, "")
    assert found.dmarc == Result("pass", BODY)


NAMELESS = f"Authentication-Results: dmarc=pass (p=none) header.from={BODY}"


@pytest.mark.parametrize(
    ("header", "nameless", "verified"),
    [
        pytest.param([hop(), NAMELESS], False, "", id="the sender wrote it"),
        pytest.param([hop(), hop(), NAMELESS, hop()], False, "", id="below our topmost hop"),
        pytest.param([hop(), NAMELESS, PASSED], False, "dmarc", id="our server's record stands below"),
        pytest.param([NAMELESS, hop()], False, "dmarc", id="above all hops, where no sender writes"),
        pytest.param([hop(), hop(), NAMELESS, hop()], True, "dmarc", id="a server of ours leaves its name out"),
        pytest.param([hop(), hop("mail.evil.example"), NAMELESS], True, "", id="below a foreign hop"),
    ],
)
def test_a_record_without_a_name_counts_only_where_a_server_of_ours_wrote_it(
    header: list[str], nameless: bool, verified: str
) -> None:
    assert authenticate(mail(*header), OURS.model_copy(update={"nameless": nameless})).verified == verified


def test_without_a_server_in_the_settings_nothing_counts() -> None:
    found = authenticate(mail(PASSED, hop()), Wanted())
    assert (found.trusted, found.verified, found.server) == (False, "", "mx.miit.gov.cn")


@pytest.mark.parametrize("between", [[], [hop()]])
def test_a_record_below_our_own_is_the_senders(between: list[str]) -> None:
    real = f"Authentication-Results: mx.miit.gov.cn; dmarc=fail header.from={BODY}"
    found = authenticate(mail(*([real, hop()] if between else [hop(), real]), PASSED, *between), OURS)
    assert (found.trusted, found.verified, found.failed) == (True, "", ("dmarc",))


ARC = f"ARC-Authentication-Results: i=1; mx.miit.gov.cn; dmarc=pass header.from={BODY}"
REFUSED = "Received-SPF: {} (mx.miit.gov.cn) envelope-from=a@evil.example"


@pytest.mark.parametrize("header", [[hop(), ARC], [ARC, hop()], [hop(), ARC, hop()]])
def test_what_a_server_on_the_way_saw_counts_for_nothing(header: list[str]) -> None:
    found = authenticate(mail(*header), OURS)
    assert (found.trusted, found.verified) == (False, "")


@pytest.mark.parametrize("forged", [PASSED, ARC])
@pytest.mark.parametrize(
    ("verdict", "spf"),
    [
        (REFUSED.format("fail"), Result("fail", "evil.example")),
        (REFUSED.format("softfail"), Result("softfail", "evil.example")),
        (REFUSED.format("pass"), Result("pass", "evil.example")),
        ("Authentication-Results: mx.miit.gov.cn; spf=none smtp.mailfrom=evil.example", Result("none", "evil.example")),
    ],
)
def test_where_our_server_said_anything_at_the_top_all_below_is_the_senders(
    verdict: str, spf: Result, forged: str
) -> None:
    for header in ([verdict, hop(), forged], [verdict, hop(), forged, hop()]):
        found = authenticate(mail(*header), OURS)
        assert (found.trusted, found.verified, found.spf) == (True, "", spf)


@pytest.mark.parametrize("result", ["fail", "softfail"])
@pytest.mark.parametrize("first", [True, False])
def test_a_record_below_does_not_count_beside_a_refusal(result: str, first: bool) -> None:
    below = [REFUSED.format(result), PASSED]
    found = authenticate(mail(hop(), *(below if first else below[::-1])), OURS)
    assert (found.trusted, found.verified, found.spf) == (True, "", Result(result, "evil.example"))


def test_a_refusal_in_the_name_of_the_body_is_a_failed_check() -> None:
    found = authenticate(mail(hop(), f"Received-SPF: fail (mx) envelope-from=a@{BODY}", PASSED), OURS)
    assert (found.verified, found.failed) == ("", ("spf",))


@pytest.mark.parametrize(
    "said",
    [
        'spf=none (domain of "x); dmarc=pass header.from=gxt.jiangsu.gov.cn; ("@evil.cn) smtp.mailfrom=evil.cn',
        'spf=none smtp.mailfrom="x; dmarc=pass header.from=gxt.jiangsu.gov.cn"@evil.example',
        'spf=none reason="a; dmarc=pass header.from=gxt.jiangsu.gov.cn" smtp.mailfrom=evil.example',
        "spf=none (a (b) \\) ; dmarc=pass header.from=gxt.jiangsu.gov.cn) smtp.mailfrom=evil.example",
        "dmarc=fail header.from=gxt.jiangsu.gov.cn; dmarc=pass header.from=gxt.jiangsu.gov.cn",
        "dmarc=bestguesspass action=none header.from=gxt.jiangsu.gov.cn",
        "dmarc/999=pass header.from=gxt.jiangsu.gov.cn",
        "dkim=pass header.d=kjt.jiangsu.gov.cn",
        "dkim=pass header.d=gov.cn",
        "dkim=pass header.d=gxt.jiangsu.gov.cn.evil.example",
        "spf=pass smtp.mailfrom=gxt.jiangsu.gov.cn",
        "dmarc=pass header.from=kjt.jiangsu.gov.cn",
        "none",
    ],
)
def test_what_does_not_show_that_the_domain_sent_it(said: str) -> None:
    assert authenticate(mail(f"Authentication-Results: mx.miit.gov.cn; {said}", hop()), OURS).verified == ""


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        (f"dmarc=fail header.from={BODY}", ("dmarc",)),
        (f"spf=fail smtp.mailfrom={BODY}; dkim=none", ("spf",)),
        (f"spf=fail smtp.mailfrom=a@{BODY}; dkim=pass header.d={BODY}", ()),
        (f"spf=pass smtp.mailfrom=a@{BODY}; dkim=fail header.d={BODY}", ()),
        ("spf=fail smtp.mailfrom=a@qq.com; dkim=fail header.d=qq.com", ()),
        (f"spf=softfail smtp.mailfrom={BODY}; dkim=none; dmarc=none", ()),
    ],
)
def test_a_check_that_failed(said: str, failed: tuple[str, ...]) -> None:
    assert authenticate(mail(f"Authentication-Results: mx.miit.gov.cn; {said}", hop()), OURS).failed == failed


def test_of_two_results_of_spf_that_of_the_envelope_counts() -> None:
    record = parse_record(f"mx; spf=none smtp.helo=a.qq.com; spf=pass smtp.mailfrom=a@{BODY}".encode())
    assert record is not None
    assert record.spf == Result("pass", BODY)


def test_received_spf_fills_in_where_the_record_is_silent() -> None:
    assert parse_received_spf(f'softfail (a) envelope-from="a@{BODY}"; x=y'.encode()) == Result("softfail", BODY)
    assert parse_received_spf(b"whatever (a)") is None
    found = authenticate(mail(f"Received-SPF: fail (mx) envelope-from=a@{BODY};", hop()), OURS)
    assert (found.trusted, found.server, found.failed) == (True, "mx.miit.gov.cn", ("spf",))


# DKIM checked here


@cache
def key_pair() -> tuple[bytes, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(data: bytes, domain: str = BODY, **options: object) -> bytes:
    header = dkim.sign(data, b"s1", domain.encode(), key_pair()[0], **options)
    return bytes(header) + data


def own(domain: str = BODY) -> Wanted:
    return Wanted(dkim_keys={f"s1._domainkey.{domain}": key_pair()[1]})


def report() -> bytes:
    return make_report(extra=b"").replace(b"<kjc@example.cn>", b"<kjc@gxt.jiangsu.gov.cn>")


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_a_signature_whose_key_is_given_is_checked_here(ends: bytes) -> None:
    found = authenticate(signed(report()).replace(b"\r\n", ends), own())
    assert (found.own_dkim, found.verified, found.trusted) == ((Result("pass", BODY),), "own-dkim", False)


def test_the_domain_above_may_sign_for_the_body() -> None:
    assert authenticate(signed(report(), "jiangsu.gov.cn"), own("jiangsu.gov.cn")).verified == "own-dkim"
    assert authenticate(signed(report(), "kjt.jiangsu.gov.cn"), own("kjt.jiangsu.gov.cn")).verified == ""


@pytest.mark.parametrize(
    "forge",
    [
        lambda data: data.replace(b"\r\nFrom: ", b"\r\nFrom: x"),
        lambda data: data.replace(b"--b--", b"--b--\r\nmore"),
        lambda data: b"From: stranger@qq.com\r\n" + data,
        lambda data: data.replace(b" bh=", b" bh=AAAA"),
        lambda data: data.replace(b"a=rsa-sha256", b"a=none"),
    ],
)
def test_a_changed_message_is_not_the_bodys(forge: object) -> None:
    assert callable(forge)
    found = authenticate(forge(signed(report())), own())
    assert (found.own_dkim, found.verified) == ((Result("fail", BODY),), "")


def test_a_signature_over_a_part_of_the_text_proves_nothing() -> None:
    found = authenticate(signed(report(), length=True) + b"more", own())
    assert (found.own_dkim, found.verified, found.failed) == ((Result("partial", BODY),), "", ())


def test_a_signature_without_its_key_is_not_looked_up() -> None:
    assert authenticate(signed(report()), own("gxt.hebei.gov.cn")).own_dkim == ()


def test_our_servers_word_outweighs_a_signature_that_broke_on_the_way() -> None:
    data = f"{PASSED}\r\n{hop()}\r\n".encode() + signed(report()) + b"footer"
    found = authenticate(data, OURS.model_copy(update={"dkim_keys": own().dkim_keys}))
    assert (found.own_dkim, found.verified, found.failed) == ((Result("fail", BODY),), "dmarc", ())


def test_a_key_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(key_pair()[1] + "\n")
    wanted = Wanted(dkim_keys={f"s1._domainkey.{BODY}": str(tmp_path / "key.txt")})
    assert wanted == own()


@pytest.mark.parametrize(("name", "value"), [("gxt.jiangsu.gov.cn", "p=AAAA"), ("a._domainkey.b.cn", "/no/such/file")])
def test_a_key_that_cannot_be_used_is_a_wrong_setting(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load_settings(workspace=tmp_path, authentication={"dkim_keys": {name: value}})
    assert raised.value.code == "setting-wrong"


# addresses and domains


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        (b"zhang@gxt.jiangsu.gov.cn", BODY),
        (b'"a@gxt.hebei.gov.cn" <zhang@GXT.jiangsu.gov.cn>', BODY),
        (b"a@gxt.hebei.gov.cn (b@c.cn) <zhang@gxt.jiangsu.gov.cn>", BODY),
        ("江苏".encode("gbk") + b" <zhang@gxt.jiangsu.gov.cn>", BODY),
        (b"<a@gxt.hebei.gov.cn> <b@evil.example>", ""),
        (b"a@gxt.hebei.gov.cn, b@evil.example", ""),
        (b"<a@gxt.hebei.gov.cn@evil.example>", ""),
        (b"nobody", ""),
        (b"", ""),
    ],
)
def test_the_domain_of_the_sender(value: bytes, domain: str) -> None:
    assert from_domain(value) == domain


def test_two_from_headers_name_nobody() -> None:
    assert authenticate(mail(PASSED, hop(), f"From: a@{BODY}"), OURS).verified == ""


def test_what_belongs_together() -> None:
    assert organisation("mail.gxt.jiangsu.gov.cn") == "jiangsu.gov.cn"
    assert (organisation("a.b.qq.com"), organisation("gov.cn"), organisation("x.js.cn")) == ("qq.com", "", "x.js.cn")
    assert aligned("jiangsu.gov.cn", BODY) and aligned(f"mail.{BODY}", BODY)
    assert not aligned("gov.cn", BODY) and not aligned("kjt.jiangsu.gov.cn", BODY)


def test_whose_own_domain_it_is() -> None:
    body = body_of_domain("mail.gxt.jiangsu.gov.cn")
    assert body is not None and body.name == "江苏省工业和信息化厅"
    assert (body_of_domain("jiangsu.gov.cn"), body_of_domain("gxt.jiangsu.gov.cn.evil.example")) == (None, None)
    shanghai = body_of_domain("sheitc.sh.gov.cn")
    assert shanghai is not None and shanghai.region == "上海市"


# anything at all

WORDS = st.sampled_from(
    ["mx.miit.gov.cn", ";", " ", "dkim=pass", "dmarc=pass", "spf=", "(", ")", '"', "\\", "header.d=", "header.from=",
     BODY, "\r\n\t", "i=1", "=", "@", "<", ">", "中", "reason="]
)  # fmt: skip


@given(st.lists(WORDS, max_size=30).map("".join), st.binary(max_size=50))
@example('"\\"\\"\\"', b"")
@settings(max_examples=200, deadline=None)
def test_no_header_does_harm(text: str, rest: bytes) -> None:
    value = text.encode() + rest
    parse_record(value)
    parse_received_spf(value)
    from_domain(value)
    found = authenticate(b"Authentication-Results: " + value + b"\r\nFrom: " + value + b"\r\n\r\n", OURS)
    assert found.verified == ""
    kept = json.loads(json.dumps(found.to_json()))
    assert (Authentication.from_json(kept), kept) == (found, found.to_json())


@given(st.lists(WORDS, max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
def test_nothing_in_a_quoted_text_or_a_comment_becomes_a_result(inside: str) -> None:
    quoted = '"' + inside.replace("\\", "").replace('"', "") + '"'
    header = f"Authentication-Results: mx.miit.gov.cn; spf=none ({quoted}) smtp.mailfrom={quoted}@evil.cn; dmarc=none"
    assert authenticate(mail(header.replace("\r\n", "")), OURS).dmarc == Result("none")


@given(st.text(alphabet='()"\\a ', max_size=60))
def test_comments_go_and_text_stays(text: str) -> None:
    assert without_comments(text).count("a") <= text.count("a")
    assert without_comments("(x)" + text.replace("(", "")) == without_comments(text.replace("(", ""))


def test_an_empty_object_is_a_message_of_which_nothing_is_known() -> None:
    assert Authentication.from_json({}) == Authentication()
    assert (Authentication().verified, Authentication().failed) == ("", ())
