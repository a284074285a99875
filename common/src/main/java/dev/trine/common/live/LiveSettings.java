package dev.trine.common.live;

import dev.trine.common.config.ByteSize;
import dev.trine.common.live.Setting.By;
import dev.trine.common.model.Share;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings that can be changed live. */
public final class LiveSettings {
    /** Bound on Git calls of a node. */
    public static final Setting<Integer> CALLS_MAX =
        calls("clients.calls-max", 1, "Git calls that a node serves at once");
    /** Bound on Git calls for one repository. */
    public static final Setting<Integer> REPOSITORY_CALLS_MAX =
        calls("clients.repository-calls-max", 1, "Git calls at once for one repository, at each node");
    /** Bound on Git calls of one user. */
    public static final Setting<Integer> USER_CALLS_MAX =
        calls("clients.user-calls-max", 1, "Git calls at once of one user, at each node");
    /** Bound on Git calls from one address. */
    public static final Setting<Integer> ADDRESS_CALLS_MAX =
        calls("clients.address-calls-max", 1, "Git calls at once from one network address, at each node");
    /** Bound on Git calls without sign-in. */
    public static final Setting<Integer> ANONYMOUS_CALLS_MAX = calls("clients.anonymous-calls-max", 0,
        "Git calls at once of all who did not sign in, at each node; 0: none are served");

    /** Turns for making packs. */
    public static final Setting<Integer> PACKS_MAX =
        work("work.packs-max", 10_000, "packs that a node makes at once; 0: as many as suit the machine");
    /** Turns for working through received packs. */
    public static final Setting<Integer> PUSHES_MAX = work("work.pushes-max", 10_000,
        "received packs that a node works through at once; 0: as many as suit the machine");
    /** Turns of one user. */
    public static final Setting<Integer> WORK_USER_MAX =
        work("work.user-max", 10_000, "turns that one user has at once at a node; 0: three quarters");
    /** Who may wait. */
    public static final Setting<Integer> QUEUE_MAX =
        work("work.queue-max", 1_000_000, "who may wait for a turn at a node, in all, for each kind of work");
    /** The longest wait. */
    public static final Setting<Duration> WAIT_MAX = new Setting<>("work.wait-max",
        new Kind.Time(Duration.ofMillis(100), Duration.ofDays(1)), By.GIT_SERVERS, "longest wait for a turn");

    /** Repositories whose large answers go beside the call. */
    public static final Setting<Share> BULK_REPOSITORIES = new Setting<>("bulk.repositories", new Kind.Percentage(),
        By.GIT_SERVERS, "share of repositories whose large answers go over the bulk port, where it is offered");
    /** Users whose large answers go beside the call. */
    public static final Setting<Share> BULK_USERS = new Setting<>("bulk.users", new Kind.Percentage(),
        By.GIT_SERVERS, "share of users whose large answers go over the bulk port; both shares must include a call");

    /** Whether public repositories are read without signing in. */
    public static final Setting<Boolean> ANONYMOUS_READ = new Setting<>("anonymous-read", new Kind.Switch(),
        By.ROUTERS, "whether public repositories are read without signing in");

    /** Largest unpacked request body. */
    public static final Setting<ByteSize> INFLATED_MAX = new Setting<>("limits.inflated-max",
        new Kind.Size(new ByteSize(1 << 16), new ByteSize(16L << 30)), By.HTTP_PROXIES,
        "bytes that a gzip request body may have when unpacked");
    /** What everybody is told. */
    public static final Setting<String> NOTICE = new Setting<>("notice", new Kind.Text(1_000), By.PROXIES,
        "what everybody is told who comes by SSH, and by HTTP with each refusal; empty: nothing");

    /** All of them, in order of name. */
    public static final List<Setting<?>> ALL = Stream.<Setting<?>>of(CALLS_MAX, REPOSITORY_CALLS_MAX, USER_CALLS_MAX,
            ADDRESS_CALLS_MAX, ANONYMOUS_CALLS_MAX, PACKS_MAX, PUSHES_MAX, WORK_USER_MAX, QUEUE_MAX, WAIT_MAX,
            BULK_REPOSITORIES, BULK_USERS, ANONYMOUS_READ, INFLATED_MAX, NOTICE)
        .sorted(Comparator.comparing(Setting::name)).toList();

    private LiveSettings() {
    }

    /** The setting of that name. */
    public static Optional<Setting<?>> find(String name) {
        return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }

    private static Setting<Integer> calls(String name, int min, String meaning) {
        return new Setting<>(name, new Kind.Whole(min, 1_000_000), By.GIT_SERVERS, meaning);
    }

    private static Setting<Integer> work(String name, int max, String meaning) {
        return new Setting<>(name, new Kind.Whole(0, max), By.GIT_SERVERS, meaning);
    }
}
