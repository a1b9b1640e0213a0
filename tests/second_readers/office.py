"""Holds the text of DOCX, XLSX and PPTX files as duces reads it against python-docx, openpyxl and python-pptx.

    python3 office.py DUCES FOLDER

DUCES is the built program; FOLDER is searched for .docx, .xlsx, .xlsm and .pptx. Files that the other libraries write
themselves are made beside them, since few sets hold DOCX and none PPTX. Printed are, for each kind, the other
reader's words and how many of them stand in duces' text (each as often as the other reader has it), and each file with
one that does not. The exit code is 1 where a word is lacking, else 0; 2 where duces fails or a file is not in its account.
"""

import collections
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

import docx
import openpyxl
import pptx
from pptx.util import Inches

WORD = re.compile(r"\w+")
ENDINGS = (".docx", ".xlsx", ".xlsm", ".pptx")


def words(text):
    return WORD.findall(text.casefold())


# Words of each kind of file. A word is a list of writings, of which duces has to have one.


def plain(text):
    return [[word] for word in words(text or "")]


def story(part):
    """Paragraphs and tables of a document, a cell, a header or a comment, in their order."""
    found = []
    for block in part.iter_inner_content():
        if isinstance(block, docx.table.Table):
            seen = set()
            for row in block.rows:
                for cell in row.cells:
                    # A cell that spans several is given for each of them.
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        found += story(cell)
        else:
            found += plain(block.text)
    return found


def of_docx(path):
    document = docx.Document(path)
    found = story(document)
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                found += story(part)
    for comment in document.comments:
        found += story(comment) + plain(comment.author)
    return found


