"""Drives dulwich, through Debian's python3-dulwich; see Driven in matrix/clients.py."""
import os
import shlex
import subprocess
import sys
from urllib.parse import urlsplit

import dulwich
from dulwich import client, porcelain
from dulwich.repo import Repo


class OpenSsh(client.SSHVendor):
    """dulwich's own way to start ssh, with the key and host keys that the matrix made."""

    def run_command(self, host, command, username=None, port=None, **ignored):
        arguments = shlex.split(os.environ["GIT_SSH_COMMAND"]) + ["-x"]
        if port is not None:
            arguments += ["-p", str(port)]
        arguments += [f"{username}@{host}" if username else host, command]
        process = subprocess.Popen(arguments, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        return client.SubprocessWrapper(process)


def with_sign_in(url):
    if not url.startswith("http"):
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=f"admin:{os.environ['TRINE_TOKEN']}@{parts.netloc}").geturl()


def not_offered(sentence):
    print(sentence)
    sys.exit(3)


def main(verb, url="", directory="", *arguments):
    client.get_ssh_vendor = OpenSsh
    quiet = {"errstream": open(os.devnull, "wb")}
    # the remote's URL in a clone has no password
    fetching = quiet | ({"username": "admin", "password": os.environ.get("TRINE_TOKEN")} if url[:4] == "http" else {})
    address = with_sign_in(url)
    if verb == "version":
        print(".".join(str(part) for part in dulwich.__version__[:3]))
    elif verb == "clone":
        porcelain.clone(address, directory, checkout=True, **quiet)
    elif verb == "fetch":
        porcelain.fetch(Repo(directory), "origin", **fetching)
    elif verb == "push":
        porcelain.push(Repo(directory), address, [refspec.encode() for refspec in arguments], **quiet)
    elif verb == "shallow":
        porcelain.clone(address, directory, checkout=True, depth=1, **quiet)
    elif verb == "deepen":
        porcelain.fetch(Repo(directory), "origin", depth=int(arguments[0]), **fetching)
    elif verb == "partial":
        not_offered("filters come with dulwich 0.22")
    else:
        sys.exit(f"no verb {verb}")


main(*sys.argv[1:])
