package dev.trine.lab.sim;

import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Question;
import dev.trine.router.routing.VersionRouting;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import java.util.Optional;

/**
 * Where a test may plant a mistake into what surrounds the replicas and routers. Every method here does what is right:
 * the product is what runs unless a test says otherwise.
 */
interface Mistakes {
    /** No mistake. */
    Mistakes NONE = new Mistakes() {
    };

    /** A message on its way. */
    record Sent(Simulation simulation, SimulatedNode source, SimulatedNode target, Envelope envelope) {
    }

    /** Whether the network loses a message more than it would anyway: it may lose any. */
    default boolean isLost(Sent sent) {
        return false;
    }

    /** What arrives instead of a message. */
    default Envelope arriving(Sent sent) {
        return sent.envelope();
    }

    /** What answers a message without its receiver's knowledge. */
    default Optional<Envelope> answeredInstead(Sent sent) {
        return Optional.empty();
    }

    /** What a sender is told the moment it sends. */
    default Optional<Envelope> answeredAtOnce(Sent sent) {
        return Optional.empty();
    }

    /** What the receiver gets after the message. */
    default Optional<Envelope> arrivingAfter(Sent sent) {
        return Optional.empty();
    }

    /** Called before a node takes a message. */
    default void before(Simulation simulation, SimulatedNode node, Message message) {
    }

    /** Called after a node took a message. */
    default void after(Simulation simulation, SimulatedNode node, Message message) {
    }

    /** A node's answer to a request that its replica is not asked about. */
    default Optional<Answer> hasty(Simulation simulation, SimulatedNode node, Message request) {
        return Optional.empty();
    }

    /** A request as the node understands it. */
    default Message misread(Simulation simulation, SimulatedNode node, Message request) {
        return request;
    }

    /** What whoever asked gets for an answer. */
    default Answer answer(SimulatedNode node, Message request, Answer answer) {
        return answer;
    }

    /** What a batch becomes on its way to the disk. */
    default Batch written(SimulatedDisk disk, Batch batch) {
        return batch;
    }

    /** Whether messages leave before the batch is durable. */
    default boolean sendsBeforeSync() {
        return false;
    }

    /** One step in so many crashes before its sync if it has sent something by then; 0: as the conditions say. */
    default int crashesBeforeSync() {
        return 0;
    }

    /** Whether a node that starts takes a torn batch for a whole one. */
    default boolean appliesTornBatch() {
        return false;
    }

    /** Whether the objects of a push count as durable. */
    default boolean isStaged(SimulatedDisk disk, PushId push) {
        return disk.objects().contains(push);
    }

    /** Whether garbage collection spares what the log above the committed position needs. */
    default boolean sparesTail() {
        return true;
    }

    /** Whether a disk that was lost, or restored from a copy, comes back under another identity. */
    default boolean reincarnates() {
        return true;
    }

    /** Whether a retired node waits for two of the next members before it removes its data. */
    default boolean keepsDataWhileNeeded() {
        return true;
    }

    /** What a router decides. */
    default Decision decide(Question question, Evidence evidence) {
        return VersionRouting.decide(question, evidence);
    }

    /** A probe's answer as the router understands it. */
    default ProbeAnswer answered(Question question, ProbeAnswer answer) {
        return answer;
    }

    /** Whether a request may use a probe that was sent before it arrived. */
    default boolean joinsRunningProbe() {
        return false;
    }
}
