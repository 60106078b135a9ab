"""Every code that a finding can have, with its text: what is wrong, and what to ask of the sender.

One table, so that the texts read alike, are translated in one place, and no two codes say the same. Codes of
`extractors.errors` are findings too, under the same code and text.
"""

from __future__ import annotations

from extractors.errors import TEXTS as ERROR_TEXTS
from extractors.i18n import N_
from extractors.tables import Notice
from pipeline.electronic_findings import ELECTRONIC
from pipeline.model import Finding, Severity, Where

CODES: dict[str, str] = ELECTRONIC | {
    "field-mismatch": N_("第 {row} 行“{key}”的“{header}”两份材料不一致：电子版为“{electronic}”，盖章件为“{scan}”。"
                         "请报送单位确认以哪份为准并更正。"),
    "cell-altered": N_(
        "盖章扫描件第 {row} 行“{key}”的“{header}”一格似有手写改动（划线或其他颜色的笔迹）。请人工核对。"
    ),
    "row-missing-in-scan": N_("电子版第 {row} 行“{key}”在盖章扫描件中没有。请报送单位核对后补齐或删除。"),
    "row-missing-in-electronic": N_("盖章扫描件第 {row} 行“{key}”在电子版中没有。请报送单位核对后补齐。"),
    "column-missing-in-scan": N_("电子版的“{header}”一列在盖章扫描件中没有。请报送单位说明。"),
    "column-missing-in-electronic": N_("盖章扫描件的“{header}”一列在电子版中没有。请报送单位补充电子版。"),
    "column-unit-differs": N_(
        "“{electronic}”一列在两份材料中单位不同：盖章扫描件的表头为“{scan}”。请报送单位确认单位并更正。"
    ),
    "department-conflict": N_(
        "邮件显示报送单位为“{mail}”，来函落款为“{letter}”。请人工核对报送单位，必要时请报送单位说明。"
    ),
    "department-other-in-form": N_(
        "邮件、来函或印章指明报送单位为“{department}”，但表格中填写的是“{form}”。"
        "请人工核对报送单位，必要时请报送单位说明。"
    ),
    "sender-unsupported": N_(
        "该邮件自称来自“{department}”（依据：{by}），但没有可资证明的材料：没有该单位的印章或有效的数字签名，"
        "发件地址也未经验证。请先按官方公布的电话向该单位核实，核实前不入库。"
    ),
    "sender-other": N_(
        "发件地址（{domain}）经验证属于“{owner}”，但报送材料属于“{department}”。请向两个单位电话核实是否代为报送。"
    ),
    "sender-forged": N_(
        "发件地址（{domain}）属于“{owner}”，但发件验证未通过（{checks}）：邮件可能是伪造的，也可能经过了转发。"
        "请先按官方公布的电话向该单位核实，不要按邮件中的联系方式联系。"
    ),
    "section-differs": N_(
        "第 {row} 行“{key}”在电子版中列在“{electronic}”下，在盖章扫描件中列在“{scan}”下。请人工核对。"
    ),
    "seal-missing": N_("扫描件的表格上没有发现公章。请报送单位盖章后重新扫描报送。"),
    "seal-mismatch": N_("扫描件上的印章读作“{text}”，不是“{department}”的印章。请报送单位核对用印后重新报送。"),
    "seal-unreadable": N_("扫描件第 {page} 页的印章辨认不清，未能确认是“{department}”的印章。请人工核对。"),
    "seal-across-pages": N_("扫描件第 {pages} 页的页边有骑缝章（读作“{text}”）。骑缝章不代替表格上的公章。"),
    "seal-across-pages-other": N_(
        "扫描件第 {pages} 页的骑缝章读作“{text}”，不是“{department}”的印章。请人工核对。"
    ),
    "seal-across-pages-gap": N_(
        "扫描件第 {pages} 页的页边没有骑缝章，前后各页都有。请人工核对这些页是否更换过。"
    ),
    "signature-valid": N_(
        "PDF 由“{signer}”于 {time} 数字签名，签名后未改动。签名证书的签发机构未经联网核实。"
    ),
    "signature-self-issued": N_(
        "PDF 由“{signer}”于 {time} 数字签名，签名后未改动；但证书由签名人自己签发，不能证明其身份。请人工核对。"
    ),
    "signature-other": N_("PDF 的数字签名人是“{signer}”，不是“{department}”。请人工核对。"),
    "signature-as-seal": N_("表格上没有公章，“{signer}”的数字签名完好，视同盖章。"),
    "signature-changed": N_(
        "PDF 由“{signer}”于 {time} 数字签名，签名后又有改动，改动的内容不受签名保护。请报送单位重新签名或盖章后报送。"
    ),
    "signature-broken": N_(
        "PDF 上“{signer}”于 {time} 的数字签名与文件内容不符：签名后文件被改动，或签名已损坏。"
        "请报送单位重新签名或盖章后报送。"
    ),
    "signature-unreadable": N_(
        "PDF 上{signer}的数字签名无法验证（已损坏，或所用算法、格式本系统不支持）。请人工核对。"
    ),
    "letter-count-mismatch": N_("来函称共 {claimed} 个平台，盖章表中有 {counted} 个。请报送单位核对。"),
    "document-missing-scan": N_("报送中没有盖章扫描件（PDF）。请报送单位补发。"),
    "document-missing-electronic": N_("报送中没有电子版（Excel 或 Word）。请报送单位补发。"),
    "document-ambiguous": N_("报送中有多份{role}（{names}），无法确定以哪份为准。请人工选定或请报送单位说明。"),
    "documents-unpaired": N_(
        "邮件中有多份表格，{names} 无法确定哪份扫描件对应哪份电子版，未作比对。"
        "请人工核对，或请报送单位将每份表格的扫描件和电子版放入同一文件夹（或同一封邮件）后重发。"
    ),
    "department-unknown": N_("无法确定报送单位。请人工核对来函、表格和印章。"),
    "name-undecodable": N_("附件名无法正确解码，已按“{name}”保存。内容不受影响。"),
    "name-unsafe": N_(
        "附件名“{sent}”含有上级目录、绝对路径或控制字符，已只按“{name}”保存，内容不受影响。请人工核对来源。"
    ),
    "archive-damaged": N_("压缩包“{name}”无法打开。请报送单位重新压缩或直接发送文件。"),
    "archive-encrypted": N_("压缩包“{name}”设有密码。请报送单位提供密码或发送不加密的文件。"),
    "archive-unsupported": N_("压缩包“{name}”的格式（{kind}）暂不支持。请报送单位改用 zip 或直接发送文件。"),
    "archive-too-large": N_("压缩包“{name}”展开后过大或文件过多，已停止展开。请报送单位直接发送文件。"),
    "archive-too-deep": N_(
        "压缩包“{name}”中压缩包套压缩包超过 {most} 层，已停止展开，其余文件未读取。请报送单位直接发送文件。"
    ),
    "archive-opened": N_("压缩包“{name}”设有密码，已用邮件中给出的密码打开。"),
    "archive-volume": N_(
        "“{name}”是分卷压缩包的一卷，分卷压缩包暂不支持，其中的文件未读取。请报送单位不分卷重新压缩或直接发送文件。"
    ),
    "member-name-unsafe": N_(
        "压缩包“{name}”中有 {count} 个文件的名称含有上级目录、绝对路径或控制字符（{members}），"
        "已只按文件名保存，内容不受影响。请人工核对来源。"
    ),
    "member-not-a-file": N_(
        "压缩包“{name}”中有 {count} 项不是普通文件而是链接或设备（{members}），未读取。请报送单位直接发送文件本身。"
    ),
    "attachment-linked": N_(
        "邮件正文中有{provider}的链接（{link}），链接的文件不在邮件中，本系统不从网上下载。"
        "请人工下载核对，或请报送单位作为普通附件重发。"
    ),
    "attachment-missing": N_("附件“{name}”只是一个链接或嵌入的对象，邮件中没有它的文件。请报送单位作为普通附件重发。"),
    "message-too-large": N_(
        "邮件“{name}”超过 {most} 的上限，只读取了邮件头，附件未读取。请报送单位压缩扫描分辨率或分几封邮件重发。"
    ),
    "message-parts-too-many": N_("邮件“{name}”的附件超过 {most} 个的上限，其余未读取。请人工核对，或请报送单位重发。"),
    "message-files-too-many": N_(
        "邮件“{name}”的附件展开后超过上限（{most}），其余未读取。请报送单位只发送来函、盖章件和电子版。"
    ),
    "message-too-deep": N_("邮件“{name}”中的转发或嵌套超过 {most} 层，更深处的内容未读取。请报送单位直接发送文件。"),
    "header-too-large": N_("邮件“{name}”的邮件头超过 {most}，只读取了一部分，收发信息可能不全。请人工核对原邮件。"),
    "text-too-long": N_("邮件正文过长，只采用了前 {most} 字。请人工核对原邮件。"),
    "message-damaged": N_("邮件“{name}”的格式有误，只读出了一部分。请核对原邮件，必要时请报送单位重发。"),
    "message-not-fetched": N_(
        "邮件“{name}”约 {size} MB，超过 {limit} MB 的上限，未下载，原邮件仍在邮箱中。"
        "请人工查看，或请报送单位拆分后重发。"
    ),
    "message-exceeds-limits": N_(
        "邮件“{name}”无法读取，或不能在限定的时间（{seconds} 秒）和内存（{memory} MB）内读完，未处理；原件已保存。"
        "请人工查看，必要时请报送单位重发。"
    ),
    "message-without-files": N_("邮件“{name}”没有附件，可能是询问或说明。请人工阅读并答复。"),
    "message-own-letter": N_(
        "邮件“{name}”只附回了我方发出的函，没有报送材料，可能是询问或说明。请人工阅读并答复。"
    ),
    "message-from-us": N_("邮件“{name}”由我方地址（{address}）发出，不是报送，未处理。"),
    "message-undelivered": N_("邮件“{name}”是邮件服务器的退信，不是报送。退回的是我方邮件的，见该邮件的发送记录。"),
    "answer-undelivered": N_(
        "我方发往 {recipient} 的{kind}被退回（退信为“{name}”），对方没有收到。请核对地址，或用其他方式通知该单位。"
    ),
    "message-empty": N_("邮件“{name}”中没有可用的附件。请报送单位补发材料。"),
    "message-duplicate": N_("该邮件与“{of}”内容完全相同，未重复处理。"),
    "submission-joined": N_(
        "本次报送只有一半材料，已与同一单位的邮件“{of}”合并处理。请人工核对两封邮件是否属于同一次报送。"
    ),
    "submission-repeated": N_("该单位此前已报送过（“{of}”），本次没有说明是更正还是补充。请报送单位说明以哪份为准。"),
    "halves-ambiguous": N_(
        "本次报送只有一半材料，可能与多封邮件（{names}）属于同一次报送，无法确定是哪一封，未合并。请人工核对。"
    ),
    "half-unproven": N_(
        "本次报送由两封邮件各一半合并而成（另一封为“{of}”），但不能证明电子版出自同一发件人：两封邮件的发件地址或回复地址不同，"
        "或电子版所在邮件未通过验证。盖章件上的印章不能证明电子版也出自该单位。请先按官方公布的电话向该单位核实，核实前不入库。"
    ),
    "correction-ambiguous": N_(
        "本次报送说明是更正，但无法确定更正的是此前报送（{names}）中的哪一份，均未替代。请人工核对。"
    ),
    "correction-unproven": N_(
        "本次报送说明是更正，但不能证明出自该单位：本次材料上没有可资证明的印章、数字签名，发件地址也不足以证明"
        "（与此前报送不同、未经验证或验证未通过）。此前的报送（{names}）仍然有效。请先按官方公布的电话向该单位核实，由人工决定是否替代。"
    ),
    "correction-unlike": N_(
        "本次报送仅在邮件正文中说明是更正，但所列平台与此前报送（{names}）大多不同，可能是另一批平台而不是更正。"
        "此前的报送仍然有效。请人工核对，必要时请报送单位说明是更正还是补充。"
    ),
    "submission-same": N_("本次报送的文件与“{of}”完全相同，按重复报送处理，未重新比对。"),
    "correction-same": N_("本次报送说明是更正，但文件与“{of}”完全相同，没有新内容。请人工核对，必要时请报送单位说明。"),
    "submission-reverted": N_(
        "本次报送的文件与已被“{by}”替代的“{of}”完全相同，无法确定以哪份为准。请人工核对或请报送单位说明。"
    ),
    "correction-field": N_("更正：第 {row} 行“{key}”的“{header}”由“{before}”改为“{after}”（与“{of}”相比）。"),
    "correction-row-added": N_("更正：新增第 {row} 行“{key}”。"),
    "correction-row-dropped": N_("更正：原第 {row} 行“{key}”已删去（与“{of}”相比）。"),
    "correction-column-added": N_("更正：新增“{header}”一列（与“{of}”相比）。"),
    "correction-column-dropped": N_("更正：原“{header}”一列已删去（与“{of}”相比）。"),
    "correction-more": N_("更正：另有 {count} 处变化未逐一列出。请查看两次报送的电子版。"),
    "correction-unchanged": N_("更正后的电子版各项内容与“{of}”相同，没有变化。请人工核对，必要时请报送单位说明。"),
    "correction-not-compared": N_("更正前的电子版（“{of}”）无法读取或当时未能确定，未列出更正前后的变化。请人工核对。"),
    "addition-overlaps": N_("补充报送的第 {row} 行“{key}”在“{of}”中已有，内容相同。"),
    "addition-differs": N_(
        "补充报送的第 {row} 行“{key}”在“{of}”中已有，“{header}”由“{before}”变为“{after}”。请报送单位说明以哪份为准。"
    ),
    "call-unknown": N_(
        "目前有几个通知同时收取报送，无法确定该邮件答复的是哪一个，暂按“{taken}”处理（另有 {others}）。"
        "请人工核对，必要时请报送单位说明。"
    ),
    "department-not-asked": N_("“{department}”不在“{notice}”的报送单位之列。请人工核对是否属于其他通知。"),
    "message-late": N_("该报送晚于截止时间 {deadline} 收到，逾期 {days} 天。"),
    "table-unused": N_("文件中的表格“{name}”没有附件3的表头，未采用。请人工核对是否有遗漏。"),
    "code-check-wrong": N_("第 {row} 行“{key}”的统一社会信用代码“{value}”校验位不对。请报送单位核对。"),
    "value-malformed": N_("第 {row} 行“{key}”的“{header}”填写为“{value}”，不是要求的{kind}。请报送单位核对。"),
    "value-not-allowed": N_("第 {row} 行“{key}”的“{header}”填写为“{value}”，不在可选范围内。请报送单位核对。"),
    "value-several": N_("第 {row} 行“{key}”的“{header}”填写了多项（“{value}”），应只选一项。请报送单位核对。"),
    "code-hint": N_("第 {row} 行“{key}”的统一社会信用代码“{value}”{hint}。系统未作改动，请人工核对。"),
    "rule-broken": N_("{said}请核对。（填报规则：{rule}）"),
    "rounded": N_(
        "第 {row} 行“{key}”的“{header}”有四舍五入：{exact_in}为“{exact}”，{rounded_in}为“{rounded}”。"
        "请人工核对以哪个为准。"
    ),
    "written-otherwise": N_(
        "第 {row} 行“{key}”的“{header}”两份材料写法不同，换算后相同：电子版为“{electronic}”，盖章件为“{scan}”。"
        "请人工核对。"
    ),
    "record-elsewhere": N_(
        "第 {row} 行“{key}”与“{department}”报送（{of}）的第 {other} 行“{name}”{how}。请两个单位核对由谁报送。"
    ),
    "value-missing": N_("第 {row} 行“{key}”没有填写“{header}”。请报送单位补充。"),
    "record-duplicate": N_("第 {row} 行“{key}”与第 {other} 行重复。请报送单位核对。"),
    "page-unreadable": N_("扫描件第 {page} 页没有读出表格或文字。请人工核对该页。"),
    "page-blank": N_("扫描件第 {page} 页是空白页，没有内容可读。"),
    "page-dark": N_("扫描件第 {page} 页整页为黑色或同一深色，没有内容可读。请报送单位核对并重新扫描该页。"),
    "page-resolution-low": N_(
        "扫描件第 {page} 页清晰度太低（{width}×{height} 像素，按 A4 计约 {dpi} dpi），其中内容无法比对。"
        "请报送单位以 200 dpi 以上重新扫描。"
    ),
    "image-damaged": N_(
        "扫描件第 {page} 页的图像数据不完整或已损坏，其中内容无法比对。请报送单位重新扫描并发送完整的文件。"
    ),
    "text-belied": N_(
        "PDF 第 {page} 页有 {count} 个单元格显示的内容与其文字不同（文字被图片、批注、色块或线条遮盖、划改，"
        "或文字不可见）。这些单元格不作结论，请人工核对。"
    ),
    "pdf-unruled": N_("PDF 第 {page} 页的表格没有表格线，行列按文字位置推断。请人工核对。"),
    "other-row-differs": N_(
        "合计、说明一类的行不参与逐项比对，但两份材料中不同：电子版为“{electronic}”，盖章扫描件为“{scan}”。请人工核对。"
    ),
    "other-row-only-in-electronic": N_(
        "电子版的“{text}”一行不是平台记录，未参与逐项比对，盖章扫描件中没有相同的一行。请人工核对。"
    ),
    "other-row-only-in-scan": N_(
        "盖章扫描件的“{text}”一行不是平台记录，未参与逐项比对，电子版中没有相同的一行。请人工核对。"
    ),
    "table-unruled": N_("扫描件第 {page} 页的表格没有完整的表格线，行列按文字位置推断。请人工核对。"),
    "pages-out-of-order": N_("扫描件的页序与序号不一致，按序号应依次为第 {pages} 页，已按此顺序读取。请人工核对。"),
    "row-numbers-jump": N_(
        "扫描件第 {before} 页的序号止于 {last}，第 {after} 页的序号起于 {first}，中间可能缺页。请人工核对。"
    ),
}


def text_of(code: str) -> str:
    """The untranslated text of a code; KeyError where no table has it."""
    return CODES[code] if code in CODES else ERROR_TEXTS[code]


def of_notice(notice: Notice) -> Finding:
    """A reader's notice as a finding."""
    where = Where(electronic=notice.place) if notice.place else None
    return Finding(notice.code, Severity(notice.severity), notice.params, where)
