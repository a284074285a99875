package dev.trine.router.metadata;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the metadata database. Tells "away" ({@link MetadataAwayException}) from every other failure, and
 * while it is away lets one caller per second find out whether it is back: the others fail at once. Any thread.
 */
final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final int ATTEMPTS = 5;

    private final MetadataConfig config;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    /** 0: the database answers; else the System.nanoTime() from which on one caller may try again. */
    private final AtomicLong tryAgainNanos = new AtomicLong();

    Database(MetadataConfig config) {
        this.config = config;
        this.pool = new HikariDataSource(poolConfig(config));
        this.jdbi = Jdbi.create(pool);
    }

    private static HikariConfig poolConfig(MetadataConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("metadata");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        config.password().ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(config.connections());
        pool.setConnectionTimeout(config.patience().toMillis());
        pool.setValidationTimeout(Math.min(config.patience().toMillis(), 1000));
        pool.setInitializationFailTimeout(-1);
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        if (config.url().startsWith("jdbc:mysql:")) {
            pool.addDataSourceProperty("connectTimeout", String.valueOf(config.patience().toMillis()));
            pool.addDataSourceProperty("socketTimeout", String.valueOf(config.answerMax().toMillis()));
            pool.addDataSourceProperty("tcpKeepAlive", "true");
        }
        return pool;
    }

    /** Does that on one connection; every statement is its own transaction. */
    <T> T with(Function<Handle, T> work) {
        return guarded(() -> jdbi.withHandle(work::apply));
    }

    /** Does that in one transaction, again from the start if the database chose it as the victim of a deadlock. */
    <T> T inTransaction(Function<Handle, T> work) {
        for (int attempt = 1;; attempt++) {
            try {
                return guarded(() -> jdbi.inTransaction(work::apply));
            } catch (JdbiException e) {
                if (attempt == ATTEMPTS || !caused(e, SQLTransactionRollbackException.class)) {
                    throw e;
                }
            }
        }
    }

    /** Whether a unique or foreign key stood in the way. */
    static boolean isConflict(JdbiException e) {
        return caused(e, SQLIntegrityConstraintViolationException.class);
    }

    /** Something that talks to the database. */
    interface Work<T> {
        T run();
    }

    <T> T guarded(Work<T> work) {
        long tryAgain = tryAgainNanos.get();
        if (tryAgain != 0) {
            long now = System.nanoTime();
            if (now - tryAgain < 0 || !tryAgainNanos.compareAndSet(tryAgain, nonZero(now + RETRY_NANOS))) {
                throw new MetadataAwayException(awayText());
            }
        }
        try {
            T result = work.run();
            if (tryAgainNanos.getAndSet(0) != 0) {
                log.atInfo().addKeyValue("url", shownUrl()).log("metadata database answers again");
            }
            return result;
        } catch (RuntimeException e) {
            if (!isAway(e)) {
                throw e;
            }
            if (tryAgainNanos.getAndSet(nonZero(System.nanoTime() + RETRY_NANOS)) == 0) {
                log.atWarn().addKeyValue("url", shownUrl()).addKeyValue("cause", rootOf(e).getMessage())
                    .log("metadata database is away");
            }
            throw new MetadataAwayException(awayText(), e);
        }
    }

    private String awayText() {
        return "the metadata database at " + shownUrl() + " does not answer; try again when it is back";
    }

    private String shownUrl() {
        return config.url().replaceAll("[?;].*", "");
    }

    private static long nonZero(long nanos) {
        return nanos == 0 ? 1 : nanos;
    }

    private static boolean isAway(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException || t instanceof SQLNonTransientConnectionException
                || t instanceof SQLRecoverableException) {
                return true;
            }
            if (t instanceof SQLException sql && isAwayState(sql)) {
                return true;
            }
        }
        return false;
    }

    /** Class 08: connection; 57P and 90xxx: the server or the embedded database is being closed. */
    private static boolean isAwayState(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("08") || state.equals("90121") || state.equals("90098") || state.equals("90067");
    }

    private static boolean caused(Throwable thrown, Class<? extends Throwable> by) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (by.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public void close() {
        pool.close();
    }
}
