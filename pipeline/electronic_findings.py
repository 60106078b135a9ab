"""Codes of findings about electronic copies: what hides in them, and how their tables and headers were understood."""

from __future__ import annotations

from extractors.i18n import N_

ELECTRONIC: dict[str, str] = {
    "formula-without-value": N_("电子版 {place} 是没有保存结果的公式，按空值处理。请报送单位打开后重新保存。"),
    "change-tracked": N_(
        "电子版 {place} 有未确认的修订：修订前为“{before}”，修订后为“{after}”，已按修订后的内容采用。请人工核对。"
    ),
    "row-inserted-tracked": N_("电子版 {place} 是修订中新增、尚未确认的一行（{text}），已采用。请人工核对。"),
    "row-deleted-tracked": N_("电子版 {place} 处有一行在修订中被删除、尚未确认（{text}），未采用。请人工核对。"),
    "text-hidden": N_("电子版 {place} 有隐藏的文字“{text}”，打印时不会出现，未采用。请人工核对。"),
    "text-unseen": N_(
        "电子版 {place} 的文字“{text}”与底色相同或字号极小，打印出来看不见，已照常读取。请人工核对。"
    ),
    "text-struck": N_("电子版 {place} 的文字“{text}”带有删除线，已照常读取。请人工核对其是否有效。"),
    "text-box": N_("电子版 {place} 有浮动的文本框（{text}），已作为该处的内容读取。请人工核对其位置。"),
    "placeholder-text": N_("电子版 {place} 没有填写，显示的是提示文字“{text}”，已照此读取。请人工核对。"),
    "comment-found": N_("电子版 {place} 有批注（{author}：{text}），批注不参与比对。请人工阅读。"),
    "footnote-in-cell": N_("电子版 {place} 有脚注或尾注（{text}），注文和注号不参与比对。请人工核对。"),
    "equation-flattened": N_("电子版 {place} 有数学公式，按“{text}”读取，上下标和分数线未保留。请人工核对。"),
    "numbering-unknown": N_("电子版 {place} 的自动编号格式（{format}）本系统不认识，按阿拉伯数字读取。请人工核对。"),
    "symbol-unknown": N_("电子版 {place} 有本系统不认识的符号（字体 {font}，代码 {char}），读作“□”。请人工核对。"),
    "picture-unread": N_("电子版 {place} 有图片，图片中的文字或表格未读取。请人工核对。"),
    "object-read": N_(
        "电子版 {place} 嵌有 {kind} 对象，其中的 {count} 个工作表已一并读取，但文中只显示其一部分。请人工核对。"
    ),
    "object-unread": N_("电子版 {place} 嵌有或链接了 {kind} 对象，其内容未读取。请人工打开核对。"),
    "content-unread": N_("电子版 {place} 有本系统不读取的内容（页眉页脚中的表格，或插入的其他文件）。请人工核对。"),
    "content-remote": N_(
        "电子版引用了其他计算机上的模板或内容（{target}），没有下载，也不会下载。请先核实来源，再人工打开。"
    ),
    "ofd-signature": N_(
        "OFD 带有电子印章或数字签名（{kind}，{provider}，{time}），本系统没有验证。请用 OFD 阅读器人工核对。"
    ),
    "macro-found": N_("电子版带有宏。宏没有运行，不影响读取。请先核实来源，再人工打开。"),
    "sheet-hidden": N_("电子版有隐藏的工作表“{name}”，未采用。请人工核对。"),
    "lines-hidden": N_("电子版工作表“{name}”有隐藏的行或列（{places}），已一并读取，但打印时不会出现。请人工核对。"),
    "table-chosen": N_(
        "电子版中有多个表格，按表头采用了 {taken}，未采用 {others}（括号内为认出的栏数、吻合程度）。请核对是否选错。"
    ),
    "tables-joined": N_("电子版的 {count} 个表格都是本表，已依次全部读取：{names}。请人工核对其中有无旧表或副本。"),
    "header-similar": N_("电子版的表头“{header}”按相近程度（{score}）认作“{field}”。如不对，请在表式中加入该表头。"),
    "header-tie": N_(
        "电子版的表头“{header}”与“{one}”“{other}”同样相近，不能确定是哪一栏，只与盖章件比对、不作检查。"
        "请人工核对，并在表式中加入该表头。"
    ),
    "header-taken": N_("电子版的“{header}”与“{other}”同为“{field}”一栏，只把后者认作该栏，前者只与盖章件比对。"),
    "header-unknown": N_("表式中没有电子版的“{header}”一栏，只与盖章件比对、不作检查。如要检查，请在表式中加上。"),
    "header-missing": N_(
        "电子版中没有找到“{header}”一栏，该栏是必填的。请人工核对表头是否另有写法，必要时请报送单位补充。"
    ),
    "rows-filtered": N_(
        "电子版工作表“{name}”设有筛选，有 {count} 行被筛掉（第 {places} 行），已一并读取，但打印时不会出现。"
        "请人工核对。"
    ),
    "formula-error": N_(
        "电子版工作表“{name}”有 {count} 个公式的结果是错误值：{places}。请报送单位改正公式后重新保存、发送。"
    ),
    "text-invisible": N_(
        "电子版工作表“{name}”有 {count} 个单元格的内容看不见（{places}）：字色与底色相同，或设为隐藏，"
        "打印时不会出现。请人工核对。"
    ),
    "merge-covers": N_(
        "电子版工作表“{name}”的合并单元格下盖有 {count} 个单元格的内容（{places}），打印时不会出现，未采用。"
        "请人工核对。"
    ),
    "numbers-cramped": N_(
        "电子版工作表“{name}”有 {count} 个数字超出列宽或位数过多（{places}），打印时可能显示为 #### 或科学记数，"
        "已按完整的数字读取。请人工核对。"
    ),
    "numbers-rounded": N_(
        "电子版工作表“{name}”有 {count} 个数字显示时经过四舍五入（保存的值 → 显示的值）：{places}。已按显示的值比对。"
    ),
    "format-unshown": N_(
        "电子版工作表“{name}”有 {count} 个数字的显示格式（分数、科学记数、中文数字等）无法还原，"
        "读作：{places}。打印的写法可能不同，请人工核对。"
    ),
    "date-unreal": N_(
        "电子版工作表“{name}”有 {count} 个单元格设为日期格式，但其中的数字不是可能的日期（{places}），"
        "Excel 显示为 ####。请报送单位改正后重新发送。"
    ),
    "digits-lost": N_(
        "电子版工作表“{name}”有 {count} 个数字超过 15 位（{places}），Excel 已丢失末尾的数位。"
        "请报送单位将该列设为文本格式，重新填写后发送。"
    ),
    "comments-present": N_(
        "电子版工作表“{name}”有 {count} 条批注，不参与比对：{comments}。请人工核对批注是否涉及填报内容。"
    ),
    "external-links": N_("电子版中有引用其他文件的公式（{count} 个文件），已按保存的结果读取，未打开所引用的文件。"),
    "read-plainly": N_(
        "电子版只能以简化方式读取：数字格式、隐藏的行和列、批注、字色未能得知，日期和数字的写法可能与打印的不同。"
        "请人工核对，必要时请报送单位另存为 xlsx 后重发。"
    ),
    "charset-doubtful": N_(
        "电子版（文本表格）的文字编码无法确定，个别文字可能读错。请人工核对，必要时请报送单位另存为 xlsx 后重发。"
    ),
}
"""Code to text; a part of `pipeline.findings.CODES`."""
