// Drives the server with imapflow: node imapflow_session.mjs HOST IMAPS_PORT CERTIFICATE USER PASSWORD.
// Ends with exit code 0 and the line "done" if all went as expected, else with the failed assertion.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {ImapFlow} from 'imapflow';

const [host, port, certificate, user, pass] = process.argv.slice(2);
const ATTACHMENT = Buffer.from(Array.from({length: 50_000}, (_, i) => (i * 7 + (i >> 8)) & 255));
const PATIENCE_MILLIS = 20_000;

function client(password = pass) {
  const flow = new ImapFlow({
    host,
    port: Number(port),
    secure: true,
    tls: {ca: readFileSync(certificate), servername: 'localhost'},
    auth: {user, pass: password},
    logger: false,
  });
  flow.on('error', error => {
    console.error(error);
    process.exitCode = 1;
  });
  return flow;
}

function plain(number) {
  return Buffer.from(
    `Date: Tue, 28 May 2024 09:00:0${number % 10} +0000\r\nFrom: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\n`
    + `To: anna@example.org\r\nCc: "Smith, Jo" <jo@example.org>\r\nSubject: =?utf-8?q?Caf=C3=A9?= ${number}\r\n`
    + `Message-ID: <flow-${number}@example.org>\r\nIn-Reply-To: <flow-0@example.org>\r\n\r\nText ${number}.\r\n`);
}

function withAttachment() {
  const lines = ATTACHMENT.toString('base64').match(/.{1,76}/g).join('\r\n');
  return Buffer.from(
    'From: carla@example.org\r\nTo: anna@example.org\r\nSubject: report\r\nMessage-ID: <flow-att@example.org>\r\n'
    + 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="edge"\r\n\r\n'
    + '--edge\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n'
    + '--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the file.\r\n'
    + '--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>See the file.</p>\r\n--inner--\r\n'
    + '--edge\r\nContent-Type: application/octet-stream; name="data.bin"\r\n'
    + 'Content-Disposition: attachment; filename="data.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    + `${lines}\r\n--edge--\r\n`);
}

async function contentOf(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function refusesWrongPassword() {
  const flow = client(`${pass}x`);
  await assert.rejects(flow.connect(), error => error.authenticationFailed === true);
  flow.close();
}

async function seesArrivalWhileIdle(flow, other) {
  const before = flow.mailbox.exists;
  let timer;
  const arrived = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('IDLE did not tell of a new message')), PATIENCE_MILLIS);
    flow.once('exists', resolve);
  });
  const flagged = new Promise(resolve => flow.once('flags', resolve));
  const idling = flow.idle();
  await other.append('INBOX', plain(7));
  const event = await arrived;
  assert.equal(event.count, before + 1);
  const lock = await other.getMailboxLock('INBOX');
  await other.messageFlagsAdd('1', ['\\Answered']);
  lock.release();
  const change = await Promise.race([
    flagged,
    new Promise((_, reject) => setTimeout(() => reject(new Error('IDLE did not tell of a flag')), PATIENCE_MILLIS).unref()),
  ]);
  assert.equal(change.seq, 1);
  assert.ok(change.flags.has('\\Answered'));
  clearTimeout(timer);
  await flow.noop();
  await idling;
}

