/**
 * Which cosignatures make a checkpoint count: witnesses, groups of them and a quorum, in the text format of C2SP tlog-policy.
 * Names are octets and have a meaning within their file only; a witness is its public key.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes } from '../protocol/ids.ts';
import { verifyCosignature } from './cosignature.ts';
import { parseDecimal } from './checkpoint.ts';
import { type NoteSignature, type ParsedNote, parseNote } from './note.ts';
import { KEY_TYPE, parseVerifierKey, type Verifier } from './verifier-key.ts';

export interface PolicyLog {
  readonly verifier: Verifier<typeof KEY_TYPE.ED25519>;
  readonly url: string | undefined;
}

export interface PolicyWitness {
  readonly kind: 'witness';
  /** As the policy calls it. */
  readonly name: string;
  readonly verifier: Verifier<typeof KEY_TYPE.COSIGNATURE>;
  /** The submission prefix of C2SP tlog-witness, without a slash at its end. */
  readonly url: string | undefined;
}

/** Witnesses a checkpoint when at least `threshold` of its members do. */
export interface PolicyGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly PolicyMember[];
}

export type PolicyMember = PolicyWitness | PolicyGroup;

export interface WitnessPolicy {
  /** Empty when the log is known from elsewhere. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** `undefined` for `quorum none`: no cosignature is needed. */
  readonly quorum: PolicyMember | undefined;
}

/** Lines of each kind. The specification asks for 32. */
const LINES_MAX = 256;
const POLICY_BYTES_MAX = 256 * 1024;
const NOT_ALLOWED = /[^\t\n\x20-\x7e\x80-\xff]/;

/**
 * Reads a policy.
 * @param source what errors call it, e.g. the file's name
 * @throws LiaisonError CONFIG_INVALID naming the line
 */
export function parseWitnessPolicy(bytes: Uint8Array, source = 'witness policy'): WitnessPolicy {
  const reader = new PolicyReader(source);
  if (bytes.length > POLICY_BYTES_MAX) throw reader.wrong(`it is longer than ${POLICY_BYTES_MAX} bytes`);
  // One character for each octet: the format knows no characters beyond ASCII.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  for (const line of lines) reader.read(line);
  return reader.finish();
}

class PolicyReader {
  private readonly source: string;
  private line = 0;
  private readonly logs: PolicyLog[] = [];
  private readonly witnesses: PolicyWitness[] = [];
  private groups = 0;
  private readonly named = new Map<string, PolicyMember>();
  /** Each name may be a member once, so that each witness counts in one way only. */
  private readonly members = new Set<PolicyMember>();
  private quorum: { readonly member: PolicyMember | undefined } | undefined;

  constructor(source: string) {
    this.source = source;
  }

