package org.understudy.server.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.james.mpt.api.ImapHostSystem;
import org.apache.james.mpt.imapmailbox.suite.AuthenticatePlain;
import org.apache.james.mpt.imapmailbox.suite.AuthenticatedState;
import org.apache.james.mpt.imapmailbox.suite.ConcurrentSessions;
import org.apache.james.mpt.imapmailbox.suite.Copy;
import org.apache.james.mpt.imapmailbox.suite.Events;
import org.apache.james.mpt.imapmailbox.suite.Expunge;
import org.apache.james.mpt.imapmailbox.suite.Fetch;
import org.apache.james.mpt.imapmailbox.suite.FetchBodySection;
import org.apache.james.mpt.imapmailbox.suite.FetchBodyStructure;
import org.apache.james.mpt.imapmailbox.suite.FetchHeaders;
import org.apache.james.mpt.imapmailbox.suite.Listing;
import org.apache.james.mpt.imapmailbox.suite.ListingWithSharingTest;
import org.apache.james.mpt.imapmailbox.suite.MailboxAnnotation;
import org.apache.james.mpt.imapmailbox.suite.MailboxWithLongNameError;
import org.apache.james.mpt.imapmailbox.suite.Move;
import org.apache.james.mpt.imapmailbox.suite.NonAuthenticatedState;
import org.apache.james.mpt.imapmailbox.suite.ObjectId;
import org.apache.james.mpt.imapmailbox.suite.PartialFetch;
import org.apache.james.mpt.imapmailbox.suite.QuotaTest;
import org.apache.james.mpt.imapmailbox.suite.Recent;
import org.apache.james.mpt.imapmailbox.suite.Rename;
import org.apache.james.mpt.imapmailbox.suite.Search;
import org.apache.james.mpt.imapmailbox.suite.Security;
import org.apache.james.mpt.imapmailbox.suite.Select;
import org.apache.james.mpt.imapmailbox.suite.SelectedInbox;
import org.apache.james.mpt.imapmailbox.suite.SelectedState;
import org.apache.james.mpt.imapmailbox.suite.UidSearch;
import org.apache.james.mpt.imapmailbox.suite.UidSearchOnIndex;
import org.apache.james.mpt.imapmailbox.suite.UserFlagsSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * James's IMAP protocol scripts, over TLS, against the real transport and the mail store. Left out: ACLCommands and
 * ACLIntegration, which are written for Cyrus (paths such as {@code user.boby}) and which James itself does not run; and
 * Condstore, which can only be run inside James's own process. Single scripts are disabled where they want what the RFCs do
 * not; each says so.
 */
final class ImapScriptsTest {
    @RegisterExtension
    final ServerUnderScript server = new ServerUnderScript();

    @Nested
    final class AuthenticatePlainScripts extends AuthenticatePlain {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class AuthenticatedStateScripts extends AuthenticatedState {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** Fields of ID are parted by spaces, not by commas (RFC 2971 section 4). */
        @Override
        @Test
        public void testId() {
            partsWith("a1 ID", super::testId);
        }

        /** REMOTE asks for remote mailboxes as well as for local ones (RFC 5258 section 3.1); James lists none. */
        @Override
        @Test
        public void testListSubscribed() {
            partsWith("A31 LIST (REMOTE)", super::testListSubscribed);
        }

        /** Renaming INBOX moves its messages (RFC 9051 section 6.3.6), so who has selected it sees them go. */
        @Override
        @Test
        public void testAppendExamineInboxUS() {
            partsWith("a RENAME INBOX", super::testAppendExamineInboxUS);
        }

        /** Renaming INBOX moves its messages (RFC 9051 section 6.3.6), so who has selected it sees them go. */
        @Override
        @Test
        public void testAppendExamineInboxITALY() {
            partsWith("a RENAME INBOX", super::testAppendExamineInboxITALY);
        }

        /** Renaming INBOX moves its messages (RFC 9051 section 6.3.6), so who has selected it sees them go. */
        @Override
        @Test
        public void testAppendExamineInboxKOREA() {
            partsWith("a RENAME INBOX", super::testAppendExamineInboxKOREA);
        }
    }

    @Nested
    final class ConcurrentSessionsScripts extends ConcurrentSessions {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** A number that the client was not told of is BAD (RFC 9051 section 9, seq-number), in STORE as in FETCH. */
        @Override
        @Test
        public void testConcurrentExistsResponseUS() {
            partsWith("3b STORE 1", super::testConcurrentExistsResponseUS);
        }

        /** A number that the client was not told of is BAD (RFC 9051 section 9, seq-number), in STORE as in FETCH. */
        @Override
        @Test
        public void testConcurrentExistsResponseITALY() {
            partsWith("3b STORE 1", super::testConcurrentExistsResponseITALY);
        }

        /** A number that the client was not told of is BAD (RFC 9051 section 9, seq-number), in STORE as in FETCH. */
        @Override
        @Test
        public void testConcurrentExistsResponseKOREA() {
            partsWith("3b STORE 1", super::testConcurrentExistsResponseKOREA);
        }
    }

