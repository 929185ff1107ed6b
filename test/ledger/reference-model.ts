/**
 * A second opinion on what the gateway decides, written from SPEC.md and the comments of the .proto files. It keeps one
 * list of what has happened, whole, and works everything out by looking through it again: slow, and hard to get wrong.
 * It shares the codec and the signature checks with the product, and nothing of ledger/.
 */
import type { Command, HandoverCommand, SubmitCommand } from '../../ledger/decide.ts';
import { parseCanonicalJwk } from '../../protocol/algorithms.ts';
import { verifyLeaf } from '../../protocol/batch.ts';
import { decode } from '../../protocol/codec.ts';
import { verifyKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { ERRORS, type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import {
  ActSchema,
  type Act,
  type CertificateChain,
  type Enrol,
  HandoverOutcome,
  type OperatorKey,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import {
  type Happened,
  hex,
  keysIn,
  type Message,
  type Observed,
  ReferenceHistory,
  versionOf,
} from './reference-history.ts';
import type { Certified } from './support.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIVE_MINUTES_MS = 5 * 60 * 1000;

/** What an entry says, without what every entry has. */
export type Told =
  | { what: 'accepted'; numbers: number[] }
  | { what: 'handed-over'; recipient: string; number: number; late: boolean }
  | {
      what: 'failed';
      messageId: string;
      sender: string;
      recipient: string;
      number: number;
      code: number;
      bySignature: boolean;
      late: boolean;
    }
  | { what: 'purge'; throughMs: number }
  | { what: 'act'; kind: Act['act']['kind'] }
  | { what: 'key-revoked'; keyId: string }
  | { what: 'note'; kind: string };

export type Answer =
  | { kind: 'recorded'; told: Told[] }
  | { kind: 'repeat'; index: number }
  | { kind: 'refused'; code: ErrorCode; logged: boolean };

type Fresh = Happened extends infer H ? (H extends Happened ? Omit<H, 'index'> : never) : never;

class Refused extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}
const refuse = (code: ErrorCode): never => {
  throw new Refused(code);
};

function failure(
  message: Message,
  recipient: string,
  number: number,
  how: { code: number; bySignature: boolean; late: boolean },
): Told {
  const { routing, sender } = message.command.parsed;
  return { what: 'failed', messageId: hex(routing.messageId), sender, recipient, number, ...how };
}

const ENTRY_KINDS = {
  tick: 'tick',
  summary: 'refusalSummary',
  'session-opened': 'sessionOpened',
  'session-closed': 'sessionClosed',
  'audit-read': 'auditRead',
} as const;
const agencyOf = (mailbox: string): string => mailbox.split('/')[0] ?? '';
const LABEL = /^[a-z0-9]$|^[a-z0-9][a-z0-9-]*[a-z0-9]$/;
const isUnitName = (name: string): boolean => name.length <= 31 && LABEL.test(name);
const isAgencyName = (name: string): boolean =>
  name.length <= 32 && name.split('.').every((label) => LABEL.test(label));

/** What an answer is counted as. */
function namesOf(command: Command, answer: Answer): string[] {
  if (answer.kind === 'repeat') return [`${command.kind} repeat`];
  if (answer.kind === 'refused') return [answer.code];
  return answer.told.map((told) => {
    if (told.what === 'act' || told.what === 'note') return told.kind;
    if (told.what === 'failed' && !told.bySignature) return 'failed by time';
    return 'late' in told && told.late ? `${told.what} late` : told.what;
  });
}

export class ReferenceModel {
  /** How often each answer was given. */
  readonly tally = new Map<string, number>();
  private readonly origin: string;
  private readonly history: ReferenceHistory;
  private nowMs = 0;

  /** @param certificates what is known of each certificate, by its DER in hexadecimal */
  constructor(
    origin: string,
    operators: readonly OperatorKey[],
    certificates: ReadonlyMap<string, Certified>,
    openedAtMs: number,
  ) {
    this.origin = origin;
    this.history = new ReferenceHistory(operators, certificates, openedAtMs);
  }

  get size(): number {
    return this.history.size;
  }

  messages(): Message[] {
    return this.history.messages();
  }

  observe(): Observed {
    return this.history.observe();
  }

  answer(command: Command, nowMs: number): Answer {
    this.nowMs = nowMs;
    const answer = this.carryOut(command, nowMs);
    for (const name of namesOf(command, answer)) this.tally.set(name, (this.tally.get(name) ?? 0) + 1);
    return answer;
  }

  private add(happened: Fresh): number {
    const index = this.size;
    this.history.add({ ...happened, index }, this.nowMs);
    return index;
  }

  private carryOut(command: Command, nowMs: number): Answer {
    try {
      switch (command.kind) {
        case 'submit':
          return this.submit(command, nowMs);
        case 'handover':
          return this.handover(command);
        case 'act':
          return this.act(command.signed, nowMs);
        case 'expire':
          return this.expire(command.entryIndex, nowMs);
        case 'purge':
          return this.purge(nowMs);
        case 'revoke-listed':
          return this.listed(command.keyId);
        case 'group':
        case 'event':
        case 'lapse':
        case 'deadline':
          throw new Error('The histories are of version 1.');
        default:
          this.add({ what: 'other' });
          return { kind: 'recorded', told: [{ what: 'note', kind: ENTRY_KINDS[command.kind] }] };
      }
    } catch (error) {
      // The codec and the signature checks belong to the protocol; a refusal of theirs is taken as it is.
      if (error instanceof Refused || error instanceof LiaisonError) {
        return { kind: 'refused', code: error.code, logged: false };
      }
      throw error;
    }
  }

  private submit(command: SubmitCommand, nowMs: number): Answer {
    const { agency, parsed } = command;
    const { routing, sender, digest, recipients } = parsed;
    if (agencyOf(sender) !== agency) refuse('SENDER_MISMATCH');
    this.requireSigningKey(hex(routing.signingKeyId), agency);
    if (!this.history.statementOf(sender)) refuse('SENDER_MISMATCH');
    const same = this.history
      .messages()
      .find(
        (message) =>
          message.command.parsed.sender === sender &&
          hex(message.command.parsed.routing.messageId) === hex(routing.messageId),
      );
    if (same && hex(same.command.parsed.digest) === hex(digest)) return { kind: 'repeat', index: same.index };
    const code = same ? 'ID_REUSED' : this.objection(command, nowMs);
    if (code) {
      this.add({ what: 'other' });
      return { kind: 'refused', code, logged: true };
    }
    const numbers = recipients.map((mailbox) => {
      const before = this.history
        .all('message')
        .filter((message) => message.command.parsed.recipients.includes(mailbox));
      return before.length + 1;
    });
    this.add({ what: 'message', command, numbers });
    return { kind: 'recorded', told: [{ what: 'accepted', numbers }] };
  }

  private objection({ agency, parsed }: SubmitCommand, nowMs: number): ErrorCode | undefined {
    const { createdAtMs, expiresAtMs, recipients, signingKeyId } = parsed.routing;
    const keyId = hex(signingKeyId);
    if (this.history.isSuspended(agency)) return 'AGENCY_SUSPENDED';
    if (this.history.revokedAt(keyId) !== 0) return 'KEY_REVOKED';
    if (this.history.registrations(keyId).at(-1)!.certificate.notAfterMs < nowMs) return 'CERTIFICATE_EXPIRED';
    if (createdAtMs - nowMs > FIVE_MINUTES_MS) return 'CREATED_IN_FUTURE';
    if (nowMs >= expiresAtMs) return 'EXPIRED';
    if (expiresAtMs - createdAtMs > 90 * DAY_MS) return 'EXPIRY_TOO_FAR';
    for (const { mailbox, keyId: wanted } of recipients) {
      const statement = this.history.statementOf(mailbox);
      if (!statement) return 'RECIPIENT_UNKNOWN';
      if (this.history.isSuspended(agencyOf(mailbox))) return 'RECIPIENT_SUSPENDED';
      if (!keysIn(statement).includes(hex(wanted))) return 'RECIPIENT_KEY_OUTDATED';
    }
    return undefined;
  }

  private requireSigningKey(keyId: string, agency: string): void {
    const [known] = this.history.registrations(keyId);
    if (known?.agency !== agency || known.certificate.use !== 'signing') refuse('KEY_UNKNOWN');
  }

  private handover({ agency, statement, signed }: HandoverCommand): Answer {
    const { recipient, number } = statement;
    if (agencyOf(recipient) !== agency || !this.history.statementOf(recipient)) refuse('MAILBOX_NOT_YOURS');
    const keyId = hex(signed.signature.keyId);
    this.requireSigningKey(keyId, agency);
    if (this.history.revokedAt(keyId) !== 0) refuse('KEY_REVOKED');
    const message = this.history
      .messages()
      .find((item) => item.numbers[item.command.parsed.recipients.indexOf(recipient as never)] === number);
    if (!message) return { kind: 'refused', code: 'MESSAGE_UNKNOWN', logged: false };
    const { parsed } = message.command;
    const fits =
      parsed.sender === statement.sender &&
      hex(parsed.routing.messageId) === hex(statement.messageId) &&
      hex(parsed.digest) === hex(statement.headerDigest);
    if (!fits) refuse('HANDOVER_MISMATCH');
    const handedOver = statement.outcome === HandoverOutcome.HANDED_OVER;
    // Nobody says a thing twice, and an expiry has said that the recipient does not have it.
    const said = this.history.ends(recipient, number).find((item) => item.handedOver === handedOver);
    if (said) return { kind: 'repeat', index: said.index };
    const late = this.history.ends(recipient, number).length > 0;
    this.add({ what: 'end', recipient, number, handedOver, late });
    if (handedOver) return { kind: 'recorded', told: [{ what: 'handed-over', recipient, number, late }] };
    return {
      kind: 'recorded',
      told: [failure(message, recipient, number, { code: statement.reason, bySignature: true, late })],
    };
  }

  private expire(index: number, nowMs: number): Answer {
    const message = this.history.messages().find((item) => item.index === index);
    if (!message || message.command.parsed.routing.expiresAtMs > nowMs) return { kind: 'recorded', told: [] };
    const told: Told[] = [];
    message.command.parsed.recipients.forEach((recipient, i) => {
      const number = message.numbers[i]!;
      if (this.history.ends(recipient, number).length > 0) return;
      this.add({ what: 'end', recipient, number, handedOver: false, late: false });
      const code = ERRORS.DELIVERY_EXPIRED.number;
      told.push(failure(message, recipient, number, { code, bySignature: false, late: false }));
    });
    return { kind: 'recorded', told };
  }

  /** Forgets what expired 90 days ago, up to the first message that somebody still has to be told about. */
  private purge(nowMs: number): Answer {
    const expiryOf = (message: Message): number => message.command.parsed.routing.expiresAtMs;
    const outstanding = this.history.messages().filter((message) => this.history.isOutstanding(message));
    const throughMs = Math.min(nowMs - 90 * DAY_MS, ...outstanding.map((message) => expiryOf(message) - 1));
    if (!this.history.messages().some((message) => expiryOf(message) <= throughMs))
      return { kind: 'recorded', told: [] };
    this.add({ what: 'purge', throughMs });
    return { kind: 'recorded', told: [{ what: 'purge', throughMs }] };
  }

  private listed(keyId: Uint8Array): Answer {
    const name = hex(keyId);
    if (this.history.registrations(name).length === 0 || this.history.revokedAt(name) !== 0)
      return { kind: 'recorded', told: [] };
    this.add({ what: 'listed', keyId: name });
    return { kind: 'recorded', told: [{ what: 'key-revoked', keyId: name }] };
  }

  private act(signed: SignedLeaf, nowMs: number): Answer {
    const operator = this.history.operators.find((item) => hex(item.keyId) === hex(signed.signature.keyId));
    if (!operator) return { kind: 'refused', code: 'OPERATOR_UNKNOWN', logged: false };
    verifyLeaf('act', parseCanonicalJwk(operator.jwk), signed);
    const content = decode(ActSchema, signed.leaf, 'signed');
    const name = hex(operator.keyId);
    if (content.origin !== this.origin) refuse('ACT_INVALID');
    if (content.number !== this.history.actsOf(name)) refuse('ACT_OUT_OF_ORDER');
    const apartMs = Math.max(content.createdAtMs - nowMs, nowMs - content.createdAtMs);
    if (apartMs > FIVE_MINUTES_MS && content.act.kind !== 'confirmClock') refuse('ACT_INVALID');
    this.checkAct(content.act, nowMs);
    this.add({ what: 'act', operator: name, act: content.act });
    return { kind: 'recorded', told: [{ what: 'act', kind: content.act.kind }] };
  }

  private checkAct(act: Act['act'], nowMs: number): void {
    if (act.kind === 'enrol') this.checkEnrolment(act.value, nowMs);
    if (act.kind === 'suspend' || act.kind === 'release') {
      if (!this.history.isEnrolled(act.value.agency)) refuse('AGENCY_UNKNOWN');
      if (this.history.isSuspended(act.value.agency) === (act.kind === 'suspend')) refuse('ACT_INVALID');
    }
    if (act.kind === 'revoke') {
      if (this.history.registrations(hex(act.value.keyId)).length === 0) refuse('KEY_UNKNOWN');
      if (this.history.revokedAt(hex(act.value.keyId)) !== 0) refuse('ACT_INVALID');
    }
  }

  private checkEnrolment(enrol: Enrol, nowMs: number): void {
    const { agency, units, tls, signing, keyStatements } = enrol;
    if (!isAgencyName(agency)) refuse('HEADER_INVALID');
    const isComplete = units.length > 0 && tls.length > 0 && signing.length > 0;
    if (!this.history.isEnrolled(agency) && !isComplete) refuse('ACT_INVALID');
    if (units.some((unit, i) => units.indexOf(unit) !== i)) refuse('ACT_INVALID');
    if (keyStatements.length !== units.length) refuse('ACT_INVALID');
    const seen: string[] = [];
    for (const chain of tls) seen.push(this.checkCertificate(chain, agency, 'tls-client', seen, nowMs));
    for (const chain of signing) seen.push(this.checkCertificate(chain, agency, 'signing', seen, nowMs));
    units.forEach((unit, i) => this.checkUnit(enrol, unit, keyStatements[i]!));
  }

  private checkCertificate(
    chain: CertificateChain,
    agency: string,
    use: Certified['use'],
    seen: readonly string[],
    nowMs: number,
  ): string {
    const certificate = this.history.certificateOf(chain);
    const keyId = hex(certificate.keyId);
    if (certificate.notAfterMs < nowMs) refuse('CERTIFICATE_EXPIRED');
    if (certificate.use !== use) refuse('CERTIFICATE_USAGE');
    if (certificate.agency !== agency) refuse('AGENCY_MISMATCH');
    const [known] = this.history.registrations(keyId);
    if (seen.includes(keyId)) refuse('KEY_TAKEN');
    if (known && (known.agency !== agency || known.certificate.use !== use)) refuse('KEY_TAKEN');
    if (this.history.revokedAt(keyId) !== 0) refuse('KEY_REVOKED');
    return keyId;
  }

  private checkUnit(enrol: Enrol, unit: string, statement: SignedLeaf): void {
    if (!isUnitName(unit)) refuse('HEADER_INVALID');
    const mailbox = `${enrol.agency}/${unit}`;
    const signer = hex(statement.signature.keyId);
    const named = enrol.signing
      .map((chain) => this.history.certificateOf(chain))
      .find((item) => hex(item.keyId) === signer);
    if (!named) {
      this.requireSigningKey(signer, enrol.agency);
      if (this.history.revokedAt(signer) !== 0) refuse('KEY_UNKNOWN');
    }
    const key = (named ?? this.history.registrations(signer)[0]!.certificate).key;
    const { mailbox: stated, version } = verifyKeyStatement(statement, key);
    if (stated !== mailbox) refuse('ACT_INVALID');
    const current = this.history.statementOf(mailbox);
    if (current && versionOf(current) >= version) refuse('ACT_INVALID');
  }
}
