/** Operators' acts in words, for reports. */
import type { Act } from '../protocol/generated/schema.ts';
import { toBase64Url, toHex } from '../protocol/ids.ts';

export function describeAct({ act }: Act): string {
  switch (act.kind) {
    case 'enrol': {
      const { agency, units, tls, signing } = act.value;
      return `enrol ${agency}: units ${units.join(', ') || 'none'}; keys: ${tls.length} TLS, ${signing.length} signing`;
    }
    case 'suspend':
    case 'release':
      return `${act.kind} ${act.value.agency}`;
    case 'revoke':
      return `revoke the key ${toBase64Url(act.value.keyId)}`;
    case 'confirmClock':
      return `confirm the clock at ${new Date(act.value.atMs).toISOString()}`;
    case 'setAgreement':
      return `agreement ${toHex(act.value.agreement.agreementId)} between ${act.value.agreement.parties.join(', ')}`;
    case 'endAgreement':
      return `end the agreement ${toHex(act.value.agreementId)}`;
    case 'setGroup':
      return `group ${toHex(act.value.group.groupId)} of ${act.value.group.owner}: ${act.value.group.members.length} members`;
    case 'endGroup':
      return `end the group ${toHex(act.value.groupId)}`;
    case 'setAgency':
      return `rules for ${act.value.agency}`;
    case 'setUnit':
      return `rules for ${act.value.mailbox}`;
    case 'hold':
      return `hold message ${toHex(act.value.messageId)} of ${act.value.sender}: ${act.value.reference}`;
    case 'releaseHold':
      return `release the hold on message ${toHex(act.value.messageId)} of ${act.value.sender}`;
    case 'closeShard':
      return `close this shard; the next is ${act.value.nextOrigin}`;
    case 'dropShard':
      return `drop the shard ${act.value.origin}`;
  }
}