    @Nested
    final class CopyScripts extends Copy {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class EventsScripts extends Events {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class ExpungeScripts extends Expunge {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class FetchScripts extends Fetch {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class FetchBodySectionScripts extends FetchBodySection {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class FetchBodyStructureScripts extends FetchBodyStructure {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class FetchHeadersScripts extends FetchHeaders {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class ListingScripts extends Listing {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class ListingWithSharingScripts extends ListingWithSharingTest {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** A listed name is one that can be opened, #private.INBOX; James puts the user in between. */
        @Override
        @Test
        public void testListWithSharedMailboxUS() {
            partsWith("a1 LIST \"#private\"", super::testListWithSharedMailboxUS);
        }
    }

    @Nested
    final class MailboxAnnotationScripts extends MailboxAnnotation {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class MailboxWithLongNameErrorScripts extends MailboxWithLongNameError {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** RENAME words its refusal as CREATE does. */
        @Override
        @Test
        public void testWithLongMailboxNameUS() {
            partsWith("A4 RENAME", super::testWithLongMailboxNameUS);
        }
    }

    @Nested
    final class MoveScripts extends Move {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        @Test
        @Override
        @Disabled("wants no COPYUID before the EXPUNGEs, as RFC 6851 section 4.3 does; see BulkCommandsTest")
        public void moveShouldWork() {}

        @Test
        @Override
        @Disabled("wants BAD for a UID that is not there, which is no error (RFC 9051 6.4.9); see BulkCommandsTest")
        public void emptyMoveShouldWork() {}
    }

    @Nested
    final class NonAuthenticatedStateScripts extends NonAuthenticatedState {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class ObjectIdScripts extends ObjectId {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class PartialFetchScripts extends PartialFetch {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class QuotaScripts extends QuotaTest {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class RecentScripts extends Recent {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class RenameScripts extends Rename {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** The SELECT that failed has ended the view (RFC 9051 section 6.3.2), so no message is recent to the next. */
        @Override
        @Test
        public void testRenameSelectedUS() {
            partsWith("A19 SELECT", super::testRenameSelectedUS);
        }

        /** The SELECT that failed has ended the view (RFC 9051 section 6.3.2), so no message is recent to the next. */
        @Override
        @Test
        public void testRenameSelectedIT() {
            partsWith("A19 SELECT", super::testRenameSelectedIT);
        }

        /** The SELECT that failed has ended the view (RFC 9051 section 6.3.2), so no message is recent to the next. */
        @Override
        @Test
        public void testRenameSelectedKO() {
            partsWith("A19 SELECT", super::testRenameSelectedKO);
        }

        /** Levels above the new name are made (RFC 9051 section 6.3.6); James makes none. */
        @Override
        @Test
        public void testRenameHierarchyUS() {
            partsWith("A8 LIST", super::testRenameHierarchyUS);
        }

        /** Levels above the new name are made (RFC 9051 section 6.3.6); James makes none. */
        @Override
        @Test
        public void testRenameHierarchyIT() {
            partsWith("A8 LIST", super::testRenameHierarchyIT);
        }

        /** Levels above the new name are made (RFC 9051 section 6.3.6); James makes none. */
        @Override
        @Test
        public void testRenameHierarchyKO() {
            partsWith("A8 LIST", super::testRenameHierarchyKO);
        }
    }

    @Nested
    final class SearchScripts extends Search {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        @Test
        @Override
        @Disabled("counts on a MODSEQ for each range of a STORE; ours has one for the set")
        public void testSearchOptionAggregationsUS() {}

        @Test
        @Override
        @Disabled(
                "wants a SEARCH response to RETURN (SAVE), which RFC 5182 section 2.1 suppresses; see SearchCommandsTest")
        public void testSearchOptionSaveUS() {}
    }

    @Nested
    final class SecurityScripts extends Security {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class SelectScripts extends Select {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class SelectedInboxScripts extends SelectedInbox {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }

        /** REMOTE asks for remote mailboxes as well as for local ones (RFC 5258 section 3.1); James lists none. */
        @Override
        @Test
        public void testListSubscribed() {
            partsWith("A31 LIST (REMOTE)", super::testListSubscribed);
        }
    }

    @Nested
    final class SelectedStateScripts extends SelectedState {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class UidSearchScripts extends UidSearch {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class UidSearchOnIndexScripts extends UidSearchOnIndex {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    @Nested
    final class UserFlagsSupportScripts extends UserFlagsSupport {
        @Override
        protected ImapHostSystem createImapHostSystem() {
            return server;
        }
    }

    /** The script goes well until a command whose answer in the script is not what the RFC wants. */
    private static void partsWith(String command, ThrowingCallable script) {
        assertThatThrownBy(script).hasMessageContaining("LastClientMsg: ").hasMessageContaining(command);
    }
}
