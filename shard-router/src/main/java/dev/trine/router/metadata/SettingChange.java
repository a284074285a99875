package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * One change of a live setting.
 *
 * @param version number of the change, counted from 1 for all settings together
 * @param name    of the setting
 * @param value   what was set; empty: from then on it was as configured
 * @param owner   name of the user who made it
 * @param at      when, to the millisecond; later for a greater version, whatever the clocks say
 * @param reason  why; may be empty
 */
public record SettingChange(long version, String name, Optional<String> value, String owner, Instant at,
                            String reason) {
}
