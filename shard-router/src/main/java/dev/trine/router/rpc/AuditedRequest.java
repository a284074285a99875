package dev.trine.router.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.AuditedRef;
import dev.trine.proto.CreateTokenReply;
import dev.trine.proto.Key;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.Repo;
import dev.trine.proto.UpdateRepoRefsReply;
import dev.trine.proto.UpdateRepoRefsRequest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the audit keeps of the request of an administrative call: its fields, but not what could sign somebody in. */
final class AuditedRequest {
    private static final List<String> SECRETS = List.of("secret", "token", "password");
    private static final List<String> PATHS = List.of("repo", "path");
    private static final int LISTED_MAX = 20;
    private static final String CALL = "call";

    private AuditedRequest() {
    }

    /** An event with what was asked for, and with what became of refs. */
    static AuditEvent describe(AuditEvent event, String call, Message request, Optional<Message> reply) {
        if (request instanceof UpdateRepoRefsRequest refs) {
            return refs(event.with(Map.of(CALL, call)), refs, reply.filter(UpdateRepoRefsReply.class::isInstance)
                .map(UpdateRepoRefsReply.class::cast));
        }
        Map<String, String> details = new LinkedHashMap<>();
        details.put(CALL, call);
        Optional<String> path = Optional.empty();
        for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
            if (!isTold(field, request)) {
                continue;
            }
            Object value = request.getField(field);
            if (path.isEmpty() && PATHS.contains(field.getName())) {
                path = Optional.of(String.valueOf(value));
            } else {
                details.put(field.getName(), text(field, value));
                path = path.or(() -> pathIn(value));
            }
        }
        made(reply).ifPresent(credential -> details.put("made", credential));
        AuditEvent described = event.with(details);
        return path.map(named -> described.at(new AuditEvent.Place(named, id(reply)))).orElse(described);
    }

    /** What is not said is left out, but for a choice whose one side is said by saying nothing. */
    private static boolean isTold(FieldDescriptor field, Message request) {
        return field.isRepeated() ? request.getRepeatedFieldCount(field) > 0 : field.hasPresence()
            ? request.hasField(field) : field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN
            || field.getJavaType() == FieldDescriptor.JavaType.ENUM || !field.getDefaultValue().equals(
            request.getField(field));
    }

    /** The path that a grant names, say, so that it is found with the repositories of that path. */
    private static Optional<String> pathIn(Object value) {
        return value instanceof Message message ? message.getAllFields().entrySet().stream()
            .filter(field -> field.getKey().getName().equals("path")).map(field -> String.valueOf(field.getValue()))
            .findFirst() : Optional.empty();
    }

    /** The name, in other lines, of a credential that a call made or gave more rights. */
    private static Optional<String> made(Optional<Message> reply) {
        return reply.flatMap(told -> switch (told) {
            case CreateTokenReply token -> Optional.of("token " + token.getToken().getId());
            case Key key -> Optional.of("key " + key.getId());
            default -> Optional.empty();
        });
    }

    /** The id of a repository in a reply that has one. */
    private static String id(Optional<Message> reply) {
        return reply.filter(Repo.class::isInstance).map(Repo.class::cast)
            .map(Repo::getId).orElse("");
    }

    private static AuditEvent refs(AuditEvent event, UpdateRepoRefsRequest request,
                                   Optional<UpdateRepoRefsReply> reply) {
        RefsUpdate update = reply.map(UpdateRepoRefsReply::getResult).orElse(RefsUpdate.getDefaultInstance());
        Map<String, String> reasons = update.getRejectionsList().stream()
            .collect(Collectors.toMap(ref -> ref.getName(), ref -> ref.getReason(), (first, second) -> first));
        boolean done = update.getOutcome() == RefsUpdate.Outcome.COMMITTED;
        String otherwise = done ? "ok" : reply.isEmpty() ? "not changed"
            : update.getOutcome().name().toLowerCase(Locale.ROOT);
        List<AuditedRef> refs = request.getChangesList().stream().limit(AuditedRef.REFS_MAX).map(change ->
            ref(change, reasons.getOrDefault(change.getName(), otherwise))).toList();
        AuditEvent told = new AuditEvent(event.action(), done || reply.isEmpty() ? event.result()
            : update.getOutcome() == RefsUpdate.Outcome.UNKNOWN ? AuditResult.BROKEN : AuditResult.REFUSED,
            event.actor()).with(event.details()).because(event.why().isEmpty() ? update.getMessage() : event.why());
        return told.changing(refs, request.getChangesCount() - refs.size())
            .at(new AuditEvent.Place(reply.map(UpdateRepoRefsReply::getPath).orElse(request.getRepo()),
                reply.map(UpdateRepoRefsReply::getRepoId).orElse("")));
    }

    private static AuditedRef ref(RefChange change, String result) {
        return new AuditedRef(change.getName(), hex(change.getOldId()), hex(change.getNewId()), result);
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static String text(FieldDescriptor field, Object value) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (SECRETS.stream().anyMatch(name::contains)) {
            return "(left out)";
        }
        return value instanceof List<?> list ? list.stream().limit(LISTED_MAX).map(AuditedRequest::text)
            .collect(Collectors.joining(", ")) + (list.size() > LISTED_MAX ? ", ..." : "") : text(value);
    }

    private static String text(Object value) {
        return switch (value) {
            case Message message -> message.getAllFields().entrySet().stream()
                .map(field -> field.getKey().getName() + " " + text(field.getKey(), field.getValue()))
                .collect(Collectors.joining(" "));
            case ByteString bytes -> bytes.size() + " bytes";
            default -> String.valueOf(value);
        };
    }
}
