"""Documents of other programs that tests make themselves."""

import io
import zipfile


def word_document(text):
    """A Word document, as bytes, with a paragraph for each row of a text."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{row}</w:t></w:r></w:p>" for row in text.split("\n"))
    names = "http://schemas.openxmlformats.org"
    body = f"<w:document xmlns:w='{names}/wordprocessingml/2006/main'><w:body>{paragraphs}"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", body + "</w:body></w:document>")
        archive.writestr(
            "_rels/.rels",
            f"<Relationships xmlns='{names}/package/2006/relationships'><Relationship Id='a' "
            f"Type='{names}/officeDocument/2006/relationships/officeDocument' "
            "Target='word/document.xml'/></Relationships>",
        )
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr(
            "[Content_Types].xml",
            f"<Types xmlns='{names}/package/2006/content-types'>"
            f"<Override PartName='/word/document.xml' ContentType='{kind}'/></Types>",
        )
    return made.getvalue()