async function main() {
  await refusesWrongPassword();
  const flow = client();
  await flow.connect();
  const other = client();
  await other.connect();

  assert.equal((await flow.mailboxCreate('Kept')).created, true);
  const names = (await flow.list()).map(one => one.path);
  assert.ok(names.includes('INBOX') && names.includes('Kept'), names.join());

  for (let number = 0; number < 5; number++) {
    const answer = await flow.append('INBOX', plain(number), ['\\Seen', '$Work'], new Date(1716886800000 + number * 1000));
    assert.equal(answer.uid, number + 1);
  }
  const withFile = await flow.append('INBOX', withAttachment());
  assert.equal(withFile.uid, 6);

  const lock = await flow.getMailboxLock('INBOX');
  try {
    assert.equal(flow.mailbox.exists, 6);
    const seen = [];
    for await (const one of flow.fetch('1:*', {
      uid: true, envelope: true, bodyStructure: true, flags: true, internalDate: true, size: true, source: true,
    })) {
      seen.push(one);
    }
    assert.equal(seen.length, 6);
    for (let number = 0; number < 5; number++) {
      const one = seen[number];
      assert.equal(one.envelope.subject, `Café ${number}`);
      assert.equal(one.envelope.from[0].name, 'Jürgen');
      assert.equal(one.envelope.cc[0].name, 'Smith, Jo');
      assert.equal(one.envelope.messageId, `<flow-${number}@example.org>`);
      assert.equal(one.envelope.inReplyTo, '<flow-0@example.org>');
      assert.equal(one.bodyStructure.type, 'text/plain');
      assert.deepEqual([...one.flags].filter(flag => flag !== '\\Recent').sort(), ['$Work', '\\Seen']);
      assert.equal(one.internalDate.getTime(), 1716886800000 + number * 1000);
      assert.deepEqual(one.source, plain(number));
      assert.equal(one.size, plain(number).length);
    }
    const structure = seen[5].bodyStructure;
    assert.equal(structure.type, 'multipart/mixed');
    assert.deepEqual(structure.childNodes.map(node => node.type), ['multipart/alternative', 'application/octet-stream']);
    assert.equal(structure.childNodes[0].childNodes[1].type, 'text/html');
    assert.equal(structure.childNodes[1].disposition, 'attachment');
    assert.equal(structure.childNodes[1].dispositionParameters.filename, 'data.bin');

    const download = await flow.download('6', '2', {uid: true});
    assert.equal(download.meta.filename, 'data.bin');
    const content = await contentOf(download.content);
    assert.equal(content.length, ATTACHMENT.length);
    assert.ok(content.equals(ATTACHMENT));

    assert.equal(await flow.messageFlagsAdd('2', ['\\Flagged', '$Later'], {uid: true}), true);
    assert.equal(await flow.messageFlagsRemove('2', ['$Work'], {uid: true}), true);
    const changed = await flow.fetchOne('2', {flags: true}, {uid: true});
    assert.deepEqual([...changed.flags].filter(flag => flag !== '\\Recent').sort(), ['$Later', '\\Flagged', '\\Seen']);
    assert.deepEqual(await flow.search({keyword: '$Later'}, {uid: true}), [2]);
    assert.deepEqual(await flow.search({subject: 'Café 3'}, {uid: true}), [4]);
    assert.deepEqual(await flow.search({header: {'message-id': '<flow-att@example.org>'}}, {uid: true}), [6]);
    assert.deepEqual(await flow.search({or: [{flagged: true}, {seen: false}]}, {uid: true}), [2, 6]);

    await seesArrivalWhileIdle(flow, other);

    const moved = await flow.messageMove('1:2', 'Kept', {uid: true});
    assert.deepEqual([...moved.uidMap], [[1, 1], [2, 2]]);
    assert.deepEqual(await flow.search({all: true}, {uid: true}), [3, 4, 5, 6, 7]);
    assert.equal(await flow.messageDelete('3', {uid: true}), true);
    assert.deepEqual(await flow.search({all: true}, {uid: true}), [4, 5, 6, 7]);
  } finally {
    lock.release();
  }
  const kept = await flow.status('Kept', {messages: true, uidNext: true, unseen: true, highestModseq: true});
  assert.equal(kept.messages, 2);
  assert.equal(kept.uidNext, 3);
  assert.equal(kept.unseen, 0);
  const quota = await flow.getQuota('INBOX');
  assert.ok(quota === false || typeof quota === 'object');
  await other.logout();
  await flow.logout();
  console.log('done');
}

await main();
