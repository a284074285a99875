package dev.trine.lab.sim;

/** What can go wrong in a run. Counted when it really happened, not when it was merely possible. */
public enum Fault {
    MESSAGE_LOST("a message never arrived"),
    MESSAGE_DELAYED("a message took longer than a tentative lease"),
    MESSAGE_REPEATED("a message arrived twice"),
    MESSAGE_OVERTAKEN("a message arrived before an earlier one of the same link"),
    LINK_CUT("a message was lost because its link was cut in both directions"),
    LINK_CUT_ONE_WAY("a message was lost because its link was cut in one direction only"),
    TRANSFER_BROKEN("objects or a pull did not get through"),
    FALSE_ALARM("a node was told that a peer is unreachable that was not"),
    NODE_KILLED("a node died between two steps"),
    CRASH_BEFORE_SYNC("a node died in a step and lost its batch; messages that may leave early had left"),
    CRASH_AFTER_SYNC("a node died after its batch was durable and before all its messages had left"),
    BATCH_TORN("a node died while its batch was half written"),
    OBJECTS_UNSYNCED("a node died with objects that were written but not synced"),
    DISK_FULL("a write failed because the disk was full"),
    READ_ERROR("an object could not be read any more: the replica withdrew"),
    DISK_WIPED("a node lost its disk and came back empty"),
    DISK_RESTORED("a node came back with an older copy of its disk"),
    CLOCK_JUMPED("a node's clock jumped"),
    NODE_PAUSED("a node stood still for longer than a lease while it had something to do"),
    GARBAGE_COLLECTED("objects that nothing needed were removed"),
    DIRECTORY_AWAY("the metadata database did not answer"),
    DIRECTORY_STALE("the metadata database answered with an old row"),
    DIRECTORY_RESTORED("the metadata database was restored from an old dump"),
    ROUTER_RESTARTED("a router lost its memory"),
    CONTROLLER_CRASHED("a replacement's controller died between two of its steps"),
    CONTROLLERS_COMPETED("two controllers worked on the same repository for different goals"),
    MEMBER_REPLACED("a generation ended and another disk became a member"),
    PASSED_BY("a node was told that the generation it knew of had ended while it was away"),
    CLIENT_IMPATIENT("a client did not wait for the answer and tried again under the same id"),
    ANSWER_LOST("a client never got the answer to a push that was decided");

    private final String meaning;

    Fault(String meaning) {
        this.meaning = meaning;
    }

    /** What happened, in a clause for people. */
    public String meaning() {
        return meaning;
    }
}
