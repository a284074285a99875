/**
 * The HTTP front door: Git's smart protocol over HTTP, signed in by access tokens. Start at
 * {@link dev.trine.http.HttpProxy#start}. It keeps no state; packs stream through it, never to be held whole.
 */
@NullMarked
package dev.trine.http;

import org.jspecify.annotations.NullMarked;
