"""The clients, each by the program that drives it."""
import os
import shutil
import subprocess
from pathlib import Path

from matrix.git import GitFailed, git, run

HERE = Path(__file__).resolve().parents[1]
INSTALLED = HERE.parents[1] / "build" / "target" / "compatibility"
NOT_OFFERED = 3
SECONDS_MAX = 120


class NotOffered(Exception):
    """The client has no such thing."""


class Missing:
    """A client that is not installed."""

    def __init__(self, what):
        self.what = what

    def __str__(self):
        return f"{self.what} is not installed"


class CGit:
    fetches_what_is_missing = True

    def __init__(self, protocol, door):
        self.name = f"C git, protocol v{protocol}, {door}"
        self.door = door
        self.protocol = protocol

    def missing(self):
        return None if shutil.which("git") and shutil.which("ssh") else Missing("git or ssh")

    def version(self):
        return run(["git", "--version"], "/").split()[2]

    def act(self, cluster, verb, url, directory, *arguments):
        trace = directory.parent / "trace"
        trace.unlink(missing_ok=True)
        env = cluster.client_environment(GIT_TRACE_PACKET=str(trace))
        env.update(GIT_CONFIG_COUNT="2", GIT_CONFIG_KEY_1="protocol.version", GIT_CONFIG_VALUE_1=str(self.protocol))
        self._act(env, verb, url, directory, *arguments)
        if verb in ("clone", "fetch", "shallow", "partial"):
            self._require_protocol(trace)

    @staticmethod
    def _act(env, verb, url, directory, *arguments):
        parent = directory.parent
        match verb:
            case "clone":
                git(parent, "clone", "-q", url, directory.name, env=env)
            case "fetch":
                git(directory, "fetch", "-q", "origin", env=env)
            case "push":
                git(directory, "push", "-q", url, *arguments, env=env)
            case "shallow":
                git(parent, "clone", "-q", "--depth", "1", url, directory.name, env=env)
            case "deepen":
                git(directory, "fetch", "-q", "--depth", *arguments, "origin", env=env)
            case "partial":
                git(parent, "clone", "-q", "--no-checkout", "--filter=blob:none", url, directory.name, env=env)
            case "complete":
                git(directory, "checkout", "-q", "main", env=env)

    def _require_protocol(self, trace):
        """The row is of no use if the two fell back to another version."""
        text = trace.read_text(errors="replace")
        spoken = 2 if "< version 2" in text else 1 if "< version 1" in text else 0
        if spoken != self.protocol:
            raise AssertionError(f"protocol version {spoken} was spoken, not {self.protocol}")


class Driven:
    """A client behind a program: DRIVER VERB URL DIRECTORY [ARGUMENT...], where the verb is version, clone, fetch,
    push (refspecs; an empty source deletes), shallow (depth 1), deepen (to a depth) or partial (no blobs). It ends
    with 3, and a sentence, where the client offers no such thing."""

    fetches_what_is_missing = False

    def __init__(self, name, door, command, present, package):
        self.name = name
        self.door = door
        self.command = command
        self.present = present
        self.package = package

    def missing(self):
        return None if self.present() else Missing(self.package)

    def version(self):
        return run([*self.command, "version"], HERE).strip()

    def act(self, cluster, verb, url, directory, *arguments):
        command = [*self.command, verb, url, str(directory), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS_MAX,
                                  env=cluster.client_environment(), cwd=HERE)
        except subprocess.TimeoutExpired as late:
            raise GitFailed(f"{verb} took longer than {SECONDS_MAX} s") from late
        if done.returncode == NOT_OFFERED:
            raise NotOffered(done.stdout.decode().strip())
        if done.returncode != 0:
            said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
            raise GitFailed(f"{verb} ended with {done.returncode}: {' / '.join(said[-4:])}")


def debian_python(module):
    """The Python that Debian's package of a module is for; there may be others."""
    for python in ("/usr/bin/python3", "python3"):
        found = shutil.which(python)
        if found and subprocess.run([found, "-c", f"import {module}"], capture_output=True).returncode == 0:
            return found
    return None


def all_clients(home):
    clients = [CGit(protocol, door) for protocol in (0, 1, 2) for door in ("http", "ssh")]
    for name, module, driver in (("libgit2", "pygit2", "libgit2.py"), ("dulwich", "dulwich", "dulwich_client.py")):
        python = debian_python(module)
        command = [python or "python3", str(HERE / driver)]
        clients += [Driven(f"{name}, {door}", door, command, lambda python=python: python, f"Debian's python3-{module}")
                    for door in ("http", "ssh")]
    node = shutil.which("node")
    modules = INSTALLED / "isomorphic-git"
    if modules.is_dir():
        # Node.js looks for modules where the program lies
        shutil.copy(HERE / "isomorphic-git" / "client.mjs", modules)
    clients.append(Driven("isomorphic-git, http", "http", [node or "node", str(modules / "client.mjs")],
                          lambda: node and (modules / "node_modules/isomorphic-git").is_dir(),
                          "Node.js with npm's isomorphic-git"))
    jars = INSTALLED / "jgit"
    java = java_program()
    clients += [Driven(f"JGit, {door}", door,
                       [java or "java", f"-Duser.home={home}", "-cp", f"{jars}/*", str(HERE / "jgit" / "Client.java")],
                       lambda: java and jars.is_dir() and any(jars.glob("org.eclipse.jgit-*.jar")),
                       "Maven Central's org.eclipse.jgit") for door in ("http", "ssh")]
    return clients


def java_program():
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin/java" if home and Path(home, "bin/java").exists() else shutil.which("java")
