package dev.trine.server.receive;

import dev.trine.common.model.RefLimits;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turns;
import dev.trine.server.hosting.Deed;

/**
 * For whom a push is carried out.
 *
 * @param limits what he may not do with some refs
 * @param who    who he is where turns are given
 * @param turns  for working through received packs
 * @param deed   takes what becomes of refs, for the audit
 */
record PushCaller(RefLimits limits, Claimant who, Turns turns, Deed deed) {
}
