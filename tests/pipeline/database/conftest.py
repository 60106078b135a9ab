"""Messages with forms, written into the ledger as intake does."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sent import OFFICE, SICHUAN, Send
from sqlalchemy import Engine

from pipeline.database.taking import Arrival, NewDocument, NewMessage, NewSubmission, add_content, record_message
from pipeline.intake.evidence import BodyEvidence
from pipeline.intake.store import Store


@pytest.fixture
def send(engine: Engine, store: Store) -> Send:
    """Writes a message with forms, each (scan, electronic) by their contents; the ids. Day: of October 2024."""

    def write(
        name: str,
        *forms: tuple[str | None, str | None],
        day: int = 10,
        departments: tuple[str | None, ...] = (SICHUAN,),
        sender: str = OFFICE,
        reply_to: str = "",
        mail_id: str = "",
        references: str = "",
        evidence: tuple[BodyEvidence, ...] = (),
        authentication: dict[str, Any] | None = None,
        folders: tuple[str, ...] = (),
        **said: bool,
    ) -> list[int]:
        documents: list[NewDocument] = []
        submissions = []
        for at, form in enumerate(forms):
            positions: list[int | None] = []
            for content, suffix, role in zip(form, (".pdf", ".xlsx"), ("scan", "electronic"), strict=True):
                positions.append(None if content is None else len(documents))
                if content is not None:
                    documents.append(
                        NewDocument(
                            name=content.partition("/")[0] + suffix, raw_name=b"", rule="ascii",
                            path=f"{folders[at]}/x" if folders else "1", size=1,
                            sha256=store.put((content + suffix).encode()), kind=suffix[1:], suffix=suffix,
                            role=role, reason="",
                        )
                    )  # fmt: skip
            submissions.append(
                NewSubmission(
                    call="2024", department=departments[min(at, len(departments) - 1)],
                    corrects=said.get("corrects", False), adds=said.get("adds", False), days_late=0,
                    scan=positions[0], electronic=positions[1], letter=None,
                    evidence=tuple(each.to_json() for each in evidence),
                )
            )  # fmt: skip
        message_id, _ = record_message(engine, Arrival(name, f"{name}.eml", store.put(name.encode())))
        received = datetime.datetime(2024, 10, day, tzinfo=datetime.UTC)
        new = NewMessage(
            sender=sender, subject="", body="", received_at=received, documents=tuple(documents),
            submissions=tuple(submissions), mail_id=mail_id, references=references, reply_to=reply_to or sender,
            authentication=authentication or {},
        )  # fmt: skip
        return list(add_content(engine, message_id, new))

    return write
