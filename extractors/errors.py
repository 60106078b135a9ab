"""Every error of the project: a code, an exit code, and a text that says what the user can do next.

A library's error is translated where it arises (``raise Ours(...) from theirs``). `flows.cli` alone turns these into
exit codes; `pipeline` turns them into findings with the same code. Terminal and transient are told apart by class:
trying again can help only a `TransientError`.

Exit codes: 2 wrong use, 3 a file that can't be read, 4 a workspace or database that can't be used,
5 a passing fault. 0 and 1 are the command's own.
"""

from __future__ import annotations

from extractors.i18n import N_, _

TEXTS: dict[str, str] = {
    "file-missing": N_("找不到文件“{name}”。请检查路径后重试。"),
    "file-empty": N_("文件“{name}”是空的（0 字节）。请报送单位重新发送。"),
    "file-damaged": N_("文件“{name}”已损坏，无法打开。请报送单位重新导出或重新扫描后再发。"),
    "file-encrypted": N_("文件“{name}”设有密码。请报送单位提供密码，或发送不加密的版本。"),
    "file-type-unknown": N_("无法识别文件“{name}”的格式。请报送单位以 xlsx、docx 或 PDF 格式重新发送。"),
    "file-type-unsupported": N_("文件“{name}”的格式（{kind}）暂不支持。请报送单位另存为 xlsx、docx 或 PDF 后重发。"),
    "office-missing": N_(
        "读取“{name}”（doc、wps、rtf 等旧格式）需要 LibreOffice，本机没有安装。请安装 LibreOffice 文字处理"
        "（Debian、Ubuntu、麒麟、统信：apt install libreoffice-writer）后重新处理，或将文件另存为 docx。"
    ),
    "office-too-slow": N_(
        "用 LibreOffice 转换“{name}”超过 {seconds} 秒，已中止。请人工打开文件，另存为 docx 后重新处理。"
    ),
    "scan-not-pdf": N_("盖章扫描件“{name}”不是 PDF（{kind}）。请核对两个文件的先后，或请报送单位扫描为 PDF 后重发。"),
    "file-too-large": N_(
        "文件“{name}”过大（{size}）。扫描件请报送单位降低分辨率（建议 200–300 dpi）后重发，"
        "电子表格请删去多余的行列和图片后重发。"
    ),
    "table-missing": N_("文件“{name}”中没有找到附件3的表格。请核对是否发错文件。"),
    "scan-unreadable": N_("扫描件“{name}”第 {page} 页无法读取。请报送单位重新扫描该页（建议 200 dpi 以上）。"),
    "scan-too-long": N_(
        "扫描件“{name}”有 {pages} 页，超过 {most} 页的上限，未读取。请报送单位只发送来函和盖章的表格。"
    ),
    "scan-too-fine": N_("扫描件“{name}”第 {page} 页的图像过大，未读取。请报送单位以 200–300 dpi 重新扫描。"),
    "scan-blank": N_("扫描件“{name}”各页都没有可读的内容（空白或全黑）。请报送单位重新扫描。"),
    "scan-resolution-low": N_(
        "扫描件“{name}”清晰度太低（按 A4 计约 {dpi} dpi），读不出表格。请报送单位以 200 dpi 以上重新扫描。"
    ),
    "scan-damaged": N_("扫描件“{name}”的图像数据不完整或已损坏，读不出表格。请报送单位重新扫描并发送完整的文件。"),
    "source-missing": N_("找不到邮件来源“{name}”。请给出邮件文件夹、邮件文件，或 imap（读取设置中的邮箱）。"),
    "mailbox-unset": N_("设置中没有邮箱。请在 zhongshi.toml 的 [imap.名称] 一节中填写，见 docs/mailbox.md。"),
    "mailbox-unreachable": N_(
        "暂时连不上邮箱“{name}”（{host}）：{reason}。请检查网络和设置，然后重试（值守时会自动重试）。"
    ),
    "mailbox-login-refused": N_(
        "邮箱“{name}”（{user}）登录被拒：{reason}。请检查用户名和密码；163、126、QQ 邮箱要用授权码，并先开启 IMAP。"
    ),
    "mailbox-folder-missing": N_("邮箱“{name}”中打不开文件夹“{folder}”：{reason}。请检查设置中的 folders。"),
    "watch-running": N_("工作目录“{name}”已有一个值守在运行，不必再开。"),
    "watched-run-failed": N_("按时收取邮箱未成功（退出码 {exit}），下次会重试。详情见 {name}。"),
    "mailbox-mark-refused": N_(
        "邮箱“{name}”不接受设置的记号（mark：{mark}）：{reason}。邮件已收妥，请检查设置中的 mark。"
    ),
    "mailbox-message-withheld": N_("邮箱“{name}”没有交出第 {message} 号邮件的内容，未收取，下次会再取。"),
    "secret-missing": N_("没有找到密码：请设置环境变量 {name}，或在设置中给出 password_file。"),
    "secret-file-missing": N_("密码文件“{name}”不存在、无法读取或是空的。请检查设置中的 password_file。"),
    "certificate-unusable": N_("证书文件“{name}”不存在或不是 PEM 格式的证书。请检查设置中的 ca_file。"),
    "secret-exposed": N_("密码文件“{name}”可被他人读取，未使用。请先运行 chmod 600 收紧权限。"),
    "output-unwritable": N_("无法写入“{name}”：{reason}。请检查路径、权限和磁盘空间。"),
    "workspace-busy": N_("工作目录“{name}”正在被另一次运行使用。请等它结束后再运行。"),
    "entry-missing": N_("培育库中没有编号为 {name} 的平台。请用 zhongshi library list 查看编号。"),
    "answer-missing": N_("没有编号为 {name} 的邮件。请用 zhongshi outbox list 查看编号。"),
    "workspace-missing": N_("“{name}”中还没有数据。请先运行 zhongshi run，或用 --workspace 指明工作目录。"),
    "workspace-unusable": N_("工作目录“{name}”无法写入。请检查权限和磁盘空间。"),
    "store-unreachable": N_("原件库“{name}”暂时无法访问。请检查网络后重试。"),
    "store-damaged": N_("原件库中的文件“{name}”缺失或已被改动。请从备份恢复该文件后重试。"),
    "database-busy": N_("数据库正被另一个进程占用。请稍后重试。"),
    "orchestrator-unreachable": N_("连接不上任务调度服务（Prefect，{url}）。请检查 PREFECT_API_URL 或稍后重试。"),
    "processing-failed": N_("处理“{name}”时出现意外错误，原始文件已保存，下次运行会重试。请把日志交给维护人员。"),
    "database-unusable": N_("数据库无法使用：{reason}。请检查工作目录和磁盘空间。"),
    "export-kind-unknown": N_("无法导出为“{name}”。请使用 .xlsx、.csv 或 .json 作为文件名后缀。"),
    "export-unwritable": N_("无法写入“{name}”。请检查文件夹是否存在、文件是否正被其他程序打开。"),
    "form-wrong": N_("表式文件“{name}”有误：{reason}。请按 docs/forms.md 修改该文件后重试。"),
    "call-wrong": N_("通知文件“{name}”有误：{reason}。请按 docs/forms.md 修改该文件后重试。"),
    "form-exists": N_("“{name}”已存在，未覆盖。请换一个文件名，或加 --force 覆盖。"),
    "form-unguessable": N_("在“{name}”中没有找到表头和数据，不能据此拟出表式。请给出一份填写好的表（Excel 或 Word）。"),
    "setting-wrong": N_("设置有误：{reason}。请修改设置文件或环境变量后重试。"),
    "worker-too-slow": N_("处理“{name}”超过 {seconds} 秒，已中止。原始文件已保存，将再试。"),
    "worker-lost": N_("处理“{name}”的进程意外中止。原始文件已保存，将自动重试。"),
}


class ZhongshiError(Exception):
    """Base of all: `code` names the kind, `params` fill the text."""

    exit_code = 1

    def __init__(self, code: str, **params: str) -> None:
        """Code is a key of `TEXTS`; params fill its text."""
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders."""
        return (_rebuild, (type(self), self.code, self.params))

    @property
    def message(self) -> str:
        """The text in the language in use."""
        return _(TEXTS[self.code]).format(**self.params)

    def __str__(self) -> str:
        """The same text."""
        return self.message


def _rebuild(kind: type[ZhongshiError], code: str, params: dict[str, str]) -> ZhongshiError:
    return kind(code, **params)


class UsageError(ZhongshiError):
    """The command was called wrongly: a path that isn't there, a bad setting."""

    exit_code = 2


class UnreadableFileError(ZhongshiError):
    """A file that no reader can read; trying again can't help, the sender has to act."""

    exit_code = 3


class StorageError(ZhongshiError):
    """The workspace or the database can't be used."""

    exit_code = 4


class TransientError(ZhongshiError):
    """A passing fault; trying again can help."""

    exit_code = 5
