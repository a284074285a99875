/**
 * git-upload-pack: what a client lists and fetches. Start at {@link dev.trine.server.upload.UploadPack#serve}.
 *
 * <p>The protocol is ours, in versions 0, 1 and 2: advertisement, ls-refs, object-info, and of fetch the request, the
 * negotiation, the shallow boundary and the filters. Which objects a pack holds is decided by {@code PackStream}, which
 * gives JGit's PackWriter the wants, the common objects and the grafts. Refs come from the view's RefTable as range
 * scans. What outlives a call is the {@code StreamCache} of package kept: packs for those who fetch the same.
 */
@NullMarked
package dev.trine.server.upload;

import org.jspecify.annotations.NullMarked;
