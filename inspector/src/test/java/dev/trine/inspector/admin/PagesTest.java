package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.inspector.admin.Pages.Page;
import dev.trine.inspector.cli.CommandFailure;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A listing ends, whatever a server says. */
class PagesTest {
    @Test
    void aServerThatPromisesMoreAndSendsNothingNewIsNotAskedForEver() {
        assertThatThrownBy(() -> Pages.all(after -> new Page<>(List.of("a"), true), Function.identity()))
            .isInstanceOf(CommandFailure.class).hasMessageContaining("nothing new");
        assertThatThrownBy(() -> Pages.all(after -> new Page<String>(List.of(), true), Function.identity()))
            .isInstanceOf(CommandFailure.class);
    }

    @Test
    void anEmptyListingIsOnePage() {
        assertThat(Pages.all(after -> new Page<String>(List.of(), false), Function.identity())).isEmpty();
    }
}
