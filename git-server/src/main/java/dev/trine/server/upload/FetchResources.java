package dev.trine.server.upload;

import dev.trine.server.admission.WorkTurns;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.RequestMemory;

/**
 * What all fetches of a node share.
 *
 * @param cache   packs that were made
 * @param turns   for making packs
 * @param offsets of entries of packs that others were cut out of lately
 * @param wholes  entries that were written into packs lately though they are not stored like that
 * @param memory  for long requests
 */
record FetchResources(StreamCache cache, WorkTurns turns, PackOffsets.Known offsets, WholeEntries.Known wholes,
                      RequestMemory memory) {
}
