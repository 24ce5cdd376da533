package org.understudy.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.understudy.storage", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule KEYSPACE_DOES_NO_IO = noClasses()
            .that()
            .resideInAPackage("..keyspace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.rocksdb..", "java.io..", "java.nio.file..", "java.net..", "..storage.engine..");

    @ArchTest
    static final ArchRule NEITHER_JAMES_NOR_NETTY =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache.james..", "io.netty..");

    @ArchTest
    static final ArchRule ROCKSDB_ONLY_IN_ENGINE_AND_GUARD = noClasses()
            .that()
            .resideOutsideOfPackages("..storage.engine..", "..storage.guard..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule NOTHING_EXITS = noClasses().should().callMethod(System.class, "exit", int.class);
}
