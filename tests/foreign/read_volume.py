"""Reads a produced volume with programs of other makers, and holds what they read against itself.

    python3 read_volume.py FOLDER ARCHIVE [PASSWORD_FILE] [--stamps]

Python's own csv, hashlib, zipfile and xml read the load files; Pillow the pages in TIFF and JPEG; pypdf and pdfminer the
PDFs, and with --stamps the number on each of their pages; openpyxl the workbook; pyzipper an encrypted archive. A line is printed for
each reader: "read by NAME: ...", or "skipped: NAME" where it is not installed. Anything that does not hold ends with an
AssertionError.
"""

import csv
import hashlib
import io
import os
import sys
import warnings
import xml.etree.ElementTree as tree
import zipfile

given = [argument for argument in sys.argv[1:] if argument != "--stamps"]
stamps = "--stamps" in sys.argv
root, archive = given[0], given[1]
password = open(given[2], "rb").readline().rstrip(b"\r\n") if len(given) > 2 else None
name = os.path.basename(root)
csv.field_size_limit(1 << 24)


def path(*parts):
    return os.path.join(root, *parts)


def data(ending):
    found = path("DATA", name + "." + ending)
    return found if os.path.exists(found) else None


def installed(module):
    try:
        return __import__(module, fromlist=["x"])
    except ImportError:
        print("skipped:", module)
        return None


# The load file, and the files that it names.
text = open(data("dat"), "rb").read()
encoding = "utf-16" if text[:2] == b"\xff\xfe" else "utf-8-sig" if text[:3] == b"\xef\xbb\xbf" else "cp1252"
rows = list(csv.DictReader(io.StringIO(text.decode(encoding), newline=""), delimiter="\x14", quotechar="\xfe"))
fields = list(rows[0])
first = next(known for known in ("FIRSTBATES", "BEGDOC#", "BEGBATES", "PRODBEG") if known in fields)
pages_of = {row[first]: int(row["PGCOUNT"]) for row in rows if "PGCOUNT" in fields}
assert len({row[first] for row in rows}) == len(rows)
natives = 0
for row in rows:
    if row.get("LINK"):
        natives += 1
        native = open(path(*row["LINK"].split("/")), "rb").read()
        for column, digest in (("SHA256HASH", hashlib.sha256), ("MD5HASH", hashlib.md5)):
            if column in fields:
                assert digest(native).hexdigest() == row[column], (row[first], column)
    if row.get("OCRPATH"):
        with open(path(*row["OCRPATH"].split("/")), "rb") as file:
            file.read().decode("utf-8-sig")
for line in open(path("MANIFEST.sha256"), encoding="utf-8"):
    digest, listed = line.rstrip("\n").split("  ", 1)
    assert hashlib.sha256(open(path(*listed.split("/")), "rb").read()).hexdigest() == digest, listed
print("read by csv:", len(rows), "rows,", natives, "natives")

# The lists of pages.
images = {}
if data("opt"):
    for line in csv.reader(open(data("opt"), newline="")):
        assert len(line) == 7, line
        if line[3] == "Y":
            document = images[line[0]] = []
            stated = line[6]
        document.append((line[0], line[2].replace("\\", "/")))
    for row in rows:
        assert len(images[row[first]]) == pages_of[row[first]], row[first]
    print("read by csv:", sum(map(len, images.values())), "pages in the Opticon file")
if data("lfp"):
    listed = [line.rstrip("\r\n").split(",") for line in open(data("lfp"))]
    assert [line[1] for line in listed] == [key for pages in images.values() for key, _ in pages]
    print("read by split:", len(listed), "pages in the IPRO file")
if data("csv"):
    again = list(csv.DictReader(open(data("csv"), encoding="utf-8-sig", newline="")))
    assert [row[first] for row in again] == [row[first] for row in rows]
    print("read by csv:", len(again), "rows of the second table")
