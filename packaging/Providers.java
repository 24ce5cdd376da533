import java.security.Provider;
import java.security.Security;
import java.util.Set;
import java.util.StringJoiner;

/** Which of Java's security providers lie in modules: {@code Providers MODULE[@VERSION]...}; their names, on one line. */
public final class Providers {
    private Providers() {}

    public static void main(String[] modules) {
        Set<String> there = Set.copyOf(java.util.Arrays.stream(modules).map(name -> name.replaceAll("@.*", "")).toList());
        StringJoiner names = new StringJoiner(" ");
        for (Provider provider : Security.getProviders()) {
            if (there.contains(provider.getClass().getModule().getName())) {
                names.add(provider.getName());
            }
        }
        System.out.println(names);
    }
}
