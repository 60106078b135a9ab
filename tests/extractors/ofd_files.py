"""OFD documents written as XML; lengths are millimetres."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
TEMPLATE = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/T.xml"/>'
SIZE = 2.8
"""Of the print."""


def text(words: str, x: float, y: float, attributes: str = "", inner: str = "", steps: str | None = None) -> str:
    """A text object whose first character has its left top at (x, y); `steps` by default a repeated DeltaX."""
    if steps is None:
        steps = f'DeltaX="g {len(words) - 1} {SIZE}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} {SIZE * len(words)} {SIZE}" Font="3" Size="{SIZE}" {attributes}>'
        f"{inner}"
        f'<ofd:TextCode X="0" Y="{0.88 * SIZE}" {steps}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, boundary: str = "0 0 210 297", attributes: str = "", inner: str = "") -> str:
    return (
        f'<ofd:PathObject ID="8" Boundary="{boundary}" LineWidth="0.3" {attributes}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return path(f"M {x0} {y0} L {x1} {y1}")


def grid(rows: list[list[str]], left: float = 20, top: float = 40, width: float = 50, height: float = 10) -> str:
    """A ruled table of equal cells with a text in each."""
    right, bottom = left + width * len(rows[0]), top + height * len(rows)
    across = [line(left, top + height * r, right, top + height * r) for r in range(len(rows) + 1)]
    down = [line(left + width * c, top, left + width * c, bottom) for c in range(len(rows[0]) + 1)]
    texts = [
        text(words, left + width * c + 2, top + height * r + 1.5 + 3.5 * n)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        for n, words in enumerate(cell.split("\n"))
        if words
    ]
    return "".join(across + down + texts)


def document(
    file: Path, *pages: str, template: str = "", extra: str = "", body: str = "", files: dict[str, str] | None = None
) -> Path:
    """An OFD with these pages of A4.

    Args:
        file: where it goes.
        pages: the objects of each.
        template: objects of a template page behind all of them.
        extra: XML within the document's root, after its pages.
        body: XML within the DocBody.
        files: further parts, by name; their contents without the XML declaration.
    """
    parts = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData>"
        "<ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        f"{TEMPLATE if template else ''}</ofd:CommonData><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        + f"</ofd:Pages>{extra}</ofd:Document>",
        **(files or {}),
    }
    use = '<ofd:Template TemplateID="50" ZOrder="Background"/>' if template else ""
    for i, objects in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = _page(objects, use)
    if template:
        parts["Doc_0/Tpls/T.xml"] = _page(template)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, xml in parts.items():
            out.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return file


def _page(objects: str, use: str = "") -> str:
    layer = f'<ofd:Layer ID="7" Type="Body">{objects}</ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{use}<ofd:Content>{layer}</ofd:Content></ofd:Page>"
