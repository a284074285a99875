package dev.trine.common.bulk;

import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import java.util.Optional;

/**
 * Where a node lets front doors fetch large answers beside gRPC.
 *
 * @param offered whether it does; false: all goes through gRPC, at about twice the processor time
 * @param listen  where they connect; not given: on the host where the node listens, at any free port
 * @param address what the front doors are told to connect to, where that is not the node's own address and the port
 *                that it listens on
 */
public record BulkSettings(@Default("true") boolean offered, Optional<HostPort> listen, Optional<HostPort> address) {
}
