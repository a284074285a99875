"""The columns of the matrix: what a client does, and how C Git judges it."""
import shutil

from matrix.clients import NotOffered
from matrix.git import GitFailed, git, objects, refs
from matrix.history import boundary


class Cell:
    """One client's row: a repository of its own, and the clone that its cells hand on."""

    def __init__(self, client, cluster, history, directory):
        self.client = client
        self.cluster = cluster
        self.history = history
        self.directory = directory
        self.repository = "compatibility/" + "".join(c if c.isalnum() else "-" for c in client.name).strip("-")
        self.url = cluster.url(client.door, self.repository)
        self.clone = directory / "clone"
        cluster.push(history.bare, self.repository, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*")

    def run(self, judge):
        try:
            judge(self)
            return "green", ""
        except NotOffered as why:
            return "not offered", str(why)
        except (GitFailed, AssertionError, OSError) as why:
            return "failed", str(why) or repr(why)

    def act(self, verb, directory, *arguments):
        self.client.act(self.cluster, verb, self.url, directory, *arguments)

    def require_level(self, clone, only=None):
        """A clone has the server's branches and tags, and every object, each of which is whole."""
        served = {name: id for name, id in self.cluster.refs(self.repository).items() if not name.endswith("^{}")}
        for name, id in served.items():
            local = name.replace("refs/heads/", "refs/remotes/origin/")
            same(refs(clone).get(local), id, f"{local} of the clone")
        git(clone, "fsck", "--full", "--strict", "--no-dangling")
        served_objects = objects(clone, *served.values())
        return served_objects

    def require_served(self, clone, expected):
        """The server has those refs, and a fresh clone by C Git has exactly the objects that the client has."""
        served = self.cluster.refs(self.repository)
        for name, id in expected.items():
            same(served.get(name), id, f"{name} on the server")
        fresh = self.directory / "judge"
        shutil.rmtree(fresh, ignore_errors=True)
        git(self.directory, "clone", "-q", "--mirror", self.cluster.url("http", self.repository), "judge",
            env=self.cluster.client_environment())
        git(fresh, "fsck", "--full", "--strict", "--no-dangling")
        wanted = [id for id in expected.values() if id]
        if wanted:
            same(objects(fresh, *wanted), objects(clone, *wanted), "objects behind what was pushed")


def same(seen, expected, what):
    if seen != expected:
        def brief(value):
            return f"{len(value)} objects" if isinstance(value, set) else value
        raise AssertionError(f"{what}: {brief(seen)}, not {brief(expected)}")


def clone(cell):
    cell.act("clone", cell.clone)
    same(cell.require_level(cell.clone), cell.history.objects(), "objects of the clone")
    same(git(cell.clone, "rev-parse", "HEAD").strip(), cell.history.refs()["refs/heads/main"], "HEAD")
    same(git(cell.clone, "symbolic-ref", "HEAD").strip(), "refs/heads/main", "HEAD's branch")
    same(git(cell.clone, "-c", "core.quotePath=false", "status", "--porcelain"), "", "changes in the work tree")


def fetch(cell):
    """Somebody else pushes; the client fetches the difference."""
    other = cell.directory / "other"
    git(cell.directory, "clone", "-q", str(cell.history.bare), "other")
    commit(other, "other.txt", "by somebody else")
    cell.cluster.push(other, cell.repository, "HEAD:refs/heads/main", "HEAD:refs/heads/of-another")
    cell.act("fetch", cell.clone)
    cell.require_level(cell.clone)


def push(cell):
    """Two commits and a merge onto main, and a new branch."""
    git(cell.clone, "reset", "-q", "--hard", "refs/remotes/origin/main")
    commit(cell.clone, "dir/sub1/file1.txt", "changed by the client")
    git(cell.clone, "checkout", "-q", "-b", "topic/by-client")
    commit(cell.clone, "topic.txt", "on a topic")
    git(cell.clone, "checkout", "-q", "main")
    commit(cell.clone, "main.txt", "on main")
    git(cell.clone, "merge", "-q", "--no-ff", "-m", "merge", "topic/by-client")
    cell.act("push", cell.clone, "refs/heads/main:refs/heads/main",
             "refs/heads/topic/by-client:refs/heads/topic/by-client")
    local = refs(cell.clone, "refs/heads")
    cell.require_served(cell.clone, {name: local[name] for name in ("refs/heads/main", "refs/heads/topic/by-client")})


def tags(cell):
    """An annotated tag and a lightweight one go up, and come down into a clone of their own."""
    git(cell.clone, "tag", "-a", "-m", "by the client", "v2-annotated", "main")
    git(cell.clone, "tag", "v2-light", "main~1")
    cell.act("push", cell.clone, "refs/tags/v2-annotated:refs/tags/v2-annotated",
             "refs/tags/v2-light:refs/tags/v2-light")
    local = refs(cell.clone, "refs/tags")
    cell.require_served(cell.clone, {
        "refs/tags/v2-annotated": local["refs/tags/v2-annotated"],
        "refs/tags/v2-annotated^{}": git(cell.clone, "rev-parse", "main").strip(),
        "refs/tags/v2-light": local["refs/tags/v2-light"]})
    again = cell.directory / "tags"
    cell.act("clone", again)
    same(refs(again, "refs/tags"), local, "tags of a fresh clone")
    same(git(again, "cat-file", "-t", "v2-annotated").strip(), "tag", "what the annotated tag names")


def delete(cell):
    cell.act("push", cell.clone, ":refs/heads/topic/by-client", ":refs/tags/v2-light")
    served = cell.cluster.refs(cell.repository)
    for name in ("refs/heads/topic/by-client", "refs/tags/v2-light"):
        same(served.get(name), None, name)
    assert "refs/heads/main" in served, "main is gone as well"


def shallow(cell):
    """Depth 1, then 3; the commits at which history is cut off are those that C Git's own server side chooses."""
    bare = cell.directory / "truth.git"
    git(cell.directory, "clone", "-q", "--mirror", cell.cluster.url("http", cell.repository), bare.name,
        env=cell.cluster.client_environment())
    mine = cell.directory / "shallow"
    cell.act("shallow", mine)
    for depth, verb in ((1, None), (3, "deepen")):
        if verb:
            cell.act(verb, mine, str(depth))
        truth = cell.directory / f"truth{depth}"
        git(cell.directory, "clone", "-q", "--no-local", "--depth", str(depth), f"file://{bare}", truth.name)
        head = git(truth, "rev-parse", "HEAD").strip()
        same(git(mine, "rev-parse", "refs/remotes/origin/main").strip(), head, "main of the clone")
        assert boundary(truth) <= boundary(mine), f"depth {depth}: cut off at {boundary(mine)}, not {boundary(truth)}"
        same(objects(mine, head), objects(truth, head), f"objects at depth {depth}")
    git(mine, "fsck", "--full", "--no-dangling")


def partial(cell):
    """Everything but blobs; a client that can fetch what is missing does so."""
    mine = cell.directory / "partial"
    cell.act("partial", mine)
    head = git(mine, "rev-parse", "refs/remotes/origin/main").strip()
    judge = ["-c", "fetch.negotiationAlgorithm=noop", "rev-list", "--objects", "--missing=print", head]
    lines = git(mine, *judge, env={**cell.cluster.client_environment(), "GIT_NO_LAZY_FETCH": "1"}).splitlines()
    missing = {line[1:] for line in lines if line.startswith("?")}
    there = {line.split()[0] for line in lines if not line.startswith("?")}
    full = cell.clone
    everything = objects(full, head)
    blobs = blobs_among(full, everything)
    same(missing, blobs, "objects that are missing")
    same(there, everything - blobs, "objects that are there")
    if cell.client.fetches_what_is_missing:
        cell.act("complete", mine)
        same(git(mine, "status", "--porcelain"), "", "changes in the work tree")
        same(git(mine, "rev-parse", "HEAD:data.bin"), git(full, "rev-parse", "HEAD:data.bin"), "a blob's id")


def blobs_among(directory, ids):
    types = git(directory, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin="\n".join(ids).encode())
    return {line.split()[0] for line in types.splitlines() if line.endswith(" blob")}


def commit(directory, file, text):
    path = directory / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", text)


CELLS = {"clone": clone, "fetch": fetch, "push": push, "tags": tags, "delete": delete, "shallow": shallow,
         "partial": partial}
