"""Counts messages with readers of other makers: Python's mailbox and email, and readpst (Debian's pst-utils).

Reads lines `KIND<TAB>PATH` from standard input and writes `COUNT<TAB>PATH` for each; `-` where there is no other reader.
"""

import email
import email.policy
import gzip
import mailbox
import os
import shutil
import subprocess
import sys
import tempfile


def plain(path):
    with open(path, "rb") as file:
        data = file.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def eml(path):
    email.message_from_bytes(plain(path), policy=email.policy.compat32)
    return 1


def mbox(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "box")
        with open(copy, "wb") as file:
            file.write(plain(path))
        box = mailbox.mbox(copy, factory=lambda file: email.message_from_binary_file(file))
        return len(box)


def pst(path):
    """The files that readpst writes, one for each item; its own words count folders as items too."""
    if not shutil.which("readpst"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["readpst", "-e", "-D", "-q", "-o", folder, path], capture_output=True)
        return sum(len(files) for _, _, files in os.walk(folder))


READERS = {"eml": eml, "maildir": eml, "mbox": mbox, "pst": pst}


def main():
    for line in sys.stdin:
        kind, path = line.rstrip("\n").split("\t", 1)
        try:
            found = READERS[kind](path) if kind in READERS else None
        except Exception as error:  # The other reader may fail on hostile mail; that is a finding too.
            print(f"!{type(error).__name__}\t{path}")
            continue
        print(f"{'-' if found is None else found}\t{path}")


main()
