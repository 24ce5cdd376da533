package org.understudy.restore;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.understudy.restore", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule NEITHER_ROCKSDB_NOR_MAILBOX_API_NOR_NETTY = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.rocksdb..", "org.apache.james.mailbox..", "org.apache.james.imap..", "io.netty..");

    @ArchTest
    static final ArchRule PLAN_DOES_NO_IO = noClasses()
            .that()
            .resideInAPackage("..restore.plan..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..");

    @ArchTest
    static final ArchRule SOURCES_AND_CHECKS_CANNOT_REACH_THE_LIVE_STORE = noClasses()
            .that()
            .resideInAnyPackage("..restore.validate..", "..restore.message..", "..restore.inspect..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.understudy.storage.MailStore");

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("..restore.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..restore.cli..");

    @ArchTest
    static final ArchRule NOTHING_EXITS = noClasses().should().callMethod(System.class, "exit", int.class);
}
