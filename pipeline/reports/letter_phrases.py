"""How the letter puts a finding to the sender, by code.

The findings' own texts speak to the office ("ask the sender to …"); these speak to the sender, with the same params.
"""

from __future__ import annotations

from extractors.i18n import N_

PHRASES: dict[str, str] = {
    "row-missing-in-scan": N_("电子版第 {row} 行“{key}”在盖章扫描件中没有。请核实后在盖章件中补齐，或从电子版中删除。"),
    "row-missing-in-electronic": N_("盖章扫描件第 {row} 行“{key}”在电子版中没有。请核实后在电子版中补齐。"),
    "column-unit-differs": N_("“{electronic}”一列的单位在两份材料中不同：盖章扫描件为“{scan}”。请确认并更正。"),
    "column-missing-in-scan": N_("电子版的“{header}”一列在盖章扫描件中没有。请说明或补齐。"),
    "column-missing-in-electronic": N_("盖章扫描件的“{header}”一列在电子版中没有。请在电子版中补充。"),
    "seal-missing": N_("扫描件的表格上未见公章。请盖章后重新扫描报送。"),
    "seal-mismatch": N_("扫描件上的印章辨认为“{text}”，与报送单位“{department}”不符。请核对用印后重新报送。"),
    "signature-changed": N_("PDF 在“{signer}”于 {time} 数字签名后又有改动。请重新签名或盖章后报送。"),
    "signature-broken": N_("PDF 上“{signer}”于 {time} 的数字签名与文件内容不符。请重新签名或盖章后报送。"),
    "letter-count-mismatch": N_("来函所称平台数为 {claimed} 个，盖章表中为 {counted} 个。请核实。"),
    "document-missing-scan": N_("未收到加盖公章的扫描件（PDF）。请补发。"),
    "document-missing-electronic": N_("未收到电子版（Excel 或 Word）。请补发。"),
    "file-empty": N_("文件“{name}”是空的。请重新发送。"),
    "file-damaged": N_("文件“{name}”已损坏，无法打开。请重新导出或重新扫描后发送。"),
    "file-encrypted": N_("文件“{name}”设有密码。请提供密码，或发送不加密的版本。"),
    "file-type-unknown": N_("文件“{name}”的格式无法识别。请以 xlsx、docx 或 PDF 格式重新发送。"),
    "scan-not-pdf": N_("盖章扫描件“{name}”不是 PDF。请扫描为 PDF 后重发。"),
    "file-type-unsupported": N_("文件“{name}”的格式（{kind}）无法使用。请另存为 xlsx、docx 或 PDF 后重新发送。"),
    "file-too-large": N_(
        "文件“{name}”过大（{size}）。扫描件请降低分辨率（建议 200–300 dpi），电子表格请删去多余的行列和图片，"
        "然后重新发送。"
    ),
    "table-missing": N_("文件“{name}”中没有附件3的表格。请核对是否发错文件。"),
    "scan-unreadable": N_("扫描件“{name}”第 {page} 页无法读取。请重新扫描该页（建议 200 dpi 以上）。"),
    "scan-too-long": N_("扫描件“{name}”共 {pages} 页，超过 {most} 页的上限。请只发送来函和盖章的表格。"),
    "scan-too-fine": N_("扫描件“{name}”第 {page} 页的图像过大。请以 200–300 dpi 重新扫描。"),
    "scan-blank": N_("扫描件“{name}”各页都没有可读的内容（空白或全黑）。请重新扫描。"),
    "scan-resolution-low": N_(
        "扫描件“{name}”清晰度太低（按 A4 计约 {dpi} dpi），无法识读。请以 200 dpi 以上重新扫描。"
    ),
    "scan-damaged": N_("扫描件“{name}”的图像数据不完整或已损坏，无法识读。请重新扫描并发送完整的文件。"),
    "page-dark": N_("扫描件第 {page} 页整页为黑色或同一深色，没有内容可读。请核对并重新扫描该页。"),
    "page-resolution-low": N_(
        "扫描件第 {page} 页清晰度太低（{width}×{height} 像素，按 A4 计约 {dpi} dpi），无法比对。"
        "请以 200 dpi 以上重新扫描。"
    ),
    "image-damaged": N_("扫描件第 {page} 页的图像数据不完整或已损坏，无法比对。请重新扫描并发送完整的文件。"),
    "archive-damaged": N_("压缩包“{name}”无法打开。请重新压缩，或直接发送文件。"),
    "archive-encrypted": N_("压缩包“{name}”设有密码。请提供密码，或发送不加密的文件。"),
    "archive-unsupported": N_("压缩包“{name}”的格式（{kind}）无法使用。请改用 zip，或直接发送文件。"),
    "archive-too-large": N_("压缩包“{name}”展开后过大或文件过多。请直接发送文件。"),
    "archive-too-deep": N_("压缩包“{name}”中压缩包套压缩包超过 {most} 层，无法打开。请直接发送文件。"),
    "archive-volume": N_("“{name}”是分卷压缩包的一卷，无法打开。请不分卷重新压缩，或直接发送文件。"),
    "member-not-a-file": N_("压缩包“{name}”中有链接而不是文件（{members}）。请直接发送文件本身。"),
    "attachment-linked": N_("来信中有{provider}的链接（{link}），链接的文件未随邮件送达。请作为普通附件重发。"),
    "attachment-missing": N_("附件“{name}”只是一个链接或嵌入的对象，没有文件。请作为普通附件重发。"),
    "message-too-large": N_("来信超过 {most}，附件无法读取。请压缩扫描分辨率，或分几封邮件重发。"),
    "message-not-fetched": N_(
        "来信约 {size} MB，超过 {limit} MB 的上限，未能接收。请压缩扫描分辨率，或分几封邮件重发。"
    ),
    "message-parts-too-many": N_("来信的附件超过 {most} 个，其余未读取。请只发送来函、盖章件和电子版。"),
    "message-files-too-many": N_("来信的附件展开后超过上限（{most}），其余未读取。请只发送来函、盖章件和电子版。"),
    "message-too-deep": N_("来信中的转发或嵌套超过 {most} 层，更深处的内容未读取。请直接发送文件。"),
    "message-empty": N_("来信中没有可用的附件。请补发材料。"),
    "submission-repeated": N_("此前已收到同一单位的报送材料，本次来信未说明是更正还是补充。请说明以哪份为准。"),
    "documents-unpaired": N_(
        "来信中有多份表格，无法确定以下文件的扫描件与电子版如何对应：{names}。请将每份表格的两份材料放入同一文件夹后重发。"
    ),
    "submission-reverted": N_("本次来信的文件与此前已更正的一次报送完全相同。请说明以哪份为准。"),
    "addition-differs": N_(
        "补充报送的第 {row} 行“{key}”此前已报送，“{header}”由“{before}”变为“{after}”。请说明以哪份为准。"
    ),
    "formula-without-value": N_("电子版 {place} 的公式没有保存计算结果。请打开文件重新保存后发送。"),
    "formula-error": N_("电子版工作表“{name}”中有公式的结果是错误值：{places}。请改正公式，重新保存后发送。"),
    "date-unreal": N_("电子版工作表“{name}”中有设为日期格式、但不是日期的数字（{places}）。请改正后重新发送。"),
    "digits-lost": N_(
        "电子版工作表“{name}”中有超过 15 位的数字（{places}），末尾的数位已丢失。请设为文本格式，重新填写后发送。"
    ),
    "read-plainly": N_("电子版的文件格式不能完整读取。请另存为 xlsx 后重新发送。"),
    "charset-doubtful": N_("电子版（文本表格）的文字编码无法确定。请另存为 xlsx 后重新发送。"),
    "code-check-wrong": N_("第 {row} 行“{key}”的统一社会信用代码“{value}”校验位有误。请核对。"),
    "value-malformed": N_("第 {row} 行“{key}”的“{header}”填写为“{value}”，不符合填写要求（{kind}）。请核对。"),
    "value-not-allowed": N_("第 {row} 行“{key}”的“{header}”填写为“{value}”，不在可选范围内。请核对。"),
    "value-several": N_("第 {row} 行“{key}”的“{header}”填写了多项（“{value}”），应只选一项。请核对。"),
    "rule-broken": N_("{said}请核对。"),
    "value-missing": N_("第 {row} 行“{key}”未填写“{header}”。请补充。"),
    "record-duplicate": N_("第 {row} 行“{key}”与第 {other} 行重复。请核对。"),
}
