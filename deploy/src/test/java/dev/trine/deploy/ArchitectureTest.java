package dev.trine.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final List<String> SERVICES = List.of("server", "router", "ssh", "http", "inspector");
    private static final List<String> ROOMS = List.of("replication", "hosting", "pkt", "store", "repo", "replica",
        "upload", "receive", "rpc", "control", "sha1", "admission", "kept", "content");
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.trine");

    @Test
    void servicesMeetOnTheWireOnly() {
        for (String service : SERVICES) {
            check(noClasses().that().resideInAPackage("dev.trine." + service + "..")
                .should().dependOnClassesThat().resideInAnyPackage(SERVICES.stream()
                    .filter(other -> !other.equals(service)).map(other -> "dev.trine." + other + "..")
                    .toArray(String[]::new)));
        }
        check(noClasses().that().resideInAnyPackage("dev.trine.common..", "dev.trine.proto..")
            .should().dependOnClassesThat().resideInAnyPackage(all("dev.trine.deploy..", "dev.trine.lab..")));
        check(noClasses().that().resideInAnyPackage(all())
            .should().dependOnClassesThat().resideInAnyPackage("dev.trine.deploy..", "dev.trine.lab.."));
    }

    @Test
    void theLabKnowsWhatDecidesAndNothingElse() {
        check(noClasses().that().resideInAPackage("dev.trine.lab..").should().dependOnClassesThat(
            resideInAPackage("dev.trine..").and(not(resideInAnyPackage("dev.trine.lab..", "dev.trine.common.model..",
                "dev.trine.server.replication..", "dev.trine.router.routing..",
                "dev.trine.router.moves..")))).allowEmptyShould(true));
        check(noClasses().that().resideOutsideOfPackages("dev.trine.lab..", "dev.trine.deploy..")
            .should().dependOnClassesThat().resideInAPackage("dev.trine.lab..").allowEmptyShould(true));
    }

    @Test
    void whatTheBenchmarkComparesWithIsNoPartOfTheProduct() {
        check(noClasses().that().resideOutsideOfPackage("dev.trine.jgithost..")
            .should().dependOnClassesThat().resideInAPackage("dev.trine.jgithost.."));
        check(classes().that().resideInAPackage("dev.trine.jgithost..").should().onlyDependOnClassesThat(
            resideInAPackage("dev.trine.jgithost..").or(not(resideInAPackage("dev.trine..")))));
    }

    @Test
    void packagesOfAServiceHaveNoCycles() {
        for (String service : SERVICES) {
            check(slices().matching("dev.trine." + service + ".(*)..").should().beFreeOfCycles()
                .allowEmptyShould(true));
        }
        check(slices().matching("dev.trine.common.(*)..").should().beFreeOfCycles());
        check(slices().matching("dev.trine.lab.(*)..").should().beFreeOfCycles().allowEmptyShould(true));
        check(slices().matching("dev.trine.deploy.(*)..").should().beFreeOfCycles());
    }

    @Test
    void theProtocolIsAFunction() {
        check(classes().that().resideInAPackage("dev.trine.server.replication..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java.lang..", "java.util", "java.util.function",
                "java.util.stream", "java.util.random", "java.security", "java.nio.charset",
                "org.jspecify.annotations", "dev.trine.common.model..", "dev.trine.server.replication.."));
        check(noClasses().that().resideInAPackage("dev.trine.server.replication..")
            .should().dependOnClassesThat().belongToAnyOf(Thread.class, System.class, Runtime.class));
    }

    @Test
    void aGitServersPackagesPointOneWay() {
        onlyKnows("replication", List.of());
        onlyKnows("hosting", List.of("replication"));
        onlyKnows("pkt", List.of("hosting", "replication"));
        onlyKnows("store", List.of("replication"));
        onlyKnows("sha1", List.of());
        onlyKnows("repo", List.of("sha1", "hosting", "replication"));
        onlyKnows("replica", List.of("store", "repo", "hosting", "replication"));
        onlyKnows("admission", List.of("pkt", "hosting", "replication"));
        onlyKnows("kept", List.of("pkt", "hosting", "replication"));
        onlyKnows("content", List.of("kept", "admission", "pkt", "hosting", "replication"));
        onlyKnows("upload", List.of("kept", "admission", "pkt", "repo", "hosting", "replication"));
        onlyKnows("receive", List.of("admission", "pkt", "repo", "hosting", "replication"));
        onlyKnows("rpc", List.of("content", "kept", "admission", "upload", "receive", "pkt", "hosting", "replication"));
        onlyKnows("control", List.of("replica", "store", "repo", "hosting", "replication"));
    }

    @Test
    void librariesStayInTheirRooms() {
        only("org.eclipse.jgit..", "dev.trine.server.repo..", "dev.trine.server.pkt..",
            "dev.trine.server.receive..", "dev.trine.server.upload..", "dev.trine.server.hosting..",
            "dev.trine.server.replica..", "dev.trine.server.content..", "dev.trine.jgithost..");
        only("org.apache.commons.compress..", "dev.trine.server.content..");
        only("org.rocksdb..", "dev.trine.server.store..", "dev.trine.router.directory..");
        only("java.sql..", "dev.trine.router.metadata..");
        only("org.jdbi..", "dev.trine.router.metadata..");
        only("com.nimbusds..", "dev.trine.router.workload..");
        only("org.apache.sshd..", "dev.trine.ssh..");
        only("org.eclipse.jetty..", "dev.trine.http..", "dev.trine.jgithost..");
        check(noClasses().that().resideInAnyPackage("dev.trine.server.store..", "dev.trine.server.repo..",
                "dev.trine.server.hosting..", "dev.trine.server.pkt..", "dev.trine.server.upload..",
                "dev.trine.server.content..", "dev.trine.server.kept..",
                "dev.trine.server.receive..", "dev.trine.router.routing..", "dev.trine.router.metadata..")
            .should().dependOnClassesThat().resideInAPackage("io.grpc.."));
    }

    private static void onlyKnows(String from, List<String> others) {
        String[] unknown = ROOMS.stream().filter(room -> !room.equals(from) && !others.contains(room))
            .map(room -> "dev.trine.server." + room + "..").toArray(String[]::new);
        check(noClasses().that().resideInAPackage("dev.trine.server." + from + "..")
            .should().dependOnClassesThat().resideInAnyPackage(unknown));
    }

    private static void only(String library, String... rooms) {
        check(noClasses().that().resideOutsideOfPackages(rooms)
            .should().dependOnClassesThat().resideInAPackage(library));
    }

    private static String[] all(String... more) {
        List<String> packages = new ArrayList<>(List.of(more));
        SERVICES.forEach(service -> packages.add("dev.trine." + service + ".."));
        return packages.toArray(String[]::new);
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
