package org.understudy.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.account.AddressBook.Target;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;

/** Aliases in the store, and who is behind an address. */
class AliasesTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");
    private static final Set<String> USERS = Set.of("anna", "bert", "anna@a.example", "x+y@a.example");

    @TempDir
    Path folder;

    private MailStore store;
    private Aliases aliases;

    @BeforeEach
    void open() {
        store = MailStore.open(folder.resolve("store"), MailStore.Options.defaults());
        aliases = new Aliases(store.settings());
    }

    @AfterEach
    void close() {
        assertThat(store.fsck(Fsck.Depth.ROWS).findings()).isEmpty();
        store.close();
    }

    private List<Target> find(String address, String... localDomains) {
        return new AddressBook(
                        name -> Optional.of(name).filter(USERS::contains),
                        aliases,
                        new AddressBook.Rules("+", Set.of(localDomains)))
                .find(address);
    }

    @Test
    void rowsHaveTheDocumentedForm() {
        assertThat(aliases.add("info@a.example", List.of("bert", "anna"), AUTHOR))
                .containsExactly("anna", "bert");
        assertThat(store.settings().get("alias", "info@a.example").orElseThrow())
                .isEqualTo("anna\nbert".getBytes(StandardCharsets.UTF_8));
        aliases.add("info@a.example", List.of("carla@b.example"), AUTHOR);
        close();
        open();
        assertThat(aliases.all()).isEqualTo(Map.of("info@a.example", List.of("anna", "bert", "carla@b.example")));
        assertThat(aliases.remove("info@a.example", List.of("anna", "bert"), AUTHOR))
                .containsExactly("carla@b.example");
        assertThat(aliases.remove("info@a.example", List.of(), AUTHOR)).isEmpty();
        assertThat(store.settings().get("alias", "info@a.example")).isEmpty();
    }

    @Test
    void refusesWhatIsNoAddressAndWhatIsNotThere() {
        assertThat(Aliases.name("@A.Example")).isEqualTo("@a.example");
        assertThat(Aliases.address("O'Brien/x@A.Example")).isEqualTo("o'brien/x@a.example");
        for (String wrong : List.of("", "@", "a b@c", "a@b@c", "<a@b>", "a\n", "@a.example", "a".repeat(400))) {
            assertThatThrownBy(() -> Aliases.address(wrong)).as(wrong).isInstanceOf(OperatorException.class);
        }
        assertThatThrownBy(() -> aliases.remove("nobody", List.of(), AUTHOR))
                .isInstanceOf(OperatorException.class)
                .hasMessage("there is no alias 'nobody'");
        aliases.add("some", List.of("anna"), AUTHOR);
        assertThatThrownBy(() -> aliases.remove("some", List.of("bert"), AUTHOR))
                .isInstanceOf(OperatorException.class)
                .hasMessage("some does not stand for bert");
    }

    @Test
    void findsUsersByAddressDetailAndDomain() {
        assertThat(find("anna@a.example")).containsExactly(new Target("anna@a.example", ""));
        assertThat(find("anna+l.x@a.example")).containsExactly(new Target("anna@a.example", "l.x"));
        assertThat(find("x+y@a.example")).containsExactly(new Target("x+y@a.example", ""));
        assertThat(find("bert@a.example")).isEmpty();
        assertThat(find("bert+z@A.example", "a.example")).containsExactly(new Target("bert", "z"));
        assertThat(find("bert@b.example", "*")).containsExactly(new Target("bert", ""));
        assertThat(find("bert")).containsExactly(new Target("bert", ""));
        assertThat(find("+bert@a.example", "*")).isEmpty();
    }

    @Test
    void aliasesGoThroughAliasesAndEndInCircles() {
        aliases.add("all@a.example", List.of("team@a.example", "bert"), AUTHOR);
        aliases.add("team@a.example", List.of("anna@a.example", "all@a.example", "nobody@a.example"), AUTHOR);
        assertThat(find("all@a.example"))
                .containsExactlyInAnyOrder(new Target("bert", ""), new Target("anna@a.example", ""));
        assertThat(find("ALL+d@a.example"))
                .containsExactlyInAnyOrder(new Target("bert", "d"), new Target("anna@a.example", "d"));
        aliases.add("anna@a.example", List.of("anna@a.example", "bert"), AUTHOR);
        assertThat(find("anna@a.example"))
                .as("a user with a copy for another")
                .containsExactlyInAnyOrder(new Target("anna@a.example", ""), new Target("bert", ""));
        aliases.add("loop@a.example", List.of("loop@a.example"), AUTHOR);
        assertThat(find("loop@a.example")).isEmpty();
        aliases.add("@a.example", List.of("bert"), AUTHOR);
        assertThat(find("whoever@a.example")).containsExactly(new Target("bert", ""));
        assertThat(find("loop@a.example"))
                .as("a circle is not for the catch-all")
                .isEmpty();
    }
}
