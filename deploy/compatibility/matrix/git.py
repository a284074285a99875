"""C Git, as the judge: never over the network but where it asks the server for its refs."""
import os
import subprocess


class GitFailed(Exception):
    """A command ended with another status than 0."""


def environment(**more):
    """What processes see: nothing of the user's own settings, and nobody to ask."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME") if name in os.environ}
    return {**kept, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C.UTF-8", "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
            "GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com", **more}


def run(command, directory, env=None, seconds=120, stdin=None):
    """Its standard output; GitFailed with the end of what it said if it fails, or takes too long."""
    try:
        done = subprocess.run(command, cwd=directory, env=env or environment(), timeout=seconds, input=stdin,
                              stdin=None if stdin is not None else subprocess.DEVNULL, capture_output=True)
    except subprocess.TimeoutExpired as late:
        raise GitFailed(f"{command[0]} took longer than {seconds} s") from late
    if done.returncode != 0:
        said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
        raise GitFailed(f"{' '.join(command[:4])} ended with {done.returncode}: {' / '.join(said[-6:])}")
    return done.stdout.decode(errors="surrogateescape")


def git(directory, *arguments, env=None, stdin=None):
    return run(["git", "-c", "protocol.allow=always", *arguments], directory, env, stdin=stdin)


def refs(directory, prefix="refs"):
    """Name to id of all refs of a repository."""
    lines = git(directory, "for-each-ref", "--format=%(refname) %(objectname)", prefix).splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.endswith("/HEAD"))


def objects(directory, *revisions):
    """The ids of all objects that are reachable; a missing one is an error."""
    lines = git(directory, "rev-list", "--objects", *(revisions or ["--all"])).splitlines()
    return {line.split(" ", 1)[0] for line in lines}
