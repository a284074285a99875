package dev.trine.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What users chose as names neither steers the terminal on which a log is read, nor forges lines of it. */
class LogLineTest {
    private static final String EVIL =
        "x\u001b[2J\u009b\u202e\u2028\r\n2026-11-22T00:00:00.000Z INFO  Forged all is well";

    private static String logged(Throwable cause) throws Exception {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogLineTest.class.getResource("/logback.xml"));
        ConsoleAppender<ILoggingEvent> out =
            (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("out");
        LoggingEvent event = new LoggingEvent("fqcn", context.getLogger(LogLineTest.class), Level.WARN,
            "refused " + EVIL, cause, null);
        event.setKeyValuePairs(List.of(new KeyValuePair("path", EVIL)));
        String text = new String(((PatternLayoutEncoder) out.getEncoder()).encode(event), StandardCharsets.UTF_8);
        context.stop();
        return text;
    }

    @Test
    void anEventIsOneLineWithoutAnythingThatSteers() throws Exception {
        String text = logged(null);
        assertThat(text).endsWith("\n").hasLineCount(1).contains("WARN").contains("path=",
            "x?[2J?").contains("refused x");
        assertThat(text.strip()).isEqualTo(Printable.line(text.strip()));
    }

    @Test
    void aStackTraceStaysReadableAndItsMessagesAddNoLine() throws Exception {
        String text = logged(new IllegalStateException(EVIL, new IllegalArgumentException("inner " + EVIL)));
        assertThat(text).contains("IllegalStateException: x?[2J?", "\n\tat ", "\nCaused by: ", "inner x?[2J");
        assertThat(text.lines().skip(1)).noneMatch(line -> line.startsWith("2026-11-22T00:00:00.000Z"));
        assertThat(text).isEqualTo(Printable.lines(text)).doesNotContain("\r");
    }
}
