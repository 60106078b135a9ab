"""Scans as senders' machines write them, and such as are of no use: each is read, or says what is wrong with it."""

import io

import drawn
import made_scans as made
import numpy as np
import pytest
from made_scans import FILL, ROWS, Stream
from PIL import Image, ImageOps

from extractors import sealed
from extractors.errors import UnreadableFileError
from extractors.scan.legible import Content, nothing_read
from extractors.scan.pages import MOST_PAGES, MOST_PIXELS, holds_scans, page_images
from extractors.scan.read import read_scan

FORM = made.form()
GREY = FORM.convert("L")
CODED = {
    "JPEG": made.jpeg(FORM),
    "progressive JPEG": made.jpeg(FORM, progressive=True),
    "JPEG in Flate": made.jpeg_in_flate(FORM),
    "CMYK JPEG": made.jpeg(FORM.convert("CMYK")).with_entries("/Decode [1 0 1 0 1 0 1 0]"),
    "CMYK": made.flate(FORM.convert("CMYK")),
    "JPEG 2000": made.jpeg2000(FORM),
    "JPEG 2000 codestream": made.jpeg2000(FORM, boxed=False),
    "fax group 4": made.fax(FORM),
    "fax group 4 without its end mark": made.fax(FORM, end_mark=False),
    "fax group 3": made.fax(FORM, group=3),
    "JBIG2": made.jbig2(FORM),
    "Flate": made.flate(FORM),
    "Flate with 16 bits": made.flate(FORM, bits=16),
    "Flate with a predictor": made.flate(FORM, predicted=True),
    "black and white": made.flate(made.two_valued(FORM)),
    "palette": made.palette(FORM),
    "image mask": made.mask(FORM),
    "inverted": made.flate(ImageOps.invert(GREY)).with_entries("/Decode [1 0]"),
}


def texts(document):
    return [[t.at()[r, c].text for c in range(t.columns)] for t in document.tables for r in range(t.rows)]


def codes(document):
    return [notice.code for notice in document.notices]


def scanned(path, *streams):
    return made.pdf(path, *(([stream], FILL) for stream in streams))


def code_of(path, read=read_scan):
    with pytest.raises(UnreadableFileError) as caught:
        read(path)
    assert path.name in caught.value.message
    return caught.value.code


@pytest.mark.parametrize("coding", CODED)
def test_every_coding_shows_the_page_as_it_was_scanned(tmp_path, coding):
    path = scanned(tmp_path / "a.pdf", CODED[coding])
    (page,) = page_images(path)
    assert holds_scans(path) and page.image.shape == (500, 1000, 3)
    assert np.abs(page.image[:, :, 0].astype(int) - np.asarray(GREY)).mean() < 3
    assert (page.content, page.damaged) == (Content.PRINT, False)


@pytest.mark.parametrize("share", [0.95, 0.03])
@pytest.mark.parametrize("coding", CODED)
def test_an_image_cut_short_is_seen_in_every_coding(tmp_path, coding, share):
    (page,) = page_images(scanned(tmp_path / "a.pdf", CODED[coding].cut(share)))
    assert page.damaged


def test_a_jpeg_cut_short_and_ended_as_if_it_were_whole_is_seen(tmp_path):
    noisy = np.asarray(GREY).astype(int) - np.random.default_rng(5).integers(4, 12, np.asarray(GREY).shape)
    buffer = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    whole = Stream(CODED["JPEG"].entries.replace("/DeviceRGB", "/DeviceGray"), buffer.getvalue())
    (page,) = page_images(scanned(tmp_path / "a.pdf", whole))
    assert not page.damaged
    ended = Stream(whole.entries, whole.cut(0.7).data + b"\xff\xd9")
    (page,) = page_images(scanned(tmp_path / "b.pdf", ended))
    assert page.damaged


@pytest.mark.parametrize("coding", ["JPEG", "JPEG 2000", "JBIG2", "Flate"])
def test_an_image_that_cannot_be_decoded_is_damaged_and_the_other_pages_are_read(tmp_path, coding):
    whole = CODED[coding]
    broken = Stream(whole.entries, bytes(200) + whole.data[200:])
    document = read_scan(scanned(tmp_path / "a.pdf", CODED["JPEG"], broken))
    assert [(n.code, n.severity, n.params["page"]) for n in document.notices] == [("image-damaged", "error", "2")]
    assert texts(document) == ROWS and [page.number for page in document.pages] == [1, 2]


def test_a_page_whose_image_is_cut_short_bears_no_verdict(tmp_path):
    document = read_scan(scanned(tmp_path / "a.pdf", CODED["progressive JPEG"].cut(0.9)))
    assert codes(document) == ["image-damaged"]
    (table,) = document.tables
    assert all(cell.evidence.unclear for cell in table.cells)


