/** Answers of a replay, for people. */
import { printable, printTable, wrapped } from '../../cli/print.ts';
import type { AgencyAnswer, TypeCount } from '../query/agency-answer.ts';
import type { AnyAnswer } from '../query/ask.ts';
import { type LogReader, timeText } from '../query/log-reader.ts';
import type { MailboxAnswer } from '../query/mailbox-answer.ts';
import type { MessageAnswer, RecipientState } from '../query/message-answer.ts';
import { type Happening, placeText } from '../query/question.ts';
import type { SummaryAnswer } from '../query/summary-answer.ts';
import type { ThreadAnswer } from '../query/thread-answer.ts';

/** Prints an answer. What it is worth comes first: a replay believes what the log says. */
export function printAnswer(path: string, log: LogReader, told: AnyAnswer): void {
  line(`NOT VERIFIED: this is what the log says. To check it: ./liaison audit verify ${path}`);
  line();
  fact('Log', `${log.newest.origin}, ${counted(log.end - log.first)} entries${shardsText(log)}`);
  const { origin, index, atMs, isEnd } = told.position;
  const shard = log.shards.length > 1 ? ` of ${origin}` : '';
  fact('Position', `entry ${index}${shard}, ${timeText(atMs)}${isEnd ? ', the end' : ''}`);
  leftOut(log, told);
  switch (told.kind) {
    case 'message':
      return message(log, told);
    case 'refusal':
      fact('Message', `${told.refused}, never accepted up to this position`);
      return timeline(log, told.timeline);
    case 'agency':
      return agency(log, told);
    case 'mailbox':
      return mailbox(log, told);
    case 'thread':
      return thread(log, told);
    case 'summary':
      return summary(told);
  }
}

const shardsText = (log: LogReader): string => {
  const { shards, first } = log;
  const dropped = first > 0 ? `; ${counted(first)} older ones are not at hand` : '';
  return `${shards.length > 1 ? ` in ${shards.length} shards` : ''}${dropped}`;
};

function leftOut(log: LogReader, { leftOut: { unreadable, unfit } }: AnyAnswer): void {
  if (unreadable > 0) fact('Left out', `${counted(unreadable)} entries that cannot be read`);
  if (unfit.length === 0) return;
  const places = unfit.slice(0, 10).map((number) => placeText(log, number));
  fact('Left out', `entries that do not fit those before them: ${places.join(', ')}${unfit.length > 10 ? ', …' : ''}`);
}

function message(log: LogReader, told: MessageAnswer): void {
  const { message: it } = told;
  fact('Message', `${it.id}, ${it.type}, schema version ${it.schemaVersion}`);
  fact('Sender', it.sender);
  fact('Thread', it.thread);
  fact(
    'Marking',
    [it.classification, ...it.handling, it.containsPersonalData ? 'personal data' : ''].filter(Boolean).join(', '),
  );
  fact('Purpose', `${it.purpose}, urgency ${it.urgency}${it.exercise ? ', exercise' : ''}`);
  fact('Made', `${timeText(it.createdAtMs)}, expires ${timeText(it.expiresAtMs)}`);
  fact('Content', `${counted(it.contentBytes)} bytes, ${told.content}`);
  for (const { digest, bytes } of it.attachments) fact('Attachment', `${digest}, ${counted(bytes)} bytes`);
  if (it.group !== undefined) fact('Group', it.group);
  fact('Header', it.headerDigest);
  timeline(log, told.timeline);
  recipients(log, told.recipients);
  if (told.related.length === 0) return;
  section('Related messages');
  const sorted = told.related.map((each) => [
    ...[each.relation, each.id, each.type ?? 'not in the log at hand', each.sender ?? ''],
    each.number === undefined ? '' : placeText(log, each.number),
    each.atMs === undefined ? '' : timeText(each.atMs),
  ]);
  printTable(['Relation', 'Message', 'Type', 'Sender', 'Entry', 'Time'], sorted, {
    whole: ['Message', 'Entry', 'Time'],
  });
  more(told.relatedMore);
}

