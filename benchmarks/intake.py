"""A mailbox of 20,000 messages, 200 of them reports, on a real IMAP server: time and memory of polling it.

python benchmarks/intake.py [--messages 20000] [--reports 200]

Needs Dovecot (`make test` installs it). Three polls: the first one takes everything; the second one finds nothing new;
the third one comes after the server has numbered all messages anew (another UIDVALIDITY). Once without rules, so that
every message is fetched and read, and once with a rule that passes newsletters over by their headers. Each poll is a
process of its own; its memory is that of the process and of the one that takes messages apart, together, at its peak.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "pipeline" / "intake")]

import psutil  # noqa: E402
from made_messages import make_message, make_part, make_report, make_scan, make_text_pdf, make_xlsx  # noqa: E402
from mail_server import PASSWORD, MailServer, mail_server  # noqa: E402

from benchmarks import results  # noqa: E402

SAMPLE_SECONDS = 0.1
RULES = '[{ take = false, subject = "简报" }]'
GOAL_MB = 400


@dataclass(frozen=True)
class Poll:
    """What one poll took."""

    seconds: float
    peak_mb: float
    """Resident memory of all its processes together, MiB."""
    submissions: int
    """In the ledger after it."""
    messages: int
    """The same, of messages."""


def main() -> int:
    """Measures, prints, and writes the section of RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    parser.add_argument("--poll", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.poll is not None:
        poll(given.poll)
        return 0
    rows: list[tuple[object, ...]] = []
    for title, rules in (("every message is fetched", "[]"), ("newsletters passed over by a rule", RULES)):
        with mail_server() as server, tempfile.TemporaryDirectory() as folder:
            size = fill(server, given.messages, given.reports)
            workspace = Path(folder)
            (workspace / "zhongshi.toml").write_text(server.settings(rules=rules), encoding="utf-8")
            for name in ("first poll", "second poll, nothing new", "third poll, all numbered anew"):
                if name.startswith("third"):
                    server.renumber()
                took = measured(workspace)
                rows.append(
                    (f"{title}: {name}", f"{took.seconds:.1f}", f"{took.peak_mb:.0f}", took.messages, took.submissions)
                )
                print(*rows[-1], sep="\t", flush=True)
    text = section(given, size, rows)
    print(text)
    if not given.dry:
        results.replace_section("intake", text)
    return 0


def fill(server: MailServer, messages: int, reports: int) -> float:
    """Fills the mailbox, always with the same bytes; its size in MiB."""
    chance = random.Random(5)
    copy = make_xlsx()
    every = messages // reports
    size = 0
    for at in range(messages):
        if at % every == 0:
            scan = make_scan(shade=200 + at // every % 50, pages=1 + at // every % 3)
            data = make_report(scan=scan + b"%%%d" % at, copy=copy, body=f"第{at}次报送，补充材料。")
        elif at % 10 == 1:  # an invoice, a programme of a meeting
            paper = make_text_pdf(["会议材料", f"第{at}页"]) + b"%" + chance.randbytes(chance.randint(20_000, 200_000))
            data = make_message(
                make_part(f"会议材料{at}.pdf", paper), subject=f"第{at}期简报", body="请查收。", sender="办公"
            )
        else:
            body = "本周要闻。" * chance.randint(10, 800)
            data = make_message(subject=f"第{at}期简报", body=body, sender="资讯中心")
        size += len(data)
        server.deliver(data)
    return size / 2**20


def measured(workspace: Path) -> Poll:
    """One poll in a process of its own."""
    environment = {**os.environ, "ZHONGSHI_IMAP_OFFICE_PASSWORD": PASSWORD}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--poll", workspace], env=environment)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(SAMPLE_SECONDS)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"the poll ended with {process.returncode}")
    return Poll(seconds, peak / 2**20, *_counts(workspace))


def _resident(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _counts(workspace: Path) -> tuple[int, int]:
    from sqlalchemy import func, select

    from pipeline.database.engine import connect, reading
    from pipeline.database.tables import MessageRow, SubmissionTable

    with reading(connect(f"sqlite:///{workspace}/zhongshi.sqlite")) as session:
        counts = [session.scalar(select(func.count()).select_from(t)) or 0 for t in (SubmissionTable, MessageRow)]
    return counts[0], counts[1]


def poll(root: Path) -> None:
    """Takes in what is new, as `flows.run` does."""
    from flows.reading import reader
    from pipeline.database.claims import holding
    from pipeline.database.engine import open_ledger
    from pipeline.intake.intake import take_in
    from pipeline.intake.store import open_store
    from pipeline.logs import new_log, open_log
    from pipeline.mailbox.poll import Post, new_messages
    from pipeline.settings import load_settings
    from pipeline.workspace import Workspace

    settings = load_settings(workspace=root)
    workspace = Workspace(root).prepare()
    log = new_log(workspace.logs)
    open_log(log)
    engine = open_ledger(workspace.database_url)
    store = open_store(settings, workspace)
    with holding(engine) as claims, reader(store, settings, log) as read:
        post = Post(engine, claims, settings.limits, lambda found: None, [])
        messages = new_messages(settings.imap, post)
        take_in(messages, store, engine, settings, read=read, claims=claims)
    if post.failed:
        raise SystemExit(str(post.failed[0]))


def section(given: argparse.Namespace, size: float, rows: list[tuple[object, ...]]) -> str:
    """The section of RESULTS.md."""
    head = ("poll", "seconds", "peak memory, MiB", "messages in the ledger", "submissions")
    return "\n".join(
        [
            results.heading("Intake: a large mailbox", "python benchmarks/intake.py"),
            f"{given.messages:,} messages ({size:.0f} MiB), {given.reports} of them reports, on Dovecot on the same "
            f"machine, over TLS. Goal: at most {GOAL_MB} MiB; a second poll in seconds. Comparing comes after this.\n",
            results.table(head, rows),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
