"""A local cluster of three nodes, with free ports."""
import json
import subprocess
from pathlib import Path

from matrix.git import environment, git, run

PROJECT = Path(__file__).resolve().parents[3]


class Cluster:
    """Runs while the with-block does. Its administrator has a token and, for every kind of key that a client may
    want, a key."""

    def __init__(self, home):
        self.data = home / "cluster"
        self.home = home

    def __enter__(self):
        self._trine("up", "--detach", "--http-port", "0", "--ssh-port", "0", "--api-port", "0", "--data",
                    str(self.data), seconds=900)
        self.settings = dict(line.split(": ", 1) for line in (self.data / "client.yaml").read_text().splitlines()
                             if ": " in line and not line.startswith("#"))
        self.rsa = self.home / "id_rsa"
        run(["ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-m", "PEM", "-N", "", "-f", str(self.rsa)], self.home)
        self._trine("key", "add", "admin", f"{self.rsa}.pub", "--cluster", str(self.data / "client.yaml"))
        return self

    def __exit__(self, *ended):
        self._trine("down", "--data", str(self.data))

    def _trine(self, *arguments, seconds=120):
        run([str(PROJECT / "trine"), *arguments], self.home, {**environment(), **trine_lib()}, seconds)

    @property
    def token(self):
        return self.settings["token"].strip("\"'")

    @property
    def key(self):
        return self.data / "id_ed25519"

    @property
    def known_hosts(self):
        return self.data / "known_hosts"

    def url(self, door, repository):
        return self.settings[door].strip("\"'").rstrip("/") + f"/{repository}.git"

    def ssh_command(self):
        return (f"ssh -F /dev/null -i '{self.key}' -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes"
                f" -o 'UserKnownHostsFile=\"{self.known_hosts}\"'")

    def client_environment(self, **more):
        """What a client is told of the cluster."""
        helper = '!f() { echo username=admin; echo "password=$TRINE_TOKEN"; }; f'
        return environment(TRINE_TOKEN=self.token, TRINE_SSH_KEY=str(self.key), TRINE_SSH_RSA_KEY=str(self.rsa),
                           TRINE_KNOWN_HOSTS=str(self.known_hosts), GIT_SSH_COMMAND=self.ssh_command(),
                           GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="credential.helper", GIT_CONFIG_VALUE_0=helper,
                           **more)

    def refs(self, repository):
        """The server's refs as C Git sees them over HTTP; tags also peeled."""
        lines = git(self.home, "ls-remote", self.url("http", repository), env=self.client_environment()).splitlines()
        return {name: id for id, name in (line.split("\t") for line in lines) if name != "HEAD"}

    def push(self, directory, repository, *refspecs):
        git(directory, "push", "-q", self.url("http", repository), *refspecs, env=self.client_environment())


def trine_lib():
    import os
    return {"TRINE_LIB": os.environ["TRINE_LIB"]} if "TRINE_LIB" in os.environ else {}
