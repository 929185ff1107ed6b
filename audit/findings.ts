/**
 * What an audit can find. Rule names are stable: programs and earlier reports refer to them. Each rule has one
 * consequence, the sentence that tells an auditor what a violation means.
 */

export const RULES = {
  // The stored bytes
  'database-readable': 'Part of the data could not be examined. Nothing is known about that part.',
  'log-rows': 'The log has lost or duplicated entries. From here on its tree cannot be compared with its checkpoints.',
  'entry-encoding': 'The entry has no meaning that all readers agree on. It was damaged, or not written by a gateway.',
  'entry-fold': 'The entry contradicts those before it; a gateway that keeps the rules cannot have written it.',
  tile: 'Proofs made from the stored tiles do not verify. The entries themselves are judged apart from this.',
  'checkpoint-missing': 'The newest entries are not signed: the log could still replace them unseen.',
  'checkpoint-signature': 'Nobody who trusts the log key accepts this state of the log as its own.',
  'checkpoint-root': 'The log signed other entries than it has stored: its history was changed after it was signed.',
  'split-view': 'The log signed two histories that exclude each other. Both notes together prove it to anybody.',
  truncated: 'Entries that the log has signed are missing at its end.',
  // Entry 0
  'log-identity': 'This is not the log that it is taken for, or it began with a false statement about itself.',
  'anchor-unknown': 'The gateway enrols agencies on the word of an authority that the auditor does not trust.',
  // Time
  'time-order': 'The times in the log cannot be relied on around this entry.',
  // Submissions
  'header-rules': 'The gateway accepted a message that breaks the protocol; recipients will refuse it.',
  'sender-key': "The message was not signed with a key that the sender's agency had in force.",
  'sender-signature': 'Nothing shows that the sender sent this message: the gateway may have made it up or changed it.',
  'agency-suspended': "The gateway carried a message in spite of an operator's suspension.",
  'submission-policy': 'The gateway accepted what it had to refuse: it did not hold everybody to the same rules.',
  'encryption-key':
    'The recipient may be unable to read the message, and somebody else able to: the key is not its own.',
  'refusal-policy': 'The gateway kept a message from its recipients for a reason that did not hold.',
  'message-twice': 'Two acceptances claim one message id: a receipt no longer tells which message is meant.',
  'mailbox-number': 'A message to this mailbox was hidden, lost or counted twice.',
  // Deliveries
  'handover-fit': 'The entry is about another delivery than it claims, so this delivery is not proven.',
  'recipient-key': "The statement was not signed with a key that the recipient's agency had in force.",
  'recipient-signature': 'Nothing shows that the recipient made this statement: the gateway may have made it up.',
  'terminal-state': 'The outcome of a delivery was changed or hidden after it was final.',
  'expired-early': 'The gateway gave up a delivery before its time.',
  'delivery-overdue': 'The sender was never told that the message did not arrive in its time.',
  // Access, consent, deadlines
  'event-fit': 'Access or consent is not proven: the entry does not fit a delivery that was handed over.',
  'consent-overdue': 'The sender was never told that its question for consent has lapsed.',
  'deadline-fit': 'A deadline is said to have passed that had not, or that nobody had.',
  'deadline-overdue': 'The gateway kept back, or told late, that the time for an answer was passing.',
  'purge-early': 'The gateway forgot messages that it still had to account for.',
  // Operators and authorities
  'act-signature': 'Nothing shows that an operator ordered this: the gateway may have made it up.',
  'act-number': "One of this operator's acts was left out, repeated or put out of order.",
  'act-content': 'An act was carried out although it breaks the rules for acts.',
  'enrolment-certificate': 'A key was registered that no trusted authority vouches for, for this agency and use.',
  'key-statement': 'Messages may be encrypted to a key that is not the agency’s: others could read them.',
  'group-signature': 'Nothing shows that the owner ordered this change of its group: the gateway may have made it up.',
  'group-content': 'A group was changed against the rules: messages may reach others than its owner has named.',
  revocation: 'The state of a key is not what the log says.',
  // Shards, holds, erasure
  'shard-link': 'The shards do not follow each other: entries between them, or the next key, are not proven.',
  'shard-state': 'The shard began with another state than the one before it ended with.',
  'held-message': 'A message was dropped although an operator had ordered to keep it.',
  erasure: 'What the log says about erased contents is not what followed from the deliveries.',
  // Bundles, witnesses
  'bundle-keys': 'The list of keys beside the log is not what its entries say.',
  'witness-quorum': 'Too few of the required witnesses vouch for this: a second history would go unseen more easily.',
  // The rows beside the log
  'state-digest': 'The gateway acts on a state that does not follow from its log.',
  'content-missing': 'An accepted message is lost: its recipients can no longer get it.',
  'content-damaged': 'The stored content is not what the sender signed; recipients will refuse it.',
  'content-kept': 'Content is still stored that should have been erased.',
  // Receipts, proofs, disclosures
  'receipt-checkpoint': 'The receipt proves nothing: its checkpoint is not signed by the log’s key.',
  'receipt-proof': 'The receipt proves nothing: the entry is not in the tree that the log signed.',
  'receipt-entry': 'The log holds these bytes, but they are no evidence about a message.',
  'proof-content': 'The file mixes what does not belong together: it cannot be relied on as a proof about one message.',
  'disclosed-content': 'The content in the file is not what the sender signed.',
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof RULES;

export interface Finding {
  /** Origin of the shard, when there are several. */
  readonly origin?: string;
  /** Log index of the entry; absent when the finding is about none in particular. */
  readonly index?: number;
  readonly rule: Rule;
  /** What is wrong, as a sentence. */
  readonly what: string;
  /** What follows from it, as a sentence. */
  readonly consequence: string;
  /** Signed notes that prove it, verbatim. */
  readonly notes?: readonly string[];
}

/** Findings of one rule that are kept; the rest is only counted, so that a ruined log needs no more memory than another. */
export const FINDINGS_PER_RULE_MAX = 1000;

interface KeptFinding {
  /** Ordinal of the shard. */
  readonly shard: number;
  readonly finding: Finding;
}

/** Findings from a point on, for an audit that is interrupted. */
export interface SavedFindings {
  readonly kept: readonly KeptFinding[];
  readonly counts: readonly (readonly [Rule, number])[];
}

export class Findings {
  /** All that were added, also those that are not kept. */
  total = 0;
  private readonly kept: KeptFinding[] = [];
  private shard = { ordinal: 0, origin: '', firstNumber: 0 };
  private readonly counts = new Map<Rule, number>();

  /**
   * What is added from now on is about this shard.
   * @param origin to be named with each finding; empty when there is only one shard
   */
  enter(ordinal: number, origin: string, firstNumber: number): void {
    this.shard = { ordinal, origin, firstNumber };
  }

  /** A finding about an entry by its number, which may be that of an earlier shard. */
  addAbout(number: number, rule: Rule, what: string): void {
    const index = number - this.shard.firstNumber;
    if (index >= 0) this.add(rule, what, index);
    else this.add(rule, `Entry ${number}, of an earlier shard: ${what}`);
  }

  add(rule: Rule, what: string, index?: number, notes?: readonly string[]): void {
    this.total++;
    const count = (this.counts.get(rule) ?? 0) + 1;
    this.counts.set(rule, count);
    if (count > FINDINGS_PER_RULE_MAX) return;
    const at = index === undefined ? {} : { index };
    const { ordinal, origin } = this.shard;
    const where = origin === '' ? at : { origin, ...at };
    const finding = { ...where, rule, what, consequence: RULES[rule], ...(notes && { notes }) };
    this.kept.push({ shard: ordinal, finding });
  }

  /** All so far: for {@link since}. */
  mark(): SavedFindings {
    return { kept: [...this.kept], counts: [...this.counts] };
  }

  /** What has been added since a mark. */
  since(mark: SavedFindings): SavedFindings {
    const before = new Map(mark.counts);
    return {
      kept: this.kept.slice(mark.kept.length),
      counts: [...this.counts].map(([rule, count]) => [rule, count - (before.get(rule) ?? 0)] as const),
    };
  }

  /** Adds what {@link since} has returned. */
  restore({ kept, counts }: SavedFindings): void {
    this.kept.push(...kept);
    for (const [rule, count] of counts) {
      this.counts.set(rule, (this.counts.get(rule) ?? 0) + count);
      this.total += count;
    }
  }

  /** What was kept, in the order of the log; findings about no entry come last in their shard. */
  sorted(): Finding[] {
    const order = [...this.kept].sort((a, b) => a.shard - b.shard || compare(a.finding.index, b.finding.index));
    return order.map(({ finding }) => finding);
  }
}

const compare = (a = Number.MAX_SAFE_INTEGER, b = Number.MAX_SAFE_INTEGER): number => a - b;