def test_pages_in_strips_and_tiles_are_scans_and_their_hidden_text_is_not_trusted(tmp_path):
    hidden = "\nBT 3 Tr /F1 12 Tf 300 100 Td (99999) Tj ET"
    for name, (streams, content) in {"strips": made.strips(FORM, 16), "tiles": made.tiles(FORM, 256)}.items():
        path = made.pdf(tmp_path / f"{name}.pdf", (streams, content + hidden))
        document = sealed.read(path)
        assert (document.kind, texts(document), codes(document)) == ("scan", ROWS, [])
    streams, content = made.strips(FORM, 16)
    streams[9] = streams[9].cut(0.5)
    assert codes(sealed.read(made.pdf(tmp_path / "cut.pdf", (streams, content)))) == ["image-damaged"]


def test_a_fine_mask_over_a_coarse_background_is_read_in_the_masks_pixels(tmp_path):
    paper = made.jpeg(Image.new("RGB", (100, 50), (250, 248, 240)))
    path = made.pdf(tmp_path / "a.pdf", ([paper, made.mask(FORM)], f"{FILL}\n{FILL.replace('Im0', 'Im1')}"))
    (page,) = page_images(path)
    assert page.image.shape[:2] == (500, 1000)


def test_a_scan_inside_a_form_is_found(tmp_path):
    inside = made.form_xobject("/Im0 Do", "240 0 0 120 0 0", "/Im0 5 0 R")
    path = made.pdf(tmp_path / "a.pdf", ([CODED["JPEG"], inside], "q 2 0 0 2 0 0 cm /Im1 Do Q"))
    (page,) = page_images(path)
    assert holds_scans(path) and page.image.shape[:2] == (500, 1000)


def test_a_page_shows_what_its_crop_box_leaves_in_points_of_that_box(tmp_path):
    boxes = "/MediaBox [0 0 900 600] /CropBox [100 100 580 340]"
    path = made.pdf(tmp_path / "a.pdf", ([CODED["JPEG"]], "q 480 0 0 240 100 100 cm /Im0 Do Q"), entries=boxes)
    document = read_scan(path)
    assert texts(document) == ROWS and (document.pages[0].width, document.pages[0].height) == (480, 240)
    first = document.tables[0].cells[0].box
    assert (first.x0, first.y0) == pytest.approx((60 * 0.48, 60 * 0.48), abs=1.5)


def test_a_page_in_user_units_is_read(tmp_path):
    content = "q 48 0 0 24 0 0 cm /Im0 Do Q"
    path = made.pdf(tmp_path / "a.pdf", ([CODED["JPEG"]], content), size=(48, 24), entries="/UserUnit 10")
    (page,) = page_images(path)
    assert page.image.shape[:2] == (500, 1000)


def test_a_fax_with_oblong_pixels_keeps_all_of_them(tmp_path):
    oblong = FORM.resize((1000, 250))
    (page,) = page_images(scanned(tmp_path / "a.pdf", made.fax(oblong)))
    assert page.image.shape[:2] == (500, 1000)


def test_a_small_image_on_a_programs_page_makes_it_no_scan(tmp_path):
    logo = made.jpeg(Image.new("RGB", (200, 200), (20, 60, 160)))
    content = "q 60 0 0 60 20 170 cm /Im0 Do Q BT /F1 12 Tf 100 100 Td (12850.5) Tj ET"
    document = sealed.read(made.pdf(tmp_path / "a.pdf", ([logo], content)))
    assert document.kind == "pdf" and "12850.5" in [line.text for line in document.lines]


def test_a_picture_of_the_form_pasted_into_a_document_is_read_as_a_scan(tmp_path):
    content = "q 300 0 0 150 90 40 cm /Im0 Do Q BT /F1 12 Tf 100 215 Td (Annex) Tj ET"
    document = sealed.read(made.pdf(tmp_path / "a.pdf", ([CODED["JPEG"]], content), size=(480, 400)))
    assert document.kind == "scan" and texts(document) == ROWS


def test_a_page_at_1200_dpi_is_drawn_smaller_and_read(tmp_path):
    large = FORM.resize((11000, 5500), Image.Resampling.NEAREST)
    (page,) = page_images(scanned(tmp_path / "a.pdf", made.fax(large)))
    assert 0.95 * MOST_PIXELS < page.image.shape[0] * page.image.shape[1] <= 1.01 * MOST_PIXELS
    assert (page.content, page.damaged) == (Content.PRINT, False)


