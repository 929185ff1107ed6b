/** What agencies and operators have signed within entries, and random changes of it. */
import type { BatchSignature, Entry, Path } from '../../protocol/generated/schema.ts';
import type { Random } from './mutations-random.ts';

/** What somebody has signed within an entry, each with a way to change it. */
type Signed = { readonly signature: BatchSignature; readonly path: Path };
export function signedParts(entry: Entry): { name: string; change: (random: Random) => Entry['event'] }[] {
  const { event } = entry;
  const withSignature = (name: string, of: Signed, put: (signed: Signed) => Entry['event']) => [
    { name: `${name} signature`, change: (random: Random) => put({ ...of, signature: changedSignature(random, of) }) },
    ...(of.path.hashes.length === 0
      ? []
      : [{ name: `${name} path`, change: (random: Random) => put({ ...of, path: changedPath(random, of.path) }) }]),
  ];
  switch (event.kind) {
    case 'submissionAcceptance': {
      const { value } = event;
      return [
        {
          name: 'header',
          change: (random) => ({ ...event, value: { ...value, header: random.flipped(value.header) } }),
        },
        ...withSignature('sender', value, (signed) => ({ ...event, value: { ...value, ...signed } })),
      ];
    }
    case 'submissionRejection': {
      const { value } = event;
      const { headerDigest } = value;
      return [
        {
          name: 'digest',
          change: (random) => ({ ...event, value: { ...value, headerDigest: random.flipped(headerDigest) } }),
        },
        ...withSignature('sender', value, (signed) => ({ ...event, value: { ...value, ...signed } })),
      ];
    }
    case 'operatorAct': {
      const { act } = event.value;
      return [
        { name: 'act', change: (random) => ({ ...event, value: { act: { ...act, leaf: random.flipped(act.leaf) } } }) },
        ...withSignature('operator', act, (signed) => ({ ...event, value: { act: { ...act, ...signed } } })),
      ];
    }
    case 'contentHandover':
    case 'contentHandoverFailure':
    case 'contentAccessTracking':
    case 'consignmentAcceptance': {
      const { statement } = event.value;
      if (!statement) return [];
      const put = (changed: object): Entry['event'] =>
        ({ ...event, value: { ...event.value, statement: { ...statement, ...changed } } }) as Entry['event'];
      return [
        { name: 'statement', change: (random) => put({ leaf: random.flipped(statement.leaf) }) },
        ...withSignature('recipient', statement, put),
      ];
    }
    default:
      return [];
  }
}

function changedSignature(random: Random, { signature }: Signed): BatchSignature {
  switch (random.below(3)) {
    case 0:
      return { ...signature, keyId: random.flipped(signature.keyId) };
    case 1:
      return { ...signature, size: signature.size + 1 };
    default:
      return { ...signature, signature: random.flipped(signature.signature) };
  }
}

function changedPath(random: Random, path: Path): Path {
  const hashes = [...path.hashes];
  const at = random.below(hashes.length);
  hashes[at] = random.flipped(hashes[at]!);
  return { ...path, hashes };
}