function recipients(log: LogReader, states: readonly RecipientState[]): void {
  section('Recipients');
  const by = (text: string, number: number | undefined): string =>
    number === undefined ? text : `${text} (entry ${placeText(log, number)})`;
  const shown = states.slice(0, ROWS_MAX);
  printTable(
    ['Recipient', 'Number', 'Delivery', 'Access', 'Consent', 'Answer due'],
    shown.map(({ mailbox, number, delivery, access, consent, deadline }) => [
      ...[mailbox, String(number)],
      by(delivery.state, delivery.by) + (delivery.late === undefined ? '' : `, late ${placeText(log, delivery.late)}`),
      by(access.state, access.by),
      by(consent.state, consent.by) +
        (consent.contradictedBy === undefined ? '' : `, contradicted ${placeText(log, consent.contradictedBy)}`),
      deadline ? by(`${deadline.state}, ${timeText(deadline.dueAtMs)}`, deadline.endedBy ?? deadline.breached) : '-',
    ]),
    { whole: ['Recipient', 'Number'], named: ['Access', 'Consent', 'Answer due'] },
  );
  more(states.length - shown.length);
}

/** One entry on two lines: what happened, and whose word it is. */
function timeline(log: LogReader, happened: readonly Happening[]): void {
  section('What happened');
  const width = Math.max(40, (process.stdout.columns || 140) - 2);
  const places = happened.slice(0, ROWS_MAX).map(({ number }) => placeText(log, number));
  const column = Math.max(...places.map((place) => place.length), 5) + 2;
  for (const [i, each] of happened.slice(0, ROWS_MAX).entries()) {
    const head = `${(places[i] ?? '').padEnd(column)}${timeText(each.atMs)}  `;
    const [first = '', ...rest] = wrapped(each.what, Math.max(20, width - head.length), '');
    line(head + first);
    const indent = ' '.repeat(head.length);
    for (const text of rest) line(indent + text);
    line(indent + wordText(each));
  }
  more(happened.length - ROWS_MAX);
}

function wordText({ word, signer, keyId, saidAtMs }: Happening): string {
  if (word === 'gateway') return "  the gateway's word alone";
  const when = saidAtMs === undefined ? '' : `, dated ${timeText(saidAtMs)}`;
  const who = { sender: 'sender', recipient: 'recipient', operator: 'operator', owner: "group's owner" }[word];
  const name = word === 'operator' ? '' : ` ${signer ?? ''}`;
  return `  signed by the ${who}${name}, key ${keyId ?? 'unknown'}${when}`;
}

function agency(log: LogReader, told: AgencyAnswer): void {
  fact('Agency', `${told.agency}, ${told.standing}, last changed by entry ${placeText(log, told.changedBy)}`);
  fact('Clearance', told.clearance);
  if (told.contact !== undefined) fact('Contact', told.contact);
  if (told.attachmentBytesMax !== undefined) fact('Attachments', `up to ${counted(told.attachmentBytesMax)} bytes`);
  for (const { mailbox: name, clearance, host } of told.mailboxes) {
    fact('Mailbox', `${name}, ${clearance}${host === undefined ? '' : `, at ${host}`}`);
  }
  for (const { id, name, with: parties, ended } of told.agreements) {
    fact('Agreement', `${name} (${id}) with ${parties.join(', ')}${ended ? ', ended' : ''}`);
  }
  for (const { id, name, isOwner, ended } of told.groups) {
    fact('Group', `${name} (${id}), ${isOwner ? 'owner' : 'member'}${ended ? ', ended' : ''}`);
  }
  section('Keys');
  printTable(
    ['Key', 'Use', 'From entry', 'To entry', 'Certificate until'],
    told.keys.map(({ keyId, usage, from, to, notAfterMs }) => [
      ...[keyId, usage, placeText(log, from), to === undefined ? 'in force' : placeText(log, to), timeText(notAfterMs)],
    ]),
    { whole: ['Key', 'From entry', 'To entry'] },
  );
  if (told.acts.length > 0) timeline(log, told.acts);
  counts('Sent', told.sent);
  counts('Received', told.received);
  if (told.refused.length > 0) {
    section('Refused');
    printTable(
      ['Code', 'Submissions'],
      told.refused.map(({ code, count }) => [code, counted(count)]),
    );
  }
  sessions(log, told);
}

function counts(title: string, rows: readonly TypeCount[]): void {
  if (rows.length === 0) return;
  section(title);
  printTable(
    ['Type', 'Messages', 'Deliveries', 'Handed over', 'Failed', 'Waiting'],
    rows.map((row) => [
      row.type,
      ...[row.messages, row.deliveries, row.handedOver, row.failed, row.waiting].map(counted),
    ]),
  );
}

