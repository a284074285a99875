package dev.trine.common.audit;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Events as the members of a JSON object. What is empty is left out. Used by one thread. */
final class AuditJson {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    private final String service;

    /** Of events of that service. */
    AuditJson(String service) {
        this.service = service;
    }

    /** The members, without braces. */
    byte[] fields(Instant at, AuditEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("time", TIME.format(at));
            json.writeStringProperty("service", service);
            json.writeStringProperty("action", event.action().word());
            json.writeStringProperty("result", event.result().word());
            text(json, "why", event.why());
            actor(json, event.actor());
            event.repository().ifPresent(place -> {
                text(json, "repo", place.path());
                text(json, "repo_id", place.id());
            });
            refs(json, event);
            event.traffic().ifPresent(traffic -> {
                json.writeNumberProperty("bytes_in", traffic.bytesIn());
                json.writeNumberProperty("bytes_out", traffic.bytesOut());
                json.writeNumberProperty("ms", traffic.millis());
            });
            event.request().ifPresent(id -> json.writeStringProperty("request", id));
            details(json, event.details());
            json.writeEndObject();
        }
        byte[] object = bytes.toByteArray();
        return Arrays.copyOfRange(object, 1, object.length - 1);
    }

    private static void actor(JsonGenerator json, AuditActor actor) {
        text(json, "actor", actor.name());
        if (actor.userId() != 0) {
            json.writeNumberProperty("user_id", actor.userId());
        }
        text(json, "credential", actor.credential());
        text(json, "client", actor.client());
        text(json, "door", actor.door());
    }

    private static void refs(JsonGenerator json, AuditEvent event) {
        if (event.refs().isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("refs");
        for (AuditedRef ref : event.refs()) {
            json.writeStartObject();
            json.writeStringProperty("ref", ref.ref());
            text(json, "old", ref.oldId());
            text(json, "new", ref.newId());
            json.writeStringProperty("result", ref.result());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (event.refsMore() > 0) {
            json.writeNumberProperty("refs_more", event.refsMore());
        }
    }

    private static void details(JsonGenerator json, Map<String, String> details) {
        if (!details.isEmpty()) {
            json.writeObjectPropertyStart("details");
            new TreeMap<>(details).forEach(json::writeStringProperty);
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String name, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(name, value);
        }
    }
}
