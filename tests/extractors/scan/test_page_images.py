"""A page of a scan comes as the scanner's own pixels, and a crop of it stands upright."""

import io
import pickle

import drawn
import numpy as np
import pytest
from PIL import Image

from extractors.errors import UnreadableFileError
from extractors.scan.pages import MOST_PIXELS, crop_png, holds_scans, open_pdf, page_images
from extractors.scan.read import read_scan
from extractors.tables import Box
from samples.scans import ScannedPage, write_pdf


def picture(width=300, height=200):
    """Black and white without two alike parts, so that a turned or mirrored copy differs."""
    page = Image.new("1", (width, height), 1)
    pixels = page.load()
    noise = np.random.default_rng(3).integers(0, 2, (height // 10, width // 10))
    for y in range(height):
        for x in range(width):
            pixels[x, y] = int(noise[y // 10, x // 10])
    return page


def pixels(image):
    return np.asarray(image.convert("L"))


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        list(page_images(path))
    return caught.value.code


@pytest.mark.parametrize("points", [72 / 150, 72 / 300, 0.75, 1.0, 3.3])
def test_a_page_comes_in_the_scanners_own_pixels_whatever_size_the_page_claims(tmp_path, points):
    original = picture()
    write_pdf([ScannedPage(original, 88, points)], tmp_path / "a.pdf")
    (page,) = page_images(tmp_path / "a.pdf")
    assert page.image.shape == (200, 300, 3) and page.image.dtype == np.uint8
    assert (page.image == pixels(original)[:, :, None]).all()
    assert page.scale == pytest.approx(1 / points, rel=0.01)
    assert (page.width, page.height) == pytest.approx((300 * points, 200 * points), rel=0.01)


def test_colours_come_as_red_green_blue(tmp_path):
    (page,) = page_images(drawn.scan(tmp_path / "a.pdf", Image.new("RGB", (80, 60), (214, 40, 48)), worn=False))
    assert np.abs(page.image.reshape(-1, 3).mean(axis=0) - (214, 40, 48)).max() < 4


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_pages_rotation_is_honoured(tmp_path, rotate):
    original = picture()
    (page,) = page_images(drawn.scan(tmp_path / "a.pdf", original, rotate=rotate))
    shown = np.rot90(pixels(original), -rotate // 90)
    assert page.image.shape[:2] == shown.shape
    assert (page.image[:, :, 0] == shown).all()
    assert page.width / page.height == pytest.approx(shown.shape[1] / shown.shape[0], rel=0.01)


def test_pages_come_in_order_each_at_its_own_resolution(tmp_path):
    path = tmp_path / "a.pdf"
    write_pdf([ScannedPage(picture(), 88, 0.48), ScannedPage(picture(120, 180), 88, 0.24, 90)], path)
    found = [(page.number, page.image.shape) for page in page_images(path)]
    assert found == [(1, (200, 300, 3)), (2, (120, 180, 3))]


def test_a_page_is_never_drawn_larger_than_memory_allows(tmp_path):
    path = drawn.program_pdf(tmp_path / "a.pdf", "0 0 100 100 re f", (14400, 14400))
    (page,) = page_images(path)
    assert page.image.shape[0] * page.image.shape[1] <= MOST_PIXELS * 1.001
    assert page.scale == pytest.approx(page.image.shape[1] / page.width, rel=0.001)


@pytest.mark.parametrize("rotate", [0, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_crop_stands_upright_and_shows_the_box(tmp_path, turn, rotate):
    upright = picture()
    shown = upright.rotate(turn, expand=True)  # turning it clockwise by `turn` sets it upright
    stored = shown.rotate(rotate, expand=True)  # and /Rotate turns what is stored clockwise
    path = drawn.scan(tmp_path / "a.pdf", stored, dpi=72, rotate=rotate)
    x0, y0, x1, y1 = 40, 30, 160, 90
    box = {
        0: (x0, y0, x1, y1),
        90: (y0, 300 - x1, y1, 300 - x0),
        180: (300 - x1, 200 - y1, 300 - x0, 200 - y0),
        270: (200 - y1, x0, 200 - y0, x1),
    }[turn]
    crop = Image.open(io.BytesIO(crop_png(path, Box(1, *box), turn, margin=0)))
    assert crop.format == "PNG" and crop.size == (120, 60)
    assert (pixels(crop) != pixels(upright.crop((x0, y0, x1, y1)))).mean() < 0.02


def test_a_crop_has_a_margin_but_ends_at_the_pages_edge(tmp_path):
    path = drawn.scan(tmp_path / "a.pdf", picture(), dpi=144)
    inside = Image.open(io.BytesIO(crop_png(path, Box(1, 50, 40, 70, 60), margin=5)))
    corner = Image.open(io.BytesIO(crop_png(path, Box(1, 0, 0, 20, 20), margin=5)))
    beyond = Image.open(io.BytesIO(crop_png(path, Box(1, 130, 80, 160, 120), margin=5)))
    assert (inside.size, corner.size, beyond.size) == ((60, 60), (50, 50), (50, 50))


def test_a_scan_is_told_from_a_print_by_its_image(tmp_path):
    page = Image.new("RGB", (200, 140), "white")
    assert holds_scans(drawn.scan(tmp_path / "scan.pdf", page))
    assert holds_scans(drawn.scan(tmp_path / "turned.pdf", page, rotate=90))
    assert not holds_scans(drawn.text_pdf(tmp_path / "print.pdf", [["序号"]], widths=[80]))


def test_damaged_pdfs_say_so(tmp_path):
    whole = drawn.scan(tmp_path / "whole.pdf", picture()).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "junk.pdf").write_bytes(b"%PDF-1.7\n" + b"junk" * 50)
    (tmp_path / "other.pdf").write_bytes("不是 PDF".encode() * 40)
    objects = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
    trailer = b"endobj\ntrailer << /Size 3 /Root 1 0 R >>\n%%EOF"
    (tmp_path / "pageless.pdf").write_bytes(b"%PDF-1.4\n" + objects + trailer)
    for name in ("cut.pdf", "junk.pdf", "other.pdf", "pageless.pdf"):
        assert code_of(tmp_path / name) == "file-damaged"


def test_a_pdf_behind_a_password_says_so(tmp_path):
    keys = f"/P -4 /O <{'11' * 32}> /U <{'22' * 32}>"
    extra = f"/ID [<{'00' * 16}> <{'00' * 16}>] /Encrypt << /Filter /Standard /V 1 /R 2 {keys} >> "
    assert code_of(drawn.program_pdf(tmp_path / "a.pdf", "0 0 100 100 re f", extra=extra)) == "file-encrypted"


def test_errors_name_the_file_and_cross_process_borders(tmp_path):
    (tmp_path / "盖章件.pdf").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(UnreadableFileError) as caught:
        open_pdf(tmp_path / "盖章件.pdf")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.code == "file-damaged" and "盖章件.pdf" in again.message


WORTHLESS = {
    "white": (Image.new("RGB", drawn.A4, "white"), "page-blank"),
    "black": (Image.new("RGB", drawn.A4, "black"), "page-dark"),
    "dark grey": (Image.new("L", drawn.A4, 130), "page-dark"),
    "grey paper": (Image.new("L", drawn.A4, 190), "page-blank"),
    "red": (Image.new("RGB", drawn.A4, (214, 40, 48)), "page-dark"),
    "black and white": (Image.new("1", drawn.A4, 1), "page-blank"),
    "one pixel": (Image.new("RGB", (1, 1), "white"), "page-resolution-low"),
    "one black pixel": (Image.new("1", (1, 1), 0), "page-resolution-low"),
    "three pixels": (Image.new("L", (3, 3), 255), "page-resolution-low"),
}


@pytest.mark.parametrize("what", WORTHLESS)
def test_a_page_without_content_gives_a_notice_for_the_reviewer(tmp_path, what):
    image, code = WORTHLESS[what]
    document = read_scan(drawn.scan(tmp_path / "a.pdf", image, worn=False))
    assert [(n.code, n.params["page"]) for n in document.notices] == [(code, "1")]
    assert (document.tables, document.lines, document.seals) == ((), (), ())
    assert len(document.pages) == 1


@pytest.mark.parametrize("points", [100.0, 144.0, 10_000.0])
def test_a_page_that_claims_to_be_huge_is_read_in_its_own_pixels(tmp_path, points):
    write_pdf([ScannedPage(Image.new("RGB", (100, 100), "white"), 88, points)], tmp_path / "a.pdf")
    document = read_scan(tmp_path / "a.pdf")
    assert document.pages[0].width == pytest.approx(100 * points)
    assert [n.code for n in document.notices] == ["page-blank"]


def test_a_page_whose_image_is_broken_gives_a_notice_and_the_others_are_read(tmp_path):
    whole = drawn.blank((500, 300))
    drawn.table(whole, [["序号", "名称"], ["1", "中试"]], left=20, top=20, width=440, size=30)
    path = drawn.scan(tmp_path / "a.pdf", whole, Image.new("RGB", (520, 310), "white"))
    data = bytearray(path.read_bytes())
    second = data.rindex(b"\xff\xd8")
    data[second : second + 300] = bytes(300)
    path.write_bytes(bytes(data))
    document = read_scan(path)
    assert [(n.code, n.params["page"]) for n in document.notices] == [("image-damaged", "2")]
    assert [t.page for t in document.tables] == [1]