function sessions(log: LogReader, { sessions: { count, open, last } }: AgencyAnswer): void {
  if (count === 0) return;
  section(`Sessions: ${counted(count)}, ${counted(open)} open`);
  printTable(
    ['Opened by entry', 'Closed by entry', 'Why'],
    last.map(({ opened, closed, code }) => [
      placeText(log, opened),
      closed === undefined ? 'open' : placeText(log, closed),
      closed === undefined ? '' : (code ?? 'in good order'),
    ]),
  );
  more(count - last.length);
}

function mailbox(log: LogReader, told: MailboxAnswer): void {
  const { first, last, given, handedOver, failed, waiting, gaps } = told.numbers;
  fact('Mailbox', `${told.mailbox} of ${told.agency}`);
  fact('Numbers', given === 0 ? 'none given' : `${counted(first)} to ${counted(last)}, ${counted(given)} given`);
  fact('Deliveries', `${counted(handedOver)} handed over, ${counted(failed)} failed, ${counted(waiting)} waiting`);
  fact('Sent', `${counted(told.sent)} messages`);
  for (const gap of gaps)
    fact('Gap', `no entry gives ${gap.first === gap.last ? gap.first : `${gap.first} to ${gap.last}`}`);
  if (told.last.length === 0) return;
  section('Newest messages');
  printTable(
    ['Number', 'Message', 'Type', 'Sender', 'Accepted by', 'Outcome'],
    told.last.map(({ number, id, type, sender, accepted, outcome, endedBy }) => [
      ...[String(number), id, type, sender, `entry ${placeText(log, accepted)}`],
      endedBy === undefined ? outcome : `${outcome} (entry ${placeText(log, endedBy)})`,
    ]),
    { whole: ['Number', 'Message'] },
  );
  more(given - told.last.length);
}

function thread(log: LogReader, told: ThreadAnswer): void {
  fact('Thread', told.thread);
  section('Messages');
  printTable(
    ['Entry', 'Time', 'Message', 'Type', 'Sender', 'To', 'Outcome'],
    told.messages.map(({ number, atMs, id, type, sender, recipients: to, handedOver, failed, waiting }) => [
      ...[placeText(log, number), timeText(atMs), id, type, sender],
      to.length > 2 ? `${to[0] ?? ''} and ${to.length - 1} more` : to.join(', '),
      [
        handedOver > 0 ? `${handedOver} handed over` : '',
        failed > 0 ? `${failed} failed` : '',
        waiting > 0 ? `${waiting} waiting` : '',
      ]
        .filter(Boolean)
        .join(', '),
    ]),
    { whole: ['Entry', 'Message'] },
  );
  more(told.more);
}

function summary({ agencies, mailboxes, messages, deliveries, rules }: SummaryAnswer): void {
  const { accepted, forgotten, refused } = messages;
  fact(
    'Messages',
    `${counted(accepted)} accepted, ${counted(forgotten)} of them forgotten, ${counted(refused)} refused`,
  );
  fact(
    'Deliveries',
    `${counted(deliveries.handedOver)} handed over, ${counted(deliveries.failed)} failed, ${counted(deliveries.waiting)} waiting`,
  );
  fact('Rules', `exchange ${rules.exchange}, ${rules.agreements} agreements and ${rules.groups} groups in force`);
  fact('Trust', `${rules.authorities} authorities, ${rules.operators.length} operators`);
  section('Agencies');
  printTable(
    ['Agency', 'Standing', 'Clearance', 'Mailboxes'],
    agencies.map((each) => [each.agency, each.standing, each.clearance, String(each.mailboxes)]),
    { whole: ['Agency'] },
  );
  section('Mailboxes');
  const shown = mailboxes.slice(0, ROWS_MAX);
  printTable(
    ['Mailbox', 'Given', 'Handed over', 'Failed', 'Waiting'],
    shown.map((each) => [each.mailbox, ...[each.given, each.handedOver, each.failed, each.waiting].map(counted)]),
    { whole: ['Mailbox'] },
  );
  more(mailboxes.length - shown.length);
}

/** Rows that people see of what has no limit of its own; --json has all. */
const ROWS_MAX = 200;

const line = (text = ''): void => void process.stdout.write(`${printable(text)}\n`);
const fact = (name: string, value: string): void => line(`${name.padEnd(12)}${value}`);
const section = (title: string): void => {
  line();
  line(title);
};
const counted = (value: number): string => value.toLocaleString('en-GB');

function more(count: number): void {
  if (count > 0) line(`and ${counted(count)} more; --json and --limit show them`);
}