def writings(value):
    """The ways in which a number or a time of a cell may stand in a text: as kept, or as its format shows it."""
    if isinstance(value, bool):
        return [str(value).casefold()]
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return [f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"]
    if isinstance(value, datetime.datetime):
        # duces writes days as ISO 8601 whatever the cell's format; a midnight may stand as the day alone.
        midnight = value.time() == datetime.time()
        return [value.isoformat(), str(value), f"{value:%Y-%m-%d %H:%M}"] + [f"{value:%Y-%m-%d}"] * midnight
    if isinstance(value, (datetime.date, datetime.time)):
        return [value.isoformat()]
    shown = [repr(value), f"{value:.15g}", f"{value * 100:.15g}"]
    shown += [f"{value:.{places}f}" for places in range(7)] + [f"{value * 100:.{places}f}" for places in range(4)]
    return shown


def of_sheet(path):
    book = openpyxl.load_workbook(path, data_only=True)
    found, values = [], []
    for sheet in book.worksheets:
        found += plain(sheet.title)
        # Only cells that are there: `iter_rows` also makes all empty ones up to the last, which may be billions.
        for cell in list(sheet._cells.values()):
            if isinstance(cell.value, str):
                # openpyxl leaves the escapes of ECMA-376 22.4.2.4 as they stand.
                found += plain(re.sub("_x000D_", "\r", cell.value))
            elif cell.value is not None:
                values.append((sheet.title, cell.coordinate, cell.number_format, cell.value))
            if cell.comment:
                found += plain(cell.comment.text)
    return found, values


def of_shape(shape):
    if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.GROUP:
        return [word for inner in shape.shapes for word in of_shape(inner)]
    if shape.has_text_frame:
        return plain(shape.text_frame.text)
    if shape.has_table:
        return [word for cell in shape.table.iter_cells() for word in plain(cell.text)]
    return []


def of_slides(path):
    found = []
    for slide in pptx.Presentation(path).slides:
        for shape in slide.shapes:
            found += of_shape(shape)
        if slide.has_notes_slide:
            found += plain(slide.notes_slide.notes_text_frame.text)
    return found


def make(folder):
    """Files as the other libraries write them, with text in every place that they can write to."""
    document = docx.Document()
    document.add_heading("Quarterly allocation memo", 1)
    first = document.add_paragraph("The fill was ")
    first.add_run("late").bold = True
    first.add_run("; naïve façade, 注文 executed.")
    document.add_paragraph("first bullet", style="List Bullet")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell{number} amount"
    table.cell(1, 0).merge(table.cell(1, 1))
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "nested innermost"
    document.sections[0].header.paragraphs[0].text = "running headline"
    document.sections[0].footer.paragraphs[0].text = "confidential footline"
    document.add_comment(first.runs, text="reviewer remark", author="Compliance Desk")
    document.save(folder / "made.docx")

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet.append(["symbol", "quantity", "when", "share", "filled"])
    sheet.append(["JNPR", 1250.5, datetime.datetime(2024, 3, 5, 14, 30), 0.125, True])
    sheet["D2"].number_format = "0.0%"
    sheet["A2"].comment = openpyxl.comments.Comment("cell remark", "Desk")
    hidden = book.create_sheet("Backstage")
    hidden.sheet_state = "hidden"
    hidden["C7"] = "concealed total"
    book.save(folder / "made.xlsx")

    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Desk review"
    slide.placeholders[1].text = "opening point\nclosing point"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "tabled left", "tabled right"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "grouped caption"
    slide.notes_slide.notes_text_frame.text = "speaker aside"
    show.save(folder / "made.pptx")


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    # 3: done, and some documents need a person.
    if done.returncode not in (0, 3):
        sys.exit(print(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}", file=sys.stderr) or 2)
    return done.stdout


def texts(program, archive, workspace):
    """The text of each file of the archive, with those of the documents in it, as duces shows it."""
    run(program, "init", "-C", workspace, "--firm", "F", "--crd", "1", "--domain", "f.example", "--prefix", "F",
        "--archive", archive)
    run(program, "-C", workspace, "index")
    told = collections.defaultdict(list)
    page, pages = 1, 1
    while page <= pages:
        answer = json.loads(run(program, "-C", workspace, "search", "--dialect", "dtsearch", "--limit", "200",
                                "--page", str(page), "--format", "json", "copy"))
        pages = answer["pages"]
        for card in answer["cards"]:
            opened = json.loads(run(program, "-C", workspace, "search", "--format", "json", "--open", card["document"]))
            name = re.search(r":(.*), message \d+$", opened["place"])[1]
            told[name].append(opened)
        page += 1
    return told


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    warnings.simplefilter("ignore")
    totals = collections.defaultdict(collections.Counter)
    lacking = False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        archive = scratch / "archive"
        archive.mkdir()
        make(archive)
        sources = sorted(archive.iterdir())
        sources += sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
        names = {}
        for number, source in enumerate(sources):
            # "copy" stands in each name, so that one search finds them all.
            name = f"{number:04} copy{source.suffix.lower()}"
            names[name] = source
            if source.parent == archive:
                source.rename(archive / name)
            else:
                shutil.copyfile(source, archive / name)
        told = texts(program, archive, scratch / "workspace")
        for name, source in names.items():
            kind = source.suffix.lower()
            totals[kind]["files"] += 1
            if name not in told:
                print(f"NOT FOUND BY DUCES {source}")
                sys.exit(2)
            ours = collections.Counter(
                word for opened in told[name] for word in words((opened["text"] or "") + " " + str(opened["subject"]))
            )
            joined = "\n".join(opened["text"] or "" for opened in told[name]).casefold()
            defects = sorted({json.dumps(d, sort_keys=True) for opened in told[name] for d in opened["defects"]})
            values = []
            try:
                if kind == ".docx":
                    theirs = of_docx(archive / name)
                elif kind == ".pptx":
                    theirs = of_slides(archive / name)
                else:
                    theirs, values = of_sheet(archive / name)
            except Exception as error:  # what the other reader raises on damage is of many kinds
                totals[kind]["unread by the other reader"] += 1
                print(f"unread by the other: {source.name}: {type(error).__name__}: {error}; duces: {defects or 'no defect'}")
                continue
            wanted = collections.Counter(word for [word] in theirs)
            missing = wanted - ours
            unseen = [value for value in values if not any(form.casefold() in joined for form in writings(value[3]))]
            totals[kind]["words"] += wanted.total()
            totals[kind]["words found"] += wanted.total() - missing.total()
            totals[kind]["numbers and times"] += len(values)
            totals[kind]["numbers and times found"] += len(values) - len(unseen)
            if missing or unseen:
                lacking = True
                totals[kind]["files with a lack"] += 1
                print(f"LACKING {source.name}: words {dict(missing.most_common(8))} values {unseen[:6]} "
                      f"({missing.total()} and {len(unseen)}); duces: {defects or 'no defect'}")
    for kind, counts in sorted(totals.items()):
        print(kind, dict(counts))
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
