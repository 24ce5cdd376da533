package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.SubjectTerm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.angus.mail.imap.AppendUID;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Angus Mail, the client that Java programs use (formerly JavaMail). */
class AngusMailTest {
    @TempDir
    Path folder;

    @Test
    void appendsFetchesSearchesMovesAndIdles() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna");
                Store store = connect(server);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX");
            inbox.open(Folder.READ_WRITE);
            Message[] messages = new Message[12];
            for (int number = 0; number < messages.length; number++) {
                messages[number] = new MimeMessage(
                        Session.getInstance(new Properties()),
                        new ByteArrayInputStream(SampleMessages.message(number)));
            }
            AppendUID[] uids = inbox.appendUIDMessages(messages);
            assertThat(uids).hasSize(12).allMatch(uid -> uid != null && uid.uidvalidity > 0);
            assertThat(inbox.getMessageCount()).isEqualTo(12);

            Message[] all = inbox.getMessages();
            FetchProfile profile = new FetchProfile();
            profile.add(FetchProfile.Item.ENVELOPE);
            profile.add(FetchProfile.Item.FLAGS);
            profile.add(FetchProfile.Item.CONTENT_INFO);
            profile.add(UIDFolder.FetchProfileItem.UID);
            inbox.fetch(all, profile);
            for (int number = 0; number < all.length; number++) {
                assertThat(all[number].getSubject()).isEqualTo("number " + number);
                assertThat(inbox.getUID(all[number])).isEqualTo(uids[number].uid);
                assertThat(all[number].isMimeType("text/plain")).isTrue();
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            all[3].writeTo(text);
            assertThat(text.toByteArray()).isEqualTo(SampleMessages.message(3));

            inbox.setFlags(new Message[] {all[0], all[5]}, new Flags(Flags.Flag.FLAGGED), true);
            assertThat(inbox.search(new FlagTerm(new Flags(Flags.Flag.FLAGGED), true)))
                    .hasSize(2);
            assertThat(inbox.search(new SubjectTerm("number 11"))).hasSize(1);

            IMAPFolder work = (IMAPFolder) store.getFolder("Work");
            assertThat(work.create(Folder.HOLDS_MESSAGES)).isTrue();
            inbox.moveMessages(new Message[] {all[1], all[2]}, work);
            inbox.copyMessages(new Message[] {all[4]}, work);
            inbox.setFlags(new Message[] {all[4]}, new Flags(Flags.Flag.DELETED), true);
            assertThat(inbox.expunge()).as("with the two that were moved").hasSize(3);
            assertThat(inbox.getMessageCount()).isEqualTo(9);
            assertThat(work.getMessageCount()).isEqualTo(3);
            assertThat(Arrays.stream(store.getDefaultFolder().list("*")).map(Folder::getFullName))
                    .contains("INBOX", "Work");

            CountDownLatch told = new CountDownLatch(1);
            inbox.addMessageCountListener(new MessageCountAdapter() {
                @Override
                public void messagesAdded(MessageCountEvent event) {
                    told.countDown();
                }
            });
            Future<?> idling = threads.submit(() -> {
                inbox.idle(true);
                return null;
            });
            try (WireClient other = server.login("anna")) {
                other.await(other.sendAppend("INBOX", "()", SampleMessages.message(77)));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> told.getCount() == 0 && idling.isDone());
            idling.get();
            assertThat(inbox.getMessage(10).getSubject()).isEqualTo("number 77");
            inbox.close(false);
        }
    }

    private static Store connect(ServerUnderClients server) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.imaps.ssl.trust", ServerUnderClients.HOST); // trust is what CurlTest tests
        properties.put("mail.imaps.ssl.checkserveridentity", "false");
        Store store = Session.getInstance(properties).getStore("imaps");
        store.connect(ServerUnderClients.HOST, server.imaps().getPort(), "anna", ServerUnderClients.PASSWORD);
        return store;
    }
}
