package org.understudy.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.understudy.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ROCKSDB_ONLY_IN_STORAGE =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule ONLY_THE_TRANSPORT_KNOWS_NETTY = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..server.imap..",
                    "..server.line..",
                    "..server.lmtp..",
                    "..server.pop3..",
                    "..server.proxy..",
                    "..server.tls..",
                    "..server.boot..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackages("..server.cli..", "..server.boot..", "..server.demo..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..server.cli..");

    @ArchTest
    static final ArchRule ONLY_MAIN_EXITS =
            noClasses().that().doNotHaveSimpleName("Main").should().callMethod(System.class, "exit", int.class);
}