def test_an_image_too_large_for_memory_or_time_is_not_decoded(tmp_path):
    tiny = made.jbig2(FORM)
    claimed = Stream(tiny.entries.replace("/Width 1000 /Height 500", "/Width 60000 /Height 60000"), tiny.data)
    assert code_of(scanned(tmp_path / "claimed.pdf", claimed)) == "scan-too-fine"
    # Of JPEG and JPEG 2000 the data say how large they are, whatever the dictionary claims.
    jpeg = made.jpeg(FORM)
    at = jpeg.data.index(b"\xff\xc0") + 5
    huge = Stream(jpeg.entries, jpeg.data[:at] + b"\xff\xdc\xff\xdc" + jpeg.data[at + 4 :])
    assert code_of(scanned(tmp_path / "jpeg.pdf", huge)) == "scan-too-fine"
    jpx = made.jpeg2000(FORM, boxed=False)
    huge = Stream(jpx.entries, jpx.data[:8] + b"\0\1\0\0\0\1\0\0" + jpx.data[16:])
    assert code_of(scanned(tmp_path / "jpx.pdf", huge)) == "scan-too-fine"


def test_a_file_of_very_many_pages_says_so_at_once(tmp_path):
    path = scanned(tmp_path / "a.pdf", *[made.flate(Image.new("1", (8, 8), 1))] * 500)
    assert MOST_PAGES < 500 and code_of(path) == "scan-too-long"


def test_many_blank_pages_are_told_of_one_by_one(tmp_path):
    blank = made.flate(Image.new("1", drawn.A4, 1))
    document = read_scan(scanned(tmp_path / "a.pdf", *[blank] * 9, CODED["JPEG"]))
    assert codes(document) == ["page-blank"] * 9 and texts(document) == ROWS
    assert document.tables[0].page == 10


def test_a_worn_blank_page_is_blank_and_a_page_number_is_not(tmp_path):
    noise = np.random.default_rng(1).normal(235, 6, (drawn.A4[1], drawn.A4[0], 3))
    paper = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))
    numbered = paper.copy()
    drawn.write(numbered, "- 3 -", (860, 1180), 24)
    seen = [page.content for page in page_images(drawn.scan(tmp_path / "a.pdf", paper, numbered, worn=False))]
    assert seen == [Content.BLANK, Content.PRINT]


@pytest.mark.parametrize("dpi", [1, 20, 60])
def test_a_coarse_page_says_its_resolution_and_what_is_needed(tmp_path, dpi):
    page = drawn.blank()
    drawn.table(page, [["序号", "名称", "投资总额（万元）"], ["1", "中试平台", "12850.5"]], size=20)
    small = page.resize((round(11.69 * dpi), round(8.27 * dpi)), Image.Resampling.LANCZOS)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", small, dpi=dpi, worn=False))
    (notice,) = document.notices
    assert (notice.code, notice.params["dpi"]) == ("page-resolution-low", str(dpi))
    assert all(cell.evidence.unclear for table in document.tables for cell in table.cells)


@pytest.mark.parametrize("size", [(20000, 40), (40, 20000), (5000, 1)])
def test_an_image_that_is_no_page_by_its_shape_is_not_read(tmp_path, size):
    document = read_scan(drawn.scan(tmp_path / "a.pdf", Image.new("L", size, 120), worn=False))
    assert codes(document) == ["page-resolution-low"] and document.tables == ()


def test_a_page_box_without_bounds_is_read_in_its_images_pixels(tmp_path):
    content = "q 2000000 0 0 1000000 0 0 cm /Im0 Do Q"
    (page,) = page_images(made.pdf(tmp_path / "a.pdf", ([CODED["JPEG"]], content), size=(2_000_000, 1_000_000)))
    assert page.image.shape[:2] == (500, 1000)


def test_why_a_scan_holds_no_table_is_told(tmp_path):
    def why(*pages, dpi=150.0):
        document = read_scan(drawn.scan(tmp_path / "a.pdf", *pages, worn=False, dpi=dpi))
        error = nothing_read("a.pdf", len(document.pages), document.notices)
        return error and error.code

    assert why(Image.new("RGB", drawn.A4, "white"), Image.new("L", drawn.A4, 0)) == "scan-blank"
    assert why(Image.new("RGB", (12, 8), "white"), dpi=1) == "scan-resolution-low"
    document = read_scan(scanned(tmp_path / "b.pdf", CODED["JPEG"].cut(0.02)))
    assert nothing_read("b.pdf", 1, document.notices).code == "scan-damaged"
    letter = drawn.blank()
    drawn.write(letter, "关于报送中试平台名录的函", (400, 300), 40)
    assert why(letter, Image.new("RGB", drawn.A4, "white")) is None
