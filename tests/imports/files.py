"""Real files, built byte by byte as the programs of offices would."""

import io
import struct
import zipfile

import openpyxl
import xlsxwriter
import xlwt


HEADINGS = ("Mã cá nhân", "Họ và tên", "Ngày sinh", "Ngày vào Đảng", "Mã chi bộ")
PERSON = ("DV001", "Nguyễn Thị Mẫu", "03/02/1980", "19/05/2005", "CB01")
UNIT_HEADINGS = ("Mã đơn vị", "Tên tổ chức đảng", "Loại hình tổ chức", "Mã cấp trên")


def xlsx(*sheets, epoch_1904=False):
    """Write sheets given as (name, rows)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    if epoch_1904:
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": True})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(index, column, value)
    book.close()
    return buffer.getvalue()


def people(*rows, headings=HEADINGS):
    return xlsx(("Đảng viên", [headings, *rows]))


def units(*rows, headings=UNIT_HEADINGS):
    return xlsx(("Tổ chức đảng", [headings, *rows]))


def openpyxl_file(shape):
    """Let `shape(sheet)` write a sheet with a library that knows merges and hidden rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Đảng viên"
    shape(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(rows, *, shape=None, dates_1904=False):
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = dates_1904
    sheet = book.add_sheet("Đảng viên")
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(index, column, value)
    if shape:
        shape(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows):
    """Write the smallest OpenDocument sheet that LibreOffice would open."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
            "</table:table-cell>"
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    blank = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Đảng viên">{cells}{blank}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def repacked(content, change):
    """Return a zip with its parts changed by `change(name, bytes)`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: change(name, archive.read(name)) for name in archive.namelist()})


def compound(stream_name, stream):
    """Write an OLE container with one stream, as Word and encrypted workbooks are."""
    sector = 512
    # Streams below 4096 bytes would live in the mini stream.
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // sector)
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, 2 + count), end]
    fat += [free] * (128 - len(fat))

    def entry(name, kind, start, size, child=free):
        raw = name.encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1)
            + struct.pack("<III", free, free, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, end, 0, child=1)
    directory += entry(stream_name, 2, 2, len(stream))
    directory += entry("", 0, 0, 0) * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    return header + struct.pack("<128I", *fat) + directory + stream
