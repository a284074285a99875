/**
 * gRPC servers and channels between the services, and how services prove to each other that they belong together.
 */
@NullMarked
package dev.trine.common.rpc;

import org.jspecify.annotations.NullMarked;
