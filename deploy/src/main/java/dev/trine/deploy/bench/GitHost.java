package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** A server side to measure: where its repositories are reached, and with what client environment. */
interface GitHost extends AutoCloseable {
    /** Whose it is, if it is not this system. */
    Optional<Peer> peer();

    /** Name in messages. */
    String name();

    /** The transport that it is measured over: hosts of the same transport are compared. */
    Transport transport();

    /** Where its repositories are: hosts of the same place have the same ones. */
    String store();

    /** Makes an empty repository unless it is there, and returns its URL. */
    String create(String repository) throws IOException, InterruptedException;

    /**
     * Another URL of the same repository, for filling it with very many refs: over HTTP git's client compares each ref
     * with each other one, which takes minutes that nobody wants to measure.
     */
    String fillUrl(String repository);

    /** Variables that the client needs to be let in. */
    Map<String, String> environment();

    /**
     * Takes very many refs to objects that it has, in the quickest way that there is.
     *
     * @param packedRefs a packed-refs file with all refs of the repository
     */
    void takeRefs(String repository, Path packedRefs) throws IOException, InterruptedException;

    /** A client that does no work of its own; the host closes it. */
    RawGit raw();

    /** The processes that are its server side; what they start counts, too. */
    Collection<Long> processes() throws IOException;

    /** Called after large changes, before measured reads: the maintenance that an operator of the host would do. */
    void settle(String... names) throws IOException, InterruptedException;

    @Override
    void close() throws Exception;

    /** How clients reach a host. */
    enum Transport { SSH, HTTP }
}
