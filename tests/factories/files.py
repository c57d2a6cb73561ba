import io
import zipfile


def zipped(*members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return made.getvalue()


PDF = b"%PDF-1.7\n%abc"
DOCX = zipped("[Content_Types].xml", "word/document.xml")
