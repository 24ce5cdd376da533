package org.understudy.server.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPInterface;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.util.LDAPSDKUsageException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.repository.backend.PrivateFile;
import org.understudy.server.account.Directory;
import org.understudy.server.config.LdapSettings;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Searches for users as the configured one, and checks their passwords by binding as them, over two pools of connections so
 * that a search never runs with a user's rights. With a template for DNs it binds at once and looks at the entry afterwards.
 */
public final class LdapDirectory implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger(LdapDirectory.class);
    private static final int LONGEST_WORDS = 500;

    /** A directory that was away is not tried again for so long: logins meanwhile are answered at once. */
    private static final long PAUSE_NANOS = 2_000_000_000L;

    /** What a directory says to a password that is wrong, and to accounts that may not log in. */
    private static final Set<ResultCode> WRONG = Set.of(
            ResultCode.INVALID_CREDENTIALS,
            ResultCode.NO_SUCH_OBJECT,
            ResultCode.INAPPROPRIATE_AUTHENTICATION,
            ResultCode.CONSTRAINT_VIOLATION,
            ResultCode.UNWILLING_TO_PERFORM,
            ResultCode.INSUFFICIENT_ACCESS_RIGHTS,
            ResultCode.INVALID_DN_SYNTAX);

    private static final Entry NOBODY = new Entry("", "", List.of(), OptionalLong.empty());

    private final LdapSettings settings;
    private final LdapEntries entries;
    private final LongSupplier nanoTime;
    private final LDAPConnectionPool asking;
    private final LDAPConnectionPool binding;
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong unavailable = new AtomicLong();
    private final Object state = new Object();
    private String problem = "";
    private long pauseUntil;

    private LdapDirectory(LdapSettings settings, LongSupplier nanoTime) throws LDAPException {
        this.settings = settings;
        this.entries = new LdapEntries(settings);
        this.nanoTime = nanoTime;
        this.pauseUntil = nanoTime.getAsLong();
        Path file = settings.bindPasswordFile();
        ServerSet servers = LdapServers.of(settings);
        asking = pool(servers, file == null ? null : new SimpleBindRequest(settings.bindDn(), secret(file)));
        binding = pool(servers, null);
    }

    /**
     * Connects when it is first asked.
     *
     * @throws OperatorException if a file that the configuration names cannot be used
     */
    public static LdapDirectory of(LdapSettings settings) {
        return of(settings, System::nanoTime);
    }

    static LdapDirectory of(LdapSettings settings, LongSupplier nanoTime) {
        try {
            return new LdapDirectory(settings, nanoTime);
        } catch (LDAPException | LDAPSDKUsageException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "accounts.ldap cannot be used: " + e.getMessage(),
                    "docs/accounts.md explains each key",
                    e);
        }
    }

    private LDAPConnectionPool pool(ServerSet servers, @Nullable BindRequest as) throws LDAPException {
        LDAPConnectionPool pool = new LDAPConnectionPool(servers, as, 0, settings.connections());
        pool.setCreateIfNecessary(false);
        pool.setMaxWaitTimeMillis(settings.timeout().toMillis());
        pool.setRetryFailedOperationsDueToInvalidConnections(Set.of(OperationType.SEARCH, OperationType.BIND));
        return pool;
    }

    private static byte[] secret(Path file) {
        PrivateFile.require(file, "password file of the directory");
        try {
            return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the password file " + file + " cannot be read: " + e.getMessage(),
                    "It must hold the password of accounts.ldap.bind-dn as one line of UTF-8.",
                    e);
        }
    }

    /** A search's own refusal, such as a base that there is none of, is a fault of the configuration, not a no. */
    @Override
    public Found find(String user) {
        return found(() -> byTemplate() ? byName(user, asking) : search(user, settings.filter()));
    }

    @Override
    public Found recipient(String address) {
        return settings.recipientFilter().equals(settings.filter())
                ? find(address)
                : found(() -> search(address, settings.recipientFilter()));
    }

    private interface Question {
        Found ask() throws LDAPException;
    }

    private Found found(Question question) {
        if (paused()) {
            return new Found.Away(problem());
        }
        try {
            Found found = question.ask();
            here();
            return found;
        } catch (LDAPException e) {
            return new Found.Away(away(e));
        }
    }

    private boolean byTemplate() {
        return !settings.bindTemplate().isEmpty();
    }

    private Found search(String user, String form) throws LDAPException {
        Filter filter = LdapNames.filter(form, user);
        List<SearchResultEntry> all;
        try {
            SearchRequest request = new SearchRequest(
                    settings.base(),
                    SearchScope.SUB,
                    DereferencePolicy.NEVER,
                    2,
                    Math.max(1, (int) settings.timeout().toSeconds()),
                    false,
                    filter,
                    entries.attributes());
            all = asking.search(request).getSearchEntries();
        } catch (LDAPSearchException e) {
            if (!e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                throw e;
            }
            all = e.getSearchEntries() == null ? List.of() : e.getSearchEntries();
            LOG.warn("The directory has more entries than one for a name or address; nobody is known by it");
            return new Found.None();
        }
        if (all.size() > 1) {
            LOG.warn(
                    "{} and {} of the directory go by the same name or address; nobody is known by it",
                    all.get(0).getDN(),
                    all.get(1).getDN());
            return new Found.None();
        }
        return all.isEmpty() ? new Found.None() : entries.of(all.getFirst(), user);
    }

    /** The entry of a user whose DN is known, as far as {@code who} may see it. */
    private Found byName(String user, LDAPInterface who) throws LDAPException {
        String dn = LdapNames.dn(settings.bindTemplate(), user);
        try {
            SearchResultEntry entry = who.searchForEntry(new SearchRequest(
                    dn, SearchScope.BASE, Filter.createPresenceFilter("objectClass"), entries.attributes()));
            return entry == null ? new Found.None() : entries.of(entry, user);
        } catch (LDAPException e) {
            if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                return new Found.None();
            }
            throw e;
        }
    }

    @Override
    public Checked check(String user, CharSequence password) {
        Checked checked = password.isEmpty() ? new Checked.Wrong() : ask(user, password);
        switch (checked) {
            case Checked.Right one -> right.incrementAndGet();
            case Checked.Wrong one -> wrong.incrementAndGet();
            case Checked.Away one -> unavailable.incrementAndGet();
        }
        return checked;
    }

    private Checked ask(String user, CharSequence password) {
        if (byTemplate()) {
            return paused()
                    ? new Checked.Away(problem())
                    : bind(LdapNames.dn(settings.bindTemplate(), user), user, null, password);
        }
        return switch (find(user)) {
            case Found.One(Entry entry) -> bind(entry.dn(), user, entry, password);
            case Found.None none -> nobody(password);
            case Found.Away(String why) -> new Checked.Away(why);
        };
    }

    /** Takes as long as a wrong password does. */
    private Checked nobody(CharSequence password) {
        String base = settings.base();
        return switch (bind(base.isEmpty() ? "cn=nobody" : "cn=nobody," + base, "", NOBODY, password)) {
            case Checked.Away away -> away;
            case Checked.Right unlikely -> new Checked.Wrong();
            case Checked.Wrong as -> as;
        };
    }

    /** @param known null where the entry is still to be read, as the user */
    private Checked bind(String dn, String user, @Nullable Entry known, CharSequence password) {
        LDAPConnection held = null;
        boolean reusable = false;
        try {
            held = binding.getConnection();
            BindRequest request = new SimpleBindRequest(dn, password.toString());
            try {
                held.bind(request);
            } catch (LDAPException stale) {
                if (stale.getResultCode().isConnectionUsable()) {
                    throw stale;
                }
                LDAPConnection closed = held;
                held = null;
                held = binding.replaceDefunctConnection(closed);
                held.bind(request);
            }
            reusable = true;
            here();
            return known == null ? ownEntry(dn, user, held) : new Checked.Right(known);
        } catch (LDAPException e) {
            reusable = e.getResultCode().isConnectionUsable();
            return held == null ? new Checked.Away(away(e)) : refused(dn, e);
        } finally {
            if (held != null && reusable) {
                binding.releaseConnection(held);
            } else if (held != null) {
                binding.discardConnection(held);
            }
        }
    }

    /** What the user may see of the own entry, once let in. */
    private Checked ownEntry(String dn, String user, LDAPConnection as) throws LDAPException {
        try {
            return switch (byName(user, as)) {
                case Found.One(Entry entry) -> new Checked.Right(entry);
                case Found.None none -> entries.unseen(dn, user);
                case Found.Away(String why) -> new Checked.Away(why);
            };
        } catch (LDAPException e) {
            if (e.getResultCode().equals(ResultCode.INSUFFICIENT_ACCESS_RIGHTS)) {
                return entries.unseen(dn, user);
            }
            throw e;
        }
    }

    private Checked refused(String dn, LDAPException e) {
        if (!WRONG.contains(e.getResultCode())) {
            return new Checked.Away(away(e));
        }
        here();
        if (!e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)
                && !e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
            LOG.info("The directory refuses {}: {}", dn, e.getResultCode());
        }
        return new Checked.Wrong();
    }

    private boolean paused() {
        synchronized (state) {
            return !problem.isEmpty() && nanoTime.getAsLong() - pauseUntil < 0;
        }
    }

    private String problem() {
        synchronized (state) {
            return problem;
        }
    }

    private void here() {
        synchronized (state) {
            if (!problem.isEmpty()) {
                LOG.info("The directory answers again");
                problem = "";
            }
        }
    }

    private String away(LDAPException e) {
        String said = String.valueOf(e.getMessage()).replaceAll(", ldapSDKVersion=[^,]*, revision=[0-9a-f]*", "");
        String why = e.getResultCode() + ": " + said.substring(0, Math.min(said.length(), LONGEST_WORDS));
        synchronized (state) {
            if (problem.isEmpty()) {
                LOG.error("The directory cannot be asked; logins of its users are put off: {}", why);
            }
            problem = why;
            if (!e.getResultCode().isConnectionUsable() || e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)) {
                pauseUntil = nanoTime.getAsLong() + PAUSE_NANOS;
            }
        }
        return why;
    }

    @Override
    public boolean makesMailboxes() {
        return settings.createMailboxes();
    }

    @Override
    public Status status() {
        String where = settings.servers().stream().map(URI::toString).collect(Collectors.joining(", "));
        return new Status(where, problem(), right.get(), wrong.get(), unavailable.get());
    }

    @Override
    public void close() {
        asking.close();
        binding.close();
    }
}
