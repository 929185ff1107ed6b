/**
 * Whom a message goes to, decided when it is sealed: members of a group, holders of a document, single points of contact.
 * Only the sender's node can do this, because it wraps the keys.
 */
import { decode } from '../../protocol/codec.ts';
import { ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { ContactCopyExemption, MessageType, type Routing, RoutingSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox, messageIdOf } from '../../protocol/ids.ts';
import { FOLLOW_UPS } from '../../protocol/messages/types.ts';
import type { EvidenceBook } from '../evidence-book.ts';
import { internalError, type NodeRuntime } from '../runtime.ts';
import type { Link } from '../session/link.ts';
import type { OutboxRow } from '../store/outbox-store.ts';
import { type Groups, hasEnded } from './groups.ts';
import { evidenceOf } from './standing.ts';

const READDRESS_CODES: ReadonlySet<string> = new Set([
  ...['RECIPIENT_KEY_OUTDATED', 'GROUP_CHANGED', 'CONTACT_COPY_MISSING', 'HOLDERS_MISSING'],
]);

/** Whether a refusal says that the message should be addressed and sealed again. */
export const isAddressedAgain = (code: string, { type }: Routing): boolean =>
  READDRESS_CODES.has(code) || (code === 'RECIPIENT_SUSPENDED' && FOLLOW_UPS.has(type));

/** Of what a copy goes to the single point of contact. */
const COPIED: ReadonlySet<MessageType> = new Set<MessageType>([
  MessageType.INFORMATION_REQUEST,
  MessageType.INFORMATION_ANSWER,
  MessageType.SPONTANEOUS_INFORMATION,
]);
const UNREACHABLE: ReadonlySet<string> = new Set(['RECIPIENT_SUSPENDED', 'RECIPIENT_UNKNOWN']);
/** A contact may have a contact of its own. */
const CONTACT_ROUNDS = 3;
const UNKNOWN_KEY = new Uint8Array(32);

export class Recipients {
  private readonly runtime: NodeRuntime;
  private readonly groups: Groups;
  private readonly book: EvidenceBook;

  constructor(runtime: NodeRuntime, groups: Groups, book: EvidenceBook) {
    this.runtime = runtime;
    this.groups = groups;
    this.book = book;
  }

  /**
   * The routings of outbox rows with their recipients of now, or what keeps one from being addressed.
   * @throws LiaisonError when the gateway cannot be asked
   */
  async address(link: Link, rows: readonly OutboxRow[]): Promise<(Routing | LiaisonError)[]> {
    const addressed: (Routing | LiaisonError)[] = [];
    for (const row of rows) addressed.push(await this.one(link, row));
    const routings = addressed.flatMap((each) => (each instanceof LiaisonError ? [] : [each]));
    const copies = await this.contacts(
      link,
      routings.filter((routing) => needsContacts(routing)),
    );
    return addressed.map((each) => {
      if (each instanceof LiaisonError) return each;
      const routing = withRecipients(each, [...mailboxesOf(each), ...(copies.get(each) ?? [])]);
      if (routing.recipients.length === 0) return new LiaisonError('HEADER_INVALID', 'recipients is empty.');
      return routing;
    });
  }

  private async one(link: Link, row: OutboxRow): Promise<Routing | LiaisonError> {
    const routing = decode(RoutingSchema, row.routing, 'signed');
    try {
      if (routing.groupId.length > 0) return await this.toGroup(link, routing);
      const isMissing = row.code === ERRORS.HOLDERS_MISSING.number;
      const isGiven = routing.recipients.length > 0 && !isMissing && row.code !== ERRORS.RECIPIENT_SUSPENDED.number;
      if (!FOLLOW_UPS.has(routing.type) || isGiven) return routing;
      if (isMissing) await this.book.ask(link, [routing.inReplyTo]);
      const all = [...mailboxesOf(routing), ...this.holders(routing)];
      const reachable = await this.reachable(link, all);
      // Time mends that.
      if (reachable.length === 0) throw new LiaisonError('RECIPIENT_SUSPENDED', all.join(', '));
      return withRecipients(routing, reachable);
    } catch (error) {
      if (!link.isOpen) throw error;
      return error instanceof LiaisonError ? error : internalError(error);
    }
  }

  /** What the gateway would refuse for certain does not leave the node: above all names to a group that takes none. */
  private async toGroup(link: Link, routing: Routing): Promise<Routing> {
    const known = await this.groups.current(link, routing.groupId);
    const { group, version } = known;
    if (hasEnded(known, this.runtime.now())) throw new LiaisonError('GROUP_ENDED', group.name);
    if (!group.members.includes(routing.sender)) throw new LiaisonError('GROUP_NOT_MEMBER', routing.sender);
    const isNominal = routing.containsPersonalData || routing.type === MessageType.NOMINAL_ANNEX;
    if (isNominal && !group.nominalAllowed) throw new LiaisonError('GROUP_NON_NOMINAL', group.name);
    const others = group.members.filter((member) => member !== routing.sender) as Mailbox[];
    return withRecipients({ ...routing, groupVersion: version, recipients: [] }, others);
  }

  /** Everybody who got the document from this node, or from somebody who passed it on. */
  private holders({ inReplyTo, sender }: Routing): Mailbox[] {
    const target = this.runtime.outbox.find(inReplyTo);
    if (!target) throw new LiaisonError('ORIGINAL_UNKNOWN', messageIdOf(inReplyTo));
    const first = mailboxesOf(decode(RoutingSchema, target.routing, 'signed'));
    const later = evidenceOf(this.runtime, target).disclosures.flatMap(({ by, to }) => [by, ...to]);
    return [...first, ...later].filter((mailbox) => mailbox !== sender);
  }

  /** A recall waits for nobody whose agency is suspended or gone; the gateway does not ask for that either. */
  private async reachable(link: Link, holders: readonly Mailbox[]): Promise<Mailbox[]> {
    const keys = await this.runtime.directory.encryptionKeys(link, holders);
    return holders.filter((mailbox) => {
      const key = keys.get(mailbox);
      return !(key instanceof LiaisonError && UNREACHABLE.has(key.code));
    });
  }

  private async contacts(link: Link, routings: readonly Routing[]): Promise<ReadonlyMap<Routing, Mailbox[]>> {
    const copies = new Map(routings.map((routing) => [routing, [] as Mailbox[]]));
    for (let round = 0; round < CONTACT_ROUNDS && copies.size > 0; round++) {
      const all = [...copies].flatMap(([routing, added]) => [...mailboxesOf(routing), ...added]);
      const contacts = await this.runtime.directory.contacts(link, all);
      let isChanged = false;
      for (const [routing, added] of copies) {
        const known = new Set([...mailboxesOf(routing), ...added]);
        for (const mailbox of known) {
          const contact = contacts.get(mailbox);
          if (!contact || known.has(contact) || !isContactOf(contact, mailbox, routing.sender as Mailbox)) continue;
          added.push(contact);
          known.add(contact);
          isChanged = true;
        }
      }
      if (!isChanged) break;
    }
    return copies;
  }
}

const needsContacts = ({ type, groupId, contactCopyExemption }: Routing): boolean =>
  COPIED.has(type) && groupId.length === 0 && contactCopyExemption === ContactCopyExemption.UNSPECIFIED;

/**
 * The gateway names contacts, and whoever is one can read the message: nobody outside of the recipient's country or
 * organisation is added by itself, and nobody for a message within the own agency.
 */
function isContactOf(contact: Mailbox, recipient: Mailbox, sender: Mailbox): boolean {
  const rootOf = (agency: AgencyId): string => agency.split('.')[0] ?? '';
  if (contact === sender || agencyOf(recipient) === agencyOf(sender)) return false;
  return rootOf(agencyOf(contact)) === rootOf(agencyOf(recipient));
}

export const mailboxesOf = ({ recipients }: Routing): Mailbox[] => recipients.map(({ mailbox }) => mailbox as Mailbox);

const withRecipients = (routing: Routing, mailboxes: readonly Mailbox[]): Routing => ({
  ...routing,
  recipients: [...new Set(mailboxes)].map((mailbox) => ({ mailbox, keyId: UNKNOWN_KEY })),
});

/** What is asked for again when a message is addressed anew. */
export function forgetAddresses(runtime: NodeRuntime, groups: Groups, routing: Routing): void {
  runtime.directory.forget(mailboxesOf(routing));
  if (routing.groupId.length > 0) groups.forget(routing.groupId);
}