if data("xml"):
    root_of_xml = tree.parse(data("xml")).getroot()
    assert (root_of_xml.tag, root_of_xml.get("MajorVersion"), root_of_xml.get("MinorVersion")) == ("Root", "1", "2")
    assert [part.tag for part in root_of_xml.find("Batch")] == ["Documents", "Relationships"]
    documents = root_of_xml.findall(".//Document")
    known = {document.get("DocID") for document in documents}
    assert all(document.get("DocType") in ("Message", "File", None) for document in documents)
    for one in root_of_xml.findall(".//Relationship"):
        assert one.get("ParentDocID") in known and one.get("ChildDocID") in known
    assert {tag.get("TagDataType") for tag in root_of_xml.findall(".//Tag")} <= {"Text"}
    assert [document.get("DocID") for document in documents] == [row[first] for row in rows]
    for document, row in zip(documents, rows):
        for tag in document.findall(".//Tag"):
            assert row[tag.get("TagName")] or not tag.get("TagValue"), (row[first], tag.get("TagName"))
        for file in document.findall(".//ExternalFile"):
            assert os.path.exists(path(*file.get("FilePath").split("/"), file.get("FileName"))), row[first]
    print("read by ElementTree:", len(documents), "documents of the EDRM XML")

# Page images.
Image = installed("PIL.Image") if images else None
if Image:
    held = [one for pages in images.values() for one in pages if not one[1].endswith(".pdf")]
    for key, file in held:
        with Image.open(path(*file.split("/"))) as image:
            image.load()
            assert getattr(image, "n_frames", 1) == 1, file
            if file.endswith(".tif"):
                assert image.mode == "1" and image.info["compression"] == "group4", file
                assert tuple(round(dpi) for dpi in image.info["dpi"]) == (300, 300), file
    print("read by Pillow:", len(held), "page images")

# PDFs: as many pages as numbers, and each page with its own number.
pdfs = [(row[first], row[column]) for row in rows for column in ("PDFPATH", "PDF_PATH") if row.get(column)]
if not pdfs and os.path.isdir(path("PDF")):
    for folder in sorted(os.listdir(path("PDF"))):
        pdfs += [(file[:-4], "PDF/%s/%s" % (folder, file)) for file in sorted(os.listdir(path("PDF", folder)))]
    assert [key for key, _ in pdfs] == [row[first] for row in rows]
pdfs += [page for pages in images.values() for page in pages if page[1].endswith(".pdf")]
numbered = lambda key, at: key[: len(key) - 7] + "%07d" % (int(key[len(key) - 7 :]) + at)
pypdf = installed("pypdf") if pdfs else None
if pypdf:
    pages = 0
    for key, file in pdfs:
        document = pypdf.PdfReader(path(*file.split("/")))
        expected = pages_of.get(key, 1) if not images else 1
        assert len(document.pages) == expected, (file, len(document.pages), expected)
        for at, page in enumerate(document.pages):
            said = page.extract_text()
            assert not stamps or numbered(key, at) in said, (file, at + 1, said[-200:])
        pages += len(document.pages)
    print("read by pypdf:", pages, "pages of", len(pdfs), "PDFs")
pdfminer = installed("pdfminer.high_level") if pdfs else None
if pdfminer:
    for key, file in pdfs:
        texts = pdfminer.extract_text(path(*file.split("/"))).split("\x0c")
        assert not stamps or all(numbered(key, at) in said for at, said in enumerate(texts[:-1])), file
    print("read by pdfminer:", len(pdfs), "PDFs")

# The workbook.
openpyxl = installed("openpyxl") if data("xlsx") else None
if openpyxl:
    with warnings.catch_warnings():
        # It warns of what a workbook lacks.
        warnings.simplefilter("error")
        sheet = openpyxl.load_workbook(data("xlsx")).worksheets[0]
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells[0] == fields
    at = fields.index(first)
    assert [row[at] for row in cells[1:]] == [row[first] for row in rows]
    print("read by openpyxl:", len(cells) - 1, "rows of the workbook")

# The archive holds the same files.
opener = None
if password is None:
    opener = zipfile.ZipFile(archive)
else:
    pyzipper = installed("pyzipper")
    if pyzipper:
        opener = pyzipper.AESZipFile(archive)
        opener.setpassword(password)
if opener:
    with opener as packed:
        assert packed.testzip() is None
        for entry in packed.namelist():
            below = entry.split("/", 1)[1]
            assert packed.read(entry) == open(path(*below.split("/")), "rb").read(), entry
        print("read by", type(packed).__module__.split(".")[0] + ":", len(packed.namelist()), "entries")