  read(text: string): void {
    this.line++;
    if (NOT_ALLOWED.test(text)) throw this.wrong('it has a control character');
    const [keyword, ...words] = text.split(/[ \t]+/).filter((word) => word !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    switch (keyword) {
      case 'log':
        return this.log(words);
      case 'witness':
        return this.witness(words);
      case 'group':
        return this.group(words);
      case 'quorum':
        return this.setQuorum(words);
      default:
        throw this.wrong(`${shown(keyword)} is none of log, witness, group, quorum`);
    }
  }

  finish(): WitnessPolicy {
    this.line = 0;
    if (!this.quorum) throw this.wrong('the line "quorum" is missing');
    return { logs: this.logs, witnesses: this.witnesses, quorum: this.quorum.member };
  }

  private log([key, url, ...more]: string[]): void {
    if (key === undefined || more.length > 0) throw this.wrong('expected: log <verifier key> [<url>]');
    const verifier = this.key(key, KEY_TYPE.ED25519, 'a log');
    this.requireNew(this.logs, verifier, 'log');
    this.logs.push({ verifier, url: url === undefined ? undefined : this.url(url) });
  }

  private witness([name, key, url, ...more]: string[]): void {
    if (name === undefined || key === undefined || more.length > 0) {
      throw this.wrong('expected: witness <name> <verifier key> [<url>]');
    }
    const verifier = this.key(key, KEY_TYPE.COSIGNATURE, 'a witness');
    this.requireNew(this.witnesses, verifier, 'witness');
    const at = url === undefined ? undefined : this.url(url);
    const witness: PolicyWitness = { kind: 'witness', name: decoded(name), verifier, url: at };
    this.define(name, witness);
    this.witnesses.push(witness);
  }

  private group([name, threshold, ...names]: string[]): void {
    if (name === undefined || threshold === undefined || names.length === 0) {
      throw this.wrong('expected: group <name> <number|any|all> <member>…');
    }
    if (++this.groups > LINES_MAX) throw this.wrong(`it has more than ${LINES_MAX} groups`);
    const members = names.map((member) => this.member(member));
    for (const [i, member] of members.entries()) {
      if (this.members.has(member)) throw this.wrong(`${shown(names[i])} is a member already`);
      this.members.add(member);
    }
    const count = threshold === 'any' ? 1 : threshold === 'all' ? members.length : parseDecimal(threshold);
    if (count === undefined || count < 1 || count > members.length) {
      throw this.wrong(`${shown(threshold)} is neither any nor all nor a number from 1 to ${members.length}`);
    }
    this.define(name, { kind: 'group', name: decoded(name), threshold: count, members });
  }

  private setQuorum([name, ...more]: string[]): void {
    if (name === undefined || more.length > 0) throw this.wrong('expected: quorum <name>, or quorum none');
    if (this.quorum) throw this.wrong('there is a line "quorum" already');
    this.quorum = { member: name === 'none' ? undefined : this.member(name) };
  }

  private member(name: string): PolicyMember {
    const member = this.named.get(name);
    if (!member) throw this.wrong(`no witness or group ${shown(name)} is defined on a line before`);
    return member;
  }

  private define(name: string, member: PolicyMember): void {
    if (name === 'none') throw this.wrong('the name none is taken');
    if (this.named.has(name)) throw this.wrong(`the name ${shown(name)} is used twice`);
    this.named.set(name, member);
  }

  private requireNew(others: readonly { readonly verifier: Verifier }[], verifier: Verifier, what: string): void {
    if (others.length >= LINES_MAX) throw this.wrong(`it has more than ${LINES_MAX} lines "${what}"`);
    const twice = others.some((other) => equalBytes(other.verifier.publicKey, verifier.publicKey));
    if (twice) throw this.wrong(`another ${what} has the same public key`);
  }

  private key<T extends Verifier['type']>(text: string, type: T, whose: string): Verifier<T> {
    let verifier: Verifier;
    try {
      verifier = parseVerifierKey(decoded(text));
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      throw this.wrong(error.detail.replace(/\.$/, ''));
    }
    if (verifier.type !== type) throw this.wrong(`the key of ${whose} has type ${type}, not ${verifier.type}`);
    return verifier as Verifier<T>;
  }

  private url(text: string): string {
    const url = URL.canParse(decoded(text)) ? new URL(decoded(text)) : undefined;
    const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
    if (!url || !isHttp || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      throw this.wrong(`${shown(text)} is not an address such as https://witness.example/log`);
    }
    return url.href.replace(/\/$/, '');
  }

  wrong(rule: string): LiaisonError {
    const where = this.line === 0 ? this.source : `${this.source}, line ${this.line}`;
    return new LiaisonError('CONFIG_INVALID', `${where}: ${rule}.`);
  }
}

const decoded = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8');
const shown = (octets = ''): string => JSON.stringify(decoded(octets).slice(0, 100));

/** Whether these witnesses are enough. */
export function satisfies({ quorum }: WitnessPolicy, witnesses: ReadonlySet<PolicyWitness>): boolean {
  return !quorum || counts(quorum, witnesses);
}

// Groups refer to groups before them, and each to each at most once: this looks at every line once.
function counts(member: PolicyMember, witnesses: ReadonlySet<PolicyWitness>): boolean {
  if (member.kind === 'witness') return witnesses.has(member);
  return member.members.filter((one) => counts(one, witnesses)).length >= member.threshold;
}

/** A witness whose cosignature on a checkpoint has been verified. */
export interface Cosigned {
  readonly witness: PolicyWitness;
  /** POSIX seconds, by the clock of the witness. */
  readonly timeSeconds: number;
  readonly signature: NoteSignature;
}

export interface CosignatureReport {
  /** In the order of the policy. */
  readonly cosigned: readonly Cosigned[];
  /** Witnesses in whose name there is a signature that does not verify. */
  readonly failed: readonly PolicyWitness[];
  readonly hasQuorum: boolean;
}

/**
 * Verifies the cosignatures on a checkpoint and applies the policy. That the log itself signed the checkpoint is for the
 * caller to verify ({@link verifyCheckpoint}), and so is that the log is one of the policy's ({@link namesLog}).
 * @throws LiaisonError CHECKPOINT_INVALID when the note's form is wrong
 */
export function examineCosignatures(policy: WitnessPolicy, note: Uint8Array): CosignatureReport {
  const parsed = parseNote(note);
  const cosigned: Cosigned[] = [];
  const failed: PolicyWitness[] = [];
  for (const witness of policy.witnesses) {
    const claims = parsed.signatures.filter((claim) => isOf(claim, witness.verifier));
    const found = claims.map((claim) => cosignedBy(parsed, claim, witness));
    const first = found.find((one) => one !== undefined);
    // A known key that fails rejects what is claimed in its name (C2SP signed-note).
    if (found.includes(undefined)) failed.push(witness);
    else if (first) cosigned.push(first);
  }
  return { cosigned, failed, hasQuorum: satisfies(policy, new Set(cosigned.map(({ witness }) => witness))) };
}

function cosignedBy({ text }: ParsedNote, claim: NoteSignature, witness: PolicyWitness): Cosigned | undefined {
  const timeSeconds = verifyCosignature(text, claim.signature, witness.verifier);
  return timeSeconds === undefined ? undefined : { witness, timeSeconds, signature: claim };
}

const isOf = ({ name, keyId }: NoteSignature, verifier: Verifier): boolean =>
  name === verifier.name && equalBytes(keyId, verifier.keyId);

/** Whether the policy is about checkpoints of this log: it names the log, or none. */
export const namesLog = ({ logs }: WitnessPolicy, log: Verifier): boolean =>
  logs.length === 0 ||
  logs.some(({ verifier }) => verifier.name === log.name && equalBytes(verifier.publicKey, log.publicKey));
