package dev.trine.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's native library. It is unpacked to one place in the data directory: RocksDB itself would unpack 15 MB under
 * a new name into the directory for temporary files, and leave them there whenever the process is killed.
 */
final class NativeLibrary {
    static final String DIRECTORY = "native";
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {
    }

    /** Loads it into this process, unless it is loaded already. */
    static void load(Path dir) throws IOException {
        Path place = Files.createDirectories(dir.resolve(DIRECTORY));
        try {
            NativeLibraryLoader.getInstance().loadLibrary(place.toString());
        } catch (UnsatisfiedLinkError e) {
            LOG.atInfo().addKeyValue("dir", place).log("programs cannot run from here, the native library is unpacked"
                + " into the directory for temporary files: {}", e.getMessage());
        }
        RocksDB.loadLibrary();
    }
}
