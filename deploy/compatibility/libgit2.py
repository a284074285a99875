"""Drives libgit2, through Debian's python3-pygit2; see Driven in matrix/clients.py."""
import os
import sys

import pygit2


class SignIn(pygit2.RemoteCallbacks):
    def __init__(self):
        super().__init__()
        self.refused = []

    def credentials(self, url, username_from_url, allowed_types):
        if allowed_types & pygit2.GIT_CREDENTIAL_USERPASS_PLAINTEXT:
            return pygit2.UserPass("admin", os.environ["TRINE_TOKEN"])
        if allowed_types & pygit2.GIT_CREDENTIAL_SSH_KEY:
            key = os.environ["TRINE_SSH_KEY"]
            return pygit2.Keypair(username_from_url or "git", f"{key}.pub", key, "")
        return pygit2.Username(username_from_url or "git")

    def certificate_check(self, certificate, valid, host):
        return True

    def push_update_reference(self, refname, message):
        if message is not None:
            self.refused.append(f"{refname}: {message}")


def not_offered(sentence):
    print(sentence)
    sys.exit(3)


def main(verb, url="", directory="", *arguments):
    callbacks = SignIn()
    if verb == "version":
        print(pygit2.LIBGIT2_VERSION)
    elif url.startswith("ssh:") and not pygit2.features & pygit2.GIT_FEATURE_SSH:
        not_offered("it was built without SSH")
    elif verb == "clone":
        pygit2.clone_repository(url, directory, callbacks=callbacks)
    elif verb == "fetch":
        pygit2.Repository(directory).remotes["origin"].fetch(callbacks=callbacks)
    elif verb == "push":
        pygit2.Repository(directory).remotes["origin"].push(list(arguments), callbacks=callbacks)
        if callbacks.refused:
            sys.exit("; ".join(callbacks.refused))
    elif verb in ("shallow", "deepen"):
        if tuple(int(part) for part in pygit2.LIBGIT2_VERSION.split(".")[:2]) >= (1, 7):
            sys.exit("this libgit2 can fetch shallow: let the driver do so")
        not_offered("shallow fetches come with libgit2 1.7")
    elif verb == "partial":
        not_offered("libgit2 has no filters")
    else:
        sys.exit(f"no verb {verb}")


main(*sys.argv[1:])
