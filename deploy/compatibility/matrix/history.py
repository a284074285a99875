"""The history that all rows begin with, made without Trine."""
import random
import re

from matrix.git import git, objects, refs

COMMITS = 60
BINARY_BYTES = 300_000


class History:
    """A bare repository: merges, a binary file that changes, an executable, a symbolic link, names beyond ASCII,
    a branch beside main, an annotated tag and a lightweight one."""

    def __init__(self, directory):
        directory.mkdir()
        self.bare = directory
        git(directory, "init", "-q", "--bare", "-b", "main", ".")
        git(directory, "fast-import", "--quiet", stdin=stream())
        git(directory, "repack", "-adq")

    def refs(self):
        return refs(self.bare)

    def objects(self):
        return objects(self.bare)


def boundary(clone):
    """The commits at which a clone's history is cut off."""
    file = clone / ".git" / "shallow"
    return set(file.read_text().split()) if file.exists() else set()


def stream():
    chance = random.Random(5)
    out = bytearray()

    def say(text):
        out.extend(text if isinstance(text, bytes) else (text + "\n").encode())

    def data(content):
        say(f"data {len(content)}")
        say(content + b"\n")

    def commit(ref, mark, parent, files, merge=None):
        say(f"commit {ref}\nmark :{mark}\ncommitter C O Mitter <committer@example.com> {1_760_000_000 + mark * 60} +0100")
        data(f"commit {mark}\n\nwith a body, äöü\n".encode())
        if parent:
            say(f"from :{parent}")
        if merge:
            say(f"merge :{merge}")
        for mode, path, content in files:
            say(f'M {mode} inline "{quoted(path)}"')
            data(content)

    binary = bytearray(chance.randbytes(BINARY_BYTES))
    for mark in range(1, COMMITS + 1):
        binary[mark * 100:mark * 100 + 50] = chance.randbytes(50)
        files = [("100644", f"dir/sub{mark % 7}/file{mark % 13}.txt", f"line {mark}\n".encode() * (mark % 40 + 1))]
        if mark == 1:
            files += [("100755", "bin/tool", b"#!/bin/sh\nexit 0\n"), ("120000", "link", b"dir/sub1/file1.txt"),
                      ("100644", "Grüße/日本.txt", "ünïcode\n".encode()), ("100644", "empty", b""),
                      ("100644", "-dash --file", b"begins with a dash\n")]
        if mark % 10 == 1:
            files.append(("100644", "data.bin", bytes(binary)))
        commit("refs/heads/main", mark, 2000 if mark == 46 else mark - 1, files)
        if mark == 30:
            for side in range(3):
                commit("refs/heads/side", 1000 + side, 999 + side if side else 30,
                       [("100644", "side.txt", f"side {side}\n".encode())])
        if mark == 45:
            commit("refs/heads/main", 2000, 45, [("100644", "merged.txt", b"merged\n")], merge=1002)
    for name in ("refs/heads/feature/ümlaut", "refs/tags/v0-light"):
        say(f"reset {name}\nfrom :20\n")
    say("tag v1-annotated\nfrom :40\ntagger C O Mitter <committer@example.com> 1770000000 +0100")
    data(b"the first\n")
    say("done")
    return bytes(out)


def quoted(path):
    return re.sub(r'(["\\])', r"\\\1", path)
