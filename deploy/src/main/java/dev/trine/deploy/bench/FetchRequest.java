package dev.trine.deploy.bench;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to fetch, in one round: everything wanted, everything had, done.
 *
 * @param prefixes refs to ask for, and whose objects are wanted
 * @param wants    objects that are wanted instead; empty: those of the refs
 * @param haves    commits that the client has
 * @param depth    commits deep; empty: all
 * @param filter   as git rev-list takes it
 */
record FetchRequest(List<String> prefixes, List<String> wants, List<String> haves, OptionalInt depth,
                    Optional<String> filter) {
    /** All branches and tags. */
    static FetchRequest everything() {
        return new FetchRequest(List.of("refs/heads/", "refs/tags/", "HEAD"), List.of(), List.of(),
            OptionalInt.empty(), Optional.empty());
    }

    /** One branch. */
    static FetchRequest branch(String name) {
        return new FetchRequest(List.of("refs/heads/" + name), List.of(), List.of(), OptionalInt.empty(),
            Optional.empty());
    }

    /** One commit, by its name. */
    static FetchRequest commit(String commit) {
        return new FetchRequest(List.of("HEAD"), List.of(commit), List.of(), OptionalInt.empty(), Optional.empty());
    }

    FetchRequest depth(int commits) {
        return new FetchRequest(prefixes, wants, haves, OptionalInt.of(commits), filter);
    }

    FetchRequest filter(String spec) {
        return new FetchRequest(prefixes, wants, haves, depth, Optional.of(spec));
    }

    FetchRequest having(String commit) {
        return new FetchRequest(prefixes, wants, List.of(commit), depth, filter);
    }

    /** The request for the ref list. */
    static byte[] listing(List<String> prefixes) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(PktLines.line("command=ls-refs\n"));
        request.writeBytes(PktLines.DELIMITER);
        prefixes.forEach(prefix -> request.writeBytes(PktLines.line("ref-prefix " + prefix + "\n")));
        request.writeBytes(PktLines.FLUSH);
        return request.toByteArray();
    }

    /** The request for the pack. */
    byte[] fetching(List<String> listed) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(PktLines.line("command=fetch\n"));
        request.writeBytes(PktLines.DELIMITER);
        for (String option : List.of("thin-pack", "no-progress", "include-tag", "ofs-delta")) {
            request.writeBytes(PktLines.line(option + "\n"));
        }
        depth.ifPresent(commits -> request.writeBytes(PktLines.line("deepen " + commits + "\n")));
        filter.ifPresent(spec -> request.writeBytes(PktLines.line("filter " + spec + "\n")));
        new LinkedHashSet<>(wants.isEmpty() ? listed : wants)
            .forEach(want -> request.writeBytes(PktLines.line("want " + want + "\n")));
        haves.forEach(have -> request.writeBytes(PktLines.line("have " + have + "\n")));
        request.writeBytes(PktLines.line("done\n"));
        request.writeBytes(PktLines.FLUSH);
        return request.toByteArray();
    }
}
