/** What the reference model remembers: everything that has happened, whole, in one list that is searched again each time. */
import { decode } from '../../protocol/codec.ts';
import type { SubmitCommand } from '../../ledger/decide.ts';
import {
  type Act,
  type CertificateChain,
  type Enrol,
  KeyStatementSchema,
  type OperatorKey,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import type { Certified } from './support.ts';

/** One entry of the model's log, or of what it remembers of one. */
export type Happened =
  | { what: 'message'; index: number; command: SubmitCommand; numbers: number[] }
  | { what: 'end'; index: number; recipient: string; number: number; handedOver: boolean; late: boolean }
  | { what: 'act'; index: number; operator: string; act: Act['act'] }
  | { what: 'listed'; index: number; keyId: string }
  | { what: 'purge'; index: number; throughMs: number }
  | { what: 'other'; index: number };
export type Of<W extends Happened['what']> = Happened & { what: W };
export type Message = Of<'message'>;

export interface Observed {
  agencies: Record<string, 'active' | 'suspended'>;
  /** By mailbox, the numbers of what nobody has taken yet. */
  outstanding: Record<string, number[]>;
  /** By `mailbox number`: the message's index, how its delivery stands, and the entries that ended it or came late. */
  deliveries: Record<
    string,
    { message: number; state: 'consigned' | 'handed over' | 'failed'; event: number; late: number }
  >;
  keys: Record<string, { agency: string; usage: 'tls' | 'signing'; registered: number; revoked: number }>;
  operators: Record<string, number>;
  /** Versions of the mailboxes' key statements. */
  versions: Record<string, number>;
  lastAtMs: number;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class ReferenceHistory {
  readonly operators: readonly OperatorKey[];
  private readonly log: Happened[] = [{ what: 'other', index: 0 }];
  private readonly certificates: ReadonlyMap<string, Certified>;
  private lastAtMs: number;

  constructor(operators: readonly OperatorKey[], certificates: ReadonlyMap<string, Certified>, openedAtMs: number) {
    this.operators = operators;
    this.certificates = certificates;
    this.lastAtMs = openedAtMs;
  }

  get size(): number {
    return this.log.length;
  }

  /** Adds one entry. */
  add(happened: Happened, nowMs: number): void {
    this.log.push(happened);
    this.lastAtMs = nowMs;
  }

  /** Every message that was accepted and is not forgotten, in order. */
  messages(): Message[] {
    return this.all('message').filter((message) => !this.isForgotten(message));
  }

  all<W extends Happened['what']>(what: W): Of<W>[] {
    return this.log.filter((item): item is Of<W> => item.what === what);
  }

  enrolments(): { index: number; value: Enrol }[] {
    return this.all('act').flatMap(({ index, act }) => (act.kind === 'enrol' ? [{ index, value: act.value }] : []));
  }

  isSuspended(agency: string): boolean {
    const last = this.all('act')
      .filter(({ act }) => (act.kind === 'suspend' || act.kind === 'release') && act.value.agency === agency)
      .at(-1);
    return last?.act.kind === 'suspend';
  }

  isEnrolled(agency: string): boolean {
    return this.enrolments().some(({ value }) => value.agency === agency);
  }

  /** The current statement of a mailbox; `undefined` when there is no such mailbox. */
  statementOf(mailbox: string): SignedLeaf | undefined {
    return this.enrolments()
      .flatMap(({ value }) =>
        value.units.map((unit, i) => ({ name: `${value.agency}/${unit}`, statement: value.keyStatements[i] })),
      )
      .filter(({ name }) => name === mailbox)
      .at(-1)?.statement;
  }

  /** Registrations of a key, the newest last. */
  registrations(keyId: string): { index: number; agency: string; certificate: Certified }[] {
    return this.enrolments().flatMap(({ index, value }) =>
      [...value.tls, ...value.signing]
        .map((chain) => this.certificateOf(chain))
        .filter((certificate) => hex(certificate.keyId) === keyId)
        .map((certificate) => ({ index, agency: value.agency, certificate })),
    );
  }

  revokedAt(keyId: string): number {
    const byAct = this.all('act').find(({ act }) => act.kind === 'revoke' && hex(act.value.keyId) === keyId);
    const byList = this.all('listed').find((item) => item.keyId === keyId);
    return byAct?.index ?? byList?.index ?? 0;
  }

  certificateOf(chain: CertificateChain): Certified {
    const known = this.certificates.get(hex(chain.certificates[0] ?? new Uint8Array(0)));
    if (!known) throw new Error('a certificate that the test did not make');
    return known;
  }

  private isForgotten(message: Message): boolean {
    const { expiresAtMs } = message.command.parsed.routing;
    return this.all('purge').some(({ index, throughMs }) => index > message.index && expiresAtMs <= throughMs);
  }

  ends(recipient: string, number: number): Of<'end'>[] {
    return this.all('end').filter((item) => item.recipient === recipient && item.number === number);
  }

  isOutstanding(message: Message): boolean {
    return message.command.parsed.recipients.some((mailbox, i) => this.ends(mailbox, message.numbers[i]!).length === 0);
  }

  actsOf(operator: string): number {
    return this.all('act').filter((item) => item.operator === operator).length;
  }

  /** What can be seen from outside. */
  observe(): Observed {
    const agencies = [...new Set(this.enrolments().map(({ value }) => value.agency))];
    const mailboxes = new Set(
      this.enrolments().flatMap(({ value }) => value.units.map((unit) => `${value.agency}/${unit}`)),
    );
    const deliveries: Observed['deliveries'] = {};
    const outstanding: Observed['outstanding'] = Object.fromEntries([...mailboxes].map((name) => [name, []]));
    for (const { index, command, numbers } of this.messages()) {
      command.parsed.recipients.forEach((recipient, i) => {
        const number = numbers[i]!;
        const end = this.ends(recipient, number).find((item) => !item.late);
        const late = this.ends(recipient, number).find((item) => item.late);
        const state = end ? (end.handedOver ? 'handed over' : 'failed') : 'consigned';
        deliveries[`${recipient} ${number}`] = {
          message: index,
          state,
          event: end?.index ?? 0,
          late: late?.index ?? 0,
        };
        if (!end) outstanding[recipient]!.push(number);
      });
    }
    return {
      agencies: Object.fromEntries(agencies.map((name) => [name, this.isSuspended(name) ? 'suspended' : 'active'])),
      outstanding,
      deliveries,
      keys: this.observeKeys(),
      operators: Object.fromEntries(this.operators.map(({ keyId }) => [hex(keyId), this.actsOf(hex(keyId))])),
      versions: Object.fromEntries([...mailboxes].map((name) => [name, versionOf(this.statementOf(name)!)])),
      lastAtMs: this.lastAtMs,
    };
  }

  private observeKeys(): Observed['keys'] {
    const keyIds = this.enrolments().flatMap(({ value }) =>
      [...value.tls, ...value.signing].map((chain) => hex(this.certificateOf(chain).keyId)),
    );
    const keys: Observed['keys'] = {};
    for (const keyId of keyIds) {
      const { agency, certificate, index: registered } = this.registrations(keyId)[0]!;
      const usage = certificate.use === 'signing' ? 'signing' : 'tls';
      keys[keyId] = { agency, usage, registered, revoked: this.revokedAt(keyId) };
    }
    return keys;
  }
}

export const keysIn = (statement: SignedLeaf): string[] =>
  decode(KeyStatementSchema, statement.leaf, 'signed').keys.map(({ keyId }) => hex(keyId));

export const versionOf = (statement: SignedLeaf): number =>
  decode(KeyStatementSchema, statement.leaf, 'signed').version;
